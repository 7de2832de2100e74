//! Tests of backups on folders that stand still; a service runs in `tests/blackbox/backup.rs`.

use super::*;
use crate::keys::file_of;
use crate::store::{RESTORING, Store};
use cairn_ground::{Bssid, Day, LatLng, Timestamp, TransmitterId};
use cairn_journal::{Config, Journal, Position};
use cairn_report::{Batch, ContributorToken, Fix, Observation, Report, SubmissionId};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn batch(n: u8) -> Batch {
    let fix = Fix::at(LatLng::new(51.5, -0.12).unwrap());
    let heard = vec![Observation::of(TransmitterId::Wifi(Bssid::from_u48(u64::from(n) + 1)))];
    let report = Report::new(Timestamp::from_ms(1_760_000_000_000), fix, heard).unwrap();
    Batch {
        id: SubmissionId([n; 16]),
        received: Day::new(20_000),
        contributor: ContributorToken(u64::from(n)),
        app: None,
        reports: vec![report],
    }
}

/// A data folder with a trimmed journal of several segments and keys.
fn data(folder: &Path) -> Store {
    let store = Store::create(folder).unwrap();
    let config = Config { segment_bytes_max: 500, ..Config::standard() };
    let (journal, _) = Journal::open(&store.journal(), config).unwrap();
    let ends: Vec<Position> =
        (0..40).map(|n| journal.append_blocking(batch(n)).unwrap().position).collect();
    journal.trim(ends[10]).unwrap();
    fs::write(store.import_key(), [7; 32]).unwrap();
    fs::write(file_of(&store.contributor_keys(), Day::new(20_000)), [9; 32]).unwrap();
    fs::create_dir_all(store.relay()).unwrap();
    fs::write(store.relay().join("a.position"), "12\n").unwrap();
    store
}

fn backed_up() -> (TempDir, Store, List) {
    let folder = tempfile::tempdir().unwrap();
    let store = data(&folder.path().join("data"));
    let list = take(&store, &folder.path().join("copy"), Timestamp::from_ms(5)).unwrap();
    (folder, store, list)
}

#[test]
fn what_is_restored_is_what_was_there_but_for_the_contributors_keys() {
    let (folder, store, list) = backed_up();
    let back = folder.path().join("back");
    assert_eq!(restore(&folder.path().join("copy"), &back).unwrap(), list);
    let read = |root: &Path| {
        let journal = Journal::open_read_only(&root.join("journal")).unwrap();
        let batches = journal.read_from(journal.start()).unwrap().map(|item| item.unwrap());
        (journal.start(), batches.collect::<Vec<_>>())
    };
    assert_eq!(read(&back), read(store.root()));
    let again = Journal::open(&back.join("journal"), Config::standard()).unwrap().0;
    assert!(again.append_blocking(batch(0)).unwrap().duplicate, "retries of trimmed ones too");
    assert_eq!(fs::read(back.join("import.key")).unwrap(), [7; 32]);
    assert_eq!(fs::read_to_string(back.join("relay/a.position")).unwrap(), "12\n");
    assert!(!back.join("contributor-keys").exists());
    assert!(!folder.path().join("copy/contributor-keys").exists(), "nor in the copy");
}

#[test]
fn a_folder_that_is_not_empty_is_neither_backed_up_to_nor_restored_to() {
    let (folder, store, _) = backed_up();
    let copy = folder.path().join("copy");
    let told = take(&store, &copy, Timestamp::from_ms(5)).unwrap_err().to_string();
    assert!(told.ends_with("is not empty"), "{told}");
    let told = restore(&copy, store.root()).unwrap_err().to_string();
    assert!(told.contains("is not empty"), "{told}");
}

#[test]
fn a_backup_with_any_file_changed_missing_or_longer_is_refused_before_anything_is_written() {
    let (folder, _, list) = backed_up();
    let (copy, back) = (folder.path().join("copy"), folder.path().join("back"));
    for entry in &list.files {
        let path = copy.join(&entry.path);
        let whole = fs::read(&path).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for bad in [Some(flipped), Some([&whole[..], &[0]].concat()), None] {
            bad.map_or_else(|| fs::remove_file(&path), |bytes| fs::write(&path, bytes)).unwrap();
            let told = format!("{:#}", restore(&copy, &back).unwrap_err());
            assert!(told.contains(&entry.path) && !back.exists(), "{told}");
        }
        fs::write(&path, &whole).unwrap();
    }
    restore(&copy, &back).unwrap();
}

#[test]
fn a_list_that_names_files_elsewhere_or_is_of_a_newer_program_is_refused() {
    let (folder, _, _) = backed_up();
    let path = folder.path().join("copy/BACKUP.json");
    let text = fs::read_to_string(&path).unwrap();
    for (from, to, said) in [
        ("\"import.key\"", "\"../import.key\"", "outside the backup"),
        ("\"import.key\"", "\"/etc/passwd\"", "outside the backup"),
        ("\"version\": 1", "\"version\": 2", "version 2"),
    ] {
        fs::write(&path, text.replace(from, to)).unwrap();
        let told = restore(&folder.path().join("copy"), &folder.path().join("back")).unwrap_err();
        assert!(told.to_string().contains(said), "{told}");
    }
}

#[test]
fn a_folder_whose_restoring_broke_off_is_no_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(RESTORING), "").unwrap();
    let told = Store::create(folder.path()).unwrap_err().to_string();
    assert!(told.contains("restore"), "{told}");
}
