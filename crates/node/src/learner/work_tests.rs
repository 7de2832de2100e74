//! Tests of the learner's steps, one at a time.

use super::super::origin::Origin;
use super::*;
use crate::clock::Clock;
use crate::config::{ArchiveConfig, LearnerConfig};
use crate::exclusions::ExclusionList;
use crate::metrics::Metrics;
use crate::serving::Serving;
use crate::store::Store;
use cairn_archive::Exclusions;
use cairn_ground::{Bssid, Day, LatLng, Timestamp};
use cairn_journal::Journal;
use cairn_report::{Batch, ContributorToken, Fix, Observation, Report, SubmissionId};
use tempfile::TempDir;

fn wifi(n: u64) -> TransmitterId {
    TransmitterId::Wifi(Bssid::from_u48(0x0200_5e00_0000 + n * 16))
}

/// One voice's report that hears one transmitter.
fn batch(n: u8) -> Batch {
    let fix = Fix::at(LatLng::new(51.5, -0.12).unwrap());
    let when = Timestamp::from_ms(1_760_000_000_000 + i64::from(n));
    let report = Report::new(when, fix, vec![Observation::of(wifi(u64::from(n)))]).unwrap();
    Batch {
        id: SubmissionId([n; 16]),
        received: Day::new(20_400),
        contributor: ContributorToken(u64::from(n)),
        app: None,
        reports: vec![report],
    }
}

fn work() -> (TempDir, Work) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let segments =
        cairn_journal::Config { segment_bytes_max: 1 << 20, ..cairn_journal::Config::standard() };
    let (journal, _) = Journal::open(&store.journal(), segments).unwrap();
    let recovered = super::super::recover(&store, 1, &Exclusions::default()).unwrap();
    let parts = Parts {
        store,
        journal: Origin::Own(Arc::new(journal)),
        serving: Arc::new(Serving::nothing()),
        metrics: Arc::new(Metrics::new()),
        clock: Clock::System,
        exclusions: Arc::new(ExclusionList::open(&Store::at(folder.path())).unwrap()),
        archive: ArchiveConfig::default(),
        config: LearnerConfig::default(),
        warm_up: crate::config::WarmUp::Check,
        pace: Pace::Fresh,
    };
    let work = Work::new(parts, recovered, Arc::default(), Arc::default()).unwrap();
    (folder, work)
}

fn learn_one(work: &mut Work, n: u8) {
    work.parts.journal.own().unwrap().append_blocking(batch(n)).unwrap();
    assert_eq!(work.learn_some(), 1);
}

fn is_served(work: &Work, n: u64) -> bool {
    work.parts.serving.now().set.get(wifi(n).key()).is_some()
}

#[test]
fn what_comes_while_a_base_is_sealed_is_served_before_and_after_the_base() {
    let (_folder, mut work) = work();
    learn_one(&mut work, 1);
    work.start_sealing().unwrap();
    learn_one(&mut work, 2);
    work.publish_overlay(false).unwrap();
    assert!(is_served(&work, 2));
    learn_one(&mut work, 3);
    work.take_sealed(true);
    assert!((1..=3).all(|n| is_served(&work, n)), "the overlay above the base holds the rest");
    assert!(work.base_behind(), "the base itself stands where it was copied");
}

/// Seals a base into a folder that is not there.
fn fail_a_base(work: &mut Work) {
    let folder = work.parts.store.map().join("gone");
    let sealing = base::Work {
        map: work.map.clone(),
        position: work.position,
        models: work.models.clone(),
        effort: Effort::Draft,
        n_threads: 1,
        folder,
    };
    work.sealing = Some(Sealing::start(sealing, work.parts.clock.instant()).unwrap());
    work.take_sealed(true);
}

#[test]
fn an_overlay_that_fits_is_not_the_end_of_a_base_that_does_not() {
    let (_folder, mut work) = work();
    learn_one(&mut work, 1);
    fail_a_base(&mut work);
    learn_one(&mut work, 2);
    work.publish_overlay(false).unwrap();
    assert!(work.has_just_failed(), "no base was sealed: the pause stands");
    let now = work.parts.clock.instant();
    assert_eq!(work.base_troubles.came(now), None, "it was told, and is the same trouble still");
    work.start_sealing().unwrap();
    work.take_sealed(true);
    assert!(!work.has_just_failed() && !work.base_troubles.is_over(), "now it is over");
}

/// Tries a base that dies of what it is made of.
fn die_of_a_base(work: &mut Work) {
    let started = work.parts.clock.instant();
    work.sealing = Some(Sealing::start_with(started, || panic!("on purpose")).unwrap());
    work.take_sealed(true);
}

#[test]
fn bases_that_die_are_counted_and_keep_nothing_fresh_from_being_served() {
    let (_folder, mut work) = work();
    (work.parts.config.quiet_ms, work.parts.config.publish_ms_min) = (0, 0);
    learn_one(&mut work, 1);
    let n_before = crate::threads::n_died();
    for n in 1..=5 {
        die_of_a_base(&mut work);
        assert_eq!(work.status.n_bases_failed(), n);
    }
    assert!(crate::threads::n_died() >= n_before + 5);
    assert!(work.has_just_failed());
    // As when the seconds of the first tries are over and nothing more came.
    work.times.base_cost = Duration::ZERO;
    assert_eq!(work.next_step(), Step::Overlay, "only the base waits");
    work.follow_plan();
    assert!(is_served(&work, 1));
    assert_eq!(work.next_step(), Step::Rest);
    work.start_sealing().unwrap();
    work.take_sealed(true);
    assert_eq!(work.status.n_bases_failed(), 0);
}

#[test]
fn folding_keeps_every_overlay_s_transmitters() {
    let (_folder, mut work) = work();
    for n in 1..=3 {
        learn_one(&mut work, n);
        work.publish_overlay(false).unwrap();
    }
    learn_one(&mut work, 4);
    work.publish_overlay(true).unwrap();
    assert_eq!(work.layers.overlays.len(), 1);
    assert!((1..=4).all(|n| is_served(&work, n)));
}

#[test]
fn a_restart_after_overlays_serves_them_until_the_journal_has_taught_them_again() {
    let (folder, mut first) = work();
    learn_one(&mut first, 1);
    first.start_sealing().unwrap();
    first.take_sealed(true);
    learn_one(&mut first, 2);
    first.publish_overlay(false).unwrap();
    let mut parts = first.parts.clone();
    drop(first);
    parts.serving = Arc::new(Serving::nothing());
    let recovered =
        super::super::recover(&Store::at(folder.path()), 1, &Exclusions::default()).unwrap();
    let mut second = Work::new(parts, recovered, Arc::default(), Arc::default()).unwrap();
    assert!(is_served(&second, 1) && is_served(&second, 2));
    assert_eq!(second.next_step(), Step::Rest, "found overlays are fresher than the map");
    assert_eq!(second.learn_some(), 1);
    second.publish_overlay(false).unwrap();
    assert!(is_served(&second, 2));
    assert_eq!((second.layers.overlays.len(), second.layers.n_found), (1, 0));
}

#[test]
fn a_journal_that_was_trimmed_is_learned_from_its_start_when_no_checkpoint_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let segments =
        cairn_journal::Config { segment_bytes_max: 500, ..cairn_journal::Config::standard() };
    let (journal, _) = Journal::open(&store.journal(), segments).unwrap();
    for n in 0..30 {
        journal.append_blocking(batch(n)).unwrap();
    }
    journal.trim(journal.committed()).unwrap();
    let (start, journal) = (journal.start(), Arc::new(journal));
    assert!(start > Position::START);
    let recovered = super::super::recover(&store, 1, &Exclusions::default()).unwrap();
    let parts = Parts {
        store,
        journal: Origin::Own(Arc::clone(&journal)),
        serving: Arc::new(Serving::nothing()),
        metrics: Arc::new(Metrics::new()),
        clock: Clock::System,
        exclusions: Arc::new(ExclusionList::open(&Store::at(folder.path())).unwrap()),
        archive: ArchiveConfig::default(),
        config: LearnerConfig::default(),
        warm_up: crate::config::WarmUp::Check,
        pace: Pace::Fresh,
    };
    let mut work = Work::new(parts, recovered, Arc::default(), Arc::default()).unwrap();
    assert_eq!(work.position, start);
    assert!(work.learn_some() > 0);
    assert_eq!(work.position, journal.committed());
}
