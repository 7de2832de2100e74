//! What Python's JSON reader takes and a strict one does not, made readable.

use std::borrow::Cow;

/// The text with what Python's reader takes and a strict one does not replaced by a value of a wrong
/// type, or of U+FFFD, of the same length: `NaN`, `Infinity`, `-Infinity`, numbers beyond the range of
/// a double, and halves of surrogate pairs in strings. Then they cost their own field only (W2).
pub(crate) fn repaired(text: &str) -> Cow<'_, str> {
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
}
