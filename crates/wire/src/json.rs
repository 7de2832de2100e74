//! Where bytes become JSON: UTF-8 first, one pass, and what to say when it cannot be read.

use crate::errors::Details;
use crate::field::{Field, Fill, Object};
use crate::mend::repaired;
use crate::quick;
use serde::de::DeserializeSeed as _;
use std::borrow::Cow;

/// Why a whole body was refused: answer 400 `parseError`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Nothing was sent where something is needed.
    #[error("the body is empty: send a JSON object")]
    Empty,
    /// The bytes are not UTF-8.
    #[error("byte {offset} is not UTF-8: send the body as UTF-8")]
    NotUtf8 {
        /// Bytes before the first bad one.
        offset: usize,
    },
    /// The text is not JSON.
    #[error(
        "not JSON at line {line} column {column} (byte {offset}): {source}; send one JSON object"
    )]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1 (0: at the end of the line before).
        column: usize,
        /// Bytes before the place.
        offset: usize,
        /// What the parser said.
        source: serde_json::Error,
    },
    /// The body is JSON, but no object.
    #[error("the body is not a JSON object: send {{\"items\": […]}} or a query object")]
    RootNotObject,
    /// A field that must be there is not.
    #[error("the body has no \"{field}\": send {{\"{field}\": […]}}")]
    Missing {
        /// Its name.
        field: &'static str,
    },
    /// A field that must hold a list does not.
    #[error("\"{field}\" is not a list: send {{\"{field}\": […]}}")]
    NotAList {
        /// Its name.
        field: &'static str,
    },
    /// A field of the root has a type it cannot have.
    #[error("\"{field}\" is not a string: leave it out or send a string")]
    NotText {
        /// Its name.
        field: &'static str,
    },
    /// A list of the root is longer than it may be.
    #[error("\"{field}\" has more than {max} entries: send them in several requests")]
    TooMany {
        /// Its name.
        field: &'static str,
        /// How long it may be.
        max: usize,
    },
    /// A text of the root is longer than it may be.
    #[error("\"{field}\" has more than {max} characters: choose a shorter one")]
    TooLong {
        /// Its name.
        field: &'static str,
        /// How long it may be.
        max: usize,
    },
    /// The bytes are no protobuf message of the kind expected.
    #[error("no protobuf message at byte {offset}: {what}; cairn.proto says what to send")]
    Proto {
        /// Bytes before the place.
        offset: usize,
        /// What is wrong there.
        what: &'static str,
    },
}

impl DecodeError {
    /// What the error answer says beside the peers' words.
    pub fn details(&self) -> Details {
        let field = match self {
            Self::Empty | Self::RootNotObject => "",
            Self::NotUtf8 { .. } | Self::Syntax { .. } | Self::Proto { .. } => {
                return Details::Decode(self.to_string());
            }
            Self::Missing { field } => {
                return Details::Validation { field, message: "Required".to_owned() };
            }
            Self::NotAList { field }
            | Self::NotText { field }
            | Self::TooMany { field, .. }
            | Self::TooLong { field, .. } => field,
        };
        Details::Validation { field, message: self.to_string() }
    }
}

/// Reads a body into a fresh `make()`.
///
/// What only a strict reader minds (see `mend`) is set right after a first failure and read again
/// from the start, so that good bodies pay nothing for it.
pub(crate) fn parse<T: Object>(body: &[u8], make: impl Fn() -> T) -> Result<T, DecodeError> {
    let mut root = make();
    parse_into(body, &mut root, |root| *root = make())?;
    Ok(root)
}

/// The same into an existing value, which `clear` empties before another reading.
pub(crate) fn parse_into<T: Object>(
    body: &[u8],
    root: &mut T,
    clear: impl Fn(&mut T),
) -> Result<(), DecodeError> {
    let text = text_of(body)?;
    if let Ok(shape) = quick::read(text, root) {
        return rooted(shape);
    }
    clear(root);
    parse_carefully(text, root, clear)
}

/// The body as text that is not empty.
pub(crate) fn text_of(body: &[u8]) -> Result<&str, DecodeError> {
    let text =
        std::str::from_utf8(body).map_err(|e| DecodeError::NotUtf8 { offset: e.valid_up_to() })?;
    if text.trim_ascii().is_empty() { Err(DecodeError::Empty) } else { Ok(text) }
}

/// The same by the general reader, which knows what is wrong with a text and where.
pub(crate) fn parse_carefully<T: Object>(
    text: &str,
    root: &mut T,
    clear: impl Fn(&mut T),
) -> Result<(), DecodeError> {
    let read = |text: &str, root: &mut T| {
        let mut from = serde_json::Deserializer::from_str(text);
        let shape = Fill(root).deserialize(&mut from)?.map(|_| ());
        from.end().map(|()| shape)
    };
    let shape = read(text, root).or_else(|first| match repaired(text) {
        Cow::Borrowed(_) => Err(first),
        Cow::Owned(text) => {
            clear(root);
            read(&text, root)
        }
    });
    rooted(shape.map_err(|source| syntax(text, source))?)
}

fn rooted(shape: Field<()>) -> Result<(), DecodeError> {
    match shape {
        Field::Value(()) => Ok(()),
        Field::Missing | Field::Wrong => Err(DecodeError::RootNotObject),
    }
}

fn syntax(text: &str, source: serde_json::Error) -> DecodeError {
    let (line, column) = (source.line(), source.column());
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let offset = (before + column.saturating_sub(1)).min(text.len());
    DecodeError::Syntax { line, column, offset, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_an_error_is_a_byte_offset_too() {
        let text = "{\"items\":\n  [}]";
        let source = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
        let DecodeError::Syntax { line, column, offset, .. } = syntax(text, source) else {
            panic!("a syntax error");
        };
        assert_eq!((line, column, offset), (2, 4, 13));
        assert_eq!(text.as_bytes()[offset], b'}');
    }
}
