//! The service at ten times what it takes: does who calls for help notice, and does it come back?
//!
//! Needs the release binary `cairn` and nothing else of the checkout. Server and load run on cores of their own
//! (`taskset`), and the floods behind the trickle (`nice`, `chrt` where it is allowed), so that the load's own queue is not taken for the
//! service's. Reading order: `bodies` (what is sent), `load` (`cairn bench` as a process), `trial` (one mix),
//! `report` (the table and what it must say).

mod bodies;
mod load;
mod report;
mod trial;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::server::Server;
use crate::{process, say, settle};

/// How the run is made.
#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// The service's binary [default: target/release/cairn]
    #[arg(long, value_name = "FILE", default_value = "target/release/cairn")]
    cairn: PathBuf,
    /// Cores of the service, as `taskset` names them
    #[arg(long, value_name = "LIST", default_value = "0")]
    server_cores: String,
    /// Cores of the load
    #[arg(long, value_name = "LIST", default_value = "1")]
    load_cores: String,
    /// Seconds of each flood
    #[arg(long, value_name = "S", default_value_t = 60)]
    seconds: u64,
    /// How many times its measured capacity the service is asked
    #[arg(long, value_name = "N", default_value_t = 10.0)]
    factor: f64,
    /// Connections of a flood
    #[arg(long, value_name = "N", default_value_t = 256)]
    connections: u32,
    /// Threads of a flood
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: u32,
    /// Emergency queries a second
    #[arg(long, value_name = "N", default_value_t = 100)]
    trickle: u32,
    /// Ask on the ordinary address instead of the one for emergencies
    #[arg(long)]
    ordinary: bool,
    /// Print the figures, but fail for none of them
    #[arg(long)]
    lenient: bool,
}

/// A service with a small map, and what to send it.
struct Stage {
    options: Options,
    folder: PathBuf,
    server: Server,
    address: String,
    emergency: String,
    /// Whether this machine lets who calls for help run before the flood, so that its wait is the service's.
    help_first: bool,
}

/// Runs all mixes and prints the table.
///
/// # Errors
/// The service could not be started or asked, or a figure is beyond its bound.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("cairn-overload-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    let outcome = staged(options, &folder);
    std::fs::remove_dir_all(&folder).ok();
    outcome
}

fn staged(options: &Options, folder: &Path) -> Result<()> {
    bodies::write(folder)?;
    let stage = Stage::set(options, folder)?;
    let trials = trial::all(&stage)?;
    say::line(report::table(&trials, options.factor, options.seconds));
    let broken = report::broken(&trials);
    stage.server.stop()?;
    for line in &broken {
        say::line(format_args!("beyond its bound: {line}"));
    }
    ensure!(broken.is_empty() || options.lenient, "{} figures beyond their bounds", broken.len());
    Ok(())
}

impl Stage {
    /// Starts the service on its cores and teaches it the map.
    fn set(options: &Options, folder: &Path) -> Result<Self> {
        let cairn = std::fs::canonicalize(&options.cairn)
            .with_context(|| format!("find {}: cargo build --release", options.cairn.display()))?;
        let options = Options { cairn, ..options.clone() };
        let data = folder.join("data");
        let mut add = Command::new(&options.cairn);
        add.args(["keys", "add", "--name", "overload", "--lane", "emergency", "--data"]).arg(&data);
        let key = process::output(&mut add)?.trim().to_owned();
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let help = format!("127.0.0.1:{port}");
        let mut serve = Command::new("taskset");
        serve.args(["-c", &options.server_cores]).arg(&options.cairn).arg("serve");
        serve.args([
            "--listen",
            "127.0.0.1:0",
            "--log-level",
            "error",
            "--listen-emergency",
            &help,
        ]);
        let server = Server::start(serve.arg("--data").arg(&data))?;
        let address = server.url();
        let host = if options.ordinary { address.clone() } else { format!("http://{help}") };
        let emergency = format!("{host}/v1/geolocate?key={key}");
        let stage = Self {
            options,
            folder: folder.to_path_buf(),
            server,
            address,
            emergency,
            help_first: may_go_first(),
        };
        stage.teach()?;
        Ok(stage)
    }

    /// Sends the map's reports and waits until they are served.
    fn teach(&self) -> Result<()> {
        let reports = load::Load {
            url: format!("{}/v2/geosubmit", self.address),
            file: "teach.jsonl",
            per_request: 1,
            rate: load::Rate::PerSecond(50.0),
            connections: 4,
            time: Duration::from_secs(bodies::PLACES.div_ceil(50) + 1),
            behind: false,
        };
        let seen = load::run(self, &reports)?;
        ensure!(seen.found > 0, "no report was taken in");
        settle::run(&self.address)
    }
}

/// True when a process may have a real-time priority here.
fn may_go_first() -> bool {
    let mut tried = Command::new("chrt");
    tried.args(["--rr", "1", "true"]).status().is_ok_and(|status| status.success())
}
