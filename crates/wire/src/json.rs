//! Where bytes become JSON: UTF-8 first, one pass, and what to say when it cannot be read.

use crate::errors::Details;
use crate::field::{Field, Fill, Object};
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
/// What only a strict reader minds (see [`repaired`]) is set right after a first failure and read again
/// from the start, so that good bodies pay nothing for it.
pub(crate) fn parse<T: Object>(body: &[u8], make: impl Fn() -> T) -> Result<T, DecodeError> {
    let mut root = make();
    parse_into(body, &mut root, |root| *root = make())?;
    Ok(root)
}

/// The same into an existing value, which `clear` empties before a second reading.
pub(crate) fn parse_into<T: Object>(
    body: &[u8],
    root: &mut T,
    clear: impl Fn(&mut T),
) -> Result<(), DecodeError> {
    let text =
        std::str::from_utf8(body).map_err(|e| DecodeError::NotUtf8 { offset: e.valid_up_to() })?;
    if text.trim_ascii().is_empty() {
        return Err(DecodeError::Empty);
    }
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
    match shape {
        Ok(Field::Value(())) => Ok(()),
        Ok(Field::Missing | Field::Wrong) => Err(DecodeError::RootNotObject),
        Err(source) => Err(syntax(text, source)),
    }
}

fn syntax(text: &str, source: serde_json::Error) -> DecodeError {
    let (line, column) = (source.line(), source.column());
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let offset = (before + column.saturating_sub(1)).min(text.len());
    DecodeError::Syntax { line, column, offset, source }
}

/// The text with what Python's reader takes and a strict one does not replaced by a value of a wrong
/// type, or of U+FFFD, of the same length: `NaN`, `Infinity`, `-Infinity`, numbers beyond the range of
/// a double, and halves of surrogate pairs in strings. Then they cost their own field only (W2).
fn repaired(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out: Option<Vec<u8>> = None;
    let mut put = |at: usize, with: &[u8]| {
        out.get_or_insert_with(|| bytes.to_vec())[at..at + with.len()].copy_from_slice(with);
    };
    let mut at = 0;
    while at < bytes.len() {
        at = match bytes[at] {
            b'"' => mend_string(bytes, at + 1, &mut put),
            b if in_token(b) => {
                let end = at + bytes[at..].iter().take_while(|b| in_token(**b)).count();
                mend_token(&text.as_bytes()[at..end], at, &mut put);
                end
            }
            _ => at + 1,
        };
    }
    match out.and_then(|out| String::from_utf8(out).ok()) {
        Some(out) => Cow::Owned(out),
        None => Cow::Borrowed(text),
    }
}

const fn in_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.')
}

/// Puts the wrong-typed value `"x"` in place of a number that is none; every such token has three
/// bytes or more.
fn mend_token(token: &[u8], at: usize, put: &mut impl FnMut(usize, &[u8])) {
    let is_word = matches!(token, b"NaN" | b"Infinity" | b"-Infinity");
    let is_number = matches!(token, [b'-', b'0'..=b'9', ..] | [b'0'..=b'9', ..]);
    let number = || std::str::from_utf8(token).ok().and_then(|text| text.parse::<f64>().ok());
    if is_word || is_number && number().is_some_and(f64::is_infinite) {
        let mut value = vec![b' '; token.len()];
        value[..3].copy_from_slice(b"\"x\"");
        put(at, &value);
    }
}

/// Walks a string from its first byte; answers the place after its closing quote.
fn mend_string(bytes: &[u8], mut at: usize, put: &mut impl FnMut(usize, &[u8])) -> usize {
    let unit = |at: usize| {
        let escape = bytes.get(at..at + 6).filter(|escape| escape.starts_with(b"\\u"))?;
        let digits = std::str::from_utf8(&escape[2..]).ok()?;
        u16::from_str_radix(digits, 16).ok()
    };
    while at < bytes.len() && bytes[at] != b'"' {
        at += match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                put(at + 2, b"fffd");
                6
            }
            _ if bytes[at] == b'\\' => 2,
            _ => 1,
        };
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pythons_numbers_become_wrong_values_of_the_same_length() {
        let text = r#"{"a": NaN, "b": -Infinity, "c": 1e400, "d": [Infinity, 12], "e": "NaN"}"#;
        let want = r#"{"a": "x", "b": "x"      , "c": "x"  , "d": ["x"     , 12], "e": "NaN"}"#;
        assert_eq!(repaired(text), want);
        assert_eq!(text.len(), want.len());
    }

    #[test]
    fn half_a_surrogate_pair_becomes_the_replacement_character() {
        let text = r#"{"ssid": "\ud83d\ude00 \ud83d \\ud83d \ude00"}"#;
        let want = r#"{"ssid": "\ud83d\ude00 \ufffd \\ud83d \ufffd"}"#;
        assert_eq!(repaired(text), want);
        assert!(matches!(repaired("{\"a\": 1}"), Cow::Borrowed(_)));
    }

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
