//! Answers from Wi-Fi and Bluetooth.

use super::choice::{Answered, p95_m};
use super::cluster::complete_linkage;
use super::weight::signal_dbm;
use super::{Ichnaea, Twenty};
use crate::plane::mean;
use cairn_ground::{LatLng, TransmitterKind};
use cairn_report::Observation;

/// What sets the two radios apart.
struct Radio {
    kind: TransmitterKind,
    apart_max_m: f64,
    n_max: usize,
    unstated_dbm: f64,
    radius_max_m: f64,
}

/// A network of the query that is known.
#[derive(Debug, Clone, Copy)]
struct Known {
    place: LatLng,
    weight: f64,
    score: f64,
}

/// An answer for each cluster of Wi-Fi networks.
pub(super) fn wifi(map: &Ichnaea, observations: &[Observation]) -> Vec<Answered> {
    let radio = Radio {
        kind: TransmitterKind::Wifi,
        apart_max_m: 500.0,
        n_max: 20,
        unstated_dbm: -100.0,
        radius_max_m: 500.0,
    };
    locate(map, observations, &radio)
}

/// An answer for each cluster of Bluetooth devices.
pub(super) fn ble(map: &Ichnaea, observations: &[Observation]) -> Vec<Answered> {
    let radio = Radio {
        kind: TransmitterKind::Ble,
        apart_max_m: 100.0,
        n_max: 10,
        unstated_dbm: -127.0,
        radius_max_m: 50.0,
    };
    locate(map, observations, &radio)
}

fn locate(map: &Ichnaea, observations: &[Observation], radio: &Radio) -> Vec<Answered> {
    let known: Vec<Known> = (observations.iter())
        .filter(|observation| observation.transmitter.kind() == radio.kind)
        .filter_map(|observation| known(map, observation, radio))
        .collect();
    if known.len() < 2 {
        return Vec::new();
    }
    let places: Vec<LatLng> = known.iter().map(|one| one.place).collect();
    let clusters = complete_linkage(&places, radio.apart_max_m).into_iter();
    clusters
        .filter(|members| members.len() >= 2)
        .filter_map(|members| {
            let cluster = members.into_iter().map(|index| known[index]).collect();
            answer(map.twenty, cluster, radio)
        })
        .collect()
}

fn known(map: &Ichnaea, observation: &Observation, radio: &Radio) -> Option<Known> {
    let record = map.usable(observation.transmitter)?;
    let dbm = signal_dbm(observation).unwrap_or(radio.unstated_dbm);
    let age_ms = f64::from(observation.age.get().abs()).max(1_000.0);
    Some(Known {
        place: record.place()?,
        weight: (2_000.0 / age_ms).min(1.0) / dbm.powi(4),
        score: record.score(map.today),
    })
}

/// The least-squares place of some of a cluster, in its closed form; the score is that of all of it.
fn answer(twenty: Twenty, mut cluster: Vec<Known>, radio: &Radio) -> Option<Answered> {
    let score = cluster.iter().map(|one| one.score).sum();
    cluster.sort_by(|a, b| match twenty {
        Twenty::LowestScores => a.score.total_cmp(&b.score),
        Twenty::HighestScores => b.score.total_cmp(&a.score),
    });
    cluster.truncate(radio.n_max);
    let weighted: Vec<_> = cluster.iter().map(|one| (one.place, one.weight)).collect();
    let place = mean(&weighted)?;
    let spread_m = p95_m(place, cluster.iter().map(|one| one.place));
    Some(Answered { place, radius_m: spread_m.clamp(10.0, radio.radius_max_m), score })
}
