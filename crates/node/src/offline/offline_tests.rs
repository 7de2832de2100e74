//! Tests of answering files: order, threads, long lines, readers that leave.

use super::*;
use std::io::{self, BufReader};

/// Everything `input` is answered with, by so many threads.
fn answered(input: &[u8], n_threads: usize, format: Format) -> (String, Tally) {
    let mut out = Vec::new();
    let mut input = BufReader::with_capacity(7, input);
    let set = SnapshotSet::default();
    let tally =
        answer_lines(Basis { set: &set, model: None }, &mut input, &mut out, (n_threads, format))
            .unwrap();
    (String::from_utf8(out).unwrap(), tally)
}

#[test]
fn the_order_is_that_of_the_file_whatever_the_number_of_threads() {
    let mut input: Vec<u8> = (0..30_000)
        .flat_map(|n| format!("{{\"id\":{n},\"wifiAccessPoints\":[]}}\n").into_bytes())
        .collect();
    input.extend_from_slice(b"\n \r\n{broken\n{\"id\":\"last\"}");
    let (one, tally) = answered(&input, 1, Format::Json);
    for (n, line) in one.lines().take(30_000).enumerate() {
        assert!(line.starts_with(&format!("{{\"id\":{n},")), "{line}");
    }
    let tail: Vec<_> = one.lines().skip(30_000).collect();
    assert!(
        tail.len() == 2
            && tail[0].contains("parseError")
            && tail[1].starts_with("{\"id\":\"last\"")
    );
    assert_eq!((tally.n_unknown, tally.n_unreadable, tally.n_found), (30_001, 1, 0));
    for n_threads in [2, 3, 8] {
        assert_eq!(answered(&input, n_threads, Format::Json), (one.clone(), tally), "{n_threads}");
    }
}

#[test]
fn a_table_has_a_row_for_each_query() {
    let input = b"{\"id\":\"a \\\"b\\\"\"}\n{\"id\":7}\n[\n";
    let (table, _) = answered(input, 2, Format::Csv);
    assert_eq!(table, "\"a \"\"b\"\"\",,,,,notFound\n7,,,,,notFound\n,,,,,parseError\n");
}

#[test]
fn a_line_without_an_end_to_it_is_refused_and_the_next_is_answered() {
    let mut input = b"{}\n".to_vec();
    input.resize(input.len() + cairn_wire::limits::JSON_LINE_BYTES_MAX + 600_000, b'x');
    input.extend_from_slice(b"\n{\"id\":1}\n");
    let (text, tally) = answered(&input, 2, Format::Json);
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[1].contains("requestTooLarge") && lines[2].starts_with("{\"id\":1"), "{lines:?}");
    assert_eq!((lines.len(), tally.n_unreadable), (3, 1));
}

/// Refuses everything after the first write.
struct Leaves(bool);

impl Write for Leaves {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if std::mem::replace(&mut self.0, true) {
            Err(io::ErrorKind::BrokenPipe.into())
        } else {
            Ok(bytes.len())
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_leaves_ends_it() {
    let input = b"{}\n".repeat(1_000_000);
    let set = SnapshotSet::default();
    let how = (2, Format::Json);
    let left =
        answer_lines(Basis { set: &set, model: None }, &mut &input[..], &mut Leaves(false), how);
    assert!(format!("{:#}", left.unwrap_err()).contains("write answers"));
}
