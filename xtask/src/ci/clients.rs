//! Real clients against the service: GeoClue's daemon on a private bus.

use std::path::Path;

use anyhow::{Result, bail, ensure};

use super::{Done, Job};
use crate::repo::{Repo, is_ci, tool};

/// What the test drives, and Debian's package of each.
const NEEDED: [(&str, &str); 4] = [
    ("/usr/libexec/geoclue", "geoclue-2.0"),
    ("/usr/bin/dbus-daemon", "dbus-daemon"),
    ("/usr/lib/python3/dist-packages/dbus", "python3-dbus"),
    ("/usr/lib/python3/dist-packages/gi", "python3-gi"),
];

/// The packages of what is not installed.
pub(crate) fn missing_packages() -> Vec<&'static str> {
    packages_of_absent(&NEEDED)
}

fn packages_of_absent(needed: &[(&'static str, &'static str)]) -> Vec<&'static str> {
    let is_absent = |(path, _): &&(&str, &str)| !Path::new(path).exists();
    needed.iter().filter(is_absent).map(|(_, package)| *package).collect()
}

/// Lets the real GeoClue daemon ask for a position.
pub(crate) fn geoclue(repo: &Repo, job: &mut Job) -> Result<Done> {
    if let Some(why) = missing(repo) {
        return if is_ci() && cfg!(target_os = "linux") {
            bail!("{why}, and CI=true makes this step mandatory")
        } else {
            Ok(Done::Skipped(why))
        };
    }
    ensure!(repo.cairn().exists(), "no release binary: run `cargo xtask ci --only build` first");
    // Debian's own Python: the modules are its packages.
    let mut command = repo.command("/usr/bin/python3");
    command.args(["-B", "tests/clients/geoclue/run.py"]).arg(repo.cairn());
    job.run_tests(&mut command)
}

/// Why the daemon cannot be run, where it cannot.
fn missing(repo: &Repo) -> Option<String> {
    let packages = missing_packages();
    if !cfg!(target_os = "linux") {
        Some("GeoClue runs on Linux alone".to_owned())
    } else if !packages.is_empty() {
        Some(format!("not installed: {}", packages.join(" ")))
    } else if tool("unshare").is_none() {
        Some("no unshare on the path".to_owned())
    } else if !super::install::is_root(repo) {
        Some("not root: GeoClue's configuration is laid over in a mount namespace".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_absent_is_installed() {
        let needed = [("/bin/sh", "dash"), ("/usr/libexec/no-such-daemon", "no-such-package")];
        assert_eq!(packages_of_absent(&needed), ["no-such-package"]);
    }
}
