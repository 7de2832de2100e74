//! Worlds parse, teach what they show, and name the line where they are wrong.

use super::*;
use std::path::Path;

const KITCHEN: &str = "// kitchen          one cell = 2 m
A . . . . B
. 1 2 3 . .      A: wifi -40 dBm at 1 m, n = 2.2      rain: shadowing 4 dB, seed 7
. . . 4 . .
C . . . . D      expect: error at 4 < 3 m, R95 holds 1..4, M1 under 10 shuffles
";

fn problem(text: &str) -> (usize, usize, Problem) {
    let error = World::parse(text).unwrap_err();
    (error.line, error.column, error.problem)
}

fn with(line: &str) -> String {
    format!("{KITCHEN}{line}\n")
}

#[test]
fn the_kitchen_of_the_house_style_parses_and_teaches() {
    let world = World::parse(KITCHEN).unwrap();
    assert_eq!(world.letters().collect::<String>(), "ABCD");
    assert_eq!(world.expectations().len(), 3);
    let four = Digits { first: '4', last: '4' };
    assert_eq!(world.expectations()[0], Expectation::ErrorBelow { at: four, limit_m: 3.0 });
    let reports = world.reports();
    assert_eq!(reports.iter().map(|c| c.reports.len()).sum::<usize>(), 5 * 4);
    let queries = world.queries();
    assert_eq!(queries.iter().map(|q| q.digit).collect::<String>(), "1234");
    assert!(queries.iter().all(|q| q.observations.len() == 4));
    let (a, b) = (world.truth('A').unwrap(), world.truth('B').unwrap());
    let width_m = cairn_ground::Geodesic.distance_m(a, b);
    assert!((width_m - 10.0).abs() < 0.05, "{width_m}");
}

#[test]
fn every_committed_world_parses_expects_something_and_is_the_same_twice() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/worlds");
    let mut n_worlds = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "world") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let world = World::parse(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(!world.expectations().is_empty(), "{}", path.display());
        assert!(!world.reports().is_empty(), "{}", path.display());
        assert_eq!(world.reports(), World::parse(&text).unwrap().reports());
        assert_eq!(world.queries(), World::parse(&text).unwrap().queries());
        for letter in world.letters() {
            assert!(world.id(letter).is_some() && world.truth(letter).is_some());
        }
        let heard: Vec<_> =
            world.queries().iter().map(|q| (q.digit, q.observations.len())).collect();
        let sent: usize = world.reports().iter().map(|c| c.reports.len()).sum();
        println!("{}: {sent} reports, heard {heard:?}", path.display());
        n_worlds += 1;
    }
    assert!(n_worlds >= 8, "{n_worlds}");
}

#[test]
fn a_mistake_is_named_with_its_line_and_column() {
    assert_eq!(problem("A 1\n"), (1, 1, Problem::NoCellSize));
    assert_eq!(problem("// one cell = 2 m\n"), (1, 1, Problem::NoSquares));
    let text = |text: &str| text.to_owned();
    let cases = [
        (". ? .", 3, Problem::NotASquare { symbol: '?' }),
        (". . A", 5, Problem::Twice { symbol: 'A' }),
        (".  expect: glory at 4", 12, Problem::NotUnderstood { text: text("glory at 4") }),
        (
            "rain: seed 1, shadowing x dB",
            15,
            Problem::NotUnderstood { text: text("shadowing x dB") },
        ),
        ("E: wifi -40 dBm at 1 m", 1, Problem::NoSuchSquare { symbol: 'E' }),
        ("expect: error at 4..7 < 3 m", 9, Problem::NoSuchSquare { symbol: '5' }),
        ("A: n = 99", 4, Problem::NotUnderstood { text: text("n = 99") }),
        ("storm: 4 dB", 1, Problem::NotASentence { text: text("storm: 4 dB") }),
        ("floor x:", 1, Problem::NotUnderstood { text: text("floor x:") }),
    ];
    for (line, column, want) in cases {
        assert_eq!(problem(&with(line)), (6, column, want), "{line}");
    }
    let message = World::parse(&with(". ? .")).unwrap_err().to_string();
    assert_eq!(message, "line 6, column 3: '?' is no square");
}

#[test]
fn a_text_one_byte_too_long_is_refused() {
    let limit = crate::limits::WORLD_TEXT_MAX;
    let filler = "/".repeat(limit - KITCHEN.len());
    assert!(World::parse(&format!("{KITCHEN}{filler}")).is_ok());
    assert_eq!(problem(&format!("{KITCHEN}{filler}/")), (1, 1, Problem::TooLong { limit }));
}

#[test]
fn every_expectation_is_read() {
    let line = "expect: R50 at 1..2 < 9 m, refused at 3 as inconsistent, refused at 4, A lies within 5 m, \
                B is moving, M2 under 3 splits, floor at 1 is -2, R95 at 2 > 20 m";
    let world = World::parse(&with(line)).unwrap();
    let last = &world.expectations()[3..];
    let reason = Some(RefusalKind::Inconsistent);
    assert_eq!(last[1], Expectation::Refused { at: Digits { first: '3', last: '3' }, reason });
    assert_eq!(last[3], Expectation::LiesWithin { letter: 'A', limit_m: 5.0 });
    assert_eq!(last[5], Expectation::SameUnderSplits { n: 3 });
    let (confidence, at) = (cairn_ground::Confidence::P95, Digits { first: '2', last: '2' });
    assert_eq!(last[7], Expectation::RadiusAbove { confidence, at, limit_m: 20.0 });
    assert_eq!(last.len(), 8);
}

#[test]
fn habits_come_true() {
    let text = "// one cell = 5 m
A . B . C . D
1 ~ ~ ~ ~ ~ 2
. . a . E . F
A: wifi -40 dBm at 1 m, n = 2.2, moves to a on day 15
B: wifi -40 dBm at 1 m, n = 2.2, same box as C
D: wifi -40 dBm at 1 m, n = 2.2, comes from 40 km east
E: wifi -40 dBm at 1 m, n = 2.2, dies on day 10
F: wifi -60 dBm at 1 m, n = 2.2, rides along
teach: 6 phones
";
    let world = World::parse(text).unwrap();
    let id = |letter| world.id(letter).unwrap();
    assert_ne!(id('B'), id('C'));
    assert_eq!(id('B').device_key(), id('C').device_key());
    assert_ne!(id('A').device_key(), id('C').device_key());
    let squares = world.square('a').unwrap();
    assert_eq!(world.truth('A').unwrap(), run::latlng(world.middle(squares), 0.0));
    let reports: Vec<_> = world.reports().into_iter().flat_map(|c| c.reports).collect();
    let east = |r: &cairn_report::Report| r.fix().place.lng_deg() > 9.8;
    let hears = |r: &cairn_report::Report, letter| {
        r.observations().iter().any(|o| o.transmitter == id(letter))
    };
    assert!(reports.iter().any(east));
    assert!(reports.iter().all(|r| hears(r, 'D') == east(r)));
    assert!(reports.iter().filter(|r| !east(r)).all(|r| hears(r, 'F')));
    let late = |r: &&cairn_report::Report| r.timestamp().day().get() >= 20_458 + 10;
    assert!(reports.iter().filter(late).all(|r| !hears(r, 'E')));
    assert!(reports.iter().any(|r| hears(r, 'E')));
    let asked = world.queries();
    assert!(asked.iter().all(|q| q.observations.iter().any(|o| o.transmitter == id('D'))));
}
