//! A place in a text, and the steps from there.

use super::GaveUp;

/// A place in a text.
#[derive(Debug)]
pub(crate) struct Cursor<'de> {
    text: &'de str,
    bytes: &'de [u8],
    pub(super) at: usize,
}

impl<'de> Cursor<'de> {
    pub(super) const fn new(text: &'de str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0 }
    }

    /// The byte here; 0, which no JSON has, at the end.
    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// The bytes from here on.
    #[inline]
    pub(super) fn rest(&self) -> &'de [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The text from a place to here.
    #[inline]
    pub(super) fn since(&self, start: usize) -> Result<&'de str, GaveUp> {
        self.text.get(start..self.at).ok_or(GaveUp)
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    #[inline]
    pub(super) fn skip_space(&mut self) {
        if self.peek() <= b' ' {
            self.skip_some_space();
        }
    }

    fn skip_some_space(&mut self) {
        let is_space = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\t' | b'\r');
        self.at += self.rest().iter().take_while(is_space).count();
    }

    /// Steps over white space and one byte that must be there.
    #[inline]
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), GaveUp> {
        if self.peek() != byte {
            self.skip_space();
        }
        if self.peek() != byte {
            return Err(GaveUp);
        }
        self.at += 1;
        Ok(())
    }

    /// Steps over a word that must be there.
    pub(super) fn word(&mut self, word: &'static [u8]) -> Result<(), GaveUp> {
        if !self.rest().starts_with(word) {
            return Err(GaveUp);
        }
        self.at += word.len();
        Ok(())
    }
}
