//! What was taken out of the ingest nodes' archive, kept beside a part's map, so that its learner leaves it out.
//!
//! `cairn undo` acts on an ingest node, whose archiver publishes it with the archive's manifest.

use crate::archiver::ArchiveDoor;
use crate::clock::Clock;
use crate::config::ArchiveConfig;
use crate::exclusions::{ExclusionRecord, append, records};
use crate::stop::Stop;
use crate::store::Store;
use crate::threads;
use anyhow::Context as _;
use std::collections::BTreeSet;
use std::thread::JoinHandle;
use std::time::Duration;

/// Time between two looks at the manifest.
const LOOK: Duration = Duration::from_secs(5);
/// Time that a look under way gets when the service stops.
const STOP_TIME_MAX: Duration = Duration::from_secs(2);

/// The thread that looks.
#[derive(Debug)]
pub(super) struct TakenOut {
    stop: Stop,
    clock: Clock,
    thread: JoinHandle<Option<()>>,
}

impl TakenOut {
    /// Looks once, then every few seconds; `None` without a shared archive.
    ///
    /// # Errors
    /// When the address is of a kind that this build does not know, or no thread can be started.
    pub(super) fn watch(
        config: &ArchiveConfig,
        map: &Store,
        clock: &Clock,
    ) -> anyhow::Result<Option<Self>> {
        let Some(door) = ArchiveDoor::open(config, map)? else { return Ok(None) };
        let (stop, map, their_clock) = (Stop::default(), map.clone(), clock.clone());
        let mut is_told = false;
        look(&door, &map, clock, &mut is_told);
        let wish = stop.clone();
        let watch = move || {
            while !wish.wait(LOOK) {
                look(&door, &map, &their_clock, &mut is_told);
            }
        };
        let thread = threads::start("taken-out", watch).context("start to watch the archive")?;
        Ok(Some(Self { stop, clock: clock.clone(), thread }))
    }

    /// Ends it; a look that takes too long is left behind.
    pub(super) fn stop(self) {
        self.stop.stop();
        let until = self.clock.instant() + STOP_TIME_MAX;
        while !self.thread.is_finished() && self.clock.instant() < until {
            self.clock.sleep(Duration::from_millis(5));
        }
    }
}

/// One look; an archive that cannot be read is named once.
fn look(door: &ArchiveDoor, map: &Store, clock: &Clock, is_told: &mut bool) {
    match take_up(door, map, clock) {
        Ok(0) => *is_told = false,
        Ok(n) => {
            tracing::info!(
                exclusions = n,
                "taken out of the archive: learning the part without it"
            );
            *is_told = false;
        }
        Err(error) if *is_told => tracing::debug!(error = %format!("{error:#}"), "still not read"),
        Err(error) => {
            tracing::warn!(error = %format!("{error:#}"),
                "what was taken out of the archive cannot be read: trying again");
            *is_told = true;
        }
    }
}

/// Adds what is new to the list beside the map; returns how much that is.
fn take_up(door: &ArchiveDoor, map: &Store, clock: &Clock) -> anyhow::Result<usize> {
    let Some(manifest) = door.wait(door.archive().current()).context("read the archive")? else {
        return Ok(0);
    };
    let known = records(&map.exclusions())?;
    let known: BTreeSet<&str> = known.iter().map(|record| record.what.as_str()).collect();
    let new: Vec<&String> =
        manifest.excluded.iter().filter(|what| !known.contains(what.as_str())).collect();
    for what in &new {
        let (who, why) = ("archive".to_owned(), "taken out of the archive".to_owned());
        let when_ms = clock.now().ms();
        append(map, ExclusionRecord { what: (*what).clone(), when_ms, who, why })?;
    }
    Ok(new.len())
}
