//! `cairn keys`: who may ask how often, changed while the service runs or without it.

use super::duration::duration;
use super::screen;
use super::table::table;
use crate::access::{self, KeyFolder, KeyRecord, NewSecret, Scopes, Wish};
use crate::clock::Clock;
use crate::lanes::Lane;
use crate::store::Store;
use anyhow::Context as _;
use cairn_ground::{Day, Timestamp};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// What `cairn keys --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn keys add --data ./data --name phones              a random key, shown once
  cairn keys list --data ./data
  cairn keys rotate 4k7m2p9x --data ./data --overlap 7d   a new secret; the old one works 7 days more
  cairn keys revoke 4k7m2p9x --data ./data

A running service takes changes up within a second or two. Keys are asked for only where the service
runs with access.keys_required or access.submit_needs_key; a known key is held to its limits always.";

/// What `cairn keys add --help` ends with.
const ADD_EXAMPLES: &str = "Examples:
  cairn keys add --data ./data --name 'the office' --scopes locate --requests-per-day 1000
  cairn keys add --data ./data --name moved --key 0a1b2c3d-4e5f   a key that clients have already
  cairn keys add --data ./data --name stop --key some-key --scopes none   a blocked key
  cairn keys add --data ./data --name 'control room' --lane emergency --requests-per-second 200";

/// What `cairn keys list --help` ends with.
const LIST_EXAMPLES: &str = "Example:
  cairn keys list --data ./data --json";

/// What `cairn keys revoke --help` ends with.
const REVOKE_EXAMPLES: &str = "Example:
  cairn keys revoke 4k7m2p9x --data ./data";

/// What `cairn keys rotate --help` ends with.
const ROTATE_EXAMPLES: &str = "Examples:
  cairn keys rotate 4k7m2p9x --data ./data --overlap 36h
  cairn keys rotate 4k7m2p9x --data ./data --overlap 0s   the old secret ends now";

/// Add, list, revoke and rotate API keys.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, arg_required_else_help = true)]
pub(super) struct Keys {
    #[command(subcommand)]
    verb: Verb,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a key; the secret is printed once, on standard output
    Add(Add),
    /// Show the keys, never their secrets
    List(List),
    /// End a key for ever
    Revoke(Revoke),
    /// Give a key a new secret, printed once; the old one stays valid for a while
    Rotate(Rotate),
}

#[derive(Debug, Args)]
#[command(after_help = ADD_EXAMPLES)]
struct Add {
    /// Data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// What you call it; whoever reads the list sees it
    #[arg(long)]
    name: String,
    /// What it allows: locate, country, submit, transfer, admin, all or none
    #[arg(long, value_name = "LIST", default_value = "locate,country,submit")]
    scopes: Scopes,
    /// Requests a day (UTC) and path, then 403; 0 = no limit
    #[arg(long, value_name = "N", default_value_t = 0)]
    requests_per_day: u32,
    /// Requests a second, then 429; 0 = no limit
    #[arg(long, value_name = "N", default_value_t = 0)]
    requests_per_second: u32,
    /// Requests at once; 0 = as many as a second gives
    #[arg(long, value_name = "N", default_value_t = 0)]
    burst: u32,
    /// The lane of its queries: emergency goes before everybody, bulk after [default: interactive]
    #[arg(long, value_name = "LANE")]
    lane: Option<Lane>,
    /// The secret, when clients have it already: 4 to 40 characters of -0-9A-Za-z [default: random]
    #[arg(long, value_name = "SECRET")]
    key: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = LIST_EXAMPLES)]
struct List {
    /// Data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = REVOKE_EXAMPLES)]
struct Revoke {
    /// The key's id, as `cairn keys list` shows it
    id: String,
    /// Data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = ROTATE_EXAMPLES)]
struct Rotate {
    /// The key's id, as `cairn keys list` shows it
    id: String,
    /// Data folder of the service
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// How long the old secret stays valid: a number and s, m, h or d
    #[arg(long, value_name = "TIME", default_value = "7d", value_parser = duration)]
    overlap: Duration,
}

impl Keys {
    /// Does what was asked for.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let now = Clock::System.now();
        match self.verb {
            Verb::Add(add) => add.run(now),
            Verb::List(list) => list.run(now),
            Verb::Revoke(revoke) => {
                access::revoke(&folder(&revoke.data), &revoke.id, now).context("revoke the key")?;
                screen::note(&format!("key {} is revoked", revoke.id));
                Ok(ExitCode::SUCCESS)
            }
            Verb::Rotate(rotate) => {
                let folder = folder(&rotate.data);
                show(
                    &access::rotate(&folder, &rotate.id, rotate.overlap, now)
                        .context("rotate the key")?,
                )
            }
        }
    }
}

impl Add {
    /// Adds a key and shows its secret.
    fn run(self, now: Timestamp) -> anyhow::Result<ExitCode> {
        let wish = Wish {
            name: self.name,
            scopes: self.scopes,
            requests_per_day: self.requests_per_day,
            requests_per_second: self.requests_per_second,
            burst: self.burst,
            lane: self.lane,
        };
        show(&access::add(&folder(&self.data), wish, self.key, now).context("add the key")?)
    }
}

impl List {
    /// Lists the keys.
    fn run(self, now: Timestamp) -> anyhow::Result<ExitCode> {
        let read = folder(&self.data).read().context("read the keys")?;
        let keys = read.map_or_else(Vec::new, |(_, file)| file.keys);
        if self.json {
            let list: Vec<Value> = keys.iter().map(|key| key_json(key, now)).collect();
            screen::say(&Value::from(list).to_string())?;
        } else if keys.is_empty() {
            screen::note("no keys: cairn keys add makes one");
        } else {
            let head = [
                "id", "scopes", "lane", "a day", "a second", "at once", "secrets", "since", "name",
            ];
            let rows = keys.iter().map(|key| key_row(key, now));
            let rows: Vec<_> = [head.map(str::to_owned).to_vec()].into_iter().chain(rows).collect();
            screen::say(table(&rows).trim_end())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The keys of a data folder.
fn folder(data: &std::path::Path) -> KeyFolder {
    KeyFolder::of(&Store::at(data))
}

/// Prints a secret on standard output, everything else beside it.
fn show(new: &NewSecret) -> anyhow::Result<ExitCode> {
    screen::say(&new.secret)?;
    screen::note(&format!("key {}: keep the line above, it is not shown again", new.id));
    Ok(ExitCode::SUCCESS)
}

/// Secrets that open something, or that none ever will.
fn state(key: &KeyRecord, now: Timestamp) -> String {
    if key.revoked_day.is_some() {
        return "revoked".to_owned();
    }
    n_valid(key, now).to_string()
}

/// Secrets that open something.
fn n_valid(key: &KeyRecord, now: Timestamp) -> usize {
    key.secrets.iter().filter(|secret| access::is_valid(secret, now)).count()
}

/// One key, for people.
fn key_row(key: &KeyRecord, now: Timestamp) -> Vec<String> {
    let limit = |n: u32| if n == 0 { "-".to_owned() } else { n.to_string() };
    vec![
        key.id.clone(),
        key.scopes.to_string(),
        key.lane.map_or("-", Lane::name).to_owned(),
        limit(key.requests_per_day),
        limit(key.requests_per_second),
        limit(key.burst),
        state(key, now),
        Day::new(key.created_day).to_string(),
        key.name.clone(),
    ]
}

/// One key, for programs.
fn key_json(key: &KeyRecord, now: Timestamp) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes,
        "lane": key.lane,
        "requests_per_day": key.requests_per_day,
        "requests_per_second": key.requests_per_second,
        "burst": key.burst,
        "created": Day::new(key.created_day).to_string(),
        "revoked": key.revoked_day.map(|day| Day::new(day).to_string()),
        "valid_secrets": n_valid(key, now),
    })
}
