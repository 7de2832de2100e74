//! `cairn serve`: the whole service in one process.

use super::screen;
use crate::clock::Clock;
use crate::config::{Config, Listen, LogFormat, LogLevel};
use crate::logging;
use crate::server::{RunningServer, Server};
use anyhow::Context as _;
use axum::Router;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What `cairn serve --help` ends with.
const EXAMPLES: &str = r#"Examples:
  cairn serve --data ./data
  cairn serve --data ./data --listen [::]:8080 --log-format json     # IPv4 and IPv6
  cairn serve --print-config > cairn.toml && cairn serve --data ./data --config cairn.toml

Send a report, then ask:
  curl http://127.0.0.1:8080/v2/geosubmit -d '{"items":[{"timestamp":1760000000000,
    "position":{"latitude":51.5,"longitude":-0.12,"accuracy":10},
    "wifiAccessPoints":[{"macAddress":"02:00:5e:10:00:01","signalStrength":-60}]}]}'
  curl http://127.0.0.1:8080/v1/geolocate -d '{"wifiAccessPoints":[
    {"macAddress":"02:00:5e:10:00:01"},{"macAddress":"0a:00:5e:20:00:02"}]}'

The first line on standard output says where it listens. SIGTERM stops it: started requests finish,
what was acknowledged is learned and sealed. A flag wins over the file, the file over the default."#;

/// Run the service: take reports in, learn, answer.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Serve {
    /// Folder that holds everything: journal, snapshots, keys; made when it is not there
    #[arg(long, value_name = "DIR", required_unless_present = "print_config")]
    data: Option<PathBuf>,
    /// Address and port to listen on, repeatable [default: 127.0.0.1:8080; port 0 takes a free one]
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<SocketAddr>,
    /// Address and port for queries with a key of the emergency lane alone, repeatable
    #[arg(long, value_name = "ADDRESS")]
    listen_emergency: Vec<SocketAddr>,
    /// TOML file with settings; see --print-config
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A snapshot file, or a folder with a MANIFEST, that answers a share of the queries too, unseen; repeatable
    #[arg(long, value_name = "PATH")]
    shadow: Vec<PathBuf>,
    /// Folder of models: the champion of `radius` gives answers their radii, and a change is taken up within seconds
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// How log lines look
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    /// Least level that is logged
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<LogLevel>,
    /// Print the settings that would be used, each explained, and exit
    #[arg(long)]
    print_config: bool,
}

impl Serve {
    /// Serves until told to stop.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.config()?;
        if self.print_config {
            screen::say(config.to_documented_toml().trim_end())?;
            return Ok(ExitCode::SUCCESS);
        }
        logging::start(&config.log);
        let data = self.data.context("--data is missing")?;
        let server = Server::start(&data, config, Clock::System, Router::new())?;
        until_stopped(server)?;
        tracing::info!("stopped: everything acknowledged is learned and sealed");
        Ok(ExitCode::SUCCESS)
    }

    /// Defaults, the file over them, flags over both.
    fn config(&self) -> anyhow::Result<Config> {
        let mut config = Config::load(self.config.as_deref())?;
        if !self.listen.is_empty() {
            config.listen = Listen(self.listen.clone());
        }
        config.serving.shadow.extend_from_slice(&self.shadow);
        if !self.listen_emergency.is_empty() {
            config.listen_emergency.clone_from(&self.listen_emergency);
        }
        if let Some(models) = &self.models {
            config.models.folder.clone_from(models);
        }
        config.log.format = self.log_format.unwrap_or(config.log.format);
        config.log.level = self.log_level.unwrap_or(config.log.level);
        Ok(config)
    }
}

/// Says where a server listens, waits for a signal, and ends it.
pub(super) fn until_stopped(server: RunningServer) -> anyhow::Result<()> {
    // Before anybody is told that we are up: who reads that may stop us at once.
    let stop = StopSignals::listen(&server)?;
    // Whoever started us may not read: the service is there all the same.
    for address in server.addresses() {
        let _nobody_reads = screen::say(&format!("listening on http://{address}"));
        tracing::info!(%address, "serving");
    }
    for address in server.emergency_addresses() {
        let _nobody_reads = screen::say(&format!("listening for emergencies on http://{address}"));
        tracing::info!(%address, "serving emergencies");
    }
    stop.wait(&server);
    server.shutdown()
}

/// SIGTERM and SIGINT, which stop the service instead of the process from when this is made.
#[derive(Debug)]
pub(crate) struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Listens for them.
    pub(crate) fn listen(server: &RunningServer) -> anyhow::Result<Self> {
        server.block_on(async {
            let terminate = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
            let interrupt = signal(SignalKind::interrupt()).context("listen for SIGINT")?;
            Ok(Self { terminate, interrupt })
        })
    }

    /// Waits for one of them.
    pub(crate) fn wait(mut self, server: &RunningServer) {
        server.block_on(async {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
            }
        });
        tracing::info!("stopping: started requests finish, then everything is sealed");
    }
}
