//! Tests of the verdict on whether a transmitter stays.
use super::*;

/// Five votes of one voice around a place on one day.
fn heard(voice: u32, day: u16, east_m: f64) -> Vec<VotePoint> {
    (0..5_u32)
        .map(|n| VotePoint {
            at: Enu { east_m: f64::from(n).mul_add(4.0, east_m), north_m: f64::from(voice) },
            sigma_m: 5.0,
            rssi_dbm: Some(-70.0 - f64::from(n)),
            weight: 0.2,
            day: Day::new(20_000 + day),
            voice,
            range: None,
        })
        .collect()
}

fn verdict(heard: &[Vec<VotePoint>]) -> (Mobility, f64) {
    let votes = heard.concat();
    let Verdict { mobility, votes, .. } = judge(TransmitterKind::Wifi, &votes, &[]).unwrap();
    let east_m = votes.iter().map(|vote| vote.at.east_m).sum::<f64>();
    #[expect(clippy::cast_precision_loss, reason = "a few votes")]
    let n = votes.len() as f64;
    (mobility, east_m / n)
}

#[test]
fn what_all_voices_hear_at_one_place_is_fixed_there() {
    let (mobility, east_m) = verdict(&[heard(1, 0, 0.0), heard(2, 3, 10.0), heard(3, 9, -10.0)]);
    assert_eq!(mobility, Mobility::Fixed);
    assert!(east_m.abs() < 20.0, "{east_m}");
}

#[test]
fn the_old_place_serves_until_a_second_voice_confirms_the_new() {
    let old = [heard(1, 0, 0.0), heard(2, 1, 5.0)];
    let once = [&old[..], &[heard(3, 5, 900.0)]].concat();
    let (mobility, east_m) = verdict(&once);
    assert_eq!(mobility, Mobility::Unsure);
    assert!(east_m < 50.0, "one voice does not move it: {east_m}");
    let twice = [&once[..], &[heard(4, 6, 905.0)]].concat();
    let (mobility, east_m) = verdict(&twice);
    assert_eq!(mobility, Mobility::Unsure);
    assert!(east_m > 850.0, "two voices do: {east_m}");
}

#[test]
fn one_late_report_does_not_undo_a_move() {
    let told = |late: u16| {
        let old = (0..5_u32).map(|n| heard(n, if n == 4 { late } else { 0 }, f64::from(n)));
        let new = (10..14_u32).map(|n| heard(n, 20 + 2 * u16::try_from(n - 10).unwrap(), 900.0));
        verdict(&old.chain(new).collect::<Vec<_>>())
    };
    assert_eq!(told(23), told(1), "sent days late");
    assert!(told(23).0 == Mobility::Unsure && told(23).1 > 850.0, "{:?}", told(23));
}

#[test]
fn two_voices_are_too_few_to_tell_a_lie_from_a_hotspot() {
    let told = [heard(1, 10, 0.0), heard(2, 15, 5_000.0), heard(3, 20, 8.0)];
    assert_eq!(verdict(&told).0, Mobility::Moving);
    let three = [&told[..], &[heard(4, 21, 3.0)]].concat();
    assert_eq!(verdict(&three).0, Mobility::Fixed);
}

/// So many voices, one a day, from a day on.
fn daily(first: u32, n: u32, day: u16, east_m: f64) -> impl Iterator<Item = Vec<VotePoint>> {
    (0..n).map(move |i| heard(first + i, day + u16::try_from(i).unwrap(), east_m))
}

#[test]
fn five_voices_after_all_others_have_moved_it_however_many_those_were() {
    let told = |n_new: u32, day: u16, east_m: f64| {
        verdict(&daily(0, 19, 0, 3.0).chain(daily(100, n_new, day, east_m)).collect::<Vec<_>>())
    };
    let moved = told(5, 30, 900.0);
    assert!(moved.1 > 850.0 && moved.0 == Mobility::Unsure, "{moved:?}");
    let few = told(4, 30, 900.0);
    assert!(few.1 < 50.0 && few.0 == Mobility::Fixed, "four are too few: {few:?}");
    assert!(told(5, 17, 900.0).1 < 50.0, "heard at the old place since");
    assert!(told(5, 30, 90.0).1 < 80.0, "from the other side of the street");
    let at_once = daily(0, 19, 0, 3.0).chain((100..106).map(|voice| heard(voice, 30, 900.0)));
    assert!(verdict(&at_once.collect::<Vec<_>>()).1 < 50.0, "before others had a chance to speak");
}

/// What is judged of 24 voices, one a day, and of what others said of late.
fn judged(late: impl Iterator<Item = Vec<VotePoint>>) -> (Mobility, f64, Option<u16>) {
    let sampled: Vec<_> = daily(0, 24, 0, 3.0).flatten().collect();
    let late: Vec<_> = late.flatten().collect();
    let told = judge(TransmitterKind::Wifi, &sampled, &late).unwrap();
    let at = voices::place(TransmitterKind::Wifi, &told.votes).unwrap();
    (told.mobility, at.east_m, told.since.map(|day| day.get() - 20_000))
}

#[test]
fn voices_of_late_move_it_when_none_of_those_sampled_heard_it_there() {
    let (mobility, east_m, since) = judged(daily(100, 6, 40, 900.0));
    assert!(mobility == Mobility::Unsure && (850.0..950.0).contains(&east_m), "{east_m}");
    assert_eq!(since, Some(40));
    let still = |n: u32, day: u16| daily(60, n, day, 5.0);
    assert_eq!(judged(daily(100, 6, 40, 900.0).chain(still(4, 30))).2, Some(40), "in order");
    assert_eq!(judged(daily(100, 6, 40, 900.0).chain(still(2, 44))).2, None, "it is there still");
    assert_eq!(judged(daily(100, 8, 40, 900.0).chain(still(1, 44))).2, Some(40), "one may be late");
    assert_eq!(
        judged(daily(100, 8, 40, 900.0).chain(daily(90, 1, 3, 905.0))).2,
        Some(40),
        "or early"
    );
    assert_eq!(judged(still(8, 40)).0, Mobility::Fixed);
}

#[test]
fn what_voices_of_late_hear_all_over_the_place_is_on_the_move() {
    let scattered = |n: u32| {
        (0..n).map(|i| heard(100 + i, 40 + u16::try_from(i).unwrap(), 700.0 * f64::from(i + 1)))
    };
    assert_eq!(judged(scattered(8)).0, Mobility::Moving);
    assert_eq!(judged(scattered(7)).0, Mobility::Fixed, "too few");
    assert_eq!(judged(scattered(8).chain(daily(60, 3, 46, 5.0))).0, Mobility::Fixed);
}

#[test]
fn what_is_heard_here_and_there_in_turn_keeps_moving() {
    let turns = [heard(1, 0, 0.0), heard(2, 1, 900.0), heard(3, 2, 5.0), heard(4, 3, 905.0)];
    assert_eq!(verdict(&turns).0, Mobility::Moving);
    let everywhere: Vec<_> = (0..6).map(|n| heard(n, 0, 700.0 * f64::from(n))).collect();
    assert_eq!(verdict(&everywhere).0, Mobility::Moving);
}

#[test]
fn two_voices_that_contradict_each_other_are_believed_neither() {
    assert_eq!(verdict(&[heard(1, 0, 0.0), heard(2, 1, 900.0)]).0, Mobility::Moving);
}

#[test]
fn a_fifth_of_the_voices_later_and_elsewhere_changes_nothing() {
    let honest: Vec<_> = (0..8).map(|n| heard(n, 0, f64::from(n) * 3.0)).collect();
    let lies = [heard(20, 9, 300.0), heard(21, 9, 300.0)];
    let with_lies = [&honest[..], &lies[..]].concat();
    assert_eq!(verdict(&honest), verdict(&with_lies));
}

#[test]
fn two_votes_say_nothing_about_whether_it_stays() {
    let two = &heard(1, 0, 0.0)[..2];
    assert_eq!(judge(TransmitterKind::Wifi, two, &[]).unwrap().mobility, Mobility::Unsure);
    assert!(judge(TransmitterKind::Wifi, &[], &[]).is_none());
}

#[test]
fn one_report_moves_no_cell_that_five_voices_name_again_and_again() {
    let at = |heard: &[Vec<VotePoint>]| {
        let Verdict { votes, .. } = judge(TransmitterKind::Lte, &heard.concat(), &[]).unwrap();
        voices::place(TransmitterKind::Lte, &votes).unwrap()
    };
    let all = |n: u32| (0..n).map(|voice| heard(voice, 0, 90.0 * f64::from(voice)));
    let lie = || vec![VotePoint { weight: 1.0, rssi_dbm: Some(-50.0), ..heard(99, 0, -400.0)[0] }];
    let with = |n: u32| all(n).chain([lie()]).collect::<Vec<_>>();
    assert_eq!(at(&with(5)), at(&all(5).collect::<Vec<_>>()));
    assert_ne!(at(&with(4)), at(&all(4).collect::<Vec<_>>()), "of four nobody is left out");
}

#[test]
fn a_cell_that_one_voice_named_however_often_is_hearsay() {
    let verdict = |heard: &[Vec<VotePoint>]| {
        judge(TransmitterKind::Lte, &heard.concat(), &[]).unwrap().mobility
    };
    assert_eq!(verdict(&[heard(1, 0, 0.0)]), Mobility::Unsure);
    assert_eq!(verdict(&[heard(1, 0, 0.0), heard(2, 0, 50.0)]), Mobility::Fixed);
}

#[test]
fn what_two_voices_hear_loud_all_along_their_way_is_carried_with_them() {
    let ride = |voice: u32, apart_m: f64, dbm: f64| -> Vec<VotePoint> {
        let along = |(n, one): (u32, VotePoint)| VotePoint {
            at: Enu { east_m: f64::from(n) * apart_m, north_m: 0.0 },
            rssi_dbm: Some(dbm),
            ..one
        };
        (0..).zip(heard(voice, 0, 0.0)).map(along).collect()
    };
    let told = |rides: &[Vec<VotePoint>]| verdict(rides).0;
    assert_eq!(told(&[ride(1, 150.0, -50.0), ride(2, 150.0, -50.0)]), Mobility::Moving);
    assert_ne!(told(&[ride(1, 150.0, -50.0), heard(2, 0, 0.0)]), Mobility::Moving, "one may err");
    assert_ne!(told(&[ride(1, 30.0, -80.0), ride(2, 30.0, -80.0)]), Mobility::Moving, "faint");
}
