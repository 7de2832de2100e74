//! Installs what the later steps run and a bare machine lacks: a browser, `zstd`, `valgrind` and the real clients.
//!
//! Only as root, and only what is missing. Rust and node are taken as given.

use anyhow::Result;

use super::{Done, Job, clients};
use crate::process::output;
use crate::repo::{Repo, browser, tool};
use crate::say;

/// Installs the missing programs.
///
/// A failed download does not fail the run here: the step that needs the program says so.
pub(crate) fn run(repo: &Repo, job: &Job) -> Done {
    let missing = missing_packages();
    if missing.is_empty() {
        say::line("nothing is missing");
        return Done::Passed;
    }
    let names = missing.join(" ");
    if tool("apt-get").is_none() {
        return Done::Skipped(format!("no apt-get to install {names} with"));
    }
    if !is_root(repo) {
        return Done::Skipped(format!("not root: install {names} by hand"));
    }
    match apt(repo, job, &["update"]).and_then(|_| apt(repo, job, &install_args(&missing))) {
        Ok(done) => done,
        Err(error) => Done::Skipped(format!("could not install {names}: {error:#}")),
    }
}

fn missing_packages() -> Vec<&'static str> {
    if tool("node").is_none() {
        say::line("no node on the path: the page is neither built nor tested");
    }
    let mut missing = Vec::new();
    // Without node there is no test that would drive a browser.
    if browser().is_none() && tool("node").is_some() {
        missing.push("chromium");
    }
    if tool("zstd").is_none() {
        missing.push("zstd");
    }
    if cfg!(target_os = "linux") {
        if tool("debootstrap").is_none() {
            missing.push("debootstrap");
        }
        if tool("valgrind").is_none() {
            missing.push("valgrind");
        }
        missing.extend(clients::missing_packages());
    }
    missing
}

fn install_args<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    ["install", "--yes", "--no-install-recommends"]
        .into_iter()
        .chain(packages.iter().copied())
        .collect()
}

fn apt(repo: &Repo, job: &Job, args: &[&str]) -> Result<Done> {
    job.run(repo.command("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Whether we may install, mount and the like.
pub(super) fn is_root(repo: &Repo) -> bool {
    output(repo.command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_follow_the_options() {
        assert_eq!(
            install_args(&["zstd"]),
            ["install", "--yes", "--no-install-recommends", "zstd"]
        );
    }
}
