//! `cairn rebuild`: the map from what is kept, the archive and the journal, alone.

use super::screen;
use super::table::grouped;
use crate::archiver::ArchiveDoor;
use crate::config::Config;
use crate::exclusions::ExclusionList;
use crate::learner::{Models, Whole, has_draft, seal};
use crate::limits::REBUILD_THREADS_MAX;
use crate::logging;
use crate::store::Store;
use anyhow::Context as _;
use cairn_archive::Exclusions;
use cairn_journal::{Journal, Position, ReadOnlyJournal};
use cairn_radiomap::RadioMap;
use cairn_signal::venue::Effort;
use cairn_snapshot::{Manifest, Snapshot};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `cairn rebuild --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn rebuild --data ./data                  print the digest of the rebuilt map
  cairn rebuild --data ./data --check          compare it, byte by byte, with what is served
  cairn rebuild --data ./data --out ./rebuilt  keep it
  cairn rebuild --data ./data --from archive   evidence from the archive as far as that reaches

A running service is not disturbed; the rebuilt map lies beside its data until it is compared. With --check the journal is read up to where the
current base was sealed, and each building is learned as wholly as in it (a service that is stopped seals drafts of buildings it
was just told of); exit code 1 means different bytes. Where the journal no longer begins at its start, the archive holds the rest. What was
taken out (cairn undo) is left out.";

/// Make the map anew from archive and journal alone, and compare it with the incrementally learned one.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Rebuild {
    /// Data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Settings the service runs with, where they are not the defaults
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Learning threads; the result does not depend on it
    #[arg(long, value_name = "N", default_value_t = 2)]
    threads: usize,
    /// Folder to keep the rebuilt snapshot in
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where evidence comes from
    #[arg(long, value_name = "WHAT", default_value = "journal")]
    from: From,
    /// Compare with the base that the manifest names
    #[arg(long)]
    check: bool,
}

/// Where evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum From {
    /// The journal, as far back as it reaches
    Journal,
    /// The archive, as far as it reaches
    Archive,
}

impl Rebuild {
    /// Rebuilds and says what came out.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(self.config.as_deref())?;
        logging::start(&config.log);
        let store = Store::at(&self.data);
        let journal = Journal::open_read_only(&store.journal())
            .with_context(|| format!("open the journal of {}", self.data.display()))?;
        let exclusions = ExclusionList::open(&store)?.now();
        let served = served(&store, self.check, &exclusions)?;
        let end = served.as_ref().map_or_else(|| journal.committed(), |served| served.position);
        let temporary = Temporary::beside(&self.data)?;
        let folder = self.out.as_deref().unwrap_or(&temporary.0);
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        let threads = self.threads.clamp(1, REBUILD_THREADS_MAX);
        let door = ArchiveDoor::find(&config.archive, &store)?;
        let whole = Whole {
            archive: door.as_ref(),
            from_archive: self.from == From::Archive,
            without: &exclusions,
            end,
            n_threads: threads,
            voices_min: config.learner.voices_min,
        };
        let mut map = learn(&whole, &journal)?;
        screen::note(&format!("{} transmitters", grouped(map.len() as u64)));
        let like = served.as_ref().and_then(|served| served.snapshot.as_ref());
        let base = match like {
            Some(like) => seal::base_like(&mut map, like, threads, folder)?,
            None => seal::base(&mut map, &mut Models::default(), Effort::Whole, threads, folder)?,
        };
        let size = fs::metadata(&base.path).map_or(0, |meta| meta.len());
        screen::say(&format!("{}  {} bytes", base.id, grouped(size)))?;
        if self.out.is_some() {
            screen::note(&format!("kept as {}", base.path.display()));
        }
        served.map_or(Ok(ExitCode::SUCCESS), |served| compare(&base.path, served))
    }
}

/// The base that is served, and where in the journal it stands.
struct ServedBase {
    name: String,
    /// Open, so that the file can be read even when a newer base supersedes it meanwhile.
    file: File,
    /// The same, where it can be read: it says how much work its models of buildings were worth.
    snapshot: Option<Snapshot>,
    position: Position,
}

/// What the manifest names, when it is asked for.
fn served(
    store: &Store,
    wanted: bool,
    exclusions: &Exclusions,
) -> anyhow::Result<Option<ServedBase>> {
    if !wanted {
        return Ok(None);
    }
    let manifest = Manifest::load(&store.map())
        .context("read the manifest")?
        .context("no manifest: nothing was sealed yet, so there is nothing to compare with")?
        .manifest;
    anyhow::ensure!(
        manifest.exclusions == exclusions.digest(),
        "the served base knows other exclusions than the list: wait until the service learned anew"
    );
    let name = manifest.base.context("the manifest names no base: nothing to compare with")?;
    let position = Position::new(manifest.journal_position);
    let path = store.map().join(&name);
    let file = File::open(&path).with_context(|| format!("open {name}"))?;
    let snapshot = Snapshot::open(&path).ok();
    Ok(Some(ServedBase { name, file, snapshot, position }))
}

/// Learns what is kept, with a bar.
fn learn(whole: &Whole<'_>, journal: &ReadOnlyJournal) -> anyhow::Result<RadioMap> {
    let bar = ProgressBar::new(whole.end.get());
    bar.set_style(ProgressStyle::with_template(
        "learning {wide_bar} {binary_bytes}/{binary_total_bytes}  {binary_bytes_per_sec}  {eta} left",
    )?);
    let map = whole.learn(journal, &mut |position: Position| bar.set_position(position.get()));
    bar.finish_and_clear();
    map
}

/// Says whether the rebuilt file and the served one hold the same bytes.
fn compare(rebuilt: &Path, mut served: ServedBase) -> anyhow::Result<ExitCode> {
    let mine = fs::read(rebuilt).context("read the rebuilt snapshot")?;
    let mut theirs = Vec::new();
    served.file.read_to_end(&mut theirs).context("read the served base")?;
    let same = mine == theirs;
    let word = if same { "equal to" } else { "DIFFERENT from" };
    screen::say(&format!("{word} {}", served.name))?;
    if same && served.snapshot.as_ref().is_some_and(has_draft) {
        screen::note(
            "it holds drafts of buildings, and so does what was rebuilt: a service that runs makes them whole \
             as soon as it is quiet",
        );
    }
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// A folder that goes when it is no longer needed.
struct Temporary(PathBuf);

impl Temporary {
    /// A folder in `dir`, so that a large map lands on a disk that has place for it.
    fn beside(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(format!("rebuild-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("create {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _gone_or_for_a_person_to_remove = fs::remove_dir_all(&self.0);
    }
}
