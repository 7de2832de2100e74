//! The guides of self-hosting and of models, run as they are written in a bare Debian that has nothing but the package.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::{Done, Job, install};
use crate::passthrough;
use crate::repo::{Repo, is_ci, tool};

/// Makes the package and lets the guides' own commands install it, train and promote models, ask it and remove it.
pub(crate) fn run(repo: &Repo, job: &mut Job) -> Result<Done> {
    if let Some(why) = missing(repo) {
        return if is_ci() && cfg!(target_os = "linux") {
            bail!("{why}, and CI=true makes this step mandatory")
        } else {
            Ok(Done::Skipped(why))
        };
    }
    provide_cargo_deb(repo, job)?;
    passthrough::deb(repo, &repo.tools())?;
    let mut command = repo.command("packaging/try-guide.sh");
    job.run_tests(command.arg(package(repo)?))
}

/// Why the guide cannot be run, where it cannot.
fn missing(repo: &Repo) -> Option<String> {
    if !cfg!(target_os = "linux") {
        Some("the package is Debian's".to_owned())
    } else if tool("debootstrap").is_none() {
        Some("not installed: debootstrap".to_owned())
    } else if !install::is_root(repo) {
        Some("not root: a bare Debian is made and entered".to_owned())
    } else {
        None
    }
}

/// Builds cargo-deb where it is missing; `PATH` is looked at first.
fn provide_cargo_deb(repo: &Repo, job: &Job) -> Result<()> {
    if tool("cargo-deb").is_some() || repo.tools().join("cargo-deb").exists() {
        return Ok(());
    }
    let mut command = repo.cargo(&["install", "cargo-deb", "--locked", "--version", "3.8.0"]);
    job.run(command.arg("--root").arg(repo.target().join("tools"))).map(|_| ())
}

/// The package that was just made.
fn package(repo: &Repo) -> Result<PathBuf> {
    let folder = repo.target().join("debian");
    let entries = std::fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))?;
    let packages = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let newest = packages
        .filter(|path| path.extension().is_some_and(|ending| ending == "deb"))
        .max_by_key(|path| path.metadata().and_then(|meta| meta.modified()).ok());
    newest.with_context(|| format!("no package in {}", folder.display()))
}
