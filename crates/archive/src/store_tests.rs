//! Tests of stores: folders and a store that fails, stalls and gives half of what was asked.

use super::*;
use crate::faulty::{Fault, Faulty, brief};

fn folder() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::in_folder(folder.path(), brief()).unwrap();
    (folder, store)
}

#[tokio::test]
async fn a_folder_gives_back_what_was_written_and_nothing_half_written_stays() {
    let (folder, store) = folder();
    store.write("a/b/c.x", Bytes::from_static(b"one")).await.unwrap();
    store.write("a/b/c.x", Bytes::from_static(b"one")).await.unwrap();
    assert_eq!(store.read("a/b/c.x", None).await.unwrap(), "one");
    assert_eq!(std::fs::read_dir(folder.path().join("a/b")).unwrap().count(), 1);
    assert_eq!(store.list("a", 0).await.unwrap()[0].0, "a/b/c.x");
    store.remove("a/b/c.x").await.unwrap();
    store.remove("a/b/c.x").await.unwrap();
    assert!(!store.has("a/b/c.x").await.unwrap());
}

#[tokio::test]
async fn a_name_is_given_once_whoever_asks_and_however_often() {
    let (_folder, store) = folder();
    for store in [store, Store::over(Faulty::sound(), brief())] {
        let give = |bytes: &'static [u8]| store.create("m/1", Bytes::from_static(bytes));
        assert!(give(b"one").await.unwrap());
        assert!(give(b"one").await.unwrap(), "our own attempt that seemed to fail");
        assert!(!give(b"two").await.unwrap());
        assert_eq!(store.read("m/1", None).await.unwrap(), "one");
    }
}

#[tokio::test]
async fn half_a_file_and_changed_bytes_are_named_and_never_given_out() {
    let faulty = Faulty::sound();
    let store = Store::over(Arc::<Faulty>::clone(&faulty), brief());
    store.write("f", Bytes::from_static(b"whole file")).await.unwrap();
    let digest = blake3::hash(b"whole file").to_hex().to_string();
    let expected = Expected { bytes: 10, digest: &digest };
    assert!(store.read("f", Some(expected)).await.is_ok());
    faulty.set(Fault::Half);
    for expected in [Some(expected), None] {
        let error = store.read("f", expected).await.unwrap_err();
        assert_eq!(error.to_string(), "f is not whole: 5 of 10 bytes");
    }
    faulty.set(Fault::Altered);
    let error = store.read("f", Some(expected)).await.unwrap_err();
    assert!(matches!(error, StoreError::Altered { .. }), "{error}");
}

#[tokio::test]
async fn a_store_that_stalls_or_errs_is_asked_again_and_then_named() {
    let faulty = Faulty::sound();
    let store = Store::over(Arc::<Faulty>::clone(&faulty), brief());
    store.write("f", Bytes::from_static(b"x")).await.unwrap();
    faulty.set(Fault::ErrFirst(2));
    assert_eq!(store.read("f", None).await.unwrap(), "x", "two failures, then the file");
    faulty.set(Fault::ErrFirst(100));
    let error = store.read("f", None).await.unwrap_err();
    assert!(error.to_string().starts_with("read f: "), "{error}");
    faulty.set(Fault::Stall);
    let error = store.read("f", None).await.unwrap_err();
    assert!(error.to_string().contains("read f: no answer within"), "{error}");
    let n_before = faulty.n_calls();
    faulty.set(Fault::None);
    assert!(store.read("g", None).await.unwrap_err().is_missing());
    assert_eq!(faulty.n_calls(), n_before + 1, "what is not there is not asked for again");
}

#[cfg(feature = "s3")]
#[tokio::test]
async fn a_store_is_opened_by_its_address_and_an_address_of_no_store_is_refused() {
    let at = |url: &str| Store::at_url(url, [("unknown".to_owned(), "1".to_owned())], brief());
    let store = at("memory:///folder").unwrap();
    assert!(store.create("m/1", Bytes::from_static(b"one")).await.unwrap());
    assert!(!store.create("m/1", Bytes::from_static(b"two")).await.unwrap());
    assert_eq!(store.list("m", 0).await.unwrap()[0].0, "m/1");
    for url in ["nothing", "gopher://somewhere/x"] {
        assert!(at(url).is_err(), "{url}");
    }
}
