//! Tests of a lane's places.

use super::*;
use std::sync::Arc;
use tokio::task::{JoinHandle, yield_now};

fn gate(places: usize, queue_max: usize, wait_ms: u64) -> Arc<Gate> {
    let wait_max = Duration::from_millis(wait_ms);
    Arc::new(Gate::new(Rules { places_min: places, places_max: places, queue_max, wait_max }))
}

/// Somebody who waits for a place.
async fn waiter(gate: &Arc<Gate>) -> JoinHandle<Result<(), Why>> {
    let before = gate.seen().n_waiting;
    let ours = Arc::clone(gate);
    let waiter = tokio::spawn(async move { ours.enter().await });
    while gate.seen().n_waiting == before {
        yield_now().await;
    }
    waiter
}

#[tokio::test]
async fn a_full_queue_sends_the_newest_away_at_once() {
    let gate = gate(1, 2, 10_000);
    gate.enter().await.unwrap();
    let (first, second) = (waiter(&gate).await, waiter(&gate).await);
    assert_eq!(gate.enter().await, Err(Why::Full));
    gate.leave(false);
    gate.leave(false);
    assert!(first.await.unwrap().is_ok() && second.await.unwrap().is_ok());
    gate.leave(false);
    assert_eq!(gate.seen(), Seen { n_inside: 0, limit: 1, n_waiting: 0 });
}

#[tokio::test]
async fn whoever_waits_past_the_deadline_is_told_so_and_takes_no_place() {
    let gate = gate(1, 2, 20);
    gate.enter().await.unwrap();
    assert_eq!(gate.enter().await, Err(Why::Deadline));
    gate.leave(false);
    assert_eq!(gate.seen().n_inside, 0);
    gate.enter().await.unwrap();
}

#[tokio::test]
async fn the_oldest_goes_first_unless_many_wait_then_the_newest() {
    let gate = gate(1, 4, 10_000);
    gate.enter().await.unwrap();
    let [a, b] = [waiter(&gate).await, waiter(&gate).await];
    gate.leave(false);
    a.await.unwrap().unwrap();
    let [c, d] = [waiter(&gate).await, waiter(&gate).await];
    // Three of four wait: the newest.
    gate.leave(false);
    d.await.unwrap().unwrap();
    gate.leave(false);
    b.await.unwrap().unwrap();
    gate.leave(false);
    c.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_client_that_goes_away_keeps_nobody_out() {
    let gate = gate(1, 2, 10_000);
    gate.enter().await.unwrap();
    let gone = waiter(&gate).await;
    let stays = waiter(&gate).await;
    gone.abort();
    assert!(gone.await.is_err());
    gate.leave(false);
    stays.await.unwrap().unwrap();
    gate.leave(false);
    assert_eq!(gate.seen(), Seen { n_inside: 0, limit: 1, n_waiting: 0 });
    // The places of those who went are free for others who wait.
    gate.enter().await.unwrap();
    let gone = [waiter(&gate).await, waiter(&gate).await];
    gone.iter().for_each(JoinHandle::abort);
    for it in gone {
        assert!(it.await.is_err());
    }
    waiter(&gate).await.abort();
}
