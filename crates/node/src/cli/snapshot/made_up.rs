//! Snapshots of transmitters that nobody heard: sizes, opening and look-ups are measured with them.

use super::super::screen;
use crate::mix::mixed;
use anyhow::Context as _;
use cairn_ground::{
    Bssid, Covariance, Day, Floor, LatLng, Mobility, TransmitterId, TransmitterKind,
};
use cairn_snapshot::{Meta, SnapshotWriter, TransmitterRecord};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use std::process::ExitCode;

/// Records between two steps of the progress.
const STEP: u64 = 1 << 16;
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
}

impl Build {
    /// Makes it, 22 bytes of memory a transmitter.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let bar = ProgressBar::new(self.made_up);
        let template = "{wide_bar} {human_pos}/{human_len}  {per_sec}  {eta} left";
        bar.set_style(ProgressStyle::with_template(template)?);
        std::fs::create_dir_all(&self.out)
            .with_context(|| format!("create {}", self.out.display()))?;
        let mut writer = SnapshotWriter::new(meta(self.seed));
        for number in 0..self.made_up {
            writer.push(record(self.seed, number));
            if number.is_multiple_of(STEP) {
                bar.set_position(number);
            }
        }
        bar.finish_and_clear();
        screen::note("sorting and writing");
        let id = writer.finish(&self.out)?;
        screen::say(&self.out.join(id.file_name()).display().to_string())?;
        Ok(ExitCode::SUCCESS)
    }
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
