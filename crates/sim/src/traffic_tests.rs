//! The town's numbers resemble a town's: what is heard, how it fades, how honest fixes are.

use super::*;
use crate::town::{TownConfig, TrueTransmitter};
use crate::{HeldOut, HeldOutConfig, Slice};
use cairn_ground::{Geodesic, TransmitterId, TransmitterKind};
use cairn_report::{FixSource, Observation, limits::REPORTS_PER_BATCH_MAX};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static DEMO: LazyLock<Town> = LazyLock::new(|| Town::generate(&TownConfig::demo()));
static ASKED: LazyLock<Vec<HeldOut>> = LazyLock::new(|| DEMO.held_out(&HeldOutConfig::demo()));

fn small_town() -> Town {
    Town::generate(&TownConfig { n_transmitters_min: 3_000, ..TownConfig::demo() })
}

fn quantile(values: &mut [f64], p: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * p) as usize]
}

fn truths(town: &Town) -> BTreeMap<TransmitterId, TrueTransmitter> {
    town.transmitters.iter().map(|t| (t.id, *t)).collect()
}

#[test]
fn the_demo_town_has_twenty_thousand_transmitters_of_every_kind_each_once() {
    let town = &*DEMO;
    let mut by_kind: BTreeMap<TransmitterKind, usize> = BTreeMap::new();
    for transmitter in &town.transmitters {
        *by_kind.entry(transmitter.id.kind()).or_default() += 1;
    }
    let n = town.transmitters.len();
    println!("{n} transmitters, {} buildings, {by_kind:?}", town.buildings.len());
    assert!((20_000..26_000).contains(&n), "{n}");
    assert_eq!(by_kind.len(), TransmitterKind::ALL.len());
    let ids: BTreeSet<_> = town.transmitters.iter().map(|t| t.id).collect();
    assert_eq!(ids.len(), n);
    let share = |what: fn(&&TrueTransmitter) -> bool| {
        town.transmitters.iter().filter(what).count() as f64 / n as f64
    };
    let moving = share(|t| t.moving);
    assert!((0.015..0.03).contains(&moving), "{moving}");
    for changed in [share(|t| t.earlier.is_some()), share(|t| t.dies.is_some())] {
        assert!((0.004..0.02).contains(&changed), "{changed}");
    }
}

#[test]
fn equal_seeds_give_equal_bytes_and_another_seed_another_town() {
    // invariant: X1
    let config = TownConfig { n_transmitters_min: 1_500, ..TownConfig::demo() };
    let traffic = TrafficConfig { n_reports: 700, ..TrafficConfig::demo() };
    let everything = |config: &TownConfig, traffic: &TrafficConfig| {
        let town = Town::generate(config);
        let sent: Vec<_> = town.contributions(traffic).collect();
        let asked = town.held_out(&HeldOutConfig { n_queries: 50, ..HeldOutConfig::demo() });
        format!("{:?} {:?} {sent:?} {asked:?}", town.transmitters, town.buildings)
    };
    let first = everything(&config, &traffic);
    assert_eq!(first, everything(&config, &traffic));
    assert_ne!(first, everything(&TownConfig { seed: 9, ..config }, &traffic));
    assert_ne!(first, everything(&config, &TrafficConfig { seed: 9, ..traffic }));
}

#[test]
fn the_stream_holds_exactly_the_wanted_reports_in_batches_a_server_accepts() {
    // invariant: X2
    let town = small_town();
    let config = TrafficConfig { n_reports: 3_001, ..TrafficConfig::demo() };
    let sent: Vec<_> = town.contributions(&config).collect();
    assert_eq!(sent.iter().map(|c| c.reports.len()).sum::<usize>(), 3_001);
    assert!(sent.iter().all(|c| (1..=REPORTS_PER_BATCH_MAX).contains(&c.reports.len())));
    let days: Vec<_> = sent.iter().map(|c| c.reports[0].timestamp().day()).collect();
    assert!(days.windows(2).all(|pair| pair[0] <= pair[1]));
    assert!(days[days.len() - 1].days_since(days[0]) > 25);
    let ordered =
        |c: &Contribution| c.reports.windows(2).all(|r| r[0].timestamp() < r[1].timestamp());
    assert!(sent.iter().all(ordered));
}

#[test]
fn queries_come_on_later_days_from_every_slice_and_hear_something() {
    // invariant: X3
    let town = small_town();
    let asked = town.held_out(&HeldOutConfig { n_queries: 500, ..HeldOutConfig::demo() });
    assert_eq!(asked.len(), 500);
    for (slice, least, most) in
        [(Slice::Outdoors, 260, 340), (Slice::Indoors, 115, 185), (Slice::Vehicle, 30, 75)]
    {
        let n = asked.iter().filter(|q| q.slice == slice).count();
        assert!((least..=most).contains(&n), "{}: {n}", slice.name());
    }
    assert!(asked.iter().all(|q| !q.observations.is_empty()));
    assert!(asked.iter().all(|q| q.floor.is_some() == (q.slice == Slice::Indoors)));
}

fn n_wifi(query: &HeldOut) -> f64 {
    let is_wifi = |o: &&Observation| o.transmitter.kind() == TransmitterKind::Wifi;
    query.observations.iter().filter(is_wifi).count() as f64
}

#[test]
fn a_scan_hears_what_a_scan_in_a_town_hears() {
    let asked = &*ASKED;
    for slice in Slice::ALL {
        let mut heard: Vec<f64> = asked.iter().filter(|q| q.slice == slice).map(n_wifi).collect();
        let [low, middle, high] = [0.1, 0.5, 0.9].map(|p| quantile(&mut heard, p));
        println!("{}: Wi-Fi heard p10 {low} p50 {middle} p90 {high}", slice.name());
        if slice == Slice::Outdoors {
            assert!((10.0..=35.0).contains(&middle), "{middle}");
        }
    }
}

#[test]
fn power_falls_with_distance_as_in_streets() {
    let truths = truths(&DEMO);
    let (mut n, mut sx, mut sy, mut sxx, mut sxy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut distances = Vec::new();
    let mut powers = Vec::new();
    for query in &*ASKED {
        for observation in &query.observations {
            let truth = truths[&observation.transmitter];
            let is_wifi = observation.transmitter.kind() == TransmitterKind::Wifi;
            if !is_wifi || truth.moving || query.slice != Slice::Outdoors {
                continue;
            }
            let distance_m = Geodesic.distance_m(query.truth, truth.place).max(3.0);
            let dbm = f64::from(observation.power.unwrap().get());
            distances.push(distance_m);
            powers.push(dbm);
            let x = distance_m.log10();
            (n, sx, sy) = (n + 1.0, sx + x, sy + dbm);
            (sxx, sxy) = (sxx + x * x, sxy + x * dbm);
        }
    }
    let slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
    let [d50, d90] = [0.5, 0.9].map(|p| quantile(&mut distances, p));
    let [p10, p50, p90] = [0.1, 0.5, 0.9].map(|p| quantile(&mut powers, p));
    println!(
        "slope {slope:.1} dB/decade; distance p50 {d50:.0} p90 {d90:.0} m; {p10} {p50} {p90} dBm"
    );
    // What is heard at all is the strong part of the far ones, and walls, bands and powers mix: the
    // slope is far flatter than 10·n, as in wardriven data.
    assert!((-25.0..-7.0).contains(&slope), "{slope}");
    assert!((20.0..70.0).contains(&d50), "{d50}");
}

#[test]
fn honest_phones_outdoors_keep_their_promise_of_68_percent() {
    let town = small_town();
    let config = TrafficConfig { n_reports: 20_000, ..TrafficConfig::demo() };
    let mut stream = town.contributions(&config);
    let (mut n, mut inside, mut n_survey) = (0.0, 0.0, 0);
    let (mut claims, mut errors) = (Vec::new(), Vec::new());
    for _ in 0..160 {
        for (report, truth) in stream.next_outing().1 {
            let fix = report.fix();
            let r68_m = fix.r68.unwrap().get();
            n_survey += usize::from(fix.source == FixSource::Survey && fix.floor.is_some());
            let is_liar = (r68_m - 3.0).abs() < 1e-9;
            if fix.speed_m_s.is_none() || is_liar {
                continue;
            }
            let error_m = Geodesic.distance_m(fix.place, truth);
            n += 1.0;
            inside += f64::from(u8::from(error_m <= r68_m));
            claims.push(r68_m);
            errors.push(error_m);
        }
    }
    let [c10, c50, c90] = [0.1, 0.5, 0.9].map(|p| quantile(&mut claims, p));
    let [e50, e90, e99] = [0.5, 0.9, 0.99].map(|p| quantile(&mut errors, p));
    println!(
        "inside {:.3} of {n}; claims {c10} {c50} {c90} m; errors {e50:.1} {e90:.1} {e99:.1} m",
        inside / n
    );
    assert!((inside / n - 0.68_f64).abs() < 0.08, "{}", inside / n);
    assert!(c10 >= 2.0 && c90 <= 25.0, "{c10} {c90}");
    assert!(n_survey > 100, "{n_survey}");
}
