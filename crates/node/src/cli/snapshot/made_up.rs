//! Snapshots of transmitters that nobody heard: sizes, opening and look-ups are measured with them.

use super::super::screen;
use crate::mix::mixed;
use anyhow::Context as _;
use cairn_ground::{
    Bssid, Covariance, Day, Floor, LatLng, Mobility, TransmitterId, TransmitterKind,
};
use cairn_snapshot::{Bulk, BulkPlan, Keep, Meta, TransmitterRecord};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use std::process::ExitCode;

/// The newest day that records state: 2026-11-26.
const NEWEST_DAY: u16 = 20_783;
/// Places that the transmitters stand around, so that queries find neighbours.
const PER_PLACE: u64 = 64;

/// What to make.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// Transmitters to make up
    #[arg(long, value_name = "N")]
    made_up: u64,
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Seed: equal seeds make equal bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; the bytes do not depend on it [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    threads: Option<u64>,
    /// Transmitters that a thread sorts at once, 22 bytes of memory each: what a kill may cost
    #[arg(long, value_name = "N", default_value_t = 1 << 22, value_parser = clap::value_parser!(u64).range(1..=1 << 27))]
    run: u64,
}

impl Build {
    /// Makes it; what a former try of the same left whole is used again.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        std::fs::create_dir_all(&self.out)
            .with_context(|| format!("create {}", self.out.display()))?;
        let bulk = Bulk::begin(&self.out, self.plan())?;
        let bar = progress(self.made_up)?;
        let of_run = |number: u64| number * self.run..((number + 1) * self.run).min(self.made_up);
        let source = |number: u64, push: &mut dyn FnMut(TransmitterRecord)| {
            of_run(number).for_each(|number| push(record(self.seed, number)));
        };
        let tally = bulk.fill(&source, &|number| {
            let range = of_run(number);
            bar.inc(range.end - range.start);
        })?;
        bar.finish_and_clear();
        if tally.n_kept > 0 {
            screen::note(&format!("{} runs were there already", tally.n_kept));
        }
        screen::note("merging and writing");
        let id = bulk.finish(&[])?;
        screen::say(&self.out.join(id.file_name()).display().to_string())?;
        Ok(ExitCode::SUCCESS)
    }

    fn plan(&self) -> BulkPlan {
        let what = format!("made up 1: {} of seed {} by {}", self.made_up, self.seed, self.run);
        BulkPlan {
            meta: meta(self.seed),
            keep: Keep::Heavier,
            digest: *blake3::hash(what.as_bytes()).as_bytes(),
            n_runs: self.made_up.div_ceil(self.run),
            threads: threads(self.threads),
        }
    }
}

/// As many as asked for, or as there are cores.
pub(super) fn threads(asked: Option<u64>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    asked.map_or_else(cores, |n| usize::try_from(n).unwrap_or(usize::MAX))
}

/// A bar of so many transmitters.
pub(super) fn progress(n: u64) -> anyhow::Result<ProgressBar> {
    let bar = ProgressBar::new(n);
    let template = "{wide_bar} {human_pos}/{human_len}  {per_sec}  {eta} left";
    bar.set_style(ProgressStyle::with_template(template)?);
    Ok(bar)
}

fn meta(seed: u64) -> Meta {
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&seed.to_le_bytes());
    Meta {
        evidence_digest: digest,
        settings_digest: [0; 32],
        newest_day: Day::new(NEWEST_DAY),
        code_revision: env!("CARGO_PKG_VERSION").to_owned(),
        calibration: Vec::new(),
        physics: Vec::new(),
    }
}

/// The number of a seed's sequence. Source: Steele, Lea, Flood, 2014 (splitmix64).
const fn number_of(seed: u64, n: u64) -> u64 {
    mixed(n.wrapping_add(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// From 0 to 1, of so many low bits.
#[expect(clippy::cast_precision_loss, reason = "at most 24 bits")]
fn share(bits: u64, n_bits: u32) -> f64 {
    (bits & ((1 << n_bits) - 1)) as f64 / (1_u64 << n_bits) as f64
}

/// One transmitter: a Wi-Fi network among others of its place.
fn record(seed: u64, number: u64) -> TransmitterRecord {
    let place = number_of(seed ^ 0x51, number / PER_PLACE);
    let own = number_of(seed, number);
    // The low 40 bits count, so that no two are alike; the first octet is that of made-up addresses.
    let id = TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 | number & 0xff_ffff_ffff));
    let spread = |bits: u64| 0.004_f64.mul_add(share(bits, 16), -0.002);
    let lat = 140.0_f64.mul_add(share(place, 24), -60.0) + spread(own);
    let lng = 359.0_f64.mul_add(share(place >> 24, 24), -179.5) + spread(own >> 16);
    let wide_m2 = 400.0_f64.mul_add(share(own >> 32, 8), 25.0);
    TransmitterRecord {
        key: id.key(),
        kind: TransmitterKind::Wifi,
        place: LatLng::wrapped(lat, lng),
        covariance: Covariance { ee_m2: wide_m2, en_m2: 0.1 * wide_m2, nn_m2: 0.7 * wide_m2 },
        reach_m: 80.0_f64.mul_add(share(own >> 40, 8), 40.0),
        reference_dbm: Some(-48.0),
        mobility: Mobility::Fixed,
        last_day: Day::new(NEWEST_DAY - u16::try_from(own >> 48 & 0xff).unwrap_or(0)),
        voices: 3,
        observations: 40,
        floor: Floor::new(0).ok().filter(|_| (own >> 56).trailing_zeros() >= 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_transmitters_are_distinct_and_the_same_for_one_seed() {
        let keys: std::collections::BTreeSet<_> = (0..10_000).map(|n| record(1, n).key).collect();
        assert_eq!(keys.len(), 10_000);
        assert_eq!(record(1, 7), record(1, 7));
        assert_ne!(record(1, 7).place, record(2, 7).place);
    }
}
