//! What is served at this instant: exactly one snapshot set, swapped atomically (N1).
//!
//! Reading order: here; `follow` (where snapshots come from), `warm` (before they serve), `trouble` (what keeps them
//! from it), `shadow` (those that answer unseen), `promise` (how well radii hold), `metrics`.

pub(crate) mod follow;
pub(crate) mod metrics;
pub(crate) mod promise;
pub(crate) mod shadow;
pub(crate) mod trouble;
pub(crate) mod warm;

pub use metrics::ServingMetrics;
pub use promise::PromiseMetrics;

use arc_swap::ArcSwap;
use cairn_snapshot::SnapshotSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A snapshot set with the manifest's generation that named it.
#[derive(Debug)]
pub struct Served {
    /// Base and overlays.
    pub set: SnapshotSet,
    /// Generation of the manifest; grows with every publication.
    pub generation: u64,
}

/// The one place that says what is served.
#[derive(Debug)]
pub struct Serving {
    current: ArcSwap<Served>,
    ready: AtomicBool,
}

impl Serving {
    /// Serves nothing yet, and is not ready.
    pub fn nothing() -> Self {
        let served = Served { set: SnapshotSet::default(), generation: 0 };
        Self { current: ArcSwap::from_pointee(served), ready: AtomicBool::new(false) }
    }

    /// What is served; whoever holds it keeps it, whatever is published meanwhile.
    pub fn now(&self) -> Arc<Served> {
        self.current.load_full()
    }

    /// Serves `set` from now on; returns what was served before. Whoever drops the last hold on that unmaps
    /// its files, which takes a while where they are large: better not a request.
    pub fn publish(&self, set: SnapshotSet, generation: u64) -> Arc<Served> {
        self.current.swap(Arc::new(Served { set, generation }))
    }

    /// Logs that more blocks were found damaged than `n_told`.
    pub(crate) fn tell_damage(&self, n_told: &mut u64) {
        let found = self.now();
        let n_damaged = found.set.health().n_damaged;
        if n_damaged > *n_told {
            for snapshot in found.set.snapshots().filter(|it| it.health().n_damaged > 0) {
                let (file, health) = (snapshot.id().file_name(), snapshot.health());
                tracing::error!(%file, blocks = health.n_damaged, of = health.n_blocks,
                    "blocks of records are damaged and not served: restore the file from a copy");
            }
        }
        *n_told = n_damaged;
    }

    /// From now on what is served is what there is to serve.
    pub fn set_ready(&self) {
        self.ready.store(true, Ordering::Release);
    }

    /// False while a damaged map is being rebuilt.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_holds_what_was_served_keeps_it_whole_while_the_next_is_published() {
        // invariant: N1
        let serving = Arc::new(Serving::nothing());
        let held = serving.now();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                (1..=1_000).for_each(|n| drop(serving.publish(SnapshotSet::default(), n)));
            });
            let mut last = 0;
            while last < 1_000 {
                let generation = serving.now().generation;
                assert!(generation >= last, "generations never go back");
                last = generation;
            }
        });
        assert_eq!((held.generation, serving.now().generation), (0, 1_000));
    }
}
