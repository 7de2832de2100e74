//! Flags that the roles of several machines have in common.

use crate::config::{Config, Listen, LogFormat, LogLevel};
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What all roles take.
#[derive(Debug, Args)]
pub(super) struct RoleFlags {
    /// Addresses of NATS servers, commas between them [default: port 4222 of this machine]
    #[arg(long, value_name = "URL")]
    pub(super) nats: Option<String>,
    /// Address and port to listen on, repeatable [default: 127.0.0.1:8080; port 0 takes a free one]
    #[arg(long, value_name = "ADDRESS")]
    pub(super) listen: Vec<SocketAddr>,
    /// TOML file with settings; see `cairn serve --print-config`
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// How log lines look
    #[arg(long, value_name = "FORMAT")]
    pub(super) log_format: Option<LogFormat>,
    /// Least level that is logged
    #[arg(long, value_name = "LEVEL")]
    pub(super) log_level: Option<LogLevel>,
}

impl RoleFlags {
    /// Defaults, the file over them, flags over both.
    pub(super) fn config(&self) -> anyhow::Result<Config> {
        let mut config = Config::load(self.config.as_deref())?;
        if !self.listen.is_empty() {
            config.listen = Listen(self.listen.clone());
        }
        if let Some(nats) = &self.nats {
            config.cluster.nats.clone_from(nats);
        }
        config.log.format = self.log_format.unwrap_or(config.log.format);
        config.log.level = self.log_level.unwrap_or(config.log.level);
        Ok(config)
    }
}
