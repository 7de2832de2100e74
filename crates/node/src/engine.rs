//! Everything of a node but HTTP: journal, learner, what is served. Verbs are built on it.

use crate::clock::Clock;
use crate::config::{Config, JournalConfig};
use crate::exclusions::ExclusionList;
use crate::learner::{Learner, Origin, Pace, Parts, recover};
use crate::metrics::{Metrics, gauge, raise};
use crate::serving::Serving;
use crate::store::Store;
use anyhow::Context as _;
use cairn_journal::{Health, Journal, OpenError};
use std::path::Path;
use std::sync::Arc;

/// A data folder at work.
#[derive(Debug)]
pub struct Engine {
    /// Where files lie.
    pub store: Store,
    /// What is acknowledged.
    pub journal: Arc<Journal>,
    /// What is served.
    pub serving: Arc<Serving>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// What was taken out.
    pub exclusions: Arc<ExclusionList>,
    /// What learns.
    pub learner: Learner,
}

impl Engine {
    /// Opens a data folder, repairs what a crash left, serves what is sealed, and starts to learn.
    ///
    /// # Errors
    /// When another process holds the folder, or the disk refuses.
    pub fn open(dir: &Path, config: &Config, clock: Clock, pace: Pace) -> anyhow::Result<Self> {
        let store = Store::create(dir).with_context(|| format!("create {}", dir.display()))?;
        let journal = Arc::new(open_journal(&store, config)?);
        let serving = Arc::new(Serving::nothing());
        let metrics = Arc::new(Metrics::new());
        let exclusions = Arc::new(ExclusionList::open(&store)?);
        let recovered = recover(&store, config.learner.voices_min, &exclusions.now())
            .context("look at what is sealed")?;
        let parts = Parts {
            store: store.clone(),
            journal: Origin::Own(Arc::clone(&journal)),
            serving: Arc::clone(&serving),
            metrics: Arc::clone(&metrics),
            clock,
            exclusions: Arc::clone(&exclusions),
            archive: config.archive.clone(),
            config: config.learner.clone(),
            warm_up: config.serving.warm_up,
            pace,
        };
        let learner = Learner::start(parts, recovered)?;
        Ok(Self { store, journal, serving, metrics, exclusions, learner })
    }

    /// Learns what is left, seals it, and closes the journal.
    ///
    /// # Errors
    /// When the last seal failed; nothing is lost, the journal has it all.
    pub fn close(self) -> anyhow::Result<()> {
        let learned = self.learner.finish();
        drop(self.journal);
        learned
    }
}

/// Opens the journal and says what was repaired.
pub(crate) fn open_journal(store: &Store, config: &Config) -> anyhow::Result<Journal> {
    let standard = cairn_journal::Config::standard();
    let JournalConfig { segment_bytes_max, free_bytes_min } = config.journal;
    let settings = cairn_journal::Config { segment_bytes_max, free_bytes_min, ..standard };
    let opened = Journal::open(&store.journal(), settings);
    let (journal, repair) = match opened {
        Ok(opened) => opened,
        Err(OpenError::Locked { .. }) => anyhow::bail!(
            "{} is in use by another cairn: stop it first, or import into it with --url",
            store.root().display()
        ),
        Err(error) => return Err(error).context("open the journal"),
    };
    if repair.truncated_bytes > 0 {
        let (segment, offset) =
            repair.at.as_ref().map_or(("", 0), |place| (place.segment.as_str(), place.offset));
        tracing::info!(
            segment,
            offset,
            bytes = repair.truncated_bytes,
            "journal tail without a whole record cut off: never acknowledged"
        );
    }
    for place in &repair.damaged {
        tracing::error!(segment = %place.segment, offset = place.offset,
            "journal damage inside: restore the file from a copy; everything after it is kept");
    }
    Ok(journal)
}

/// Copies the journal's own counts into the metrics.
pub fn refresh_journal_metrics(journal: &Journal, metrics: &Metrics) {
    let stats = journal.stats();
    let shown = &metrics.journal;
    shown.bytes.set(gauge(stats.bytes));
    shown.segments.set(gauge(stats.segments as u64));
    shown.start.set(gauge(journal.start().get()));
    shown.position.set(gauge(journal.committed().get()));
    if let Some(free_bytes) = journal.free_bytes() {
        shown.free.set(gauge(free_bytes));
    }
    raise(&shown.appended, stats.appended);
    raise(&shown.duplicates, stats.duplicates);
    raise(&shown.fsyncs, stats.fsyncs);
    shown.healthy.set(i64::from(journal.health() == Health::Healthy));
}
