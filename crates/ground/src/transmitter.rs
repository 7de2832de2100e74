//! Anything with a stable radio identity that phones hear.

use crate::cell_id::NETWORK_UNKNOWN_WORD;
use crate::{AreaId, Bssid, CellId, CellRadio, DeviceKey};
use std::fmt;

/// A transmitter's identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransmitterId {
    /// A Wi-Fi BSS.
    Wifi(Bssid),
    /// A Bluetooth (LE) advertiser.
    Ble(Bssid),
    /// A cell.
    Cell(CellId),
}

/// The kind of a transmitter: what decides its physics and its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TransmitterKind {
    /// Wi-Fi.
    Wifi = 0,
    /// Bluetooth.
    Ble = 1,
    /// 2G cell.
    Gsm = 2,
    /// 3G cell.
    Wcdma = 3,
    /// 4G cell.
    Lte = 4,
    /// 5G cell.
    Nr = 5,
}

impl TransmitterKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 6] = [Self::Wifi, Self::Ble, Self::Gsm, Self::Wcdma, Self::Lte, Self::Nr];

    /// True for the four cellular kinds.
    pub const fn is_cell(self) -> bool {
        !matches!(self, Self::Wifi | Self::Ble)
    }

    /// The kind of a radio generation's cells.
    pub const fn of_radio(radio: CellRadio) -> Self {
        match radio {
            CellRadio::Gsm => Self::Gsm,
            CellRadio::Wcdma => Self::Wcdma,
            CellRadio::Lte => Self::Lte,
            CellRadio::Nr => Self::Nr,
        }
    }

    /// The kind whose number is `n`.
    pub fn from_number(n: u8) -> Option<Self> {
        Self::ALL.get(usize::from(n)).copied()
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wifi => "wifi",
            Self::Ble => "ble",
            Self::Gsm => "gsm",
            Self::Wcdma => "wcdma",
            Self::Lte => "lte",
            Self::Nr => "nr",
        }
    }
}

/// Whether a transmitter stays where it is, as far as the evidence says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Mobility {
    /// Too little evidence to tell; treated as fixed, with its wide uncertainty.
    Unsure = 0,
    /// The evidence agrees on one place.
    Fixed = 1,
    /// Heard at places that one fixed transmitter cannot reach: never used to answer.
    Moving = 2,
}

impl Mobility {
    /// The verdict whose number is `n`.
    pub const fn from_number(n: u8) -> Option<Self> {
        match n {
            0 => Some(Self::Unsure),
            1 => Some(Self::Fixed),
            2 => Some(Self::Moving),
            _ => None,
        }
    }
}

/// A 56-bit look-up key of a transmitter.
///
/// Two tag bits (0 Wi-Fi, 1 Bluetooth, 2 cell) above 54 bits: the 48-bit address itself, or a 54-bit
/// hash of the cell's parts. Exact for Wi-Fi and Bluetooth (G2); among 10⁸ cells about 0.3 pairs are
/// expected to share a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct TransmitterKey(u64);

impl TransmitterKey {
    /// Bits used of the number.
    pub const BITS: u32 = 56;

    /// The key as a number below 2⁵⁶.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The key of a cell by its parts; numbers above 36 bits are no real cell's.
    pub(crate) fn of_cell(area: AreaId, cell: u64) -> Self {
        Self(2 << 54 | hash54(area, cell))
    }

    /// The key whose number is `n`; `None` for a number that no transmitter's key has.
    pub const fn from_number(n: u64) -> Option<Self> {
        let is_possible = match n >> 54 {
            0 | 1 => n & 0x003f_0000_0000_0000 == 0,
            tag => tag == 2,
        };
        if is_possible { Some(Self(n)) } else { None }
    }

    /// What the addresses of one Wi-Fi access point share; `None` for what is no Wi-Fi.
    pub const fn wifi_device(self) -> Option<DeviceKey> {
        if self.0 >> 54 == 0 { Some(Bssid::from_u48(self.0).device_key()) } else { None }
    }
}

impl TransmitterId {
    /// The look-up key.
    pub fn key(self) -> TransmitterKey {
        TransmitterKey(match self {
            Self::Wifi(address) => address.to_u48(),
            Self::Ble(address) => 1 << 54 | address.to_u48(),
            Self::Cell(cell) => 2 << 54 | hash54(cell.area_id(), cell.cell()),
        })
    }

    /// The kind.
    pub const fn kind(self) -> TransmitterKind {
        match self {
            Self::Wifi(_) => TransmitterKind::Wifi,
            Self::Ble(_) => TransmitterKind::Ble,
            Self::Cell(cell) => TransmitterKind::of_radio(cell.radio()),
        }
    }

    /// A number shared by what sits in one box and by nothing else: the [`DeviceKey`] with the
    /// technology for Wi-Fi and Bluetooth, the cell itself otherwise.
    pub fn box_number(self) -> u64 {
        match self {
            Self::Wifi(address) => address.device_key().get(),
            Self::Ble(address) => 1 << 54 | address.device_key().get(),
            Self::Cell(_) => self.key().get(),
        }
    }

    /// The box it sits in, for Wi-Fi and Bluetooth.
    pub const fn device_key(self) -> Option<DeviceKey> {
        match self {
            Self::Wifi(address) | Self::Ble(address) => Some(address.device_key()),
            Self::Cell(_) => None,
        }
    }

    /// Reads what [`fmt::Display`] prints: `wifi-a8:20:…`, `ble-…`, `lte-234-30-1025-21`; a bare
    /// address is taken as Wi-Fi.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(address) = Bssid::parse(text) {
            return Some(Self::Wifi(address));
        }
        let (kind, rest) = text.split_once('-')?;
        let radio = match kind {
            "wifi" => return Bssid::parse(rest).map(Self::Wifi),
            "ble" => return Bssid::parse(rest).map(Self::Ble),
            "gsm" => CellRadio::Gsm,
            "wcdma" => CellRadio::Wcdma,
            "lte" => CellRadio::Lte,
            "nr" => CellRadio::Nr,
            _ => return None,
        };
        let [mcc, mnc, area, cell] = rest.splitn(4, '-').collect::<Vec<_>>().try_into().ok()?;
        let (mcc, area) = (mcc.parse().ok()?, area.parse().ok()?);
        let cell = cell.split('-').next()?.parse().ok()?;
        let id = if mnc == NETWORK_UNKNOWN_WORD {
            CellId::of_unknown_network(radio, mcc, area, cell)
        } else {
            CellId::new(radio, mcc, mnc.parse().ok()?, area, cell)
        };
        id.ok().map(Self::Cell)
    }
}

impl fmt::Display for TransmitterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wifi(address) => write!(f, "wifi-{address}"),
            Self::Ble(address) => write!(f, "ble-{address}"),
            Self::Cell(cell) => write!(f, "{cell}"),
        }
    }
}

impl AreaId {
    /// The look-up key: that of the area's cell with the number 0, which no real cell has.
    pub fn key(self) -> TransmitterKey {
        TransmitterKey::of_cell(self, 0)
    }
}

/// Hashes a cell's parts to 54 bits: two rounds of the `MurmurHash3` finalizer over the packed parts.
fn hash54(area: AreaId, cell: u64) -> u64 {
    let operator = u64::from(area.mcc()) << 16 | u64::from(area.mnc().unwrap_or(u16::MAX));
    let high = (area.radio() as u64) << 58 | operator << 26 | u64::from(area.area());
    finalize(finalize(high).wrapping_add(cell)) >> 10
}

/// Source: Austin Appleby, `MurmurHash3`, 64-bit finalizer (public domain).
const fn finalize(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ x >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_can_be_read_back() {
        let cell = CellId::new(CellRadio::Nr, 262, 1, 70_000, 68_719_476_735).unwrap();
        let wifi = Bssid::parse("a8:20:66:ff:01:4d").unwrap();
        let unknown = CellId::of_unknown_network(CellRadio::Lte, 272, 40_122, 7).unwrap();
        let cells = [cell, unknown].map(TransmitterId::Cell);
        for id in [TransmitterId::Wifi(wifi), TransmitterId::Ble(wifi)].into_iter().chain(cells) {
            assert_eq!(TransmitterId::parse(&id.to_string()), Some(id));
        }
        assert_eq!(TransmitterId::parse("lte-1-2"), None);
    }

    #[test]
    fn a_wifi_and_a_bluetooth_radio_with_one_address_have_two_keys() {
        // invariant: G2
        let address = Bssid::from_u48(0xffff_ffff_fffe);
        let (wifi, ble) = (TransmitterId::Wifi(address).key(), TransmitterId::Ble(address).key());
        assert_ne!(wifi, ble);
        assert_eq!(wifi.get(), address.to_u48());
        assert!(ble.get() < 1 << TransmitterKey::BITS);
        for key in [wifi, ble] {
            assert_eq!(TransmitterKey::from_number(key.get()), Some(key));
        }
        for n in [1 << 48, 3 << 54, 1 << 56, u64::MAX] {
            assert_eq!(TransmitterKey::from_number(n), None);
        }
    }

    #[test]
    fn a_cell_of_an_unknown_network_has_a_key_of_its_own() {
        let key = |id: CellId| TransmitterId::Cell(id).key();
        let unknown = CellId::of_unknown_network(CellRadio::Lte, 272, 40_122, 7).unwrap();
        let stated = |mnc| CellId::new(CellRadio::Lte, 272, mnc, 40_122, 7).unwrap();
        assert!((0..=999).all(|mnc| key(stated(mnc)) != key(unknown)));
    }

    #[test]
    fn an_area_has_a_key_that_none_of_its_cells_has() {
        let cell = |n| CellId::new(CellRadio::Lte, 234, 30, 1_009, n).unwrap();
        let area = cell(1).area_id().key();
        assert_eq!(TransmitterKey::from_number(area.get()), Some(area));
        assert!((1..2_000).all(|n| TransmitterId::Cell(cell(n)).key() != area));
        let other = AreaId::new(CellRadio::Lte, 234, 30, 1_010).unwrap();
        assert_ne!(other.key(), area);
    }
}
