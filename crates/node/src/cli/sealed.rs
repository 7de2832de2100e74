//! The map that a service sealed last, read beside it.

use crate::learner::read_checkpoint;
use crate::store::Store;
use anyhow::Context as _;
use cairn_radiomap::{RadioMap, Settings};
use cairn_snapshot::Manifest;

/// The map sealed last; nobody in it is judged yet.
pub(super) fn map(store: &Store) -> anyhow::Result<RadioMap> {
    let folder = store.map();
    let loaded = Manifest::load(&folder)
        .context("read the manifest")?
        .with_context(|| format!("{} holds no sealed map yet", store.root().display()))?;
    let file = loaded.manifest.checkpoint.context("the manifest names no checkpoint")?.file;
    let voices_min = Settings::standard().voices_min;
    read_checkpoint(&folder.join(&file), voices_min).with_context(|| format!("read {file}"))
}
