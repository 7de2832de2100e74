//! Tests of changes to the keys.

use super::*;
use crate::store::Store;
use tempfile::TempDir;

const NOW: Timestamp = Timestamp::from_ms(1_760_000_000_000);
const DAY: Duration = Duration::from_hours(24);

fn folder() -> (TempDir, KeyFolder) {
    let data = tempfile::tempdir().unwrap();
    let folder = KeyFolder::of(&Store::at(data.path()));
    (data, folder)
}

fn wish(name: &str) -> Wish {
    let scopes = "locate".parse().unwrap();
    let name = name.to_owned();
    Wish { name, scopes, requests_per_day: 0, requests_per_second: 0, burst: 0, lane: None }
}

fn add_plain(folder: &KeyFolder, secret: &str) -> Result<NewSecret, ChangeError> {
    add(folder, wish("phones"), Some(secret.to_owned()), NOW)
}

fn keys(folder: &KeyFolder) -> Vec<KeyRecord> {
    folder.read().unwrap().map_or_else(Vec::new, |(_, file)| file.keys)
}

#[test]
fn no_secret_lies_on_disk_and_what_lies_there_is_the_owner_s() {
    use std::os::unix::fs::PermissionsExt as _;
    let (data, folder) = folder();
    let secret = add(&folder, wish("phones"), None, NOW).unwrap().secret;
    assert_eq!((keys(&folder).len(), keys(&folder)[0].name.as_str()), (1, "phones"));
    for entry in std::fs::read_dir(data.path().join("access")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{}", path.display());
    }
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(folder.keys()), mode(folder.pepper())), (0o600, 0o600));
    assert_eq!(mode(data.path().join("access")), 0o700);
}

#[test]
fn what_cannot_be_a_key_is_refused_and_changes_nothing() {
    let (_data, folder) = folder();
    for secret in ["abc", "no_underscore", &"a".repeat(41)] {
        assert!(matches!(add_plain(&folder, secret), Err(ChangeError::SecretMalformed)));
    }
    let named = |n_chars| add(&folder, wish(&"ñ".repeat(n_chars)), None, NOW);
    assert!(matches!(named(API_KEY_NAME_CHARS_MAX + 1), Err(ChangeError::Name)));
    assert!(matches!(named(0), Err(ChangeError::Name)));
    assert!(named(API_KEY_NAME_CHARS_MAX).is_ok());
    let fast = Wish { requests_per_second: RATE_PER_SECOND_MAX + 1, ..wish("fast") };
    assert!(matches!(add(&folder, fast, None, NOW), Err(ChangeError::Rate { .. })));
    assert_eq!(keys(&folder).len(), 1);
}

#[test]
fn one_secret_opens_one_key_in_force_whatever_its_case() {
    let (_data, folder) = folder();
    let first = add_plain(&folder, "Limited-5").unwrap();
    let twice = add_plain(&folder, "limited-5");
    assert!(matches!(twice, Err(ChangeError::SecretTaken { id }) if id == first.id));
    revoke(&folder, &first.id, NOW).unwrap();
    assert!(add_plain(&folder, "limited-5").is_ok(), "a revoked key's secret is free");
}

#[test]
fn a_revoked_key_stays_in_the_list_and_is_never_changed_again() {
    let (_data, folder) = folder();
    let id = add_plain(&folder, "test").unwrap().id;
    revoke(&folder, &id, NOW).unwrap();
    let key = &keys(&folder)[0];
    assert_eq!((key.revoked_day, key.secrets.len()), (Some(NOW.day().get()), 0));
    assert!(matches!(revoke(&folder, &id, NOW), Err(ChangeError::Revoked { .. })));
    assert!(matches!(rotate(&folder, &id, DAY, NOW), Err(ChangeError::Revoked { .. })));
    assert!(matches!(revoke(&folder, "nobody", NOW), Err(ChangeError::UnknownId { .. })));
}

#[test]
fn rotating_keeps_the_former_secret_for_the_overlap_and_never_for_longer_than_before() {
    let (_data, folder) = folder();
    let id = add_plain(&folder, "test").unwrap().id;
    rotate(&folder, &id, DAY, NOW).unwrap();
    rotate(&folder, &id, 7 * DAY, NOW).unwrap();
    let ends: Vec<_> = keys(&folder)[0].secrets.iter().map(|it| it.valid_until_ms).collect();
    let day_ms = 86_400_000;
    assert_eq!(ends, [Some(NOW.ms() + day_ms), Some(NOW.ms() + 7 * day_ms), None]);
    let later = Timestamp::from_ms(NOW.ms() + 2 * day_ms);
    rotate(&folder, &id, Duration::ZERO, later).unwrap();
    assert_eq!(keys(&folder)[0].secrets.len(), 1, "without an overlap the former ones are gone");
}

#[test]
fn a_key_has_so_many_valid_secrets_and_not_one_more() {
    let (_data, folder) = folder();
    let id = add_plain(&folder, "test").unwrap().id;
    for _ in 1..API_KEY_SECRETS_MAX {
        rotate(&folder, &id, DAY, NOW).unwrap();
    }
    let one_more = rotate(&folder, &id, DAY, NOW);
    assert!(matches!(one_more, Err(ChangeError::TooManySecrets { .. })));
    assert_eq!(keys(&folder)[0].secrets.len(), API_KEY_SECRETS_MAX);
}

#[test]
fn a_full_file_forgets_revoked_keys_and_then_takes_no_more() {
    let (_data, folder) = folder();
    let first = add_plain(&folder, "test").unwrap().id;
    folder
        .change(|_, file| {
            let one = file.keys[0].clone();
            let numbered = |n: usize| KeyRecord { id: n.to_string(), ..one.clone() };
            file.keys.extend((1..API_KEYS_MAX).map(numbered));
            Ok::<(), ChangeError>(())
        })
        .unwrap();
    assert!(matches!(add_plain(&folder, "other"), Err(ChangeError::TooManyKeys)));
    revoke(&folder, &first, NOW).unwrap();
    assert!(add_plain(&folder, "other").is_ok());
    assert_eq!(keys(&folder).len(), API_KEYS_MAX);
}

#[test]
fn many_who_add_at_once_lose_nobody_s_key() {
    let (_data, folder) = folder();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| add(&folder, wish("at once"), None, NOW).unwrap());
        }
    });
    assert_eq!(keys(&folder).len(), 8);
}
