//! A sealed map put where servers look for it: checked, named by the next manifest, the ones before kept for a while.

use super::super::screen;
use anyhow::{Context as _, ensure};
use cairn_snapshot::{Manifest, Snapshot, Verify, garbage};
use clap::Args;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to publish, and where.
#[derive(Debug, Args)]
pub(super) struct Publish {
    /// Snapshot file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Folder that servers follow (`cairn locate --listen --maps DIR`); made when it is not there
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

impl Publish {
    /// Publishes it and says which generation it is.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        fs::create_dir_all(&self.to).with_context(|| format!("create {}", self.to.display()))?;
        let loaded = Manifest::load(&self.to).context("read the manifest")?;
        let former = loaded.map(|loaded| loaded.manifest).unwrap_or_default();
        ensure!(
            former.checkpoint.is_none(),
            "{} belongs to a service that learns: publish to a folder of its own",
            self.to.display()
        );
        let snapshot = Snapshot::open_with(&self.file, Verify::Eager)
            .with_context(|| format!("check {}", self.file.display()))?;
        let name = snapshot.id().file_name();
        place(&self.file, &self.to.join(&name))?;
        let generation = former.generation + 1;
        let manifest = Manifest { generation, base: Some(name), ..Manifest::default() };
        manifest.store(&self.to, former.generation).context("write the manifest")?;
        let needed: Vec<Manifest> =
            Manifest::former(&self.to).into_iter().chain([manifest]).collect();
        for path in garbage(&self.to, &needed).context("look for files of no further use")? {
            fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
        }
        screen::say(&format!("generation {generation}"))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Copies the file to its name in the folder, whole or not at all.
fn place(file: &Path, at: &Path) -> anyhow::Result<()> {
    if at.exists() && Snapshot::open_with(at, Verify::Eager).is_ok() {
        return Ok(());
    }
    let temporary = at.with_extension("snapshot.tmp");
    fs::copy(file, &temporary).with_context(|| format!("copy to {}", temporary.display()))?;
    File::open(&temporary).and_then(|it| it.sync_all()).context("sync it")?;
    fs::rename(&temporary, at).context("give it its name")?;
    crate::store::sync_folder(at).context("sync the folder")
}
