//! Lists of Wi-Fi networks and Bluetooth devices: most bytes of most queries.
//!
//! A key that programs write is told by comparing sixteen bytes at once; any other goes the way of all keys.

use super::GaveUp;
use super::cursor::Cursor;
use super::value::Inside;
use crate::entry::RawRadio;
use crate::field::{Field, Object as _, Scalar, Shape};
use crate::words::Address;
use cairn_ground::Bssid;
use serde::Deserialize as _;

/// Whole numbers of so many digits are doubles without rounding.
const DIGITS_MAX: usize = 15;

/// A key as it is written, in the low bytes of a word, and the bits that it takes.
struct Key {
    word: u128,
    mask: u128,
    n_bytes: usize,
}

impl Key {
    const fn new(quoted: &[u8]) -> Self {
        let (mut word, mut mask, mut n) = (0, 0, 0);
        while n < quoted.len() {
            word |= (quoted[n] as u128) << (8 * n);
            mask |= 0xff << (8 * n);
            n += 1;
        }
        Self { word, mask, n_bytes: quoted.len() }
    }

    #[inline]
    const fn is(&self, here: u128) -> bool {
        here & self.mask == self.word
    }
}

const ADDRESS: Key = Key::new(b"\"macAddress\"");
const POWER: Key = Key::new(b"\"signalStrength\"");
const AGE: Key = Key::new(b"\"age\"");
const FREQUENCY: Key = Key::new(b"\"frequency\"");
const CHANNEL: Key = Key::new(b"\"channel\"");
const NAME: Key = Key::new(b"\"ssid\"");

impl Cursor<'_> {
    /// Hands each entry of the list here to a function; false, and nothing done, when here is no list.
    pub(crate) fn radios(&mut self, mut take: impl FnMut(Field<RawRadio>)) -> Result<bool, GaveUp> {
        self.skip_space();
        if self.peek() != b'[' {
            return Ok(false);
        }
        let mut list = Inside::open(self, b']');
        while list.step()? {
            take(list.cursor.radio()?);
        }
        Ok(true)
    }

    fn radio(&mut self) -> Result<Field<RawRadio>, GaveUp> {
        self.skip_space();
        if self.peek() != b'{' {
            return Shape::deserialize(self).map(|shape| shape.0);
        }
        let mut raw = RawRadio::default();
        let mut entry = Inside::open(self, b'}');
        while entry.step()? {
            if !entry.cursor.usual_member(&mut raw)? {
                let key = entry.cursor.key()?;
                raw.read(&key, &mut &mut entry)?;
            }
        }
        Ok(Field::Value(raw))
    }

    /// Reads a member whose key is one that programs write; false, and nothing read, when it is not.
    #[inline]
    fn usual_member(&mut self, raw: &mut RawRadio) -> Result<bool, GaveUp> {
        self.skip_space();
        let Some(here) = self.rest().first_chunk() else { return Ok(false) };
        let here = u128::from_le_bytes(*here);
        if ADDRESS.is(here) {
            raw.address = self.member(&ADDRESS, Self::address)?;
        } else if POWER.is(here) {
            raw.power_dbm = self.member(&POWER, Self::whole_number)?;
        } else if AGE.is(here) {
            raw.age_ms = self.member(&AGE, Self::whole_number)?;
        } else if FREQUENCY.is(here) {
            raw.frequency_mhz = self.member(&FREQUENCY, Self::whole_number)?;
        } else if CHANNEL.is(here) {
            raw.channel = self.member(&CHANNEL, Self::whole_number)?;
        } else if NAME.is(here) {
            raw.wish = self.member(&NAME, Self::scalar)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    #[inline]
    fn member<T>(
        &mut self,
        key: &Key,
        value: impl FnOnce(&mut Self) -> Result<T, GaveUp>,
    ) -> Result<T, GaveUp> {
        self.at += key.n_bytes;
        self.expect(b':')?;
        self.skip_space();
        value(self)
    }

    fn scalar<T: Scalar>(&mut self) -> Result<Field<T>, GaveUp> {
        Field::deserialize(self)
    }

    /// An address, in most cases twelve digits or six pairs, which are told by their quotes and read in place.
    #[inline]
    fn address(&mut self) -> Result<Field<Address>, GaveUp> {
        let (plain, pairs) = (quoted(self.rest()), quoted(self.rest()));
        let plain = plain.and_then(Bssid::of_digits).map(|address| (address, 14));
        let read = plain.or_else(|| Some((Bssid::of_pairs(pairs?)?, 19)));
        let Some((address, n_bytes)) = read else { return self.scalar() };
        self.at += n_bytes;
        Ok(Field::Value(Address(Some(address).filter(|address| address.is_usable()))))
    }

    /// A number, in most cases a short whole one.
    #[inline]
    fn whole_number(&mut self) -> Result<Field<f64>, GaveUp> {
        let start = self.at;
        let is_negative = self.step_over_minus();
        let starts_with_zero = self.peek() == b'0';
        let (value, n_digits) = self.whole();
        let goes_on = matches!(self.peek(), b'.' | b'e' | b'E');
        if goes_on || starts_with_zero || n_digits == 0 || n_digits > DIGITS_MAX {
            self.at = start;
            return self.scalar();
        }
        #[expect(clippy::cast_precision_loss, reason = "fifteen digits")]
        let number = value as f64;
        Ok(Field::Value(if is_negative { -number } else { number }))
    }
}

/// The bytes of a string that is `N` long, when here stands one; whoever takes them must want no byte that ends a
/// string or means another.
#[inline]
fn quoted<const N: usize>(rest: &[u8]) -> Option<[u8; N]> {
    let (text, after) = rest.strip_prefix(b"\"")?.split_first_chunk()?;
    (after.first() == Some(&b'"')).then_some(*text)
}
