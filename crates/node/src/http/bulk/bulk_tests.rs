//! Tests of the body that is written while it is sent.

use super::outgoing::{Gone, Outgoing, queue};
use axum::body::HttpBody as _;
use std::future::poll_fn;
use std::pin::Pin;

#[tokio::test]
async fn what_nobody_reads_is_held_up_to_its_limit_and_no_further() {
    let (sending, answers) = queue(10);
    sending.send('x', 10).await.unwrap();
    let waits = tokio::time::timeout(std::time::Duration::from_millis(20), sending.send('y', 1));
    assert!(waits.await.is_err(), "there is room for ten");
    drop(answers);
    assert_eq!(sending.send('y', 1).await, Err(Gone));
}

#[tokio::test]
async fn pieces_that_wait_go_out_together_and_in_order() {
    let (sending, answers) = queue(1 << 20);
    let mut answers = Outgoing(answers);
    for text in ["a\n", "b\n", "c\n"] {
        sending.send(text.as_bytes().to_vec(), text.len()).await.unwrap();
    }
    drop(sending);
    let mut frames = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut answers).poll_frame(context)).await {
        frames.push(frame.unwrap().into_data().unwrap());
    }
    assert_eq!(frames, ["a\nb\nc\n"]);
}
