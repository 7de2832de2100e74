//! `cairn snapshot`: made-up maps, verified, compared and joined.

use crate::support::{CAIRN, Data, cairn, said, wait_for};
use cairn_node::clock::Clock;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

fn made_up(data: &Data, n: &str, seed: &str) -> PathBuf {
    let out = data.path().to_str().unwrap();
    let told = said(&cairn(&["snapshot", "build", "--made-up", n, "--seed", seed, "--out", out]));
    PathBuf::from(told.trim())
}

#[test]
fn a_made_up_map_is_whole_small_and_the_same_again() {
    let data = Data::new();
    let file = made_up(&data, "20000", "1");
    let path = file.to_str().unwrap();
    assert_eq!(made_up(&Data::new(), "20000", "1").file_name(), file.file_name());
    let told = said(&cairn(&["snapshot", "verify", path]));
    assert!(told.contains("whole, 20 000 transmitters"), "{told}");
    let told = said(&cairn(&["snapshot", "stats", path]));
    assert!(told.contains("per record   20.") || told.contains("per record   21."), "{told}");
}

#[test]
fn a_flipped_bit_is_named_and_costs_the_other_file_nothing() {
    let data = Data::new();
    let (good, bad) = (made_up(&data, "100", "1"), made_up(&data, "100", "2"));
    let mut bytes = std::fs::read(&bad).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&bad, bytes).unwrap();
    let output = cairn(&["snapshot", "verify", bad.to_str().unwrap(), good.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("checksum") && text.contains("whole, 100 transmitters"), "{text}");
}

#[test]
fn a_merged_map_knows_both_and_the_first_of_two_records_stays() {
    let data = Data::new();
    let (small, large) = (made_up(&data, "50", "2"), made_up(&data, "100", "1"));
    let args = |out: &str| {
        let files = [small.to_str().unwrap(), large.to_str().unwrap()];
        said(&cairn(&["snapshot", "merge", files[0], files[1], "--out", out]))
    };
    let merged = args(data.path().join("merged").to_str().unwrap());
    let merged = merged.trim();
    let differences = |a: &str, b: &str| {
        let output = cairn(&["snapshot", "diff", a, b, "--json"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let value: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        (output.status.code(), value)
    };
    let (code, from_small) = differences(small.to_str().unwrap(), merged);
    assert_eq!(
        (code, &from_small["equal"], &from_small["only_after"]),
        (Some(1), &50.into(), &50.into())
    );
    let (_, from_large) = differences(large.to_str().unwrap(), merged);
    assert_eq!((&from_large["equal"], &from_large["moved"]), (&50.into(), &50.into()));
    let (code, same) = differences(merged, merged);
    assert_eq!((code, &same["equal"]), (Some(0), &100.into()));
}

/// The command that builds a map of many short runs.
fn build(out: &Path, threads: &str) -> Command {
    let mut command = Command::new(CAIRN);
    let args = ["snapshot", "build", "--made-up", "240000", "--run", "8000", "--threads", threads];
    command.args(args).arg("--out").arg(out);
    command
}

/// The finished runs in a folder that is being built in, with the file that each is.
fn runs(out: &Path) -> Vec<(PathBuf, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let folders = std::fs::read_dir(out).into_iter().flatten().flatten().map(|it| it.path());
    let building = folders.filter(|path| path.extension().is_some_and(|it| it == "building"));
    let files = building.flat_map(|path| std::fs::read_dir(path).unwrap());
    let runs = files.map(|it| it.unwrap().path());
    let mut runs: Vec<_> = runs
        .filter(|path| path.extension().is_some_and(|it| it == "run"))
        .map(|path| (path.clone(), std::fs::metadata(path).unwrap().ino()))
        .collect();
    runs.sort();
    runs
}

#[test]
fn a_build_killed_again_and_again_goes_on_and_ends_at_the_same_bytes() {
    // invariant: S1
    let (killed, whole) = (Data::new(), Data::new());
    let mut n_before = 0;
    for _ in 0..3 {
        let mut child = build(killed.path(), "2").stderr(Stdio::null()).spawn().unwrap();
        wait_for("another three runs", || {
            Clock::System.sleep(Duration::from_millis(2));
            runs(killed.path()).len() >= n_before + 3
        });
        let kept = runs(killed.path());
        child.kill().unwrap();
        child.wait().unwrap();
        let after = runs(killed.path());
        assert!(kept.iter().all(|run| after.contains(run)), "a finished run was made again");
        n_before = after.len();
    }
    assert!(n_before < 30, "nothing was left to do");
    let output = build(killed.path(), "1").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains(&format!("{n_before} runs were there already")), "{told}");
    let path = PathBuf::from(said(&output).trim());
    let other = PathBuf::from(said(&build(whole.path(), "3").output().unwrap()).trim());
    assert!(std::fs::read(&path).unwrap() == std::fs::read(other).unwrap(), "other bytes");
    assert_eq!(std::fs::read_dir(killed.path()).unwrap().count(), 1, "something is left");
    assert!(said(&cairn(&["snapshot", "verify", path.to_str().unwrap()])).contains("whole"));
}
