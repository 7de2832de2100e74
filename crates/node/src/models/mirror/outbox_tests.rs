//! Tests of what waits to be mirrored.

use super::*;

fn names(outbox: &Outbox) -> Vec<String> {
    outbox.waiting().unwrap().into_iter().map(|it| it.run).collect()
}

#[test]
fn the_oldest_is_first_and_a_run_waits_once() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::at(folder.path());
    assert!(names(&outbox).is_empty());
    for (run, at_ms) in [("bb", 2), ("aa", 3), ("cc", 1), ("bb", 2)] {
        assert!(outbox.put(run, at_ms).unwrap());
    }
    fs::write(folder.path().join("waiting/dd.json"), "not of ours").unwrap();
    assert_eq!(names(&Outbox::at(folder.path())), ["cc", "bb", "aa"]);
    let first = outbox.waiting().unwrap().remove(0);
    outbox.remove(&first).unwrap();
    assert_eq!(names(&outbox), ["bb", "aa"]);
}

#[test]
fn a_run_that_is_refused_for_good_is_set_aside_and_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::at(folder.path());
    assert!(outbox.put("aa", 1).unwrap());
    for n in 1..=MIRROR_ATTEMPTS_MAX {
        let item = outbox.waiting().unwrap().remove(0);
        assert_eq!(item.n_refused, n - 1);
        assert_eq!(outbox.refuse(&item).unwrap(), n == MIRROR_ATTEMPTS_MAX);
    }
    assert!(names(&outbox).is_empty());
    assert!(folder.path().join("waiting/aa.refused").exists());
}

#[test]
fn no_more_wait_than_may() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::at(folder.path());
    fs::create_dir_all(folder.path().join("waiting")).unwrap();
    for n in 0..MIRROR_WAITING_MAX {
        let item = Waiting { run: format!("{n:x}"), at_ms: 1, n_refused: 0 };
        let bytes = serde_json::to_vec(&item).unwrap();
        fs::write(outbox.path(&item.run), bytes).unwrap();
    }
    assert!(!outbox.put("one-more", 1).unwrap());
    assert_eq!(names(&outbox).len(), MIRROR_WAITING_MAX);
}

#[test]
fn another_server_has_nothing_of_the_log_yet() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::at(folder.path());
    assert_eq!(outbox.mark("http://a").n_entries, 0);
    outbox.set_mark(&Mark { server: "http://a".to_owned(), n_entries: 7 }).unwrap();
    assert_eq!(outbox.mark("http://a").n_entries, 7);
    assert_eq!(outbox.mark("http://b").n_entries, 0);
}

#[test]
fn one_sends_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::at(folder.path());
    let held = outbox.lock().unwrap();
    assert!(held.is_some() && outbox.lock().unwrap().is_none());
    drop(held);
    assert!(outbox.lock().unwrap().is_some());
}
