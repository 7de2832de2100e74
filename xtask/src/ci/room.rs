//! The disk and memory that are left: a build that ends for want of either seldom says so itself.

use std::fs;

use crate::process::output;
use crate::repo::Repo;

/// KiB in a GiB.
const KIB_PER_GIB: f64 = 1_048_576.0;

/// What is free now, as a run prints it beside each step; "unknown" for what the system does not tell.
pub(crate) fn left(repo: &Repo) -> String {
    let disk = output(repo.command("df").args(["-Pk", "."])).ok();
    let memory = fs::read_to_string("/proc/meminfo").ok();
    format!(
        "free: disk {}, memory {}",
        gib(disk.as_deref().and_then(of_df)),
        gib(memory.as_deref().and_then(of_meminfo))
    )
}

/// KiB available by what `df -Pk` prints for one file system: the fourth column of its last line.
fn of_df(text: &str) -> Option<f64> {
    text.lines().last()?.split_whitespace().nth(3)?.parse().ok()
}

/// KiB available by `/proc/meminfo`.
fn of_meminfo(text: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn gib(kib: Option<f64>) -> String {
    kib.map_or_else(|| "unknown".to_owned(), |kib| format!("{:.1} GiB", kib / KIB_PER_GIB))
}

#[cfg(test)]
mod tests {
    use super::{gib, of_df, of_meminfo};

    #[test]
    fn what_is_free_is_read_from_what_the_system_prints() {
        let df = "Filesystem 1024-blocks Used Available Capacity Mounted on\n\
                  /dev/vda 264241152 23068672 72351744 25% /\n";
        assert_eq!(gib(of_df(df)), "69.0 GiB");
        let meminfo = "MemTotal:       25165824 kB\nMemAvailable:   20971520 kB\n";
        assert_eq!(gib(of_meminfo(meminfo)), "20.0 GiB");
        assert_eq!(gib(of_df("")), "unknown");
    }
}
