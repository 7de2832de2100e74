//! A backtest: a journal read to a day, rows of the weeks before it, rows of the week after, each asked of the map
//! there was then.

use super::deal::number;
use super::radius::{Question, ask};
use super::teach::Pupil;
use crate::exclusions::ExclusionList;
use crate::learner::learn::next_record;
use crate::store::Store;
use anyhow::Context as _;
use cairn_archive::Exclusions;
use cairn_ground::Day;
use cairn_journal::Journal;
use cairn_learning::data::{Row, Sees, Source};
use cairn_learning::dice::mix;
use cairn_report::{Batch, FixSource, Report};
use cairn_signal::venue::Effort;
use cairn_snapshot::{SnapshotId, SnapshotSet};
use std::collections::BTreeMap;
use std::path::Path;

/// A fix that is wider than this by its own word (68 %) is no truth to judge an answer by, m.
/// Source: our choice; half of the fixes of phones outdoors claim 20 m or less (`docs/measured/accuracy.md`).
const TRUTH_R68_MAX_M: f64 = 50.0;

/// Which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day whose reports ask to teach the model; earlier ones teach the map they ask.
    pub from: Day,
    /// The day of the backtest: reports before it are all that anybody knows.
    pub at: Day,
    /// The first day that is not scored any more.
    pub until: Day,
}

/// What decides a backtest beside its days.
#[derive(Debug, Clone, Copy)]
pub struct Backtest<'a> {
    /// The service's data folder.
    pub data: &'a Path,
    /// Which days.
    pub days: Days,
    /// Rows of either stretch at most.
    pub n_rows_max: usize,
    /// Models of buildings as they are sealed.
    pub effort: Effort,
    /// Threads; they change no byte.
    pub n_threads: usize,
    /// A folder for what lives a moment.
    pub scratch: &'a Path,
}

/// A map as it was on a day, and what was asked of it.
#[derive(Debug)]
pub struct Asked {
    /// The map's digest.
    pub map: SnapshotId,
    /// What its rows are made from.
    pub source: Source,
    /// The rows.
    pub rows: Vec<Row>,
}

/// What a journal tells of a day: rows that teach, rows that score.
#[derive(Debug)]
pub struct Replayed {
    /// Before the day.
    pub taught: Asked,
    /// From the day on.
    pub scored: Asked,
    /// Records that nobody can learn.
    pub n_left_out: u64,
}

/// Reads a journal to a day and a little further.
///
/// # Errors
/// The journal cannot be read, or there is nothing in a stretch that may ask.
pub fn replay(backtest: &Backtest<'_>) -> anyhow::Result<Replayed> {
    let store = Store::at(backtest.data);
    let folder = store.journal();
    anyhow::ensure!(folder.is_dir(), "{} holds no journal", backtest.data.display());
    let journal = Journal::open_read_only(&folder).context("open the journal")?;
    let without = ExclusionList::open(&store)?.now();
    let mut reader = journal.read_from(journal.start()).context("read the journal")?;
    let Days { from, at, until } = backtest.days;
    let mut pupil = Pupil::new();
    let mut n_left_out = 0;
    let mut stretches = [Stretch::of(from, at), Stretch::of(at, until)];
    while let Some((_, batch)) = next_record(&mut reader).context("read the journal")? {
        if batch.received >= until {
            continue;
        }
        for stretch in &mut stretches {
            if batch.received >= stretch.from {
                stretch.seal_once(&mut pupil, backtest)?;
                stretch.take(&batch, &without, backtest.n_rows_max);
            }
            stretch.hear(&batch);
        }
        if batch.received < at && !pupil.learn_record(&batch, &without) {
            n_left_out += 1;
        }
    }
    let [taught, scored] = stretches;
    Ok(Replayed { taught: taught.asked()?, scored: scored.asked()?, n_left_out })
}

/// Some days, the map there was when they began, and the questions of a sample of their reports.
struct Stretch {
    from: Day,
    until: Day,
    map: Option<(SnapshotId, SnapshotSet)>,
    heard: blake3::Hasher,
    /// By a number drawn from submission and place in it: the lowest stay.
    drawn: BTreeMap<u64, (u64, Report)>,
}

impl Stretch {
    fn of(from: Day, until: Day) -> Self {
        let heard = blake3::Hasher::new_derive_key("cairn backtest v1");
        Self { from, until, map: None, heard, drawn: BTreeMap::new() }
    }

    /// Seals what was learned before the first report of the stretch.
    fn seal_once(&mut self, pupil: &mut Pupil, backtest: &Backtest<'_>) -> anyhow::Result<()> {
        if self.map.is_none() {
            let Backtest { effort, n_threads, scratch, .. } = *backtest;
            self.map = Some(pupil.seal_named(effort, n_threads, scratch)?);
        }
        Ok(())
    }

    /// What the rows are made from: every submission that taught or asked.
    fn hear(&mut self, batch: &Batch) {
        if batch.received < self.until {
            self.heard.update(&batch.id.0);
            self.heard.update(&batch.received.get().to_le_bytes());
        }
    }

    fn take(&mut self, batch: &Batch, without: &Exclusions, most: usize) {
        let is_out = || crate::archiver::occurrences(batch).0.iter().any(|it| without.exclude(it));
        if batch.received >= self.until || (!without.is_empty() && is_out()) {
            return;
        }
        let id = number(batch.id.0);
        for (place, report) in (0_u64..).zip(&batch.reports) {
            if report.timestamp().day() >= self.from && is_truth(report) {
                self.drawn.insert(mix(id, place), (batch.contributor.0, report.clone()));
                if self.drawn.len() > most {
                    self.drawn.pop_last();
                }
            }
        }
    }

    /// The rows of the questions.
    fn asked(self) -> anyhow::Result<Asked> {
        let nobody = || format!("nobody with a fix reported from {} to {}", self.from, self.until);
        let (map, set) = self.map.with_context(nobody)?;
        let mut rows = Vec::new();
        for (contributor, report) in self.drawn.values() {
            let question = Question {
                at_ms: report.timestamp().ms(),
                contributor: *contributor,
                set: "journal",
                truth: report.fix().place,
                sees: Sees::Before(self.from.start().ms()),
            };
            rows.extend(ask(&set, report.observations(), &question)?);
        }
        rows.sort_by_key(|row| (row.at_ms, row.contributor, row.label.to_bits()));
        let source = Source {
            name: format!("journal, {} to {}", self.from, self.until),
            digest: self.heard.finalize().to_hex().to_string(),
            sees: "before".to_owned(),
        };
        Ok(Asked { map, source, rows })
    }
}

/// True when a report says where it was well enough to judge by.
fn is_truth(report: &Report) -> bool {
    let fix = report.fix();
    let is_measured = matches!(fix.source, FixSource::Gnss | FixSource::Manual | FixSource::Survey);
    let is_narrow = fix.r68.is_none_or(|r68| r68.get() <= TRUTH_R68_MAX_M);
    is_measured && is_narrow && !report.observations().is_empty()
}
