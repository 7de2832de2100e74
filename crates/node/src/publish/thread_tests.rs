//! Tests of publishing: a sealed map, a held clock, and the files that come of them.

use super::*;
use crate::config::Config;
use crate::learner::learn::learn;
use crate::learner::seal;
use cairn_ground::{CellId, CellRadio, Day, LatLng, Timestamp, TransmitterId};
use cairn_radiomap::RadioMap;
use cairn_report::{Batch, ContributorToken, Fix, Observation, Report, SubmissionId};
use cairn_snapshot::Manifest;
use std::io::Read as _;

/// 2026-01-02T03:30:00Z.
const NOW_MS: i64 = 1_767_324_600_000;
const HOUR_MS: i64 = 3_600_000;

/// A publisher over a folder in which maps are sealed.
struct Stage {
    folder: tempfile::TempDir,
    clock: Clock,
    map: RadioMap,
    generation: u64,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Store::create(folder.path()).unwrap();
        let clock = Clock::held(Timestamp::from_ms(NOW_MS));
        Self { folder, clock, map: seal::empty_map(1), generation: 0 }
    }

    fn store(&self) -> Store {
        Store::at(self.folder.path())
    }

    /// Voices hear a cell, and the map is sealed.
    fn hear(&mut self, cell: u64, voices: std::ops::Range<u64>) {
        for voice in voices {
            let id = CellId::new(CellRadio::Lte, 234, 1, 42, cell).unwrap();
            let shift = f64::from(u32::try_from(voice).unwrap());
            let place = LatLng::new(shift.mul_add(1e-5, 51.5), -0.12).unwrap();
            let heard = vec![Observation::of(TransmitterId::Cell(id))];
            let when = Timestamp::from_ms(NOW_MS - HOUR_MS);
            let report = Report::new(when, Fix::at(place), heard).unwrap();
            let batch = Batch {
                id: SubmissionId([0; 16]),
                received: Day::new(20_455),
                contributor: ContributorToken(voice),
                app: None,
                reports: vec![report],
            };
            assert_eq!(learn(&mut self.map, &batch).n_evidence, 1);
        }
        let folder = self.store().map();
        let checkpoint = Some(seal::checkpoint(&self.map, &folder).unwrap());
        self.generation += 1;
        let generation = self.generation;
        let manifest = Manifest { generation, checkpoint, ..Manifest::default() };
        manifest.store(&folder, generation - 1).unwrap();
    }

    fn publisher(&self, cells: bool, coverage: bool) -> Publisher {
        let mut config = Config::default();
        (config.publish.cells, config.publish.coverage) = (cells, coverage);
        let shelf = Arc::new(Shelf::open(&self.store(), &config.publish).unwrap());
        let metrics = Arc::new(Metrics::new());
        Publisher::new(&self.store(), shelf, metrics, self.clock.clone(), &config)
    }

    fn pass_hours(&self, n: i64) {
        self.clock.hold_at(Timestamp::from_ms(self.clock.now().ms() + n * HOUR_MS));
    }

    /// The cell column of a published table.
    fn cells(&self, name: &str) -> Vec<String> {
        let mut text = String::new();
        let file = std::fs::File::open(self.store().public().join(name)).unwrap();
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
        let column = |row: &str| row.split(',').nth(4).unwrap().to_owned();
        text.split_terminator("\r\n").skip(1).map(column).collect()
    }
}

fn numbers(cells: std::ops::Range<u64>) -> Vec<String> {
    cells.map(|cell| cell.to_string()).collect()
}

fn names(publisher: &Publisher) -> Vec<String> {
    publisher.shelf.offers().into_iter().map(|offer| offer.name).collect()
}

#[test]
fn a_day_has_its_whole_table_and_each_hour_with_news_its_changes() {
    let mut stage = Stage::new();
    let mut publisher = stage.publisher(true, false);
    publisher.look().unwrap();
    assert!(names(&publisher).is_empty(), "nothing is sealed");
    stage.hear(1, 0..2);
    stage.hear(2, 0..1);
    publisher.look().unwrap();
    let full = "MLS-full-cell-export-2026-01-02T000000.csv.gz";
    assert_eq!(names(&publisher), [full]);
    assert_eq!(stage.cells(full), ["1"], "one voice is not enough");
    stage.hear(3, 0..2);
    publisher.look().unwrap();
    assert_eq!(stage.cells(full), ["1", "3"], "the whole again within the first hour");
    stage.hear(2, 1..2);
    stage.pass_hours(1);
    // A restart in between forgets nothing.
    let mut publisher = stage.publisher(true, false);
    publisher.look().unwrap();
    let diff = "MLS-diff-cell-export-2026-01-02T040000.csv.gz";
    assert_eq!(names(&publisher), [full, diff]);
    assert_eq!(stage.cells(diff), ["2"]);
    stage.hear(4, 0..2);
    publisher.look().unwrap();
    assert_eq!(stage.cells(diff), ["2"], "not twice within an hour");
    stage.pass_hours(24);
    publisher.look().unwrap();
    let next = "MLS-full-cell-export-2026-01-03T000000.csv.gz";
    let later = "MLS-diff-cell-export-2026-01-03T040000.csv.gz";
    assert_eq!(names(&publisher), [next, full, later, diff]);
    assert_eq!((stage.cells(next), stage.cells(later)), (numbers(1..5), numbers(4..5)));
    stage.pass_hours(24);
    publisher.look().unwrap();
    assert_eq!(names(&publisher).len(), 5, "a new day has its table though nothing changed");
    assert_eq!(publisher.metrics.publish.cells.get(), 4);
}

#[test]
fn equal_maps_are_published_as_equal_bytes() {
    let bytes = |order: [u64; 2]| {
        let mut stage = Stage::new();
        for cell in order {
            stage.hear(cell, 0..3);
        }
        stage.publisher(true, true).look().unwrap();
        let read = |name: &str| std::fs::read(stage.store().public().join(name)).unwrap();
        [
            read("MLS-full-cell-export-2026-01-02T000000.csv.gz"),
            read(COVERAGE_CSV),
            read(COVERAGE_GEOJSON),
        ]
    };
    assert_eq!(bytes([1, 2]), bytes([2, 1]));
}

#[test]
fn a_closed_service_publishes_numbers_by_month_and_nothing_else() {
    let mut stage = Stage::new();
    stage.hear(1, 0..3);
    let mut publisher = stage.publisher(false, false);
    publisher.look().unwrap();
    assert!(names(&publisher).is_empty());
    let months = publisher.shelf.months();
    let january = Day::new(20_454).start().ms();
    assert_eq!(months.series(super::super::Group::Cell), [(january, 1)]);
    assert_eq!(*stage.publisher(false, false).shelf.months(), *months, "kept over a restart");
    assert_eq!(std::fs::read_dir(stage.store().public()).unwrap().count(), 1);
}

#[test]
fn a_damaged_checkpoint_publishes_nothing_and_what_was_there_stays() {
    let mut stage = Stage::new();
    stage.hear(1, 0..3);
    let mut publisher = stage.publisher(true, false);
    let path = stage.store().map().join(sealed(&stage.store()).unwrap().unwrap().file);
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(publisher.look().is_err());
    assert!(names(&publisher).is_empty());
    assert_eq!(std::fs::read_dir(stage.store().public()).unwrap().count(), 0);
}
