//! `cairn batch rebuild` and `assemble`: the map from the archive, or from another engine's outputs, in this process.

use super::made::{Made, runtime};
use super::{Assemble, Rebuild};
use anyhow::Context as _;
use cairn_batch::assemble::assemble;
use cairn_batch::{Means, Source, rebuild};
use std::process::ExitCode;

impl Rebuild {
    /// Rebuilds and says what came out.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let made = Made::begin(Some(&self.of), &self.making)?;
        let runtime = runtime(self.making.threads)?;
        let (door, manifest) = made.archive()?;
        let source = Source::within(&manifest, door.archive().store().inner())?;
        let means = Means {
            n_threads: self.making.threads,
            memory_bytes: self.memory_mb << 20,
            spill: made.spill()?,
        };
        let map = runtime.block_on(rebuild(&source, made.settings(), &means));
        made.finish(map.context("rebuild from the archive")?, &manifest)
    }
}

impl Assemble {
    /// Puts the map together and says what came out.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let made = Made::begin(None, &self.making)?;
        let map = assemble(&self.outputs, made.settings());
        made.seal(map.context("put the map together")?)
    }
}
