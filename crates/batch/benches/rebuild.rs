//! What a rebuild costs: an archive of a simulated month is made once, and the map made of it anew.
//!
//! ```text
//! cargo bench -p cairn-batch --bench rebuild -- make FOLDER OBSERVATIONS
//! cargo bench -p cairn-batch --bench rebuild -- rebuild FOLDER THREADS MEMORY_MB
//! cargo bench -p cairn-batch --bench rebuild -- cluster FOLDER EXECUTORS [JOB STAGE]
//! cargo bench -p cairn-batch --bench rebuild -- assemble OUTPUTS
//! ```
//!
//! `make` learns as it goes and prints the map's digest; `rebuild` prints the digest again, with rows a
//! second and the most memory held. `cluster` asks executors of their own, one of which is killed in the stage
//! named; `assemble` takes what `tests/spark/rebuild.py` wrote. `tests/batch/compare.py` puts other engines beside it.
//!
//! Budget of a row on one core: 17 columns of about 60 bytes decoded (100 ns), the group found (50 ns),
//! a vote made and offered (100 ns); so 4 million rows a second at best.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a bench tells the time")]

#[path = "support/engines.rs"]
mod engines;
#[expect(clippy::unwrap_used, reason = "shared with tests")]
#[path = "../tests/common/cluster.rs"]
mod executors;
#[expect(clippy::unwrap_used, reason = "shared with tests")]
#[path = "../tests/common/victim.rs"]
mod victim;

use cairn_archive::{Archive, Manifest, Occurrence, Patience, Store, Tag, files_of};
use cairn_batch::{Means, Source, rebuild};
use cairn_evidence::clean;
use cairn_radiomap::{RadioMap, Settings};
use cairn_report::{Batch, ContributorToken, SubmissionId};
use cairn_sim::{Town, TownConfig, TrafficConfig};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Readings of a report of the simulated month, about.
const HEARD: usize = 18;
/// Readings written at a time.
const FLUSH_ROWS: usize = 1 << 20;
/// Transmitters of the town at least.
const TRANSMITTERS: usize = 100_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    match words.as_slice() {
        ["make", folder, rows] => runtime.block_on(make(Path::new(folder), number(rows))),
        ["rebuild", folder, threads, memory_mb] => {
            runtime.block_on(again(Path::new(folder), number(threads), number(memory_mb)));
        }
        ["cluster", folder, executors] => on_executors(&runtime, folder, number(executors), None),
        ["cluster", folder, executors, job, stage] => {
            on_executors(&runtime, folder, number(executors), Some((number(job), number(stage))));
        }
        ["assemble", outputs] => tell(&engines::from_outputs(Path::new(outputs))),
        _ => println!("nothing asked: see the head of benches/rebuild.rs"),
    }
}

fn number(word: &str) -> usize {
    word.parse().unwrap_or(0)
}

fn archive(folder: &Path) -> Archive {
    Archive::new(Store::in_folder(folder, Patience::STANDARD).expect("a folder"))
}

async fn make(folder: &Path, n_rows: usize) {
    let town =
        Town::generate(&TownConfig { n_transmitters_min: TRANSMITTERS, ..TownConfig::demo() });
    let traffic = TrafficConfig { n_reports: n_rows / HEARD, ..TrafficConfig::demo() };
    let archive = archive(folder);
    let mut map = RadioMap::new(Settings::standard());
    let (mut manifest, mut held, mut rows, mut learning_s) =
        (Manifest::default(), Vec::new(), 0, 0.0);
    for (number, sent) in town.contributions(&traffic).enumerate() {
        let taught = taught(number as u64, &sent.nickname, sent.reports);
        let started = Instant::now();
        for one in &taught {
            map.add(&one.evidence);
        }
        learning_s += started.elapsed().as_secs_f64();
        rows += taught.iter().map(|one| one.evidence.heard.len()).sum::<usize>();
        held.extend(taught);
        if rows > FLUSH_ROWS {
            let files = files_of(std::mem::take(&mut held), 1).expect("files");
            manifest = archive.publish(manifest, files).await.expect("published");
            rows = 0;
        }
    }
    manifest =
        archive.publish(manifest, files_of(held, 1).expect("files")).await.expect("published");
    while let Some(merged) = archive.merge_once(&manifest).await.expect("merged") {
        manifest = merged;
    }
    let n_rows = manifest.n_rows();
    println!(
        "{n_rows} readings of {} transmitters in {} files of {} bytes; learned one by one in {learning_s:.1} s; digest {}",
        map.len(),
        manifest.files.len(),
        manifest.n_bytes(),
        hex(map.digest()),
    );
}

/// What a contribution teaches.
fn taught(number: u64, nickname: &str, reports: Vec<cairn_report::Report>) -> Vec<Occurrence> {
    let Some(first) = reports.first() else { return Vec::new() };
    let day = first.timestamp().day();
    let whose = Tag::of(format!("{nickname} on {}", day.get()).as_bytes());
    let batch = Batch {
        id: SubmissionId(u128::from(number).to_le_bytes()),
        received: day,
        contributor: ContributorToken(whose.0),
        app: None,
        reports,
    };
    let (evidence, _) = clean(&batch);
    Occurrence::all_of(Tag::of(&number.to_le_bytes()), None, evidence).collect()
}

async fn again(folder: &Path, n_threads: usize, memory_mb: usize) {
    let archive = archive(folder);
    let manifest = archive.current().await.expect("a manifest").expect("an archive");
    let source = Source::within(&manifest, archive.store().inner()).expect("a source");
    let means = Means { n_threads, memory_bytes: memory_mb << 20, spill: folder.join("spill") };
    std::fs::create_dir_all(&means.spill).expect("a folder");
    let started = Instant::now();
    let map = rebuild(&source, Settings::standard(), &means).await.expect("a map");
    let seconds = started.elapsed().as_secs_f64();
    let rows = manifest.n_rows();
    #[expect(clippy::cast_precision_loss, reason = "rows below 2^52")]
    let rows_per_s = rows as f64 / seconds;
    println!(
        "{rows} readings in {seconds:.2} s on {n_threads} threads: {rows_per_s:.0} a second; most memory {}; digest {}",
        peak(),
        hex(map.digest()),
    );
}

/// The month's map by executors.
fn on_executors(runtime: &Runtime, folder: &str, n: usize, kill: Option<(usize, usize)>) {
    let folder = Path::new(folder);
    let manifest = runtime.block_on(archive(folder).current()).expect("a manifest");
    let manifest = manifest.expect("an archive");
    tell(&engines::on_executors(folder, &manifest, n, kill));
}

fn tell((map, took): &(RadioMap, Duration)) {
    let (n, seconds) = (map.len(), took.as_secs_f64());
    println!("{n} transmitters in {seconds:.2} s; digest {}", hex(map.digest()));
}

/// The most memory this process held, as Linux tells it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}

fn hex(digest: [u8; 32]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes what is written");
        text
    })
}
