//! The HTTP cases of `../shared/conformance` against a fresh server, with keys and without.
//!
//! Which cases may fail is read from docs/specs/wire.md: `excuses`. What a run comes to: `verdict`.
//! Reading order: `run`, then `once`.

mod excuses;
mod verdict;

use std::env::temp_dir;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::id;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use self::excuses::Excuses;
use self::verdict::Verdict;
use crate::clock::Stopwatch;
use crate::process;
use crate::repo::Repo;
use crate::say;
use crate::server::Server;
use crate::settle;
use crate::tally::Tally;

/// How long building the release binary may take.
const BUILD_LIMIT: Duration = Duration::from_mins(30);

/// How long both runs together may take.
pub(crate) const RUN_LIMIT: Duration = Duration::from_mins(10);

/// The runner, beside the checkout.
const RUNNER: &str = "conformance/run.py";

/// What to run the cases against.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The `cairn` to run; without it the release binary, built first.
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
}

/// A set-up of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setup {
    /// Queries need a key, and the keys that the cases name are there.
    Keys,
    /// Everybody may ask.
    NoKeys,
}

impl Setup {
    const fn name(self) -> &'static str {
        match self {
            Self::Keys => "with-keys",
            Self::NoKeys => "without-keys",
        }
    }

    /// What this set-up lacks, in the words of the cases.
    const fn without(self) -> &'static str {
        match self {
            Self::Keys => "",
            Self::NoKeys => "api_keys_enforced,key:blocked,key:limited-5",
        }
    }
}

/// The keys that the cases name, as in docs/guides/keys.md.
const KEYS: [&[&str]; 3] = [
    &["--key", "test", "--scopes", "all"],
    &["--key", "limited-5", "--requests-per-day", "5"],
    &["--key", "blocked", "--scopes", "none"],
];

/// Why the cases cannot be run, where they cannot.
pub(crate) fn missing(repo: &Repo) -> Option<&'static str> {
    repo.shared(RUNNER).is_none().then_some("no ../shared")
}

/// The verb: both set-ups, and the counts as a last line.
///
/// # Errors
/// A case failed that may not, or the cases could not be run.
pub(crate) fn verb(repo: &Repo, options: &Options) -> Result<()> {
    if let Some(why) = missing(repo) {
        say::skipped(why);
        return Ok(());
    }
    let binary = if let Some(path) = &options.binary {
        fs::canonicalize(path).with_context(|| format!("find {}", path.display()))?
    } else {
        let mut build = repo.cargo(&["build", "--release", "--locked"]);
        process::run(&mut build, BUILD_LIMIT, |_| ())?;
        repo.cairn()
    };
    let mut tally = Tally::default();
    let result = run(repo, &binary, RUN_LIMIT, &mut tally);
    say::line(tally);
    result
}

/// Runs the cases in both set-ups and counts them.
///
/// # Errors
/// A case failed that may not, the server's log is not clean, or the cases could not be run.
pub(crate) fn run(repo: &Repo, binary: &Path, limit: Duration, tally: &mut Tally) -> Result<()> {
    ensure!(binary.exists(), "no {}: build it first", binary.display());
    let watch = Stopwatch::start();
    let excuses = Excuses::read(repo)?;
    for setup in [Setup::Keys, Setup::NoKeys] {
        say::heading(setup.name());
        let folder = temp_dir().join(format!("cairn-conformance-{}-{}", setup.name(), id()));
        let verdict = once(repo, binary, setup, &folder, watch.left_of(limit));
        fs::remove_dir_all(&folder).ok();
        let verdict = verdict.with_context(|| setup.name())?.judge(&excuses);
        *tally += verdict.tally();
        verdict.tell();
    }
    ensure!(tally.failed == 0, "{} cases failed that may not", tally.failed);
    Ok(())
}

/// One set-up on a server that knows nothing yet.
fn once(
    repo: &Repo,
    binary: &Path,
    setup: Setup,
    folder: &Path,
    limit: Duration,
) -> Result<Verdict> {
    let (data, config) = (folder.join("data"), folder.join("cairn.toml"));
    let (log, out) = (folder.join("log"), folder.join("results.json"));
    fs::create_dir_all(&data)?;
    fs::write(&config, settings(repo, setup)?)?;
    if setup == Setup::Keys {
        add_keys(repo, binary, &data)?;
    }
    let mut serve = repo.command(binary);
    serve
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(&data)
        .arg("--config")
        .arg(config);
    let server = Server::start(serve.stderr(File::create(&log)?))?;
    let settle = settle::command(&server.url())?;
    let mut python = repo.command("python3");
    python.arg(repo.shared(RUNNER).context("find the runner")?);
    python.args(["--base", &server.url(), "--settle-cmd", &settle, "--without", setup.without()]);
    process::run(python.arg("--out").arg(&out), limit, |_| ())?;
    server.stop()?;
    clean(&fs::read_to_string(&log).context("read the log")?)?;
    Verdict::read(&fs::read_to_string(&out).context("read the results")?)
}

/// The settings that the cases assume, see ../shared/conformance/README.md.
fn settings(repo: &Repo, setup: Setup) -> Result<String> {
    let database =
        repo.shared("data/geoip/GeoIP2-City-Test.mmdb").context("no address database")?;
    let database = toml::Value::String(fs::canonicalize(database)?.display().to_string());
    let keys = setup == Setup::Keys;
    Ok(format!(
        "[http]\ntrusted_proxies = [\"127.0.0.0/8\"]\n[access]\nkeys_required = {keys}\n\
         [geoip]\ndatabase = {database}\n"
    ))
}

fn add_keys(repo: &Repo, binary: &Path, data: &Path) -> Result<()> {
    for flags in KEYS {
        let mut add = repo.command(binary);
        add.args(["keys", "add", "--name", "conformance", "--data"]).arg(data).args(flags);
        process::output(&mut add)?;
    }
    Ok(())
}

/// WARN and ERROR mean that a person must look: the cases give no reason for it.
fn clean(log: &str) -> Result<()> {
    ensure!(log.contains(" INFO "), "the server logged nothing");
    let is_loud = |line: &&str| line.contains(" WARN ") || line.contains(" ERROR ");
    let loud: Vec<&str> = log.lines().filter(is_loud).collect();
    ensure!(loud.is_empty(), "the server's log is not clean:\n{}", loud.join("\n"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_with_a_warning_or_with_nothing_is_not_clean() {
        assert!(clean("t  INFO cairn: stopped\n").is_ok());
        let loud = clean("t  INFO cairn: up\nt  WARN cairn: disk\n").unwrap_err();
        assert!(loud.to_string().ends_with("WARN cairn: disk"), "{loud}");
        assert!(clean("").is_err());
    }
}
