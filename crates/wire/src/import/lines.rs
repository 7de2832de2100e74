//! Lines of a stream, each under a cap, and their fields.

use super::{ImportError, Out};
use crate::limits::CSV_COLUMNS_MAX;
use cairn_report::Reason;
use std::borrow::Cow;
use std::io::BufRead;

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Without its line end.
    Whole(&'a [u8]),
    /// Longer than the cap; the rest of it was skipped.
    TooLong,
}

/// Reads lines (`\n` or `\r\n`), never holding more than the cap of one.
pub(super) struct Lines<'r> {
    from: &'r mut dyn BufRead,
    line: Vec<u8>,
    bytes_max: usize,
    number: u64,
}

impl<'r> Lines<'r> {
    pub(super) fn new(from: &'r mut dyn BufRead, bytes_max: usize) -> Self {
        Self { from, line: Vec::new(), bytes_max, number: 0 }
    }

    /// The number of the line handed out last, from 1.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// The next line; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>, ImportError> {
        self.line.clear();
        let (mut n_bytes, mut ended) = (0_usize, false);
        while !ended {
            let fail = |source| ImportError::Read { line: self.number, source };
            let block = match self.from.fill_buf() {
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                block => block.map_err(fail)?,
            };
            if block.is_empty() {
                break;
            }
            let end = block.iter().position(|b| *b == b'\n');
            let taken = end.unwrap_or(block.len());
            let room = self.bytes_max.saturating_sub(self.line.len());
            self.line.extend_from_slice(&block[..taken.min(room)]);
            n_bytes = n_bytes.saturating_add(taken);
            ended = end.is_some();
            self.from.consume(taken + usize::from(ended));
        }
        if n_bytes == 0 && !ended {
            return Ok(None);
        }
        self.number += 1;
        if n_bytes > self.bytes_max {
            return Ok(Some(Line::TooLong));
        }
        let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        let line = if self.number == 1 {
            line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
        } else {
            line
        };
        Ok(Some(Line::Whole(line)))
    }
}

/// Hands each line that is not blank to `take`, with its number; a line over the cap is a refused row.
pub(super) fn each_line(
    from: &mut dyn BufRead,
    bytes_max: usize,
    out: &mut Out<'_, '_>,
    mut take: impl FnMut(u64, &[u8], &mut Out<'_, '_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let mut lines = Lines::new(from, bytes_max);
    loop {
        let number = lines.number() + 1;
        match lines.next()? {
            None => return Ok(()),
            Some(Line::TooLong) => out.row_refused(number, Reason::ReportMalformed),
            Some(Line::Whole(line)) if line.trim_ascii().is_empty() => {}
            Some(Line::Whole(line)) => take(number, line, out)?,
        }
    }
}

/// The fields of one CSV line, without the quotes around them.
///
/// A quote left open ends with the line: so it costs its own row only (W2). A doubled quote inside a
/// quoted field stays doubled; no field of ours that matters holds one.
pub(super) struct Fields<'a> {
    fields: [&'a str; CSV_COLUMNS_MAX],
    n: usize,
}

impl<'a> Fields<'a> {
    /// Splits a line; `None` when it has more fields than any format of ours.
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let mut fields = Self { fields: [""; CSV_COLUMNS_MAX], n: 0 };
        let mut rest = Some(line);
        while let Some(text) = rest {
            let (field, after) = cut(text);
            *fields.fields.get_mut(fields.n)? = field;
            fields.n += 1;
            rest = after;
        }
        Some(fields)
    }

    pub(super) const fn len(&self) -> usize {
        self.n
    }

    /// A field by its index; empty past the end.
    pub(super) fn get(&self, index: usize) -> &'a str {
        self.fields.get(index).copied().unwrap_or_default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.fields.iter().take(self.n).copied()
    }
}

/// The first field, and what follows its comma.
fn cut(text: &str) -> (&str, Option<&str>) {
    let Some(inner) = text.strip_prefix('"') else {
        return match text.split_once(',') {
            Some((field, after)) => (field, Some(after)),
            None => (text, None),
        };
    };
    let bytes = inner.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'"', Some(b'"')) => at += 2,
            (b'"', _) => break,
            _ => at += 1,
        }
    }
    let (field, after) = inner.split_at_checked(at.min(inner.len())).unwrap_or((inner, ""));
    (field, after.split_once(',').map(|(_, after)| after))
}

/// Text of a line; what is not UTF-8 becomes U+FFFD and costs its own field.
pub(super) fn text(line: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8], bytes_max: usize) -> Vec<Option<Vec<u8>>> {
        let mut text = text;
        let mut lines = Lines::new(&mut text, bytes_max);
        let mut out = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            out.push(match line {
                Line::Whole(line) => Some(line.to_vec()),
                Line::TooLong => None,
            });
        }
        out
    }

    #[test]
    fn a_line_past_the_cap_is_skipped_and_the_next_is_whole() {
        let text = b"12345\r\n123456\n1234567\n\nlast";
        let want: Vec<_> = [Some("12345"), Some("123456"), None, Some(""), Some("last")].to_vec();
        let want: Vec<_> = want.into_iter().map(|l| l.map(|l| l.as_bytes().to_vec())).collect();
        assert_eq!(all(text, 6), want);
        assert!(all(b"", 6).is_empty());
    }

    #[test]
    fn quotes_keep_commas_and_an_open_quote_ends_with_the_line() {
        let fields = |line| Fields::of(line).unwrap().iter().collect::<Vec<_>>();
        assert_eq!(fields("a,\"b,c\",d"), ["a", "b,c", "d"]);
        assert_eq!(fields("a,\"say \"\"hi\"\", ok\","), ["a", "say \"\"hi\"\", ok", ""]);
        assert_eq!(fields("a,\"b,c"), ["a", "b,c"]);
        assert_eq!(fields(""), [""]);
        assert!(Fields::of(&",".repeat(CSV_COLUMNS_MAX)).is_none());
    }
}
