//! Tests of the lanes together.

use super::*;

fn lanes(config: &LanesConfig) -> (Lanes, Arc<Metrics>) {
    let metrics = Arc::new(Metrics::new());
    (Lanes::start(config, &Clock::System, Arc::clone(&metrics)).unwrap(), metrics)
}

fn small() -> LanesConfig {
    LanesConfig {
        emergency_places: 1,
        interactive_places_max: 1,
        bulk_places_max: 1,
        wait_ms_max: 50,
        bulk_wait_ms_max: 50,
        bulk_threads: 1,
        ..LanesConfig::default()
    }
}

#[tokio::test]
async fn a_full_lane_takes_no_place_of_another() {
    let (lanes, metrics) = lanes(&small());
    let _bulk = lanes.enter(Lane::Bulk).await.unwrap();
    assert!(lanes.enter(Lane::Bulk).await.is_err());
    let _interactive = lanes.enter(Lane::Interactive).await.unwrap();
    let _emergency = lanes.enter(Lane::Emergency).await.unwrap();
    let text = metrics.to_text();
    let shed = "node_lane_shed_total{lane=\"bulk\",reason=\"deadline\"} 1";
    assert!(text.contains(shed), "{text}");
}

#[tokio::test]
async fn while_a_lane_above_is_full_those_below_are_sent_away_at_once_and_never_the_other_way_round()
 {
    let (lanes, _) = lanes(&small());
    let bulk = lanes.enter(Lane::Bulk).await.unwrap();
    assert!(lanes.look(Lane::Interactive).is_ok() && lanes.look(Lane::Emergency).is_ok());
    drop(bulk);
    let emergency = lanes.enter(Lane::Emergency).await.unwrap();
    assert!(lanes.look(Lane::Interactive).is_err() && lanes.look(Lane::Bulk).is_err());
    drop(emergency);
    assert!(lanes.look(Lane::Interactive).is_ok() && lanes.look(Lane::Bulk).is_ok());
}

#[tokio::test]
async fn while_all_are_late_one_of_bulk_is_let_in_and_the_rest_are_sent_away() {
    let (lanes, metrics) = lanes(&LanesConfig { bulk_places_max: 9, ..small() });
    (0..30).for_each(|_| lanes.lag.note(Duration::from_secs(1)));
    let alone = lanes.enter(Lane::Bulk).await.unwrap();
    assert!(lanes.look(Lane::Bulk).is_err() && lanes.look(Lane::Interactive).is_err());
    drop(alone);
    assert!(lanes.look(Lane::Bulk).is_ok() && lanes.look(Lane::Interactive).is_err());
    let text = metrics.to_text();
    assert!(text.contains("node_lane_shed_total{lane=\"bulk\",reason=\"late\"} 1"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn bulk_work_runs_elsewhere_and_the_rest_here() {
    let (lanes, _) = lanes(&small());
    let name = || std::thread::current().name().map(str::to_owned);
    assert_eq!(lanes.work(Lane::Bulk, name).await.as_deref(), Some("bulk-0"));
    assert_ne!(lanes.work(Lane::Interactive, name).await.as_deref(), Some("bulk-0"));
    assert_ne!(lanes.work(Lane::Emergency, name).await.as_deref(), Some("bulk-0"));
}

#[tokio::test]
async fn a_lane_whose_work_waits_long_gets_fewer_places_and_emergencies_keep_theirs() {
    let config = LanesConfig { bulk_places_max: 64, bulk_wait_ms_max: 2, ..small() };
    let (lanes, _) = lanes(&config);
    let lanes = Arc::new(lanes);
    // One slice holds the thread while another waits.
    let slow = |lanes: &Arc<Lanes>| {
        let lanes = Arc::clone(lanes);
        async move { lanes.work(Lane::Bulk, || Clock::System.sleep(Duration::from_millis(50))).await }
    };
    let (first, second) = (tokio::spawn(slow(&lanes)), tokio::spawn(slow(&lanes)));
    first.await.unwrap();
    second.await.unwrap();
    for _ in 0..1_000 {
        drop(
            lanes.gates[Lane::Bulk.index()]
                .enter()
                .await
                .map(|()| Place { lanes: &lanes, lane: Lane::Bulk }),
        );
    }
    lanes.refresh_metrics();
    let text = lanes.metrics.to_text();
    assert!(text.contains("node_lane_limit{lane=\"bulk\"} 4\n"), "{text}");
    assert!(text.contains("node_lane_limit{lane=\"emergency\"} 1\n"), "{text}");
}
