//! The identity of a cell, and of the area around it: radio, operator, area, cell.

use crate::error::{OutOfRange, within};
use std::ops::RangeInclusive;

/// A cellular radio generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellRadio {
    /// 2G.
    Gsm,
    /// 3G (UMTS).
    Wcdma,
    /// 4G.
    Lte,
    /// 5G New Radio.
    Nr,
}

impl CellRadio {
    /// Greatest cell identity of the radio.
    ///
    /// # Source
    /// 3GPP TS 23.003 §4.7 and §19.6: 16 bits (GSM), 28 bits (UTRAN with RNC, E-UTRAN), 36 bits (NR).
    pub const fn cell_max(self) -> u64 {
        match self {
            Self::Gsm => 0xffff,
            Self::Wcdma | Self::Lte => 0x0fff_ffff,
            Self::Nr => 0xf_ffff_ffff,
        }
    }

    /// Greatest area code: 16-bit LAC or LTE TAC, 24-bit NR TAC. Source: 3GPP TS 23.003 §4.1, §19.4.2.3, §28.6.
    pub const fn area_max(self) -> u32 {
        match self {
            Self::Gsm | Self::Wcdma | Self::Lte => 65_533,
            Self::Nr => 0x00ff_fffe,
        }
    }

    /// The word for it on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gsm => "gsm",
            Self::Wcdma => "wcdma",
            Self::Lte => "lte",
            Self::Nr => "nr",
        }
    }
}

/// The number that stands for "no network stated"; every stated one is at most 999.
const NETWORK_UNKNOWN: u16 = u16::MAX;

/// The worldwide identity of an area: what a cell's identity says without the cell.
///
/// A query may name one where the cell itself is unknown; a snapshot may hold one for all its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaId {
    radio: CellRadio,
    mcc: u16,
    mnc: u16,
    area: u32,
}

impl AreaId {
    /// An area from its parts.
    ///
    /// # Errors
    /// [`OutOfRange`] naming the part: MCC 200..=999, MNC 0..=999, area 1...
    pub fn new(radio: CellRadio, mcc: u32, mnc: u32, area: u32) -> Result<Self, OutOfRange> {
        within("mobile country code", f64::from(mcc), 200.0, 999.0)?;
        within("mobile network code", f64::from(mnc), 0.0, 999.0)?;
        within("location area code", f64::from(area), 1.0, f64::from(radio.area_max()))?;
        let small = |n: u32| u16::try_from(n).unwrap_or(0);
        Ok(Self { radio, mcc: small(mcc), mnc: small(mnc), area })
    }

    /// An area whose network is not known: some loggers state a country, an area and a cell, and no
    /// network. It equals no area of a stated network.
    ///
    /// # Errors
    /// As [`AreaId::new`].
    pub fn of_unknown_network(radio: CellRadio, mcc: u32, area: u32) -> Result<Self, OutOfRange> {
        Self::new(radio, mcc, 0, area).map(|stated| Self { mnc: NETWORK_UNKNOWN, ..stated })
    }

    /// An area that no network has, for keys of other things than areas; `number` below 2²⁶.
    pub(crate) fn made_up(radio: CellRadio, mcc: u16, mnc: Option<u16>, number: u32) -> Self {
        Self { radio, mcc, mnc: mnc.unwrap_or(NETWORK_UNKNOWN), area: number }
    }

    /// All identities that a cell of the area can have, in their order.
    pub const fn cells(self) -> RangeInclusive<CellId> {
        let first = CellId { within: self, cell: 1 };
        let last = CellId { within: self, cell: self.radio.cell_max() };
        RangeInclusive::new(first, last)
    }

    /// The radio generation.
    pub const fn radio(self) -> CellRadio {
        self.radio
    }
    /// Mobile country code.
    pub const fn mcc(self) -> u16 {
        self.mcc
    }
    /// Mobile network code; `None` when no network was stated.
    pub const fn mnc(self) -> Option<u16> {
        if self.mnc == NETWORK_UNKNOWN { None } else { Some(self.mnc) }
    }
    /// Location or tracking area code.
    pub const fn area(self) -> u32 {
        self.area
    }
}

impl std::fmt::Display for AreaId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { radio, mcc, area, .. } = *self;
        match self.mnc() {
            Some(mnc) => write!(f, "{}-{mcc}-{mnc}-{area}", radio.name()),
            None => write!(f, "{}-{mcc}-{NETWORK_UNKNOWN_WORD}-{area}", radio.name()),
        }
    }
}

/// The word for an unknown network in what is printed.
pub(crate) const NETWORK_UNKNOWN_WORD: &str = "unknown";

/// A GSM cell above 65,535 is counted as WCDMA.
const fn counted_as(radio: CellRadio, cell: u64) -> CellRadio {
    match radio {
        CellRadio::Gsm if cell > CellRadio::Gsm.cell_max() => CellRadio::Wcdma,
        other => other,
    }
}

/// The worldwide identity of a cell. PCI and PSC are hints and never part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId {
    within: AreaId,
    cell: u64,
}

impl CellId {
    /// A cell from its parts; a GSM cell above 65,535 is counted as WCDMA, as Ichnaea does.
    ///
    /// # Errors
    /// [`OutOfRange`] naming the part: MCC 200..=999, MNC 0..=999, area 1.., cell 1...
    pub fn new(
        radio: CellRadio,
        mcc: u32,
        mnc: u32,
        area: u32,
        cell: u64,
    ) -> Result<Self, OutOfRange> {
        Self::within(AreaId::new(counted_as(radio, cell), mcc, mnc, area)?, cell)
    }

    /// A cell whose network is not known; it equals no cell of a stated network.
    ///
    /// # Errors
    /// As [`CellId::new`].
    pub fn of_unknown_network(
        radio: CellRadio,
        mcc: u32,
        area: u32,
        cell: u64,
    ) -> Result<Self, OutOfRange> {
        let radio = counted_as(radio, cell);
        Self::within(AreaId::of_unknown_network(radio, mcc, area)?, cell)
    }

    fn within(area: AreaId, cell: u64) -> Result<Self, OutOfRange> {
        let radio = area.radio;
        #[expect(
            clippy::cast_precision_loss,
            reason = "36 bits are exact in f64; beyond is refused"
        )]
        within("cell id", cell as f64, 1.0, radio.cell_max() as f64)?;
        Ok(Self { within: area, cell })
    }

    /// Another cell of its area; `cell` must be a number the radio has.
    pub(crate) const fn numbered(self, cell: u64) -> Self {
        Self { within: self.within, cell }
    }

    /// The area it belongs to.
    pub const fn area_id(self) -> AreaId {
        self.within
    }
    /// The radio generation.
    pub const fn radio(self) -> CellRadio {
        self.within.radio
    }
    /// Mobile country code.
    pub const fn mcc(self) -> u16 {
        self.within.mcc
    }
    /// Mobile network code; `None` when no network was stated.
    pub const fn mnc(self) -> Option<u16> {
        self.within.mnc()
    }
    /// Location or tracking area code.
    pub const fn area(self) -> u32 {
        self.within.area
    }
    /// Cell identity within the operator (NR: within the area's operator, 36 bits).
    pub const fn cell(self) -> u64 {
        self.cell
    }
}

impl std::fmt::Display for CellId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { within, cell } = *self;
        write!(f, "{within}-{cell}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gsm_cell_too_large_for_gsm_is_wcdma() {
        let cell = CellId::new(CellRadio::Gsm, 425, 7, 10_222, 1_504_557).unwrap();
        assert_eq!(cell.radio(), CellRadio::Wcdma);
    }

    #[test]
    fn a_36_bit_nr_cell_is_accepted_and_a_37_bit_one_refused() {
        assert!(CellId::new(CellRadio::Nr, 262, 1, 70_000, 0xf_ffff_ffff).is_ok());
        assert!(CellId::new(CellRadio::Nr, 262, 1, 70_000, 0x10_0000_0000).is_err());
        assert!(CellId::new(CellRadio::Lte, 262, 1, 0, 5).is_err());
        assert!(CellId::new(CellRadio::Lte, 262, 1, 5, u64::MAX).is_err());
    }

    #[test]
    fn an_unknown_network_is_none_of_the_stated_ones() {
        let unknown = CellId::of_unknown_network(CellRadio::Lte, 272, 40_122, 7).unwrap();
        assert_eq!(
            (unknown.mnc(), unknown.to_string().as_str()),
            (None, "lte-272-unknown-40122-7")
        );
        for mnc in 0..=999 {
            assert_ne!(CellId::new(CellRadio::Lte, 272, mnc, 40_122, 7).unwrap(), unknown);
        }
        assert_eq!(unknown.area_id().mnc(), None);
        assert!(CellId::of_unknown_network(CellRadio::Lte, 199, 40_122, 7).is_err());
        let long = CellId::of_unknown_network(CellRadio::Gsm, 272, 1, 70_000).unwrap();
        assert_eq!(long.radio(), CellRadio::Wcdma);
    }

    #[test]
    fn an_area_is_what_its_cells_share() {
        let cell = CellId::new(CellRadio::Lte, 234, 30, 1_009, 41).unwrap();
        let area = AreaId::new(CellRadio::Lte, 234, 30, 1_009).unwrap();
        assert_eq!((cell.area_id(), area.to_string().as_str()), (area, "lte-234-30-1009"));
        let long = CellId::new(CellRadio::Gsm, 234, 30, 1_010, 70_001).unwrap();
        assert_eq!(long.area_id().to_string(), "wcdma-234-30-1010");
        for (radio, mcc, area) in
            [(CellRadio::Lte, 199, 1), (CellRadio::Lte, 200, 0), (CellRadio::Gsm, 200, 65_534)]
        {
            assert!(AreaId::new(radio, mcc, 0, area).is_err(), "{mcc} {area}");
        }
        assert!(AreaId::new(CellRadio::Nr, 200, 999, 0x00ff_fffe).is_ok());
    }

    #[test]
    fn an_area_s_cells_lie_between_its_first_and_last_and_no_others_do() {
        let cell = CellId::new(CellRadio::Lte, 302, 720, 29_100, 77).unwrap();
        let cells = cell.area_id().cells();
        assert!(cells.contains(&cell));
        let other = CellId::new(CellRadio::Lte, 302, 720, 29_101, 1).unwrap();
        assert!(!cells.contains(&other));
    }
}
