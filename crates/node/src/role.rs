//! What a process is there for: everything, or one part of it among several machines.

use crate::background::Background;
use crate::engine::Engine;
use crate::learner::Status;
use crate::metrics::Metrics;
use crate::serving::Serving;
use crate::store::Store;
use cairn_journal::{Journal, Log};
use std::sync::Arc;

/// What a process is there for.
#[cfg_attr(
    not(any(feature = "nats", test)),
    expect(dead_code, reason = "two roles need the client of the NATS servers")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Everything.
    Whole,
    /// Takes submissions in.
    Ingest,
    /// Learns a part of the world.
    Learn,
    /// Answers.
    Locate,
}

impl Role {
    /// Whether it takes submissions.
    pub(crate) const fn takes(self) -> bool {
        matches!(self, Self::Whole | Self::Ingest)
    }

    /// Whether it answers queries.
    pub(crate) const fn answers(self) -> bool {
        matches!(self, Self::Whole | Self::Locate)
    }
}

/// What works behind the routes, and how it ends.
pub(crate) trait Behind: Send + std::fmt::Debug {
    /// Ends it; what was acknowledged is safe already.
    fn close(self: Box<Self>) -> anyhow::Result<()>;
}

/// What a role gives to its routes.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) journal: Option<Arc<Journal>>,
    pub(crate) log: Option<Arc<dyn Log>>,
    pub(crate) serving: Arc<Serving>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) learner: Arc<Status>,
}

/// An engine and what runs beside it.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) engine: Engine,
    pub(crate) background: Background,
}

impl Behind for Whole {
    fn close(self: Box<Self>) -> anyhow::Result<()> {
        self.background.stop();
        self.engine.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_machine_does_everything_and_no_role_does_both_halves() {
        assert!(Role::Whole.takes() && Role::Whole.answers());
        for role in [Role::Ingest, Role::Learn, Role::Locate] {
            assert!(!(role.takes() && role.answers()), "{role:?}");
        }
        assert!(Role::Ingest.takes() && Role::Locate.answers());
    }
}
