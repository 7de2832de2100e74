//! What is served at this instant: exactly one snapshot set, swapped atomically (N1).

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

    /// Serves `set` from now on.
    pub fn publish(&self, set: SnapshotSet, generation: u64) {
        self.current.store(Arc::new(Served { set, generation }));
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
            scope.spawn(|| (1..=1_000).for_each(|n| serving.publish(SnapshotSet::default(), n)));
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
