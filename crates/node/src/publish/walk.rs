//! From the sealed checkpoint to what is published, in one pass.

use super::cells::{Tables, row};
use super::coverage::Coverage;
use super::months::{Group, Months};
use super::wanted::Wanted;
use crate::config::PublishConfig;
use crate::store::Store;
use anyhow::Context as _;
use cairn_radiomap::{Belief, Scanned, Settings, scan};
use cairn_signal::calibration::Calibration;
use cairn_snapshot::{Checkpoint, Manifest, SnapshotSet};
use cairn_wire::cells_csv::HEADER;
use std::fs::File;
use std::io::{self, BufReader, Write};

/// The checkpoint sealed last; `None` when nothing is sealed yet.
pub(super) fn sealed(store: &Store) -> anyhow::Result<Option<Checkpoint>> {
    let loaded = Manifest::load(&store.map()).context("read the manifest")?;
    Ok(loaded.and_then(|loaded| loaded.manifest.checkpoint))
}

/// What the answers of the map sealed last are worth.
pub(super) fn calibration(store: &Store) -> anyhow::Result<Calibration> {
    let loaded = Manifest::load(&store.map()).context("read the manifest")?;
    let manifest = loaded.map(|loaded| loaded.manifest).unwrap_or_default();
    let set = SnapshotSet::open(&store.map(), &manifest).context("open the map sealed last")?;
    Ok(cairn_answer::calibration(&set))
}

/// Shows every transmitter of a checkpoint to `visit`; ends at once when that fails.
fn walk(
    store: &Store,
    checkpoint: &Checkpoint,
    voices_min: u32,
    visit: &mut dyn FnMut(&Scanned<'_>) -> io::Result<()>,
) -> anyhow::Result<()> {
    let path = store.map().join(&checkpoint.file);
    let mut file = BufReader::new(File::open(&path).context("open the checkpoint")?);
    let mut failed = Ok(());
    let settings = Settings { voices_min };
    scan(&mut file, settings, &mut |one| {
        if failed.is_ok() {
            failed = visit(one);
        }
    })
    .context("read the checkpoint")?;
    failed.context("write what is published")
}

/// What one pass makes.
#[derive(Debug)]
pub(super) struct Pass {
    /// The tables of cells.
    pub(super) tables: Option<Tables>,
    /// The coverage layer.
    pub(super) coverage: Option<Coverage>,
    /// Where to measure next.
    pub(super) wanted: Option<Wanted>,
    /// The numbers by month.
    pub(super) months: Months,
}

impl Pass {
    /// Makes all of it from a checkpoint; `voices_min` is the learner's.
    pub(super) fn run(
        &mut self,
        store: &Store,
        checkpoint: &Checkpoint,
        voices_min: u32,
    ) -> anyhow::Result<()> {
        walk(store, checkpoint, voices_min, &mut |one| self.take(one))
    }

    fn take(&mut self, one: &Scanned<'_>) -> io::Result<()> {
        self.months.add(Group::of(one.id()), one.first_day());
        if let Some(coverage) = &mut self.coverage {
            coverage.add(one);
        }
        if let Some(wanted) = &mut self.wanted {
            wanted.add(one);
        }
        let Some(tables) = &mut self.tables else { return Ok(()) };
        cell_belief(one).map_or(Ok(()), |belief| tables.add(&belief, one.unit()))
    }
}

/// What is believed about a cell; nothing is computed for other transmitters.
fn cell_belief(one: &Scanned<'_>) -> Option<Belief> {
    if Group::of(one.id()) == Group::Cell { one.belief() } else { None }
}

/// Writes the table of all public cells, plain; returns how many.
///
/// # Errors
/// When nothing is sealed, or something cannot be read or written.
pub fn export_cells(
    store: &Store,
    config: &PublishConfig,
    voices_min: u32,
    out: &mut dyn Write,
) -> anyhow::Result<u64> {
    let checkpoint = sealed(store)?.context("nothing is sealed yet")?;
    out.write_all(HEADER.as_bytes()).context("write the table")?;
    let (mut n_rows, mut line) = (0, String::new());
    walk(store, &checkpoint, voices_min, &mut |one| {
        let Some(row) = cell_belief(one).and_then(|it| row(&it, one.unit(), config.voices_min))
        else {
            return Ok(());
        };
        n_rows += 1;
        line.clear();
        row.write(&mut line);
        out.write_all(line.as_bytes())
    })?;
    Ok(n_rows)
}

/// Writes where to measure next, as `GeoJSON` or as a table; returns how many H3 cells it names.
///
/// # Errors
/// When nothing is sealed, or something cannot be read or written.
pub fn export_wanted(
    store: &Store,
    config: &PublishConfig,
    voices_min: u32,
    as_geojson: bool,
    out: &mut dyn Write,
) -> anyhow::Result<u64> {
    let checkpoint = sealed(store)?.context("nothing is sealed yet")?;
    let mut layer =
        Wanted::new(config.coverage_resolution, config.coverage_voices_min, &calibration(store)?);
    let take = &mut |one: &Scanned<'_>| {
        layer.add(one);
        Ok(())
    };
    walk(store, &checkpoint, voices_min, take)?;
    let wants = layer.wants();
    let written = if as_geojson {
        Wanted::write_geojson(&wants, out)
    } else {
        Wanted::write_csv(&wants, out)
    };
    written.context("write the layer")?;
    Ok(wants.len() as u64)
}

/// Writes the coverage layer, as `GeoJSON` or as a table; returns how many H3 cells it has.
///
/// # Errors
/// When nothing is sealed, or something cannot be read or written.
pub fn export_coverage(
    store: &Store,
    config: &PublishConfig,
    as_geojson: bool,
    out: &mut dyn Write,
) -> anyhow::Result<u64> {
    let checkpoint = sealed(store)?.context("nothing is sealed yet")?;
    let mut layer = Coverage::new(config.coverage_resolution, config.coverage_voices_min);
    let count = &mut |one: &Scanned<'_>| {
        layer.add(one);
        Ok(())
    };
    walk(store, &checkpoint, 1, count)?;
    let written = if as_geojson { layer.write_geojson(out) } else { layer.write_csv(out) };
    written.context("write the layer")?;
    Ok(layer.n_public() as u64)
}
