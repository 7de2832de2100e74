//! What every way of making the map begins and ends with: the archive's manifest, and the sealed base.

use super::{Making, Of};
use crate::archiver::ArchiveDoor;
use crate::cli::screen;
use crate::cli::table::grouped;
use crate::config::{ArchiveConfig, Config};
use crate::exclusions::ExclusionList;
use crate::learner::{Models, Whole, seal};
use crate::limits::REBUILD_THREADS_MAX;
use crate::logging;
use crate::store::Store;
use anyhow::Context as _;
use cairn_archive::{Exclusions, Manifest};
use cairn_journal::{Journal, Position};
use cairn_radiomap::{RadioMap, Settings};
use cairn_signal::venue::Effort;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

/// A map that is being made.
pub(super) struct Made<'a> {
    /// None when it is made of another engine's outputs.
    of: Option<&'a Of>,
    making: &'a Making,
    config: Config,
    /// What was taken out, as the data folder lists it.
    exclusions: Arc<Exclusions>,
    /// Beside the data, and gone in the end.
    temporary: PathBuf,
}

/// What waits for the engine, on so many threads.
pub(super) fn runtime(n_threads: usize) -> anyhow::Result<Runtime> {
    let n_threads = n_threads.clamp(1, REBUILD_THREADS_MAX);
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(n_threads).enable_all().build().context("start the engine's threads")
}

impl<'a> Made<'a> {
    /// Reads the settings and starts the log.
    pub(super) fn begin(of: Option<&'a Of>, making: &'a Making) -> anyhow::Result<Self> {
        let config = Config::load(making.config.as_deref())?;
        logging::start(&config.log);
        let data = of.and_then(|of| of.data.as_deref());
        let beside = making.out.as_deref().or(data).unwrap_or_else(|| Path::new("."));
        let temporary = beside.join(format!("batch-{}", std::process::id()));
        fs::create_dir_all(&temporary)
            .with_context(|| format!("create {}", temporary.display()))?;
        let exclusions = match data {
            Some(data) => ExclusionList::open(&Store::at(data))?.now(),
            None => Arc::default(),
        };
        Ok(Self { of, making, config, exclusions, temporary })
    }

    /// How the archive is kept, and where.
    pub(super) fn archive_config(&self) -> ArchiveConfig {
        let mut config = self.config.archive.clone();
        config.enabled = true;
        if let Some(archive) = self.of.and_then(|of| of.archive.as_ref()) {
            config.url.clone_from(archive);
        }
        config
    }

    /// The archive, and its current manifest with all that is left out.
    pub(super) fn archive(&self) -> anyhow::Result<(ArchiveDoor, Manifest)> {
        let data = self.data().unwrap_or_else(|| Path::new("."));
        let door = ArchiveDoor::find(&self.archive_config(), &Store::at(data))?;
        let door = door.context("no archive is there")?;
        let manifest =
            door.wait(door.archive().current()).context("read the archive's manifest")?;
        let mut manifest = manifest.context("nothing was archived yet")?;
        screen::note(&format!(
            "archive {}: {} readings in {} files",
            manifest.data_set.get(..16).unwrap_or_default(),
            grouped(manifest.n_rows()),
            grouped(manifest.files.len() as u64)
        ));
        // The archiver writes the list into its manifest a moment later.
        manifest.excluded.extend(self.exclusions.iter().map(|one| one.to_string()));
        Ok((door, manifest))
    }

    /// The settings beliefs are formed under.
    pub(super) const fn settings(&self) -> Settings {
        Settings { voices_min: self.config.learner.voices_min }
    }

    /// Folder for what the engine spills.
    pub(super) fn spill(&self) -> anyhow::Result<PathBuf> {
        let spill = self.temporary.join("spill");
        fs::create_dir_all(&spill).with_context(|| format!("create {}", spill.display()))?;
        Ok(spill)
    }

    /// Adds what the journal holds beyond the archive, seals, and says what came out.
    pub(super) fn finish(
        &self,
        mut map: RadioMap,
        manifest: &Manifest,
    ) -> anyhow::Result<ExitCode> {
        if let Some(data) = self.data() {
            map.merge(self.journal(&Store::at(data), manifest)?);
        }
        self.seal(map)
    }

    /// Seals a map that is whole, and says what came out.
    pub(super) fn seal(&self, mut map: RadioMap) -> anyhow::Result<ExitCode> {
        screen::note(&format!("{} transmitters", grouped(map.len() as u64)));
        let folder = self.making.out.as_deref().unwrap_or(&self.temporary);
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
        let models = &mut Models::default();
        let base = seal::base(&mut map, models, Effort::Whole, self.threads(), folder)?;
        let size = fs::metadata(&base.path).map_or(0, |meta| meta.len());
        screen::say(&format!("{}  {} bytes", base.id, grouped(size)))?;
        if self.making.out.is_some() {
            screen::note(&format!("kept as {}", base.path.display()));
        }
        Ok(ExitCode::SUCCESS)
    }

    /// What the journal teaches from where the archive ends.
    fn journal(&self, store: &Store, manifest: &Manifest) -> anyhow::Result<RadioMap> {
        let journal = Journal::open_read_only(&store.journal()).context("open the journal")?;
        let from = Position::new(manifest.position_of(&self.config.archive.journal));
        let whole = Whole {
            archive: None,
            from_archive: false,
            without: &self.exclusions,
            end: journal.committed(),
            n_threads: self.threads(),
            voices_min: self.config.learner.voices_min,
        };
        whole.learn_from(&journal, from)
    }

    fn data(&self) -> Option<&Path> {
        self.of.and_then(|of| of.data.as_deref())
    }

    fn threads(&self) -> usize {
        self.making.threads.clamp(1, REBUILD_THREADS_MAX)
    }
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        let _gone_or_for_a_person_to_remove = fs::remove_dir_all(&self.temporary);
    }
}
