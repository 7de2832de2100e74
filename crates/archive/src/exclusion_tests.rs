//! Tests of what was taken out: by each of its four names, and nothing beside it.

use super::*;
use crate::partition::files_of;
use crate::test_support::heard_by;

fn only(one: Exclusion) -> Exclusions {
    Exclusions::of([one]).unwrap()
}

#[test]
fn each_name_takes_out_what_it_names_and_nothing_else() {
    let mut one = heard_by(1, 2, 18_000, 3);
    one.app = Some(Tag::of(b"app/1"));
    let (day, next) = (Day::new(18_000), Day::new(18_001));
    let place = one.evidence.place;
    for resolution in [0, 3, 9, 15] {
        let region = Region::of(place, resolution).unwrap();
        assert!(only(Exclusion::Region(region, day)).exclude(&one));
        assert!(!only(Exclusion::Region(region, next)).exclude(&one));
    }
    assert!(only(Exclusion::Voice(Voice(1), Some(day))).exclude(&one));
    assert!(!only(Exclusion::Voice(Voice(1), Some(next))).exclude(&one));
    assert!(!only(Exclusion::Voice(Voice(2), Some(day))).exclude(&one));
    assert!(only(Exclusion::Voice(Voice(1), None)).exclude(&one));
    assert!(!only(Exclusion::Voice(Voice(2), None)).exclude(&one));
    assert!(only(Exclusion::Submission(Tag(2))).exclude(&one));
    assert!(!only(Exclusion::Submission(Tag(1))).exclude(&one));
    assert!(only(Exclusion::App(Tag::of(b"app/1"))).exclude(&one));
    assert!(!only(Exclusion::App(Tag::of(b"app/2"))).exclude(&one));
    assert!(!Exclusions::default().exclude(&one));
}

#[test]
fn a_file_that_may_hold_something_taken_out_is_looked_at() {
    let files = files_of(vec![heard_by(1, 2, 18_000, 3)], 1).unwrap();
    let entry = &files[0].entry;
    let place = heard_by(1, 2, 18_000, 3).evidence.place;
    let day = Day::new(18_000);
    let region = |resolution| Region::of(place, resolution).unwrap();
    assert!(only(Exclusion::Region(region(0), day)).may_touch(entry));
    assert!(only(Exclusion::Region(region(9), day)).may_touch(entry));
    let far = Region::of(cairn_ground::LatLng::new(-33.0, 151.0).unwrap(), 5).unwrap();
    assert!(!only(Exclusion::Region(far, day)).may_touch(entry));
    assert!(!only(Exclusion::Voice(Voice(9), Some(Day::new(1)))).may_touch(entry));
    assert!(only(Exclusion::Submission(Tag(77))).may_touch(entry));
}

#[test]
fn texts_that_nothing_prints_are_not_read() {
    let region = Region::of(cairn_ground::LatLng::new(51.5, 0.0).unwrap(), 7).unwrap();
    for one in [
        Exclusion::Voice(Voice(u64::MAX), Some(Day::new(20_000))),
        Exclusion::Voice(Voice(3), None),
        Exclusion::Submission(Tag(5)),
        Exclusion::App(Tag(0)),
        Exclusion::Region(region, Day::new(0)),
    ] {
        assert_eq!(Exclusion::parse(&one.to_string()), Some(one));
    }
    for text in ["", "voice:1:2026-11-22", "app:zz", "region:7:2026-11-22", "user:1"] {
        assert_eq!(Exclusion::parse(text), None, "{text}");
    }
}

#[test]
fn their_hash_ignores_order_and_tells_sets_apart() {
    let (one, two) = (Exclusion::App(Tag(1)), Exclusion::App(Tag(2)));
    let hash = |all: &[Exclusion]| Exclusions::of(all.iter().copied()).unwrap().digest();
    assert_eq!(hash(&[one, two]), hash(&[two, one, two]));
    assert_ne!(hash(&[one]), hash(&[two]));
    assert_eq!(hash(&[]), None);
    let many = |n: u64| Exclusions::of((0..n).map(|n| Exclusion::App(Tag(n))));
    assert!(many(EXCLUSIONS_MAX as u64).is_some() && many(EXCLUSIONS_MAX as u64 + 1).is_none());
}
