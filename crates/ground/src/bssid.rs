//! The 48-bit address of a Wi-Fi BSS or a Bluetooth device.

use std::cmp::Ordering;
use std::fmt;

/// A 48-bit radio address: a Wi-Fi BSSID, or a Bluetooth device address.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Bssid([u8; 6]);

/// What is no digit.
const NO_DIGIT: u8 = 0x10;
/// The value of each hexadecimal digit.
static DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value as usize];
        digits[digit as usize] = value;
        digits[digit.to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    digits
};

/// As their octets are ordered, by one comparison of numbers.
impl Ord for Bssid {
    fn cmp(&self, other: &Self) -> Ordering {
        self.to_u48().cmp(&other.to_u48())
    }
}

impl PartialOrd for Bssid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What the virtual addresses of one box share: the address without its first octet and last nibble.
///
/// Access points derive the addresses of their networks from one base address by setting bits of the
/// first octet and counting in the last nibble, so two addresses with one `DeviceKey` say no more
/// than one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceKey(u64);

impl DeviceKey {
    /// The key as a number below 2³⁶.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl Bssid {
    /// An address from its six octets, most significant first.
    pub const fn new(octets: [u8; 6]) -> Self {
        Self(octets)
    }

    /// Reads twelve hexadecimal digits, in any case, with `:`, `-` or `.` anywhere between them.
    ///
    /// `None` for anything else. Does not judge the address: see [`Bssid::is_usable`].
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        // As nearly all are written; both read the same.
        if let Ok(plain) = bytes.try_into() {
            return Self::of_digits(plain);
        }
        if let Ok(pairs) = bytes.try_into()
            && let Some(address) = Self::of_pairs(pairs)
        {
            return Some(address);
        }
        Self::parse_any(bytes)
    }

    /// Reads six pairs of hexadecimal digits, in any case, with colons between them.
    #[inline]
    pub fn of_pairs(pairs: [u8; 17]) -> Option<Self> {
        let has_colons = [2, 5, 8, 11, 14].iter().all(|at| pairs[*at] == b':');
        // A colon after each two.
        let digits = std::array::from_fn(|n| pairs[n + n / 2]);
        if has_colons { Self::of_digits(digits) } else { None }
    }

    /// Reads twelve hexadecimal digits, in any case.
    #[inline]
    pub fn of_digits(digits: [u8; 12]) -> Option<Self> {
        let values = digits.map(|digit| DIGITS[usize::from(digit)]);
        let all = values.iter().fold(0, |all, value| all | value);
        let value = values.iter().fold(0, |value, digit| value << 4 | u64::from(*digit));
        (all < NO_DIGIT).then(|| Self::from_u48(value))
    }

    fn parse_any(bytes: &[u8]) -> Option<Self> {
        let mut value: u64 = 0;
        let mut n_digits = 0;
        for c in bytes {
            let digit = match c {
                b':' | b'-' | b'.' => continue,
                c => DIGITS[usize::from(*c)],
            };
            if digit == NO_DIGIT {
                return None;
            }
            value = value << 4 | u64::from(digit);
            n_digits += 1;
            if n_digits > 12 {
                return None;
            }
        }
        (n_digits == 12).then(|| Self::from_u48(value))
    }

    /// The address whose 48 bits are the low bits of `value`.
    pub const fn from_u48(value: u64) -> Self {
        let b = value.to_be_bytes();
        Self([b[2], b[3], b[4], b[5], b[6], b[7]])
    }

    /// The address as a 48-bit number.
    pub const fn to_u48(self) -> u64 {
        let b = self.0;
        u64::from_be_bytes([0, 0, b[0], b[1], b[2], b[3], b[4], b[5]])
    }

    /// The six octets, most significant first.
    pub const fn octets(self) -> [u8; 6] {
        self.0
    }

    /// False for all zeros, all ones and multicast test addresses that no single radio has.
    ///
    /// # Source
    /// Ichnaea refuses the same three (`00…`, `ff…`, `01005e901000`); peers.md §2.5.
    pub const fn is_usable(self) -> bool {
        !matches!(self.to_u48(), 0 | 0xffff_ffff_ffff | 0x0100_5e90_1000)
    }

    /// True when the address was assigned locally (may be random, or a virtual network of a box).
    pub const fn is_locally_administered(self) -> bool {
        self.0[0] & 0x02 != 0
    }

    /// The fifteen addresses that differ from this one in the last nibble only: where an access point
    /// puts its other networks.
    pub fn siblings(self) -> impl Iterator<Item = Self> {
        let own = self.to_u48();
        (0..16)
            .map(move |nibble| own & !0xf | nibble)
            .filter(move |n| *n != own)
            .map(Self::from_u48)
    }

    /// The key shared by all addresses of one box.
    pub const fn device_key(self) -> DeviceKey {
        DeviceKey((self.to_u48() & 0x00ff_ffff_fff0) >> 4)
    }
}

impl fmt::Display for Bssid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, octet) in self.0.iter().enumerate() {
            let colon = if index == 0 { "" } else { ":" };
            write!(f, "{colon}{octet:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Bssid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bssid({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_reads_the_same() {
        let want = Bssid::from_u48(0xa820_66ff_014d);
        for text in ["a8:20:66:ff:01:4d", "A8-20-66-FF-01-4D", "a820.66ff.014d", "a82066ff014d"] {
            assert_eq!(Bssid::parse(text), Some(want), "{text}");
        }
        for text in ["", "a8:20:66:ff:01", "a8:20:66:ff:01:4d:00", "g8:20:66:ff:01:4d", "a8 20"] {
            assert_eq!(Bssid::parse(text), None, "{text}");
        }
        assert_eq!(want.to_string(), "a8:20:66:ff:01:4d");
    }

    #[test]
    fn virtual_networks_of_one_box_share_a_device() {
        let one = Bssid::parse("a8:20:66:00:29:10").unwrap();
        let two = Bssid::parse("aa:20:66:00:29:1f").unwrap();
        let other = Bssid::parse("a8:20:66:00:29:20").unwrap();
        assert_eq!(one.siblings().count(), 15);
        assert!(one.siblings().all(|s| s != one && s.device_key() == one.device_key()));
        assert_eq!(one.device_key(), two.device_key());
        assert_ne!(one.device_key(), other.device_key());
    }
}
