//! Stepping over a value nobody asked for, held to the same grammar.

use super::GaveUp;
use super::cursor::Cursor;

/// Lists and objects around a place, the innermost in the lowest bit.
#[derive(Debug, Default)]
struct Around {
    are_objects: u64,
    n: u32,
}

impl Around {
    /// Goes into a list or an object; deeper than a word has bits is left to the general reader.
    fn enter(&mut self, is_object: bool) -> Result<(), GaveUp> {
        self.are_objects = self.are_objects << 1 | u64::from(is_object);
        self.n += 1;
        if self.n <= u64::BITS { Ok(()) } else { Err(GaveUp) }
    }

    /// Whether the innermost is an object; `None` outside of all.
    fn is_object(&self) -> Option<bool> {
        (self.n > 0).then_some(self.are_objects & 1 == 1)
    }

    fn leave(&mut self) {
        self.are_objects >>= 1;
        self.n -= 1;
    }
}

impl Cursor<'_> {
    /// Steps over the value here, whatever it is.
    #[inline(never)]
    pub(super) fn skip_value(&mut self) -> Result<(), GaveUp> {
        let mut around = Around::default();
        loop {
            self.skip_space();
            let has_begun = match self.peek() {
                b'[' => self.begin(false, &mut around)?,
                b'{' => self.begin(true, &mut around)?,
                _ => self.skip_scalar().map(|()| false)?,
            };
            if !has_begun && self.end(&mut around)? {
                return Ok(());
            }
        }
    }

    /// Steps into a list or object; false when it is empty, and then past it.
    fn begin(&mut self, is_object: bool, around: &mut Around) -> Result<bool, GaveUp> {
        self.at += 1;
        self.skip_space();
        if self.peek() == closing(is_object) {
            self.at += 1;
            return Ok(false);
        }
        around.enter(is_object)?;
        self.skip_key(is_object)?;
        Ok(true)
    }

    /// Steps past what ends after a value, to the next value; true when nothing is around any more.
    fn end(&mut self, around: &mut Around) -> Result<bool, GaveUp> {
        while let Some(is_object) = around.is_object() {
            self.skip_space();
            let byte = self.peek();
            if byte != b',' && byte != closing(is_object) {
                return Err(GaveUp);
            }
            self.at += 1;
            if byte == b',' {
                self.skip_key(is_object)?;
                return Ok(false);
            }
            around.leave();
        }
        Ok(true)
    }

    fn skip_key(&mut self, is_object: bool) -> Result<(), GaveUp> {
        if !is_object {
            return Ok(());
        }
        self.skip_space();
        if self.peek() != b'"' {
            return Err(GaveUp);
        }
        self.skip_string()?;
        self.expect(b':')
    }

    fn skip_scalar(&mut self) -> Result<(), GaveUp> {
        match self.peek() {
            b'"' => self.skip_string(),
            b'-' | b'0'..=b'9' => self.skip_number(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => Err(GaveUp),
        }
    }
}

const fn closing(is_object: bool) -> u8 {
    if is_object { b'}' } else { b']' }
}
