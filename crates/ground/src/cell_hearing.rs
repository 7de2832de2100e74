//! How a cell is heard, coarsely: the power class and the timing advance its finer records are kept by.

use crate::{AreaId, CellId, CellRadio, TransmitterKey};
use std::ops::RangeInclusive;

/// Width of a power class in dB.
///
/// # Source
/// Five folds of the Ottawa walks and the Cork drives: classes of 3, 4, 5 and 6 dB answer with a median error
/// of 95, 93, 95 and 94 m and of 58, 59, 60 and 55 m; one phone's readings at one place spread by 4 to 6 dB
/// (evaluation study §5).
const CLASS_DB: f64 = 4.0;
/// Power at which the first class begins, dBm: below what any radio reports.
const CLASS_FROM_DBM: f64 = -160.0;
/// Classes there are, to −16 dBm.
const N_CLASSES: u8 = 36;
/// The code of a timing advance that is not part of it.
const ADVANCE_NONE: u64 = 0xfff;
/// The code of a power that is not part of it.
const POWER_NONE: u64 = 0x3f;

/// How a cell is heard: in which power class, at which timing advance; either may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CellHearing {
    power_class: Option<u8>,
    timing_advance: Option<u16>,
}

impl CellHearing {
    /// The hearing that a reading shows; a timing advance past 4,094 steps counts as none.
    pub fn of(power_dbm: Option<f64>, timing_advance: Option<u16>) -> Self {
        Self {
            power_class: power_dbm.map(class_of),
            timing_advance: timing_advance.filter(|steps| u64::from(*steps) < ADVANCE_NONE),
        }
    }

    /// This hearing and the less exact ones it implies, most exact first; none that says nothing.
    pub fn and_wider(self) -> impl Iterator<Item = Self> {
        let alone = |power_class, timing_advance| Self { power_class, timing_advance };
        let steps = alone(None, self.timing_advance);
        let power = alone(self.power_class, None);
        let n = match (self.power_class, self.timing_advance) {
            (None, None) => 0,
            (Some(_), Some(_)) => 3,
            _ => 1,
        };
        [self, steps, power].into_iter().take(n)
    }

    /// Power in the middle of its class, dBm, when it has one.
    pub fn power_dbm(self) -> Option<f64> {
        self.power_class.map(|class| (f64::from(class) + 0.5).mul_add(CLASS_DB, CLASS_FROM_DBM))
    }

    /// Timing advance in the radio's steps, when it has one.
    pub const fn timing_advance(self) -> Option<u16> {
        self.timing_advance
    }

    /// The look-up key of what is known of `cell` heard like this: that of a cell of its area with a
    /// number no real cell has.
    pub fn key(self, cell: CellId) -> TransmitterKey {
        let power = self.power_class.map_or(POWER_NONE, u64::from);
        let steps = self.timing_advance.map_or(ADVANCE_NONE, u64::from);
        TransmitterKey::of_cell(cell.area_id(), cell.cell() | (power << 12 | steps) << 40 | 1 << 58)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 … 35")]
fn class_of(power_dbm: f64) -> u8 {
    ((power_dbm - CLASS_FROM_DBM) / CLASS_DB).floor().clamp(0.0, f64::from(N_CLASSES - 1)) as u8
}

/// The cells that by their numbers stand at one site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteId {
    first: CellId,
    last: CellId,
}

impl SiteId {
    /// The site of a cell, by how operators number: an eNodeB's 256 cells (LTE), the 16 cells that share
    /// all bits a gNB identity can have (NR), a decade (GSM, WCDMA).
    ///
    /// # Source
    /// 3GPP TS 36.413 §9.2.1.37 (eNB identity of 20 bits), TS 38.413 §9.3.1.6 (gNB identity of at most 32
    /// bits). The decade is a habit, no standard: on the Cork drives an unknown WCDMA cell is a median
    /// 1,472 m from the others of its decade, 4,011 m from the middle of its area.
    pub fn of(cell: CellId) -> Self {
        let n = cell.cell();
        let (first, last) = match cell.radio() {
            CellRadio::Lte => (n & !0xff, n | 0xff),
            CellRadio::Nr => (n & !0xf, n | 0xf),
            CellRadio::Gsm | CellRadio::Wcdma => (n - n % 10, n - n % 10 + 9),
        };
        let (first, last) = (first.max(1), last.min(cell.radio().cell_max()));
        Self { first: cell.numbered(first), last: cell.numbered(last) }
    }

    /// All identities a cell of the site can have, in their order.
    pub const fn cells(self) -> RangeInclusive<CellId> {
        RangeInclusive::new(self.first, self.last)
    }

    /// The area it lies in.
    pub const fn area_id(self) -> AreaId {
        self.first.area_id()
    }

    /// The look-up key: that of a cell with a number no real cell has.
    pub fn key(self) -> TransmitterKey {
        TransmitterKey::of_cell(self.area_id(), self.first.cell() | 1 << 59)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TransmitterId;

    fn lte(n: u64) -> CellId {
        CellId::new(CellRadio::Lte, 302, 720, 29_100, n).unwrap()
    }

    #[test]
    fn readings_of_one_class_are_heard_alike() {
        let of = |dbm| CellHearing::of(Some(dbm), Some(2));
        assert_eq!(of(-96.0), of(-92.1));
        assert_ne!(of(-96.0), of(-92.0));
        assert_eq!(of(-96.0).power_dbm(), Some(-94.0));
        assert_eq!(of(-300.0).power_dbm(), Some(-158.0));
        assert_eq!(of(0.0).power_dbm(), Some(-18.0));
        assert_eq!(CellHearing::of(Some(-94.0), Some(4_095)).timing_advance(), None);
    }

    #[test]
    fn the_less_exact_hearings_follow_and_nothing_says_nothing() {
        let full = CellHearing::of(Some(-94.0), Some(2));
        let power = CellHearing::of(Some(-94.0), None);
        let steps = CellHearing::of(None, Some(2));
        assert_eq!(full.and_wider().collect::<Vec<_>>(), [full, steps, power]);
        assert_eq!(power.and_wider().collect::<Vec<_>>(), [power]);
        assert_eq!(steps.and_wider().collect::<Vec<_>>(), [steps]);
        assert_eq!(CellHearing::default().and_wider().count(), 0);
    }

    #[test]
    fn every_hearing_of_a_cell_its_site_and_its_area_have_keys_of_their_own() {
        let cell = lte(9_751_830);
        let mut keys = vec![TransmitterId::Cell(cell).key(), cell.area_id().key()];
        keys.push(SiteId::of(cell).key());
        for steps in [None, Some(0), Some(1), Some(4_094)] {
            for dbm in (-160..-16).step_by(4) {
                keys.push(CellHearing::of(Some(f64::from(dbm)), steps).key(cell));
            }
        }
        keys.push(CellHearing::of(None, Some(0)).key(cell));
        let n = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), n);
    }

    #[test]
    fn a_site_holds_the_cells_numbered_like_it() {
        let site = SiteId::of(lte(9_751_830));
        assert!(site.cells().contains(&lte(9_751_881)) && !site.cells().contains(&lte(9_751_807)));
        assert_eq!(site, SiteId::of(lte(9_751_881)));
        let wcdma = |n| CellId::new(CellRadio::Wcdma, 272, 1, 30_122, n).unwrap();
        assert_eq!(SiteId::of(wcdma(842_970)), SiteId::of(wcdma(842_979)));
        assert_ne!(SiteId::of(wcdma(842_970)), SiteId::of(wcdma(842_969)));
        let nr = |n| CellId::new(CellRadio::Nr, 262, 1, 70_000, n).unwrap();
        assert!(SiteId::of(nr(0xf_ffff_ffff)).cells().contains(&nr(0xf_ffff_fff0)));
        assert!(!SiteId::of(nr(1)).cells().contains(&nr(16)));
    }
}
