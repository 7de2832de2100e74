//! The chain: which queries are passed on, to whom, and what is remembered of the answers.

use super::memory::{Key, Known, Memory};
use super::provider::{Outcome, Provider};
use crate::clock::Clock;
use crate::config::ExternalConfig;
use crate::fallback::metrics::ExternalMetrics;
use anyhow::Context as _;
use cairn_answer::Told;
use cairn_ground::TransmitterId;
use cairn_wire::geolocate::LocateRequest;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// What a provider told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExternalAnswer {
    /// Where and how sure, by its own claim; docs/guides/fallbacks.md says what each schema claims.
    pub told: Told,
    /// Which provider of the chain, from 0.
    pub provider: usize,
}

/// The providers of this node, in their order.
#[derive(Debug)]
pub struct External {
    config: ExternalConfig,
    clock: Clock,
    providers: Vec<Arc<Provider>>,
    at_once: Arc<Semaphore>,
    memory: Mutex<Memory>,
    metrics: ExternalMetrics,
}

impl External {
    /// The chain of `config`; nobody is asked yet.
    ///
    /// # Errors
    /// When the system has no randomness for the memory's key.
    pub fn new(
        config: &ExternalConfig,
        clock: Clock,
        metrics: ExternalMetrics,
    ) -> anyhow::Result<Self> {
        let provider = |each| Provider::new(each, config, clock.clone(), metrics.clone());
        let providers = config.providers.iter().map(provider).map(Arc::new).collect();
        let memory = Memory::new(config.cache_entries_max).context("make the key of a memory")?;
        Ok(Self {
            providers,
            at_once: Arc::new(Semaphore::new(config.at_once_max.min(Semaphore::MAX_PERMITS))),
            memory: Mutex::new(memory),
            config: config.clone(),
            clock,
            metrics,
        })
    }

    /// Whether `request` is worth passing on when our own answer, if any, has this R95.
    ///
    /// A query that hears Wi-Fi or Bluetooth expects a finer answer than one that hears cells only.
    pub fn wants(&self, request: &LocateRequest, own_r95_m: Option<f64>) -> bool {
        if self.providers.is_empty() || !request.had_networks {
            return false;
        }
        let is_cell = |id| matches!(id, TransmitterId::Cell(_));
        let cells_only = request.observations.iter().all(|heard| is_cell(heard.transmitter));
        let expected_m = if cells_only {
            self.config.cell_coarser_than_m
        } else {
            self.config.wifi_coarser_than_m
        };
        own_r95_m.is_none_or(|own_m| own_m > expected_m)
    }

    /// Asks one provider after the other until one knows; the first answer is the answer.
    ///
    /// Waits for at most `external.chain_ms_max` and one provider's time. When the caller goes away, the
    /// request under way ends by itself and its outcome is counted.
    pub async fn ask(&self, request: &LocateRequest) -> Option<ExternalAnswer> {
        let key = self.memory().key(request);
        let began = self.clock.instant();
        let known = self.memory().get(&key, began);
        if let Some(Known(answer)) = known {
            self.metrics.cached.inc();
            return answer;
        }
        let time_max = Duration::from_millis(self.config.chain_ms_max);
        let mut all_know_nothing = !self.providers.is_empty();
        for (index, provider) in self.providers.iter().enumerate() {
            let late = self.clock.instant().saturating_duration_since(began) >= time_max;
            match if late { Outcome::Silent } else { self.turn(provider, request).await } {
                Outcome::Found(told) => {
                    let answer = ExternalAnswer { told, provider: index };
                    self.remember(key, Some(answer));
                    return Some(answer);
                }
                Outcome::Nothing => {}
                Outcome::Silent => all_know_nothing = false,
            }
        }
        if all_know_nothing {
            self.remember(key, None);
        }
        None
    }

    /// The name of a provider.
    pub fn name(&self, provider: usize) -> Option<&str> {
        self.providers.get(provider).map(|provider| provider.name.as_str())
    }

    /// One provider's turn.
    async fn turn(&self, provider: &Arc<Provider>, request: &LocateRequest) -> Outcome {
        let Some(body) = provider.body(request) else { return Outcome::Nothing };
        let Ok(place) = Arc::clone(&self.at_once).try_acquire_owned() else {
            provider.count("busy");
            return Outcome::Silent;
        };
        if !provider.may_be_asked() {
            return Outcome::Silent;
        }
        let provider = Arc::clone(provider);
        let asked = tokio::task::spawn_blocking(move || {
            let outcome = provider.ask(&body);
            drop(place);
            outcome
        });
        asked.await.unwrap_or(Outcome::Silent)
    }

    fn remember(&self, key: Key, answer: Option<ExternalAnswer>) {
        let time = match answer {
            Some(_) => self.config.cache_time(),
            None => self.config.cache_nothing_time(),
        };
        let now = self.clock.instant();
        self.memory().put(key, answer, (now, time));
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
