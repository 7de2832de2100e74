//! Tests of the body that is written while it is sent.

use super::outgoing::{Gone, outgoing};
use axum::body::HttpBody as _;
use std::future::poll_fn;
use std::pin::Pin;

#[tokio::test]
async fn what_nobody_reads_is_held_up_to_its_limit_and_no_further() {
    let (writing, answers) = outgoing(10);
    writing.send(vec![b'x'; 10]).await.unwrap();
    let waits =
        tokio::time::timeout(std::time::Duration::from_millis(20), writing.send(vec![b'y']));
    assert!(waits.await.is_err(), "there is room for ten");
    drop(answers);
    assert_eq!(writing.send(vec![b'y']).await, Err(Gone));
}

#[tokio::test]
async fn pieces_that_wait_go_out_together_and_in_order() {
    let (writing, mut answers) = outgoing(1 << 20);
    for text in ["a\n", "b\n", "c\n"] {
        writing.send(text.as_bytes().to_vec()).await.unwrap();
    }
    drop(writing);
    let mut frames = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut answers).poll_frame(context)).await {
        frames.push(frame.unwrap().into_data().unwrap());
    }
    assert_eq!(frames, ["a\nb\nc\n"]);
}
