//! Looks at the registry: a change of an alias serves at the next look, what cannot be believed never does.

use super::super::rollout::Live;
use super::metrics::ModelMetrics;
use super::standing::{Ready, Standing, TASK};
use crate::clock::Clock;
use arc_swap::ArcSwap;
use cairn_learning::model::ModelError;
use cairn_learning::registry::{Alias, Aliases, Canary, Entry, Registry, RegistryError};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time between two tries to read what was refused: a file or a key may have been put right.
const RETRY: Duration = Duration::from_secs(5);

/// What tells one log from a later one: bytes, seconds and nanoseconds of its change, its file's number.
type Stamp = (u64, i64, i64, u64);

/// The look at a registry.
#[derive(Debug)]
pub(super) struct Watch {
    registry: Registry,
    standing: Arc<ArcSwap<Standing>>,
    metrics: ModelMetrics,
    clock: Clock,
    seen: Option<Stamp>,
    /// The last entry of the log that was believed.
    last: Option<Entry>,
    /// What is refused now, by alias; told once.
    refused: BTreeMap<&'static str, String>,
    tried: Option<Instant>,
}

impl Watch {
    /// Nothing is seen yet.
    pub(super) const fn new(
        registry: Registry,
        standing: Arc<ArcSwap<Standing>>,
        metrics: ModelMetrics,
        clock: Clock,
    ) -> Self {
        Self {
            registry,
            standing,
            metrics,
            clock,
            seen: None,
            last: None,
            refused: BTreeMap::new(),
            tried: None,
        }
    }

    /// Takes up what changed.
    pub(super) fn look(&mut self) {
        let stamp = stamp(&self.registry);
        let now = self.clock.instant();
        let is_due = self.tried.is_none_or(|tried| now.duration_since(tried) >= RETRY);
        if stamp == self.seen && (self.refused.is_empty() || !is_due) {
            return;
        }
        (self.seen, self.tried) = (stamp, Some(now));
        match self.grown_log() {
            Ok(entries) => {
                self.refused.remove("log");
                self.take_up(&entries);
                self.last = entries.into_iter().next_back();
            }
            Err(error) => self.refuse("log", &error),
        }
    }

    /// The log, which still says what it said: one that lost a line, or is gone, changes nothing that serves.
    fn grown_log(&self) -> Result<Vec<Entry>, RegistryError> {
        let entries = self.registry.log()?;
        let is_kept = |last: &Entry| entries.iter().any(|entry| entry == last);
        match &self.last {
            Some(last) if !is_kept(last) => {
                let line = usize::try_from(last.number).unwrap_or(usize::MAX);
                let what = "it is another line than was read before: the log was changed";
                Err(RegistryError::Log { line, what: what.to_owned() })
            }
            _ => Ok(entries),
        }
    }

    /// Serves what the aliases name, as far as it can be believed.
    fn take_up(&mut self, entries: &[Entry]) {
        let aliases = Aliases::of_log(entries);
        let mut next = Standing::clone(&self.standing.load());
        let mut is_other = false;
        for alias in [Alias::Champion, Alias::Challenger, Alias::Shadow] {
            let Some(slot) = next.slot(alias) else { continue };
            is_other |= self.take_up_one(alias, aliases.get(TASK, alias), slot);
            self.metrics.loaded(alias, slot.is_some());
        }
        let canary = Canary::of_log(entries, TASK);
        let live = Live::of(canary, next.challenger.as_ref(), next.live.as_ref());
        let entry = |live: Option<&Arc<Live>>| live.map(|live| live.canary.entry);
        is_other |= entry(live.as_ref()) != entry(next.live.as_ref());
        next.live = live;
        if is_other {
            self.standing.store(Arc::new(next));
            self.metrics.changes.inc();
        }
    }

    /// The model of one alias; true when it is another than before.
    fn take_up_one(
        &mut self,
        alias: Alias,
        wanted: Option<&str>,
        slot: &mut Option<Arc<Ready>>,
    ) -> bool {
        let now = slot.as_ref().map(|ready| ready.id.as_str());
        if now == wanted {
            self.refused.remove(alias.name());
            return false;
        }
        let loaded = wanted.map(|id| Ready::load(&self.registry, id)).transpose();
        match loaded {
            Ok(ready) => {
                let model = ready.as_ref().map_or("none", |ready| ready.id.as_str());
                tracing::info!(
                    task = TASK.name(),
                    alias = alias.name(),
                    model,
                    "a model is taken up"
                );
                self.refused.remove(alias.name());
                *slot = ready.map(Arc::new);
                true
            }
            Err(error) => {
                self.refuse(alias.name(), &error);
                // The last good champion goes on; a model that is not heard is better not asked.
                alias != Alias::Champion && slot.take().is_some()
            }
        }
    }

    /// Counts a refusal, and tells it when it is a new one.
    fn refuse(&mut self, what: &'static str, error: &RegistryError) {
        self.metrics.refused(kind(error));
        let message = error.to_string();
        if self.refused.get(what) != Some(&message) {
            let standing = self.standing.load();
            let serving = standing.champion.as_ref().map_or("none", |ready| ready.id.as_str());
            tracing::error!(task = TASK.name(), alias = what, %error, serving,
                "a model is refused: what served before goes on");
            self.refused.insert(what, message);
        }
    }
}

/// The log's stamp; `None` where there is no log yet.
fn stamp(registry: &Registry) -> Option<Stamp> {
    let meta = fs::metadata(registry.log_path()).ok()?;
    Some((meta.len(), meta.mtime(), meta.mtime_nsec(), meta.ino()))
}

/// The kind of a refusal, for counting: a closed list.
fn kind(error: &RegistryError) -> &'static str {
    match error {
        RegistryError::Disk { .. } => "disk",
        RegistryError::Changed { .. } => "changed",
        RegistryError::Signature { .. } | RegistryError::Key { .. } => "signature",
        RegistryError::Model { error, .. } => match **error {
            ModelError::Features { .. } => "features",
            _ => "file",
        },
        RegistryError::Log { .. } => "log",
        _ => "other",
    }
}
