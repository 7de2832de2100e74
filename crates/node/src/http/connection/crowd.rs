//! How many connections there may be: a place each, and the longest idle one yields its place to a new one.

use super::watch::Watch;
use crate::clock::Clock;
use crate::limits::YIELDING_LOOKED_AT_MAX;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// The connections of one kind.
#[derive(Debug)]
pub(super) struct Crowd {
    clock: Clock,
    n_max: usize,
    places: Arc<Semaphore>,
    members: Mutex<BTreeMap<u64, Arc<Watch>>>,
    next: AtomicU64,
}

/// How a connection came in.
#[derive(Debug)]
pub(super) struct Member {
    crowd: Arc<Crowd>,
    number: u64,
    /// What it does.
    pub(super) watch: Arc<Watch>,
    /// Whether another one had to go.
    pub(super) in_place_of_another: bool,
}

impl Crowd {
    pub(super) fn new(n_max: usize, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            clock,
            n_max,
            places: Arc::new(Semaphore::new(n_max)),
            members: Mutex::default(),
            next: AtomicU64::new(0),
        })
    }

    /// Takes a place: a free one, or that of the longest idle connection, which closes.
    pub(super) fn join(self: &Arc<Self>, now: Instant) -> Option<Member> {
        let free = Arc::clone(&self.places).try_acquire_owned().ok();
        let in_place_of_another = free.is_none();
        let place = free.or_else(|| self.yielded(now))?;
        let watch = Arc::new(Watch::new(self.clock.clone(), place));
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(number, Arc::clone(&watch));
        Some(Member { crowd: Arc::clone(self), number, watch, in_place_of_another })
    }

    /// Waits until all are gone; how many are not.
    pub(super) async fn all_gone(&self, patience: Duration) -> usize {
        let all = u32::try_from(self.n_max).unwrap_or(u32::MAX);
        match timeout(patience, self.places.acquire_many(all)).await {
            Ok(_everybody) => 0,
            Err(_deadline) => self.n_max - self.places.available_permits(),
        }
    }

    /// The place of the connection that has been idle for longest, among the oldest ones.
    fn yielded(&self, now: Instant) -> Option<OwnedSemaphorePermit> {
        let members = self.lock();
        let idle = members.values().take(YIELDING_LOOKED_AT_MAX);
        let idle = idle.filter_map(|watch| Some((watch.idle(now)?, watch)));
        let idle = idle.filter(|(_, watch)| watch.has_place());
        idle.max_by_key(|(time, _)| *time)?.1.yield_place()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Watch>>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.crowd.lock().remove(&self.number);
        // Usually the last owner of the place is gone with this.
        drop(self.watch.yield_place());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_crowd_takes_nobody_while_all_are_busy_and_the_longest_idle_yields() {
        let crowd = Crowd::new(2, Clock::System);
        let now = Clock::System.instant();
        let (first, second) = (crowd.join(now).unwrap(), crowd.join(now).unwrap());
        let (one, two) = (first.watch.begin(false), second.watch.begin(false));
        let later = now + Duration::from_secs(100);
        assert!(crowd.join(later).is_none(), "both are busy");
        drop(two);
        assert!(crowd.join(now).is_none(), "idle for no time at all");
        let third = crowd.join(later).unwrap();
        assert!(third.in_place_of_another);
        assert!(!second.watch.has_place() && first.watch.has_place());
        drop((one, second, third));
        assert!(!crowd.join(now).unwrap().in_place_of_another);
    }

    #[tokio::test]
    async fn who_is_still_there_at_the_end_is_counted() {
        let crowd = Crowd::new(3, Clock::System);
        let member = crowd.join(Clock::System.instant());
        assert_eq!(crowd.all_gone(Duration::from_millis(1)).await, 1);
        drop(member);
        assert_eq!(crowd.all_gone(Duration::from_secs(5)).await, 0);
    }
}
