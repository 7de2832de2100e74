//! Cost of letting a request in: a known key among 10,000, an unknown one, none, and a prefix's bucket.
//!
//! Sketch. A keyed blake3 of at most 40 bytes is one compression, about 60 ns with its set-up; the
//! search is 14 steps over 10,000 entries of 48 bytes, of which the last cache holds all 480 KB and the
//! nearest the first half dozen steps: about 8 × 5 ns and 6 × 10 ns; the pointer swap, two counters and
//! the bucket are a handful of atomic instructions, 5 ns each. Together 200 ns; a microsecond is the
//! limit that issue 3 sets. Without a key there is no hash: 10 ns; a prefix's bucket adds a mutex that
//! nobody waits for and one random read, 50 ns.
//!
//! `cargo bench -p cairn-node --bench access`

use cairn_ground::Timestamp;
use cairn_node::access::{
    Access, Ask, KeyFile, KeyFolder, KeyRecord, Route, SecretHash, Wish, add,
};
use cairn_node::config::AccessConfig;
use cairn_node::store::Store;
use criterion::{Criterion, criterion_group, criterion_main};
use std::error::Error;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

/// Keys in the table.
const N_KEYS: u32 = 10_000;
/// Prefixes that ask in turn.
const N_PREFIXES: u32 = 4_096;
/// An instant in October 2025.
const NOW: Timestamp = Timestamp::from_ms(1_760_000_000_000);

/// The secret of the `n`-th key, of the greatest length.
fn secret(n: u32) -> String {
    format!("{n:040}")
}

/// Adds all keys: one by the door, the others as copies of it with their own hashes.
fn add_keys(data: &Path) -> Result<(), Box<dyn Error>> {
    let wish = Wish {
        name: "bench".to_owned(),
        scopes: "locate".parse()?,
        requests_per_day: u32::MAX,
        requests_per_second: 1_000_000,
        burst: u32::MAX,
        lane: None,
    };
    let folder = KeyFolder::of(&Store::at(data));
    add(&folder, wish, Some(secret(0)), NOW)?;
    folder.change(|pepper, file: &mut KeyFile| {
        let first = file.keys[0].clone();
        for n in 1..N_KEYS {
            let mut key = KeyRecord { id: format!("k{n}"), ..first.clone() };
            key.secrets[0].hash =
                pepper.hash(&secret(n)).map_or_else(String::new, SecretHash::to_hex);
            file.keys.push(key);
        }
        Ok::<(), cairn_node::access::FileError>(())
    })?;
    Ok(())
}

/// Measures one kind of request over keys and addresses that change each time.
fn measure(
    criterion: &mut Criterion,
    name: &str,
    access: &Access,
    keys: &[String],
    is_let_in: bool,
) {
    let mut n = 0;
    criterion.bench_function(&format!("access/{name}"), |bench| {
        bench.iter(|| {
            n += 1;
            let key = &keys[n as usize * 7 % keys.len()];
            let address = IpAddr::V4(Ipv4Addr::from_bits((n % N_PREFIXES) << 8));
            let ask = Ask { key, route: Route::Geolocate, address };
            assert_eq!(black_box(access.admit(black_box(&ask), NOW)).is_ok(), is_let_in);
        });
    });
}

fn admit(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let forty = secret(7);
    criterion.bench_function("access/floor: keyed hash of 40 bytes", |bench| {
        bench.iter(|| blake3::keyed_hash(black_box(&[7; 32]), black_box(forty.as_bytes())));
    });
    let folder = tempfile::tempdir()?;
    add_keys(folder.path())?;
    let store = Store::at(folder.path());
    let config = AccessConfig { keys_required: true, ..AccessConfig::default() };
    let required = Access::open(&store, config.clone())?;
    let limited = AccessConfig {
        keys_required: false,
        keyless_requests_per_second: 1_000_000,
        keyless_burst: u32::MAX,
        ..config
    };
    let open = Access::open(&store, limited)?;
    let known: Vec<String> = (0..N_KEYS).map(secret).collect();
    let unknown: Vec<String> = (N_KEYS..2 * N_KEYS).map(secret).collect();
    measure(criterion, "known key of 10,000", &required, &known, true);
    measure(criterion, "unknown key", &required, &unknown, false);
    measure(criterion, "no key", &required, &[String::new()], false);
    measure(criterion, "no key, prefix's bucket", &open, &[String::new()], true);
    Ok(())
}

fn all(criterion: &mut Criterion) {
    admit(criterion).expect("a folder of keys in the temporary folder");
}

criterion_group!(benches, all);
criterion_main!(benches);
