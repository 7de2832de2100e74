//! Tests of the day keys.

use super::*;
use cairn_ground::Timestamp;
use tempfile::TempDir;

const DAY_MS: i64 = 86_400_000;

fn keys_on(day: i64) -> (TempDir, DayKeys, Clock) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let clock = Clock::held(Timestamp::from_ms(day * DAY_MS));
    let keys = DayKeys::open(&store, clock.clone()).unwrap();
    (folder, keys, clock)
}

fn sender(address: &str) -> Sender<'static> {
    let address = address.parse().unwrap();
    Sender { key: "k", nickname: b"wanderer", user_agent: b"phone/1", address }
}

fn voice(keys: &DayKeys, address: &str) -> ContributorToken {
    keys.voice(sender(address)).unwrap().1
}

#[test]
fn one_sender_has_one_voice_for_a_day_also_after_a_restart() {
    let (folder, keys, clock) = keys_on(100);
    let before = voice(&keys, "192.0.2.1");
    assert_eq!(before, voice(&keys, "192.0.2.99"), "the last octet does not count");
    assert_ne!(before, voice(&keys, "198.51.100.1"));
    let reopened = DayKeys::open(&Store::at(folder.path()), clock).unwrap();
    assert_eq!(before, voice(&reopened, "192.0.2.1"));
}

#[test]
fn the_next_day_has_another_voice_and_yesterday_s_key_is_gone() {
    let (folder, keys, clock) = keys_on(100);
    let before = voice(&keys, "2001:db8:1:2::3");
    assert_eq!(before, voice(&keys, "2001:db8:1:ffff::4"), "beyond /48 does not count");
    clock.hold_at(Timestamp::from_ms(101 * DAY_MS));
    let after = voice(&keys, "2001:db8:1:2::3");
    assert_ne!(before, after);
    assert_eq!(keys.destroy_past().unwrap(), 1);
    let left: Vec<_> = fs::read_dir(Store::at(folder.path()).contributor_keys()).unwrap().collect();
    assert_eq!(left.len(), 1, "only today's key is left");
    assert_eq!(after, voice(&keys, "2001:db8:1:2::3"));
}

#[test]
fn a_clock_that_steps_back_or_forward_leaves_one_voice_for_a_day_and_no_past_key() {
    let (folder, keys, clock) = keys_on(100);
    let first = voice(&keys, "192.0.2.1");
    // Back by a day: that day's voice is its own, and today's key waits.
    clock.hold_at(Timestamp::from_ms(99 * DAY_MS));
    let earlier = voice(&keys, "192.0.2.1");
    assert_ne!(earlier, first);
    assert_eq!(keys.destroy_past().unwrap(), 0);
    clock.hold_at(Timestamp::from_ms(100 * DAY_MS));
    assert_eq!(voice(&keys, "192.0.2.1"), first, "and back again");
    assert_eq!(keys.destroy_past().unwrap(), 1);
    // Forward by a year: every key of before is gone, also when the clock is right again.
    clock.hold_at(Timestamp::from_ms(465 * DAY_MS));
    assert_eq!(keys.destroy_past().unwrap(), 1);
    clock.hold_at(Timestamp::from_ms(100 * DAY_MS));
    assert_ne!(voice(&keys, "192.0.2.1"), first);
    let left = fs::read_dir(Store::at(folder.path()).contributor_keys()).unwrap().count();
    assert_eq!(left, 1);
}

#[test]
fn a_past_key_is_destroyed_at_start_up() {
    let (folder, keys, _) = keys_on(100);
    voice(&keys, "192.0.2.1");
    let later = Clock::held(Timestamp::from_ms(200 * DAY_MS));
    DayKeys::open(&Store::at(folder.path()), later).unwrap();
    let folder = Store::at(folder.path()).contributor_keys();
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
}

#[test]
fn a_retry_is_the_same_submission_and_another_body_is_not() {
    let voice = ContributorToken(7);
    assert_eq!(submission_id(voice, b"a"), submission_id(voice, b"a"));
    assert_ne!(submission_id(voice, b"a"), submission_id(voice, b"b"));
    assert_ne!(submission_id(voice, b"a"), submission_id(ContributorToken(8), b"a"));
}

#[test]
fn nothing_about_a_sender_or_a_key_prints() {
    let (_folder, keys, _) = keys_on(100);
    let named = sender("192.0.2.1");
    keys.voice(named).unwrap();
    let printed = format!("{keys:?} {named:?}");
    assert!(!printed.contains("wanderer") && !printed.contains("192"), "{printed}");
    assert!(printed.contains("Key(…)"));
}
