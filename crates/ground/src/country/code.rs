//! The closed set of countries: two-letter codes and short names.

/// Declares [`Country`] from its codes and names, in the order of the codes.
macro_rules! countries {
    ($($code:ident $name:literal,)*) => {
        /// A country or territory that has a code of its own.
        ///
        /// # Source
        /// Codes and short names: GENC (Geopolitical Entities, Names, and Codes, edition 3), as the
        /// peers answer (peers.md §2.7): ISO 3166-1 but for Kosovo (XK), Svalbard and Jan Mayen (XR)
        /// and the Palestinian territories (XW). The Spratly Islands (XS) stand for themselves, since
        /// five countries' networks are heard there.
        #[expect(clippy::doc_markdown, reason = "the docs are names of countries, McDonald's too")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Country {
            $(#[doc = $name] $code,)*
        }

        impl Country {
            /// All of them, in the order of their codes.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// The two letters.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }

            /// The short name in English.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)* }
            }
        }
    };
}

countries! {
    AD "Andorra", AE "United Arab Emirates", AF "Afghanistan", AG "Antigua and Barbuda",
    AI "Anguilla", AL "Albania", AM "Armenia", AO "Angola", AQ "Antarctica", AR "Argentina",
    AS "American Samoa", AT "Austria", AU "Australia", AW "Aruba", AZ "Azerbaijan",
    BA "Bosnia and Herzegovina", BB "Barbados", BD "Bangladesh", BE "Belgium", BF "Burkina Faso",
    BG "Bulgaria", BH "Bahrain", BI "Burundi", BJ "Benin", BL "Saint Barthelemy", BM "Bermuda",
    BN "Brunei", BO "Bolivia", BQ "Bonaire, Sint Eustatius, and Saba", BR "Brazil",
    BS "Bahamas, The", BT "Bhutan", BV "Bouvet Island", BW "Botswana", BY "Belarus", BZ "Belize",
    CA "Canada", CC "Cocos (Keeling) Islands", CD "Congo (Kinshasa)",
    CF "Central African Republic", CG "Congo (Brazzaville)", CH "Switzerland",
    CI "Côte d’Ivoire", CK "Cook Islands", CL "Chile", CM "Cameroon", CN "China", CO "Colombia",
    CR "Costa Rica", CU "Cuba", CV "Cabo Verde", CW "Curaçao", CX "Christmas Island",
    CY "Cyprus", CZ "Czechia", DE "Germany", DJ "Djibouti", DK "Denmark", DM "Dominica",
    DO "Dominican Republic", DZ "Algeria", EC "Ecuador", EE "Estonia", EG "Egypt",
    EH "Western Sahara", ER "Eritrea", ES "Spain", ET "Ethiopia", FI "Finland", FJ "Fiji",
    FK "Falkland Islands (Islas Malvinas)", FM "Micronesia, Federated States of",
    FO "Faroe Islands", FR "France", GA "Gabon", GB "United Kingdom", GD "Grenada", GE "Georgia",
    GF "French Guiana", GG "Guernsey", GH "Ghana", GI "Gibraltar", GL "Greenland",
    GM "Gambia, The", GN "Guinea", GP "Guadeloupe", GQ "Equatorial Guinea", GR "Greece",
    GS "South Georgia and South Sandwich Islands", GT "Guatemala", GU "Guam", GW "Guinea-Bissau",
    GY "Guyana", HK "Hong Kong", HM "Heard Island and McDonald Islands", HN "Honduras",
    HR "Croatia", HT "Haiti", HU "Hungary", ID "Indonesia", IE "Ireland", IL "Israel",
    IM "Isle of Man", IN "India", IO "British Indian Ocean Territory", IQ "Iraq", IR "Iran",
    IS "Iceland", IT "Italy", JE "Jersey", JM "Jamaica", JO "Jordan", JP "Japan", KE "Kenya",
    KG "Kyrgyzstan", KH "Cambodia", KI "Kiribati", KM "Comoros", KN "Saint Kitts and Nevis",
    KP "Korea, North", KR "Korea, South", KW "Kuwait", KY "Cayman Islands", KZ "Kazakhstan",
    LA "Laos", LB "Lebanon", LC "Saint Lucia", LI "Liechtenstein", LK "Sri Lanka", LR "Liberia",
    LS "Lesotho", LT "Lithuania", LU "Luxembourg", LV "Latvia", LY "Libya", MA "Morocco",
    MC "Monaco", MD "Moldova", ME "Montenegro", MF "Saint Martin", MG "Madagascar",
    MH "Marshall Islands", MK "North Macedonia", ML "Mali", MM "Burma", MN "Mongolia",
    MO "Macau", MP "Northern Mariana Islands", MQ "Martinique", MR "Mauritania", MS "Montserrat",
    MT "Malta", MU "Mauritius", MV "Maldives", MW "Malawi", MX "Mexico", MY "Malaysia",
    MZ "Mozambique", NA "Namibia", NC "New Caledonia", NE "Niger", NF "Norfolk Island",
    NG "Nigeria", NI "Nicaragua", NL "Netherlands", NO "Norway", NP "Nepal", NR "Nauru",
    NU "Niue", NZ "New Zealand", OM "Oman", PA "Panama", PE "Peru", PF "French Polynesia",
    PG "Papua New Guinea", PH "Philippines", PK "Pakistan", PL "Poland",
    PM "Saint Pierre and Miquelon", PN "Pitcairn Islands", PR "Puerto Rico", PT "Portugal",
    PW "Palau", PY "Paraguay", QA "Qatar", RE "Reunion", RO "Romania", RS "Serbia", RU "Russia",
    RW "Rwanda", SA "Saudi Arabia", SB "Solomon Islands", SC "Seychelles", SD "Sudan",
    SE "Sweden", SG "Singapore", SH "Saint Helena, Ascension, and Tristan da Cunha",
    SI "Slovenia", SK "Slovakia", SL "Sierra Leone", SM "San Marino", SN "Senegal", SO "Somalia",
    SR "Suriname", SS "South Sudan", ST "Sao Tome and Principe", SV "El Salvador",
    SX "Sint Maarten", SY "Syria", SZ "Eswatini", TC "Turks and Caicos Islands", TD "Chad",
    TF "French Southern and Antarctic Lands", TG "Togo", TH "Thailand", TJ "Tajikistan",
    TK "Tokelau", TL "Timor-Leste", TM "Turkmenistan", TN "Tunisia", TO "Tonga", TR "Turkey",
    TT "Trinidad and Tobago", TV "Tuvalu", TW "Taiwan", TZ "Tanzania", UA "Ukraine", UG "Uganda",
    US "United States", UY "Uruguay", UZ "Uzbekistan", VA "Vatican City",
    VC "Saint Vincent and the Grenadines", VE "Venezuela", VG "Virgin Islands, British",
    VI "Virgin Islands, U.S.", VN "Vietnam", VU "Vanuatu", WF "Wallis and Futuna", WS "Samoa",
    XK "Kosovo", XR "Svalbard", XS "Spratly Islands", XW "West Bank", YE "Yemen", YT "Mayotte",
    ZA "South Africa", ZM "Zambia", ZW "Zimbabwe",
}

/// ISO codes that are counted to another code here. Source: peers.md §2.7.
const COUNTED_TO: [(&str, Country); 4] =
    [("AX", Country::FI), ("PS", Country::XW), ("SJ", Country::XR), ("UM", Country::US)];

impl Country {
    /// The country of a two-letter code in capitals, GENC or ISO 3166-1; `None` for any other text.
    ///
    /// # Example
    /// ```
    /// use cairn_ground::Country;
    /// assert_eq!(Country::from_code("GB").map(Country::name), Some("United Kingdom"));
    /// assert_eq!(Country::from_code("AX"), Some(Country::FI));
    /// ```
    pub fn from_code(code: &str) -> Option<Self> {
        let own = Self::ALL.binary_search_by_key(&code, |country| country.code()).ok();
        let counted = || COUNTED_TO.iter().find(|(iso, _)| *iso == code).map(|(_, to)| *to);
        own.and_then(|index| Self::ALL.get(index).copied()).or_else(counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_is_found_by_its_code_and_stands_in_order() {
        assert!(Country::ALL.is_sorted());
        for (index, country) in Country::ALL.iter().enumerate() {
            assert_eq!(*country as usize, index);
            assert_eq!(Country::from_code(country.code()), Some(*country));
            assert!(!country.name().is_empty());
        }
    }

    #[test]
    fn odd_codes_are_counted_as_the_peers_count_them() {
        let name = |code| Country::from_code(code).map(Country::name);
        assert_eq!(name("PS"), Some("West Bank"));
        assert_eq!(name("SJ"), Some("Svalbard"));
        assert_eq!(name("AX"), Some("Finland"));
        assert_eq!(name("UM"), Some("United States"));
        assert_eq!(name("KR"), Some("Korea, South"));
        assert_eq!(name("gb").or(name("")).or(name("ZZ")).or(name("GBR")), None);
    }
}
