//! Batches of queries as JSON lines: what a line has beside its query and its answer.

use crate::errors::PublicError;
use crate::limits::QUERY_ID_CHARS_MAX;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A line with the name of its query, if it has one.
#[derive(Deserialize)]
struct Named<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
}

/// The name that a query was given, as JSON: a text or a number. `None` for anything else, and for a line
/// that cannot be read.
///
/// # Example
/// ```
/// use cairn_wire::batch::id_of;
/// assert_eq!(id_of(br#"{"cellTowers": [], "id": "bus 7"}"#), Some("\"bus 7\""));
/// assert_eq!(id_of(br#"{"id": [1]}"#), None);
/// ```
pub fn id_of(line: &[u8]) -> Option<&str> {
    // Most lines have none; looking for it is a hundredth of reading the line again.
    if !line.windows(4).any(|four| four == b"\"id\"") {
        return None;
    }
    let named: Named<'_> = serde_json::from_slice(line).ok()?;
    let id = named.id?.get();
    let is_name = id.starts_with(|c: char| matches!(c, '"' | '-' | '0'..='9'));
    (is_name && id.chars().count() <= QUERY_ID_CHARS_MAX).then_some(id)
}

/// Appends a line of answers: `body`, an object, with the query's name before its members.
pub fn push_line(out: &mut Vec<u8>, id: Option<&str>, body: &[u8]) {
    match (id, body.split_first()) {
        (Some(id), Some((b'{', members))) => {
            out.extend_from_slice(b"{\"id\":");
            out.extend_from_slice(id.as_bytes());
            if members != b"}" {
                out.push(b',');
            }
            out.extend_from_slice(members);
        }
        _ => out.extend_from_slice(body),
    }
    out.push(b'\n');
}

/// The last line of a batch that was ended early, after `n_queries` answers.
pub fn ended_line(n_queries: u64, why: &PublicError) -> Vec<u8> {
    let mut line = format!("{{\"batch\":{{\"queries\":{n_queries}}},").into_bytes();
    line.extend_from_slice(why.body().get(1..).unwrap_or_default());
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn named(line: &str, body: &str) -> String {
        let mut out = Vec::new();
        push_line(&mut out, id_of(line.as_bytes()), body.as_bytes());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_name_comes_back_as_it_was_written_and_first() {
        assert_eq!(
            named(r#"{"id": "a\"b", "x": 1}"#, r#"{"y":2}"#),
            "{\"id\":\"a\\\"b\",\"y\":2}\n"
        );
        assert_eq!(named(r#"{"id":-7.5}"#, "{}"), "{\"id\":-7.5}\n");
        for unnamed in
            ["{}", "{\"id\":null}", "{\"id\":{}}", "{\"id\":true}", "{\"cellId\":1}", "{\"id\":1"]
        {
            assert_eq!(named(unnamed, "{\"y\":2}"), "{\"y\":2}\n", "{unnamed}");
        }
    }

    #[test]
    fn a_name_is_taken_to_its_limit_and_not_past_it() {
        let line = |n: usize| format!("{{\"id\":\"{}\"}}", "é".repeat(n - 2));
        assert!(id_of(line(QUERY_ID_CHARS_MAX).as_bytes()).is_some());
        assert!(id_of(line(QUERY_ID_CHARS_MAX + 1).as_bytes()).is_none());
    }

    #[test]
    fn the_last_line_says_how_far_the_batch_came() {
        let line = ended_line(7, &PublicError::TooMany { queries_max: 7 });
        let line: Value = serde_json::from_slice(&line).unwrap();
        assert_eq!((&line["batch"]["queries"], &line["error"]["code"]), (&7.into(), &413.into()));
        assert_eq!(line["details"]["queries_max"], 7);
    }
}
