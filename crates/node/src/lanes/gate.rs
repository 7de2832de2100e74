//! One lane's places: who is in, who waits for how long, who is sent away.

use super::lane::Why;
use super::limit::Limit;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// What a lane is held to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// Places that it always has.
    pub(super) places_min: usize,
    /// Places that it has while nothing waits long.
    pub(super) places_max: usize,
    /// Requests that wait for a place.
    pub(super) queue_max: usize,
    /// Longest wait for a place.
    pub(super) wait_max: Duration,
}

/// One lane's places.
#[derive(Debug)]
pub(super) struct Gate {
    rules: Rules,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    n_inside: usize,
    limit: Limit,
    /// Oldest first.
    waiting: VecDeque<oneshot::Sender<()>>,
}

/// What an operator sees of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) n_inside: usize,
    pub(super) limit: usize,
    pub(super) n_waiting: usize,
}

impl Gate {
    pub(super) fn new(rules: Rules) -> Self {
        let limit = Limit::new(rules.places_min, rules.places_max);
        let state = State { n_inside: 0, limit, waiting: VecDeque::new() };
        Self { rules, state: Mutex::new(state) }
    }

    /// Takes a place, waiting for one; whoever took it gives it back with [`Gate::leave`].
    pub(super) async fn enter(&self) -> Result<(), Why> {
        let turn = {
            let mut state = self.lock();
            if state.waiting.is_empty() && state.n_inside < state.limit.get() {
                state.n_inside += 1;
                return Ok(());
            }
            if state.waiting.len() >= self.rules.queue_max {
                state.waiting.retain(|it| !it.is_closed());
            }
            if state.waiting.len() >= self.rules.queue_max {
                return Err(Why::Full);
            }
            let (tell, turn) = oneshot::channel();
            state.waiting.push_back(tell);
            turn
        };
        let mut waiter = Waiter { gate: self, turn: Some(turn) };
        match timeout(self.rules.wait_max, waiter.wait()).await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Why::Deadline),
        }
    }

    /// Gives a place back; `late` when work waited too long for its turn.
    pub(super) fn leave(&self, late: bool) {
        let mut state = self.lock();
        let n_inside = state.n_inside;
        state.limit.ended(late, n_inside);
        state.n_inside = n_inside.saturating_sub(1);
        self.admit(&mut state);
    }

    /// What it looks like now.
    pub(super) fn seen(&self) -> Seen {
        let state = self.lock();
        let n_waiting = state.waiting.iter().filter(|it| !it.is_closed()).count();
        Seen { n_inside: state.n_inside, limit: state.limit.get(), n_waiting }
    }

    /// True while somebody waits for a place.
    pub(super) fn is_full(&self) -> bool {
        let state = self.lock();
        state.n_inside >= state.limit.get()
    }

    /// True while nobody is in.
    pub(super) fn is_empty(&self) -> bool {
        self.lock().n_inside == 0
    }

    /// Lets in who waits, as far as there are places: the oldest, but the newest when many wait, for the oldest
    /// will hardly be in time. Source: Ben Maurer, "Fail at Scale", 2015 (adaptive LIFO).
    fn admit(&self, state: &mut State) {
        while state.n_inside < state.limit.get() {
            let many = state.waiting.len() > self.rules.queue_max / 2;
            let next = if many { state.waiting.pop_back() } else { state.waiting.pop_front() };
            let Some(next) = next else { return };
            if next.send(()).is_ok() {
                state.n_inside += 1;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits; whoever goes away gives a place back that came too late.
struct Waiter<'a> {
    gate: &'a Gate,
    turn: Option<oneshot::Receiver<()>>,
}

impl Waiter<'_> {
    /// Waits for a place; true when it is there.
    async fn wait(&mut self) -> bool {
        let Some(turn) = &mut self.turn else { return false };
        let told = turn.await.is_ok();
        self.turn = None;
        told
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let Some(mut turn) = self.turn.take() else { return };
        turn.close();
        if turn.try_recv().is_ok() {
            let mut state = self.gate.lock();
            state.n_inside = state.n_inside.saturating_sub(1);
            self.gate.admit(&mut state);
        }
    }
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
