//! `cairn batch scheduler`, `executor` and `submit`: the map from the archive, on many machines.

use super::made::{Made, runtime};
use super::{Executor, Scheduler, Submit};
use crate::cli::screen;
use crate::config::LogConfig;
use crate::logging;
use crate::store::Store;
use anyhow::Context as _;
use cairn_batch::Source;
use cairn_batch::cluster::{self, Submission, execute, schedule, submit};
use cairn_batch::limits::{EXECUTOR_TIMEOUTS, HEARTBEAT};
use std::fs;
use std::path::{Path, PathBuf, absolute};
use std::process::ExitCode;

/// Threads that serve a scheduler's requests.
const SCHEDULER_THREADS: usize = 2;

impl Scheduler {
    /// Runs until it is stopped.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        logging::start(&LogConfig::default());
        let (least, most) = EXECUTOR_TIMEOUTS;
        anyhow::ensure!(
            (least..=most).contains(&self.executor_timeout),
            "--executor-timeout must be between {least:?} and {most:?}"
        );
        let scheduler =
            cluster::Scheduler { listen: self.listen, executor_timeout: self.executor_timeout };
        screen::note(&format!("scheduler listens on {}", self.listen));
        runtime(SCHEDULER_THREADS)?.block_on(schedule(&scheduler)).context("run the scheduler")?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Executor {
    /// Runs until it is stopped.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        logging::start(&LogConfig::default());
        let (scheduler_host, scheduler_port) = host_and_port(&self.scheduler)?;
        fs::create_dir_all(&self.work)
            .with_context(|| format!("create {}", self.work.display()))?;
        let executor = cluster::Executor {
            scheduler_host,
            scheduler_port,
            host: self.host,
            port: self.port,
            n_threads: self.threads,
            memory_bytes: self.memory_mb << 20,
            work: self.work,
            heartbeat: HEARTBEAT,
        };
        screen::note(&format!(
            "executor of {} listens on {}:{}",
            self.scheduler, self.host, self.port
        ));
        runtime(self.threads)?.block_on(execute(&executor)).context("run the executor")?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Submit {
    /// Asks, waits, puts the map together and says what came out.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        host_and_port(&self.scheduler)?;
        let made = Made::begin(Some(&self.of), &self.making)?;
        let runtime = runtime(self.making.threads)?;
        let (_, manifest) = made.archive()?;
        let root = format!("file://{}/", plain(&self.folder(&made)?)?);
        fs::create_dir_all(&self.outputs)
            .with_context(|| format!("create {}", self.outputs.display()))?;
        let asked = Submission {
            scheduler: format!("df://{}", self.scheduler),
            source: Source::at(&manifest, &root, self.groups.max(1))?,
            out: plain(&self.outputs)?.into(),
            n_partitions: self.partitions,
            deadline: self.deadline,
        };
        let map = runtime.block_on(submit(&asked, made.settings()));
        made.finish(map.context("have the map made")?, &manifest)
    }
}

impl Submit {
    /// The folder of the archive.
    fn folder(&self, made: &Made<'_>) -> anyhow::Result<PathBuf> {
        let url = made.archive_config().url;
        anyhow::ensure!(!url.contains("://"), "{url}: executors read archives in folders only");
        match (url.as_str(), &self.of.data) {
            ("", Some(data)) => Ok(Store::at(data).archive()),
            ("", None) => anyhow::bail!("no --data and no --archive"),
            (folder, _) => Ok(folder.into()),
        }
    }
}

fn host_and_port(text: &str) -> anyhow::Result<(String, u16)> {
    let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let (host, port) = parts.with_context(|| format!("{text:?} is no HOST:PORT"))?;
    Ok((host.to_owned(), port))
}

/// The whole path, when a URL can say it as it is.
fn plain(path: &Path) -> anyhow::Result<String> {
    let path = absolute(path).with_context(|| format!("find {}", path.display()))?;
    let text = path.to_str().filter(|path| path.bytes().all(is_plain));
    let text = text.with_context(|| {
        format!(
            "{}: executors are told paths of a-z, A-Z, 0-9, '/', '.', '-', '_' only",
            path.display()
        )
    })?;
    Ok(text.to_owned())
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheduler_is_a_host_and_a_port() {
        assert_eq!(host_and_port("10.0.0.1:50050").unwrap(), ("10.0.0.1".to_owned(), 50_050));
        for wrong in ["10.0.0.1", "host:", "host:99999"] {
            assert!(host_and_port(wrong).unwrap_err().to_string().contains("HOST:PORT"), "{wrong}");
        }
    }

    #[test]
    fn a_path_that_a_url_cannot_say_is_refused_by_name() {
        assert_eq!(plain(Path::new("/shared/out-1")).unwrap(), "/shared/out-1");
        let refused = plain(Path::new("/shared/my archive")).unwrap_err().to_string();
        assert!(refused.starts_with("/shared/my archive: "), "{refused}");
    }
}
