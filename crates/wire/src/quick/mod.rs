//! JSON for the common case: one pass over the text, each byte looked at once or twice.
//!
//! It reads what is beyond doubt and gives up on the rest: then the general reader starts anew, and only that one
//! says what is wrong. So there is one place that words refusals, and a body that is broken costs two readings.
//! What both read is the same; `quick_tests.rs` and the fuzz targets hold it to that.
//!
//! Reading order: `cursor` (bytes), `text`, `number`, `skip`, `value` (what serde asks), `radio` (the lists
//! that queries consist of).

mod cursor;
mod number;
mod radio;
mod skip;
mod text;
mod value;

use crate::field::{Field, Fill, Object};
pub(crate) use cursor::Cursor;
use serde::de::DeserializeSeed as _;
use std::fmt;
use value::Inside;

/// It is not for this reader to say what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GaveUp;

impl fmt::Display for GaveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("left to the general reader")
    }
}

impl std::error::Error for GaveUp {}

impl serde::de::Error for GaveUp {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads a whole text into `root`, and what the text turned out to be.
///
/// # Errors
/// [`GaveUp`]; what was read until then is in `root`.
pub(crate) fn read<T: Object>(text: &str, root: &mut T) -> Result<Field<()>, GaveUp> {
    let mut cursor = Cursor::new(text);
    cursor.skip_space();
    let shape = if cursor.peek() == b'{' {
        read_members(&mut cursor, root)?;
        Field::Value(())
    } else {
        Fill(root).deserialize(&mut cursor)?.map(|_| ())
    };
    cursor.skip_space();
    if cursor.is_at_end() { Ok(shape) } else { Err(GaveUp) }
}

/// Reads the members of the object here, each in the quickest way its owner knows.
fn read_members<T: Object>(cursor: &mut Cursor<'_>, root: &mut T) -> Result<(), GaveUp> {
    let mut object = Inside::open(cursor, b'}');
    while object.step()? {
        let key = object.cursor.key()?;
        let start = object.cursor.at;
        object.cursor.expect(b':')?;
        if !root.read_quickly(&key, object.cursor)? {
            object.cursor.at = start;
            root.read(&key, &mut &mut object)?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "../quick_tests.rs"]
mod tests;
