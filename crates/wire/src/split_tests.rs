//! Tests of cutting: the same whatever the pieces, long items cost themselves, memory is bounded.

use super::*;

/// Everything cut out of a stream that arrives in pieces of `n` bytes: items, `None` for long ones.
#[expect(clippy::panic_in_result_fn, reason = "a helper of tests")]
fn cut(
    how: Cut,
    stream: &[u8],
    n: usize,
    bytes_max: usize,
) -> Result<Vec<Option<Vec<u8>>>, SplitError> {
    let mut splitter = Splitter::new(how, bytes_max);
    let mut items = Vec::new();
    let keep = |item: Item<'_>| match item {
        Item::Whole(bytes) => Some(bytes.to_vec()),
        Item::TooLong => None,
    };
    for piece in stream.chunks(n) {
        splitter.room().extend_from_slice(piece);
        assert!(splitter.held.len() <= bytes_max + 16 + n, "memory is bounded");
        while let Some(item) = splitter.next_item()? {
            items.push(keep(item));
        }
    }
    items.extend(splitter.finish()?.map(keep));
    Ok(items)
}

fn some(items: &[Option<&str>]) -> Vec<Option<Vec<u8>>> {
    items.iter().map(|item| item.map(|text| text.as_bytes().to_vec())).collect()
}

/// A list of messages with an unknown field of each wire type between them.
fn messages(items: &[&str]) -> Vec<u8> {
    let mut out = vec![0x10, 0x96, 0x01];
    for item in items {
        out.extend([0x0a, u8::try_from(item.len()).unwrap()]);
        out.extend(item.bytes());
        out.extend([0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a, 2, 0x0a, 9, 0x25, 1, 2, 3, 4]);
    }
    out
}

#[test]
fn a_stream_is_cut_the_same_whatever_pieces_it_comes_in() {
    let lines =
        b"{\"a\":1}\r\n\n   \n12345678\n123456789\n1234567890123456789012345678901234567890\nlast";
    let want = some(&[Some("{\"a\":1}"), Some("12345678"), None, None, Some("last")]);
    let items = ["", "12345678", "123456789", "x"];
    let want_items = some(&[Some(""), Some("12345678"), None, Some("x")]);
    for n in 1..80 {
        assert_eq!(cut(Cut::Lines, lines, n, 8).unwrap(), want, "lines by {n}");
        assert_eq!(
            cut(Cut::Messages, &messages(&items), n, 8).unwrap(),
            want_items,
            "messages by {n}"
        );
    }
}

#[test]
fn a_long_item_without_an_end_is_told_once_and_never_held() {
    let long = vec![b'x'; 1 << 20];
    assert_eq!(cut(Cut::Lines, &long, 1_000, 8).unwrap(), [None]);
    let mut splitter = Splitter::new(Cut::Messages, 8);
    splitter.room().extend([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    assert_eq!(splitter.next_item(), Ok(Some(Item::TooLong)));
    for _ in 0..100 {
        splitter.room().extend_from_slice(&[0; 1_000]);
        assert_eq!(splitter.next_item(), Ok(None));
        assert_eq!(splitter.held.len(), 1_000);
    }
    assert!(
        matches!(splitter.finish(), Err(SplitError::Cut { .. })),
        "four gigabytes were promised"
    );
}

#[test]
fn a_stream_that_ends_inside_a_message_says_so_and_one_of_something_else_too() {
    let list = messages(&["12345678"]);
    for n in [1, 2, 4, 6, 12, 14] {
        let refused = cut(Cut::Messages, &list[..n], 3, 8);
        assert_eq!(refused, Err(SplitError::Cut { offset: n as u64 }), "cut after {n}");
    }
    for not in
        [&b"{}"[..], b"\x0b", b"\x00\x01", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", b"\x0e"]
    {
        let refused = cut(Cut::Messages, not, 1, 8);
        assert_eq!(refused, Err(SplitError::NoMessage { offset: 0 }), "{not:?}");
    }
}
