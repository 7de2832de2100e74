//! One provider of the chain: asked when its rate and its breaker allow.

use super::ask::{AskError, Line};
use super::breaker::{Breaker, Change};
use super::bucket::Bucket;
use crate::clock::Clock;
use crate::config::{ExternalConfig, ProviderConfig};
use crate::fallback::metrics::ExternalMetrics;
use cairn_answer::{Guess, Told};
use cairn_wire::external::ExternalError;
use cairn_wire::geolocate::{LocateAnswer, LocateRequest};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One provider.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) name: String,
    line: Line,
    clock: Clock,
    metrics: ExternalMetrics,
    gate: Mutex<Gate>,
}

#[derive(Debug)]
struct Gate {
    breaker: Breaker,
    bucket: Bucket,
}

/// What came of a provider's turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Outcome {
    /// It knows.
    Found(Told),
    /// It answered that it does not know.
    Nothing,
    /// It was not asked, or failed: another day it may know.
    Silent,
}

impl Provider {
    /// The provider of `config`, not asked yet.
    pub(super) fn new(
        config: &ProviderConfig,
        chain: &ExternalConfig,
        clock: Clock,
        metrics: ExternalMetrics,
    ) -> Self {
        let pause = Duration::from_secs(chain.breaker_seconds);
        let gate = Gate {
            breaker: Breaker::new(chain.breaker_failures, pause),
            bucket: Bucket::full(config.requests_per_second, clock.instant()),
        };
        metrics.breaker(&config.name, false);
        let line = Line::to(config);
        Self { name: config.name.clone(), line, clock, metrics, gate: Mutex::new(gate) }
    }

    /// The body to send, if this provider takes anything of `request`.
    pub(super) fn body(&self, request: &LocateRequest) -> Option<Vec<u8>> {
        self.line.body(request)
    }

    /// Whether it may be asked now; counted when not.
    pub(super) fn may_be_asked(&self) -> bool {
        let now = self.clock.instant();
        let mut gate = self.gate();
        // The rate first: a breaker that lets one query try must see what comes of it.
        let refused = if !gate.bucket.take(now) {
            Some("limited")
        } else if !gate.breaker.lets_through(now) {
            Some("open")
        } else {
            None
        };
        drop(gate);
        if let Some(why) = refused {
            self.count(why);
        }
        refused.is_none()
    }

    /// Asks; blocks for as long as the provider's time allows.
    pub(super) fn ask(&self, body: &[u8]) -> Outcome {
        let told = self.line.ask(body);
        let change = self.gate().breaker.note(is_answer(&told), self.clock.instant());
        self.tell(change, told.as_ref().err());
        let outcome = outcome(&told);
        self.count(match outcome {
            Outcome::Found(_) => "found",
            Outcome::Nothing => "nothing",
            Outcome::Silent => "failed",
        });
        outcome
    }

    /// Counts one outcome.
    pub(super) fn count(&self, outcome: &'static str) {
        self.metrics.asked(&self.name, outcome);
    }

    /// Says once that a provider is left alone, and once that it is not any more.
    fn tell(&self, change: Change, why: Option<&AskError>) {
        let provider = self.name.as_str();
        match change {
            Change::None => {}
            Change::Opened => {
                self.metrics.breaker(provider, true);
                let why = why.map(ToString::to_string).unwrap_or_default();
                tracing::warn!(
                    provider,
                    why,
                    "provider keeps failing and is left alone for a while: check its key, quota and address"
                );
            }
            Change::Closed => {
                self.metrics.breaker(provider, false);
                tracing::info!(provider, "provider answers again");
            }
        }
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a provider works: not knowing a place is an answer too.
const fn is_answer<T>(told: &Result<T, AskError>) -> bool {
    matches!(told, Ok(_) | Err(AskError::Answer(ExternalError::NotFound)))
}

/// What is made of an answer. One from an address would be from ours: it says nothing of the asker.
fn outcome(told: &Result<LocateAnswer, AskError>) -> Outcome {
    match told {
        Ok(answer) if answer.fallback == Some("ipf") => Outcome::Nothing,
        Ok(answer) => {
            let guess = Guess { place: answer.place, radii: answer.radii };
            Outcome::Found(Told { guess, is_area: answer.fallback.is_some() })
        }
        Err(AskError::Answer(ExternalError::NotFound)) => Outcome::Nothing,
        Err(_) => Outcome::Silent,
    }
}
