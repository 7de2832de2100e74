//! Which countries a mobile country code is used in.

use super::code::Country;

/// Rows of a table: a code and its countries.
macro_rules! rows {
    ($($mcc:literal $($code:ident)+;)*) => { &[$(($mcc, &[$(Country::$code),+]),)*] };
}

/// The code of networks that are no country's: satellites, ships, aircraft, machines.
///
/// # Source
/// ITU-T E.212, "International Mobile, shared code".
const INTERNATIONAL: u16 = 901;

/// Each code with its countries, the one it is assigned to first, in order of the codes.
///
/// # Source
/// ITU-T E.212, *List of mobile country or geographical area codes*, annex to the Operational Bulletin;
/// territories whose networks use the code of another country as the list of network codes in the same
/// annex has them (shared codes 208, 234, 242, 310 to 316, 338, 340, 362, 376, 425, 505, 604, 647).
const TABLE: &[(u16, &[Country])] = rows! {
    202 GR; 204 NL; 206 BE; 208 FR BL YT; 212 MC; 213 AD; 214 ES; 216 HU; 218 BA; 219 HR; 220 RS;
    221 XK; 222 IT; 225 VA; 226 RO; 228 CH; 230 CZ; 231 SK; 232 AT; 234 GB GG IM JE; 235 GB;
    238 DK; 240 SE; 242 NO BV XR; 244 FI; 246 LT; 247 LV; 248 EE; 250 RU; 255 UA; 257 BY; 259 MD;
    260 PL; 262 DE; 266 GI; 268 PT; 270 LU; 272 IE; 274 IS; 276 AL; 278 MT; 280 CY; 282 GE;
    283 AM; 284 BG; 286 TR; 288 FO; 289 GE; 290 GL; 292 SM; 293 SI; 294 MK; 295 LI; 297 ME;
    302 CA; 308 PM; 310 US AS GU MP PR VI; 311 US AS GU MP PR VI; 312 US AS GU MP PR VI;
    313 US AS GU MP PR VI; 314 US AS GU MP PR VI; 315 US AS GU MP PR VI; 316 US AS GU MP PR VI;
    330 PR; 334 MX; 338 JM BM TC; 340 GP GF MQ MF BL; 342 BB; 344 AG; 346 KY; 348 VG; 350 BM;
    352 GD; 354 MS; 356 KN; 358 LC; 360 VC; 362 CW SX BQ; 363 AW; 364 BS; 365 AI; 366 DM; 368 CU;
    370 DO; 372 HT; 374 TT; 376 TC VI; 400 AZ; 401 KZ; 402 BT; 404 IN; 405 IN; 406 IN; 410 PK;
    412 AF; 413 LK; 414 MM; 415 LB; 416 JO; 417 SY; 418 IQ; 419 KW; 420 SA; 421 YE; 422 OM;
    424 AE; 425 IL XW; 426 BH; 427 QA; 428 MN; 429 NP; 430 AE; 431 AE; 432 IR; 434 UZ; 436 TJ;
    437 KG; 438 TM; 440 JP; 441 JP; 450 KR; 452 VN; 454 HK; 455 MO; 456 KH; 457 LA; 460 CN;
    461 CN; 466 TW; 467 KP; 470 BD; 472 MV; 502 MY; 505 AU CC CX NF; 510 ID; 514 TL; 515 PH;
    520 TH; 525 SG; 528 BN; 530 NZ; 536 NR; 537 PG; 539 TO; 540 SB; 541 VU; 542 FJ; 543 WF;
    544 AS; 545 KI; 546 NC; 547 PF; 548 CK; 549 WS; 550 FM; 551 MH; 552 PW; 553 TV; 554 TK;
    555 NU; 602 EG; 603 DZ; 604 MA EH; 605 TN; 606 LY; 607 GM; 608 SN; 609 MR; 610 ML; 611 GN;
    612 CI; 613 BF; 614 NE; 615 TG; 616 BJ; 617 MU; 618 LR; 619 SL; 620 GH; 621 NG; 622 TD;
    623 CF; 624 CM; 625 CV; 626 ST; 627 GQ; 628 GA; 629 CG; 630 CD; 631 AO; 632 GW; 633 SC;
    634 SD; 635 RW; 636 ET; 637 SO; 638 DJ; 639 KE; 640 TZ; 641 UG; 642 BI; 643 MZ; 645 ZM;
    646 MG; 647 RE YT TF; 648 ZW; 649 NA; 650 MW; 651 LS; 652 BW; 653 SZ; 654 KM; 655 ZA; 657 ER;
    658 SH; 659 SS; 702 BZ; 704 GT; 706 SV; 708 HN; 710 NI; 712 CR; 714 PA; 716 PE; 722 AR;
    724 BR; 730 CL; 732 CO; 734 VE; 736 BO; 738 GY; 740 EC; 742 GF; 744 PY; 746 SR; 748 UY;
    750 FK GS; 995 IO;
};

/// Countries a code is on the air in although it is not theirs.
///
/// # Source
/// Choice: where who governs and whose outline it is differ (Crimea, Abkhazia and South Ossetia, Northern
/// Cyprus, Kosovo, the Golan Heights, Nagorno-Karabakh, the Spratly Islands, Guantanamo Bay), the networks
/// of both are heard; refusing either would take a side.
const ALSO_HEARD: &[(u16, &[Country])] = rows! {
    212 XK; 220 XK; 250 UA GE; 255 RU; 283 AZ; 286 CY SY; 293 XK; 310 CU; 311 CU; 417 IL; 425 SY;
    452 XS; 460 XS; 466 XS; 502 XS; 515 XS;
};

fn row(table: &'static [(u16, &'static [Country])], mcc: u16) -> &'static [Country] {
    let found = table.binary_search_by_key(&mcc, |(code, _)| *code).ok();
    found.and_then(|index| table.get(index)).map_or(&[], |(_, countries)| countries)
}

/// The countries whose networks use a mobile country code, the one it is assigned to first; none for
/// codes that are unknown or no country's.
///
/// # Example
/// ```
/// use cairn_ground::{Country, countries_of_mcc};
/// assert_eq!(countries_of_mcc(262), [Country::DE]);
/// assert_eq!(countries_of_mcc(234).len(), 4);
/// ```
pub fn countries_of_mcc(mcc: u16) -> &'static [Country] {
    row(TABLE, mcc)
}

/// Countries a code is heard in beside those it belongs to.
pub(super) fn also_heard_in(mcc: u16) -> &'static [Country] {
    row(ALSO_HEARD, mcc)
}

/// Whether a mobile country code is assigned: to a country, or to international networks.
pub fn is_known_mcc(mcc: u16) -> bool {
    mcc == INTERNATIONAL || !countries_of_mcc(mcc).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_are_in_order_so_that_every_row_is_found() {
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
        assert!(ALSO_HEARD.is_sorted_by(|a, b| a.0 < b.0));
        for (mcc, countries) in TABLE {
            assert_eq!(countries_of_mcc(*mcc), *countries);
            assert!(!countries.is_empty() && is_known_mcc(*mcc));
        }
        for (mcc, countries) in ALSO_HEARD {
            assert!(countries.iter().all(|country| !countries_of_mcc(*mcc).contains(country)));
        }
    }

    #[test]
    fn a_shared_code_has_its_territories_and_235_is_british_alone() {
        assert_eq!(countries_of_mcc(234), [Country::GB, Country::GG, Country::IM, Country::JE]);
        assert_eq!(countries_of_mcc(235), [Country::GB]);
        assert_eq!(
            countries_of_mcc(310),
            [Country::US, Country::AS, Country::GU, Country::MP, Country::PR, Country::VI]
        );
        assert!(
            countries_of_mcc(340).contains(&Country::MQ)
                && countries_of_mcc(340).contains(&Country::GP)
        );
        assert!(
            countries_of_mcc(647).contains(&Country::RE)
                && countries_of_mcc(647).contains(&Country::YT)
        );
        assert!(
            countries_of_mcc(362).contains(&Country::CW)
                && countries_of_mcc(362).contains(&Country::SX)
        );
    }

    #[test]
    fn known_codes_are_the_assigned_ones() {
        for mcc in [0, 1, 199, 201, 203, 299, 800, 902, 991, 996, 999, u16::MAX] {
            assert!(!is_known_mcc(mcc) && countries_of_mcc(mcc).is_empty(), "{mcc}");
        }
        assert!(is_known_mcc(901) && countries_of_mcc(901).is_empty());
        assert!(is_known_mcc(202) && is_known_mcc(750) && is_known_mcc(995));
        let n_known = (0..=u16::MAX).filter(|mcc| is_known_mcc(*mcc)).count();
        assert_eq!(n_known, 239);
    }
}
