//! `cairn undo`: take something out, so that the map is the map that never saw it.

use super::duration::day;
use super::table::{grouped, table};
use super::{screen, sealed};
use crate::archiver::{ArchiveDoor, occurrences};
use crate::clock::Clock;
use crate::config::Config;
use crate::exclusions::{ExclusionList, ExclusionRecord, append, records};
use crate::learner::learn::next_record;
use crate::logging;
use crate::store::Store;
use anyhow::Context as _;
use cairn_archive::{Exclusion, Exclusions, Occurrence, Tag};
use cairn_evidence::Voice;
use cairn_ground::{Day, Region, Timestamp};
use cairn_journal::{Journal, Position};
use cairn_report::App;
use clap::Args;
use std::cmp::Reverse;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn undo --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn undo --data ./data --submission 0123456789abcdef0123456789abcdef --why 'test data' --dry-run
  cairn undo --data ./data --voice 00c0ffee00c0ffee --why 'a faulty phone'
  cairn undo --data ./data --app Walker/2.1.0 --why 'wrong places, fixed in 2.1.1'
  cairn undo --data ./data --region 831f8dfffffffff --day 2026-11-22 --why 'jamming'
  cairn undo --data ./data --discredited
  cairn undo --data ./data --list

A voice is one contributor on one day of receipt; one that most boxes it names contradict is not asked about anything, taken out or not. What is taken out stays listed, with by whom and why, in the data folder. A running service learns
the map anew without it within seconds and serves the one before meanwhile; a stopped one does so when it starts. The result is, byte for byte,
the map that never saw it. The archive forgets it for good; raw reports go when they are old enough. Exit code 1: there was nothing to take out.";

/// Take out what a contributor taught on a day, a submission, an app's version, or a region's day.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Undo {
    /// Data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Settings the service runs with, where they are not the defaults
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    what: What,
    /// The day, with --voice or --region: 2026-11-22
    #[arg(long, value_name = "DAY", value_parser = day)]
    day: Option<Day>,
    /// Why, for whoever reads the list
    #[arg(long, required_unless_present_any = ["list", "discredited", "dry_run"])]
    why: Option<String>,
    /// Who decides so
    #[arg(long, value_name = "NAME", default_value = "operator")]
    who: String,
    /// Only say how much would go
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// A contributor's voice, 16 hexadecimal digits; with --day only what was heard on it
    #[arg(long, value_name = "HEX", value_parser = hex64)]
    voice: Option<u64>,
    /// A submission, 32 hexadecimal digits
    #[arg(long, value_name = "ID", value_parser = submission)]
    submission: Option<Tag>,
    /// An app and its version, as its User-Agent begins
    #[arg(long, value_name = "NAME/VERSION", value_parser = app)]
    app: Option<Tag>,
    /// An H3 cell of any size, on the day
    #[arg(long, value_name = "H3CELL", requires = "day", value_parser = region)]
    region: Option<Region>,
    /// Show the voices that most boxes contradict, as of the map sealed last
    #[arg(long)]
    discredited: bool,
    /// Show what was taken out so far
    #[arg(long)]
    list: bool,
}

fn hex64(text: &str) -> Result<u64, &'static str> {
    let is_whole = text.len() == 16;
    let number = u64::from_str_radix(text, 16).ok().filter(|_| is_whole);
    number.ok_or("16 hexadecimal digits are expected")
}

fn submission(text: &str) -> Result<Tag, &'static str> {
    let number = u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32);
    let number = number.ok_or("32 hexadecimal digits are expected")?;
    Ok(Tag::of(&number.to_be_bytes()))
}

fn app(text: &str) -> Result<Tag, &'static str> {
    let app = App::parse(text).ok_or("an app is written Name/1.2.3")?;
    Ok(Tag(app.tag()))
}

fn region(text: &str) -> Result<Region, &'static str> {
    Region::parse(text).ok_or("an H3 cell is expected, such as 831f8dfffffffff")
}

/// How much something taught.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Amount {
    n_pieces: u64,
    n_readings: u64,
}

impl Undo {
    /// Takes it out, or says what would go.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(self.config.as_deref())?;
        logging::start(&config.log);
        let store = Store::at(&self.data);
        if self.what.discredited {
            return discredited(&store, config.learner.threads);
        }
        let Some(what) = self.exclusion() else { return list(&store) };
        let door = ArchiveDoor::find(&config.archive, &store)?;
        let Amount { n_pieces, n_readings } = taught(&store, door.as_ref(), what)?;
        let text =
            format!("{} pieces of evidence, {} readings", grouped(n_pieces), grouped(n_readings));
        if n_pieces == 0 {
            screen::say(&format!(
                "nothing to take out: {what} taught nothing that is still there"
            ))?;
            return Ok(ExitCode::from(1));
        }
        if self.dry_run {
            screen::say(&format!("would take out {text}: {what}"))?;
            return Ok(ExitCode::SUCCESS);
        }
        let when_ms = Clock::System.now().ms();
        let why = self.why.clone().unwrap_or_default();
        append(&store, ExclusionRecord { what: what.to_string(), when_ms, who: self.who, why })?;
        screen::say(&format!("taken out {text}: {what}"))?;
        Ok(ExitCode::SUCCESS)
    }

    /// What is named; `None` to list.
    fn exclusion(&self) -> Option<Exclusion> {
        let What { voice, submission, app, region, discredited: _, list: _ } = self.what;
        let by_voice = voice.map(|n| Exclusion::Voice(Voice(n), self.day));
        let by_region = region.zip(self.day).map(|(region, day)| Exclusion::Region(region, day));
        let by_tag = submission.map(Exclusion::Submission).or(app.map(Exclusion::App));
        by_voice.or(by_region).or(by_tag)
    }
}

/// How much of what is kept something taught, and was not taken out already.
fn taught(store: &Store, door: Option<&ArchiveDoor>, what: Exclusion) -> anyhow::Result<Amount> {
    let known = ExclusionList::open(store)?.now();
    let named = Exclusions::of([what]).context("one exclusion")?;
    let mut amount = Amount::default();
    let mut count = |one: &Occurrence| {
        if named.exclude(one) && !known.exclude(one) {
            amount.n_pieces += 1;
            amount.n_readings += one.evidence.heard.len() as u64;
        }
    };
    let journal = Journal::open_read_only(&store.journal()).context("open the journal")?;
    let mut from = journal.start();
    if from > Position::START
        && let Some(door) = door
    {
        let (start, end) = (from.get(), journal.committed().get());
        let archive = door.archive();
        if let Some(manifest) = door.wait(archive.within(door.journal(), start, end))? {
            let take = |some: Vec<Occurrence>| {
                some.iter().for_each(&mut count);
                true
            };
            door.wait(archive.each(&manifest, &Exclusions::default(), take))?;
            from = Position::new(manifest.position_of(door.journal()));
        }
    }
    let mut reader = journal.read_from(from).context("read the journal")?;
    while let Some((_, batch)) = next_record(&mut reader).context("read the journal")? {
        occurrences(&batch).0.iter().for_each(&mut count);
    }
    Ok(amount)
}

/// Shows whom most boxes contradict, those first whom most do.
fn discredited(store: &Store, threads: usize) -> anyhow::Result<ExitCode> {
    let judged = sealed::map(store)?.judgements(threads);
    if judged.is_empty() {
        screen::note("no voice is contradicted by most of the boxes it names");
        return Ok(ExitCode::from(1));
    }
    let mut judged: Vec<_> = judged.into_iter().collect();
    judged.sort_by_key(|(voice, told)| (Reverse(told.contradicted), *voice));
    let mut rows = vec![["voice", "boxes against", "boxes for"].map(str::to_owned).to_vec()];
    rows.extend(judged.into_iter().map(|(Voice(voice), told)| {
        let [against, agreed] = [told.contradicted, told.confirmed].map(|n| grouped(n.into()));
        vec![format!("{voice:016x}"), against, agreed]
    }));
    screen::say(table(&rows).trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// Shows the list.
fn list(store: &Store) -> anyhow::Result<ExitCode> {
    let mut rows = vec![["what", "day taken out", "who", "why"].map(str::to_owned).to_vec()];
    for ExclusionRecord { what, when_ms, who, why } in records(&store.exclusions())? {
        rows.push(vec![what, Timestamp::from_ms(when_ms).day().to_string(), who, why]);
    }
    screen::say(table(&rows).trim_end())?;
    Ok(ExitCode::SUCCESS)
}
