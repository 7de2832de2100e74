//! Tests of who is let in: scopes, quotas, rates, rotation, reloading.

use super::*;
use std::time::Duration;
use tempfile::TempDir;

const NOW: Timestamp = Timestamp::from_ms(1_760_000_000_000);
const DAY_MS: i64 = 86_400_000;

/// A data folder with keys, and what serves them.
struct Gate {
    data: TempDir,
    access: Access,
}

fn config(keys_required: bool) -> AccessConfig {
    AccessConfig { keys_required, ..AccessConfig::default() }
}

impl Gate {
    fn new(config: AccessConfig) -> Self {
        let data = tempfile::tempdir().unwrap();
        let access = Access::open(&Store::at(data.path()), config).unwrap();
        Self { data, access }
    }

    fn folder(&self) -> KeyFolder {
        KeyFolder::of(&Store::at(self.data.path()))
    }

    /// Adds a key; returns its id.
    fn key(&self, secret: &str, scopes: &str, per_day: u32, per_second: u32) -> String {
        let wish = Wish {
            name: "test".to_owned(),
            scopes: scopes.parse().unwrap(),
            requests_per_day: per_day,
            requests_per_second: per_second,
            burst: 0,
            lane: None,
        };
        let id = add(&self.folder(), wish, Some(secret.to_owned()), NOW).unwrap().id;
        self.access.refresh();
        id
    }

    fn ask_at(&self, key: &str, route: Route, now: Timestamp) -> Result<(), Refused> {
        let address = "192.0.2.7".parse().unwrap();
        self.access.admit(&Ask { key, route, address }, now)
    }

    fn ask(&self, key: &str, route: Route) -> Result<(), Refused> {
        self.ask_at(key, route, NOW)
    }

    fn restarted(self) -> Self {
        let access = Access::open(&Store::at(self.data.path()), config(true)).unwrap();
        Self { data: self.data, access }
    }
}

const INVALID: Result<(), Refused> = Err(Refused::KeyInvalid);
const SUBMITS: [Route; 3] = [Route::SubmitV0, Route::SubmitV1, Route::SubmitV2];

#[test]
fn a_key_names_its_lane_until_it_is_revoked_and_a_stranger_names_none() {
    let gate = Gate::new(config(false));
    assert!(!gate.access.knows_emergencies());
    gate.key("plain-key", "locate", 0, 0);
    let wish = Wish {
        name: "control room".to_owned(),
        scopes: "locate".parse().unwrap(),
        requests_per_day: 0,
        requests_per_second: 0,
        burst: 0,
        lane: Some(Lane::Emergency),
    };
    let id = add(&gate.folder(), wish, Some("help-key".to_owned()), NOW).unwrap().id;
    gate.access.refresh();
    let lane = |key| gate.access.lane_of(key, NOW);
    assert_eq!(
        [lane("help-key"), lane("plain-key"), lane("nobody"), lane("")],
        [Some(Lane::Emergency), None, None, None]
    );
    assert!(gate.access.knows_emergencies());
    revoke(&gate.folder(), &id, NOW).unwrap();
    gate.access.refresh();
    assert!(gate.access.lane_of("help-key", NOW).is_none() && !gate.access.knows_emergencies());
}

#[test]
fn with_keys_required_only_a_known_key_with_the_scope_may_ask() {
    let gate = Gate::new(config(true));
    gate.key("test", "all", 0, 0);
    gate.key("only-locate", "locate", 0, 0);
    gate.key("blocked", "none", 0, 0);
    for key in ["", "abc", "unknown", "invalid_key", "blocked", &"a".repeat(41)] {
        assert_eq!(gate.ask(key, Route::Geolocate), INVALID, "{key}");
        assert_eq!(gate.ask(key, Route::Country), INVALID, "{key}");
        assert!(SUBMITS.into_iter().all(|route| gate.ask(key, route).is_ok()), "{key}");
    }
    assert_eq!(gate.ask("TEST", Route::Geolocate), Ok(()));
    assert_eq!(gate.ask("test", Route::Country), Ok(()));
    assert_eq!(gate.ask("only-locate", Route::Geolocate), Ok(()));
    assert_eq!(gate.ask("only-locate", Route::Country), INVALID);
}

#[test]
fn without_keys_required_strangers_may_ask_and_known_keys_are_held_to_theirs() {
    let gate = Gate::new(config(false));
    gate.key("blocked", "none", 0, 0);
    gate.key("limited-5", "locate", 5, 0);
    for key in ["", "unknown", "invalid_key"] {
        assert_eq!(gate.ask(key, Route::Geolocate), Ok(()));
    }
    assert_eq!(gate.ask("blocked", Route::Geolocate), INVALID);
    let passed = (0..9).filter(|_| gate.ask("limited-5", Route::Geolocate).is_ok()).count();
    assert_eq!(passed, 5);
}

#[test]
fn submissions_need_a_key_only_where_the_operator_says_so() {
    let gate = Gate::new(AccessConfig { submit_needs_key: true, ..AccessConfig::default() });
    gate.key("phones", "submit", 0, 0);
    gate.key("only-locate", "locate", 0, 0);
    for route in SUBMITS {
        assert_eq!(gate.ask("phones", route), Ok(()));
        assert_eq!([gate.ask("only-locate", route), gate.ask("", route)], [INVALID; 2]);
    }
    assert_eq!(gate.ask("", Route::Geolocate), Ok(()));
}

#[test]
fn five_a_day_are_five_a_day_and_path_and_country_is_not_counted() {
    let gate = Gate::new(config(true));
    gate.key("limited-5", "all", 5, 0);
    for route in [Route::Geolocate, Route::SubmitV0, Route::SubmitV1, Route::SubmitV2] {
        assert!((0..5).all(|_| gate.ask("limited-5", route).is_ok()));
        assert_eq!(gate.ask("limited-5", route), Err(Refused::DailyLimit));
    }
    assert!((0..9).all(|_| gate.ask("limited-5", Route::Country).is_ok()));
    let tomorrow = Timestamp::from_ms(NOW.ms() + DAY_MS);
    assert_eq!(gate.ask_at("limited-5", Route::Geolocate, tomorrow), Ok(()));
}

#[test]
fn counts_outlive_a_change_of_the_keys_and_a_restart() {
    let gate = Gate::new(config(true));
    gate.key("limited-5", "locate", 5, 0);
    assert!((0..4).all(|_| gate.ask("limited-5", Route::Geolocate).is_ok()));
    gate.key("another", "locate", 0, 0);
    gate.access.keep_counts(NOW);
    let gate = gate.restarted();
    assert_eq!(gate.ask("limited-5", Route::Geolocate), Ok(()));
    assert_eq!(gate.ask("limited-5", Route::Geolocate), Err(Refused::DailyLimit));
    let tomorrow = Timestamp::from_ms(NOW.ms() + DAY_MS);
    assert_eq!(gate.restarted().ask_at("limited-5", Route::Geolocate, tomorrow), Ok(()));
}

#[test]
fn a_key_that_asks_too_fast_is_told_when_to_come_back() {
    let gate = Gate::new(config(true));
    gate.key("steady", "locate", 0, 2);
    assert_eq!(
        [gate.ask("steady", Route::Geolocate), gate.ask("steady", Route::Country)],
        [Ok(()), INVALID]
    );
    assert_eq!(gate.ask("steady", Route::Geolocate), Ok(()));
    let refused = gate.ask("steady", Route::Geolocate).unwrap_err();
    assert_eq!(refused, Refused::KeyRate { retry_after_s: 1 });
    assert_eq!(PublicError::from(refused).retry_after_s(), Some(1));
    let later = Timestamp::from_ms(NOW.ms() + 500);
    assert_eq!(gate.ask_at("steady", Route::Geolocate, later), Ok(()));
}

#[test]
fn without_a_known_key_a_prefix_shares_a_rate_and_a_known_key_does_not_use_it() {
    let limits = AccessConfig {
        keyless_requests_per_second: 1,
        keyless_burst: 3,
        ..AccessConfig::default()
    };
    let gate = Gate::new(limits);
    gate.key("test", "all", 0, 0);
    let passed = (0..9).filter(|_| gate.ask("unknown", Route::SubmitV2).is_ok()).count();
    assert_eq!(passed, 3);
    let refused = gate.ask("", Route::Geolocate).unwrap_err();
    assert_eq!(refused.name(), "keyless_rate");
    assert!((0..9).all(|_| gate.ask("test", Route::Geolocate).is_ok()));
    let far = Ask { key: "", route: Route::Geolocate, address: "198.51.100.7".parse().unwrap() };
    assert_eq!(gate.access.admit(&far, NOW), Ok(()));
}

#[test]
fn after_a_rotation_both_secrets_work_until_the_overlap_ends_and_count_as_one_key() {
    let gate = Gate::new(config(true));
    let id = gate.key("former", "locate", 5, 0);
    let fresh = rotate(&gate.folder(), &id, Duration::from_hours(1), NOW).unwrap().secret;
    gate.access.refresh();
    assert!((0..3).all(|_| gate.ask("former", Route::Geolocate).is_ok()));
    assert!((0..2).all(|_| gate.ask(&fresh, Route::Geolocate).is_ok()));
    assert_eq!(gate.ask(&fresh, Route::Geolocate), Err(Refused::DailyLimit));
    let (last, past) = (NOW.ms() + 3_600_000, NOW.ms() + 3_600_001);
    let at = |key, ms| gate.ask_at(key, Route::Country, Timestamp::from_ms(ms));
    gate.key("control", "country", 0, 0);
    assert_eq!(at("control", past), Ok(()));
    assert_eq!(gate.access.table.load().find("former", Timestamp::from_ms(last)).unwrap().id, id);
    assert!(gate.access.table.load().find("former", Timestamp::from_ms(past)).is_none());
    assert!(gate.access.table.load().find(&fresh, Timestamp::from_ms(past)).is_some());
}

#[test]
fn a_revoked_key_is_as_good_as_none() {
    let gate = Gate::new(config(true));
    let id = gate.key("test", "all", 0, 0);
    assert_eq!(gate.ask("test", Route::Geolocate), Ok(()));
    revoke(&gate.folder(), &id, NOW).unwrap();
    assert_eq!(gate.ask("test", Route::Geolocate), Ok(()), "until somebody looks at the file");
    gate.access.refresh();
    assert_eq!(gate.ask("test", Route::Geolocate), INVALID);
}

#[test]
fn a_broken_file_leaves_the_keys_before_it_in_force_and_is_told_at_the_next_start() {
    let gate = Gate::new(config(true));
    gate.key("test", "all", 0, 0);
    let path = gate.folder().keys();
    let sound = std::fs::read_to_string(&path).unwrap();
    for broken in ["keys = 3", "version = 2", &sound.replacen("hash = \"", "hash = \"x", 1)] {
        std::fs::write(&path, broken).unwrap();
        gate.access.refresh();
        assert_eq!(gate.ask("test", Route::Geolocate), Ok(()), "{broken}");
        let opened = Access::open(&Store::at(gate.data.path()), config(true));
        assert!(matches!(opened, Err(FileError::Damaged { .. })), "{broken}");
    }
    std::fs::write(&path, &sound).unwrap();
    std::fs::write(gate.folder().pepper(), [1; 31]).unwrap();
    let message = Access::open(&Store::at(gate.data.path()), config(true)).unwrap_err();
    assert!(message.to_string().contains("31 bytes instead of 32"), "{message}");
}

#[test]
fn nothing_about_an_asker_prints() {
    let ask =
        Ask { key: "my-secret", route: Route::Geolocate, address: "192.0.2.7".parse().unwrap() };
    let printed = format!("{ask:?}");
    assert!(!printed.contains("secret") && !printed.contains("192"), "{printed}");
}
