//! Strings: eight bytes at a time to the closing quote.

use super::GaveUp;
use super::cursor::Cursor;
use serde::de::IgnoredAny;
use std::borrow::Cow;

/// The lowest bit of each byte.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of each byte.
const TOPS: u64 = 0x8080_8080_8080_8080;
/// Bytes below this stand in no string. Source: RFC 8259 §7.
const CONTROL_BELOW: u8 = 0x20;

impl<'de> Cursor<'de> {
    /// The string whose opening quote is here.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Cow<'de, str>, GaveUp> {
        let start = self.at + 1;
        self.at = start;
        self.at += plain_bytes(self.rest());
        if self.peek() != b'"' {
            return self.escaped(start);
        }
        let text = self.since(start)?;
        self.at += 1;
        Ok(Cow::Borrowed(text))
    }

    /// A string with escapes: its end is found here, what it says is for the general reader.
    #[cold]
    fn escaped(&mut self, start: usize) -> Result<Cow<'de, str>, GaveUp> {
        self.find_quote()?;
        let quoted = self.since(start - 1)?;
        serde_json::from_str(quoted).map(Cow::Owned).map_err(|_elsewhere| GaveUp)
    }

    /// Steps over the string whose opening quote is here.
    pub(super) fn skip_string(&mut self) -> Result<(), GaveUp> {
        let start = self.at;
        self.at += 1;
        if self.find_quote()? {
            let quoted = self.since(start)?;
            serde_json::from_str::<IgnoredAny>(quoted).map_err(|_elsewhere| GaveUp)?;
        }
        Ok(())
    }

    /// Steps past the closing quote; whether there were escapes on the way.
    fn find_quote(&mut self) -> Result<bool, GaveUp> {
        let mut has_escapes = false;
        loop {
            self.at += plain_bytes(self.rest());
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Ok(has_escapes);
                }
                // Whatever follows, it does not end the string.
                b'\\' => self.at += 2,
                _ => return Err(GaveUp),
            }
            has_escapes = true;
        }
    }
}

/// How many bytes stand before the first quote, backslash or control character.
#[inline]
fn plain_bytes(bytes: &[u8]) -> usize {
    let (chunks, tail) = bytes.as_chunks::<8>();
    for (index, chunk) in chunks.iter().enumerate() {
        let found = special(u64::from_le_bytes(*chunk));
        if found != 0 {
            return index * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..CONTROL_BELOW);
    chunks.len() * 8 + tail.iter().take_while(is_plain).count()
}

/// Marks the top bit of special bytes; of the lowest mark it is exact.
///
/// # Source
/// Sean Anderson, Bit Twiddling Hacks, "determine if a word has a zero byte" and "less than n".
#[inline]
const fn special(word: u64) -> u64 {
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let quotes = quote.wrapping_sub(ONES) & !quote;
    let backslashes = backslash.wrapping_sub(ONES) & !backslash;
    let controls = word.wrapping_sub(ONES * CONTROL_BELOW as u64) & !word;
    (quotes | backslashes | controls) & TOPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_special_byte_is_found_wherever_it_stands() {
        for n in 0..40 {
            for special in (0..0x20_u8).chain([b'"', b'\\']) {
                for around in [b'a', b'!', b'#', b'[', b']', b' ', 0x7f, 0x80, 0xa2, 0xff, 0xdc] {
                    let mut bytes = vec![around; 41];
                    bytes[n] = special;
                    bytes[40] = b'"';
                    assert_eq!(plain_bytes(&bytes), n, "{special} among {around}");
                }
            }
        }
    }
}
