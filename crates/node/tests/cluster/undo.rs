//! What is taken out on an ingest node leaves every part's map, and a part that was lost comes back without it.

use crate::machines::{Machines, N_PARTS, learned_in, numbered, place_in, stop_all, submit_each};
use crate::support::{cairn, said, wait_for};
use cairn_archive::{Exclusion, Exclusions};
use cairn_ground::{Day, LatLng, Region};
use cairn_journal::{Journal, Log as _, Position};
use cairn_node::learner::learn::learn_without;
use cairn_node::learner::seal;

/// The day on which all of it was heard.
const DAY: &str = "2025-10-09";

/// Where the second part's walks are.
fn region() -> Region {
    let (lat, lng) = place_in(1);
    Region::of(LatLng::new(lat, lng).unwrap(), 3).unwrap()
}

/// The digest of what the ingest node's journal teaches without that.
fn wanted(machines: &Machines) -> [u8; 32] {
    let without = Exclusions::of([Exclusion::Region(region(), Day::parse(DAY).unwrap())]).unwrap();
    let journal = Journal::open_read_only(&machines.path("ingest").join("journal")).unwrap();
    let mut map = seal::empty_map(1);
    for record in journal.read_from(Position::START).unwrap() {
        learn_without(&mut map, &record.unwrap().1, &without);
    }
    map.digest()
}

#[test]
fn a_region_s_day_taken_out_leaves_all_parts_and_a_lost_part_comes_back_from_the_archive() {
    let archive = tempfile::tempdir().unwrap();
    let url = archive.path().to_str().unwrap();
    let settings =
        format!("stream_bytes_max = 268435456\n[archive]\nflush_seconds = 1\nurl = {url:?}");
    let Some(machines) = Machines::with(&settings) else { return };
    let (ingest, learners) = (machines.ingest(), machines.learners());
    submit_each(&ingest, &(0..12).map(numbered).collect::<Vec<_>>());
    machines.wait_until_learned();
    // Twelve submissions of three reports that hear three transmitters each.
    wait_for("the archive", || ingest.metric("archive_rows") > 107.5);

    let (data, region) = (machines.path("ingest"), region().to_string());
    let config = machines.path("cairn.toml");
    let at = ["undo", "--data", data.to_str().unwrap(), "--config", config.to_str().unwrap()];
    let what = ["--why", "jamming", "--region", &region, "--day", DAY];
    said(&cairn(&[&at[..], &what].concat()));
    let wanted = wanted(&machines);
    assert_ne!(learned_in(&machines.maps()), Some(wanted), "nothing is taken out yet");
    wait_for("the parts without it", || learned_in(&machines.maps()) == Some(wanted));
    wait_for("the archive without it", || ingest.metric("archive_rows") < 54.5);

    stop_all(learners);
    for k in 0..N_PARTS {
        let stream = machines.stream(k);
        stream.trim_before(stream.extent().unwrap().end).unwrap();
    }
    std::fs::remove_dir_all(machines.maps()).unwrap();
    let learners = machines.learners();
    wait_for("the parts from the archive", || learned_in(&machines.maps()) == Some(wanted));
    stop_all(learners.into_iter().chain([ingest]));
}
