//! What is known of one H3 cell, and what is expected there: of its transmitters those that one place hears.

use super::wanted::Want;
use cairn_ground::{Covariance, DeviceKey, Enu, TransmitterId};
use cairn_radiomap::Belief;
use cairn_signal::calibration::Calibration;
use cairn_signal::expect::{Sight, ground_m2};
use cairn_signal::solve::Anchor;
use h3o::CellIndex;

/// How many times larger errors are where nobody walked, but no larger than the H3 cell.
///
/// # Source
/// Of held-out indoor scans the 15 in 100 that lie over 5 m from any walk carry a third of the errors:
/// (1/3 : 0.15) / (2/3 : 0.85).
pub(super) const UNWALKED_TIMES: f64 = 2.8;
/// Share of an H3 cell that one walk through it passes. Source: the widest row of its 49 parts has seven.
const WALK_SHARE: f64 = 1.0 / 7.0;
/// Parts of an H3 cell. Source: seven of the next resolution, seven of each of them.
const PARTS: f64 = 49.0;

/// What is known of one H3 cell.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    index: CellIndex,
    /// Voices that reported from it, no more than are needed to publish it.
    voices: Vec<u64>,
    /// Its parts that somebody reported from, one bit each.
    walked: u64,
    n_heard: u32,
    /// The box of the last of them: the networks of a box follow each other, and are one transmitter.
    device: Option<DeviceKey>,
    n_devices: u32,
    /// What is heard at a place of it, were all of it walked; and had each transmitter one more voice.
    now: Sight,
    after: Sight,
}

impl Spot {
    /// An H3 cell of which nothing is known.
    pub(super) fn of(index: CellIndex) -> Self {
        Self {
            index,
            voices: Vec::new(),
            walked: 0,
            n_heard: 0,
            device: None,
            n_devices: 0,
            now: Sight::default(),
            after: Sight::default(),
        }
    }

    /// Adds a transmitter, `share` of whose ground is here, with the parts it was heard in and whose word that is.
    ///
    /// Transmitters come in the order of their identities.
    pub(super) fn add(
        &mut self,
        belief: &Belief,
        share: f64,
        votes: impl Iterator<Item = (CellIndex, u64)>,
        voices_min: usize,
    ) {
        self.n_heard += 1;
        let device = device(belief.id);
        if device.is_none() || device != self.device {
            self.device = device;
            self.n_devices += 1;
            let times = (ground_m2(belief.reach_m) * share / self.index.area_m2()).min(1.0);
            let voices = f64::from(belief.voices.max(1));
            self.now.add(&anchor(belief, 1.0), times);
            self.after.add(&anchor(belief, voices / (voices + 1.0)), times);
        }
        for (part, voice) in votes {
            let number = part.child_position(self.index.resolution()).unwrap_or(0).min(63);
            self.walked |= 1 << number;
            if self.voices.len() < voices_min && !self.voices.contains(&voice) {
                self.voices.push(voice);
            }
        }
    }

    /// Voices that reported from it, as far as they are counted.
    pub(super) const fn n_voices(&self) -> usize {
        self.voices.len()
    }

    /// What is expected there: what is heard is heard in the parts that were walked.
    pub(super) fn want(&self, calibration: &Calibration) -> Want {
        let walked = (f64::from(self.walked.count_ones()) / PARTS).min(1.0);
        let most = f64::from(self.n_devices) / self.now.n_heard();
        let median_m = |sight: &Sight| {
            sight.times(most.min(walked.recip())).median_m(calibration, size_m(self.index))
        };
        let now_m = median_m(&self.now);
        // One voice more about one of several may make the solver believe that one more than all others are worth.
        let after_m = median_m(&self.after).min(now_m);
        let after = (after_m, (1.0 - walked).mul_add(WALK_SHARE, walked));
        let value = value((now_m, walked), after, self.index) * f64::from(self.n_heard);
        Want { error_m: now_m, n_heard: f64::from(self.n_heard), walked, value }
    }
}

/// What is expected of an H3 cell of which nothing is said but by those next to it.
pub(super) fn unwalked(near: &[Want], index: CellIndex) -> Option<Want> {
    if near.is_empty() {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "at most six")]
    let share = 1.0 / near.len() as f64;
    let near_m = near.iter().map(|near| near.error_m).sum::<f64>() * share;
    let n_heard = near.iter().map(|near| near.n_heard).sum::<f64>() * share;
    let value = value((near_m, 0.0), (near_m, WALK_SHARE), index) * n_heard;
    Some(Want { error_m: unwalked_m(near_m, index), n_heard, walked: 0.0, value })
}

/// How far the mean error over an H3 cell's ground falls, m, from what is expected where it was walked and the share
/// that was, now, to the same after.
fn value(now: (f64, f64), after: (f64, f64), index: CellIndex) -> f64 {
    let mean_m = |(error_m, walked): (f64, f64)| {
        walked.mul_add(error_m, (1.0 - walked) * unwalked_m(error_m, index))
    };
    mean_m(now) - mean_m(after)
}

/// The error where nobody walked, m, beside places where it is `walked_m`.
fn unwalked_m(walked_m: f64, index: CellIndex) -> f64 {
    (UNWALKED_TIMES * walked_m).min(size_m(index)).max(walked_m)
}

/// Median distance of an H3 cell's places from its middle, m: the error of whoever knows no more.
fn size_m(index: CellIndex) -> f64 {
    (index.area_m2() / std::f64::consts::TAU).sqrt()
}

/// The box of a Wi-Fi network.
const fn device(id: TransmitterId) -> Option<DeviceKey> {
    match id {
        TransmitterId::Wifi(address) => Some(address.device_key()),
        TransmitterId::Ble(_) | TransmitterId::Cell(_) => None,
    }
}

/// A transmitter as the solver sees it, its place so much surer (as a share of the variance).
fn anchor(belief: &Belief, share: f64) -> Anchor {
    let Covariance { ee_m2, en_m2, nn_m2 } = belief.covariance;
    Anchor {
        at: Enu { east_m: 0.0, north_m: 0.0 },
        covariance: Covariance { ee_m2: share * ee_m2, en_m2: share * en_m2, nn_m2: share * nn_m2 },
        reach_m: belief.reach_m,
        reference_dbm: belief.reference_dbm.map(f64::from),
        kind: belief.id.kind(),
        rssi_dbm: None,
        moved_m: 0.0,
        trust: 1.0,
        device: 0,
    }
}
