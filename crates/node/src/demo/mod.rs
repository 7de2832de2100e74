//! The main job on a fresh machine: a simulated town through the real HTTP door.
//!
//! A town's phones send their reports to a real service in this process, which learns them; then other
//! phones ask where they are, and since the truth is known, the table is honest. Not a benchmark of the
//! machine: clients, simulation and service share its cores.
//!
//! Reading order: `stage` (what the page is shown), `client`, `ingest`, `ask`, `score`, `drawing`.

mod ask;
mod client;
mod drawing;
mod ingest;
mod score;
mod stage;

use crate::cli::{screen, serve};
use crate::clock::Clock;
use crate::config::{Config, Listen};
use crate::keys;
use crate::server::{RunningServer, Server};
use crate::store::Store;
use anyhow::Context as _;
use cairn_sim::{HeldOutConfig, Town, TownConfig, TrafficConfig};
use stage::{Phase, Rates, Stage};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// The contributor key of every demo.
const DEMO_KEY: [u8; 32] = *b"nobody in this town is a person!";

/// What the command line asks for.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Exit after the table.
    pub once: bool,
    /// Where to serve.
    pub listen: SocketAddr,
    /// Which town.
    pub seed: u64,
    /// Where to keep the data; a folder removed at the end when not given.
    pub data: Option<PathBuf>,
}

/// Runs the demo; the exit code is 1 when the table misses what we promise of it.
///
/// # Errors
/// When the service cannot start, or a client finds it broken.
pub fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let folder = Folder::make(settings.data.as_deref())?;
    let stage = Arc::new(Stage::new());
    let config = Config { listen: Listen(vec![settings.listen]), ..Config::default() };
    fix_todays_key(&folder.path)?;
    let server = Server::start(&folder.path, config, Clock::System, stage::routes(&stage))?;
    screen::say(&format!("listening on http://{}", server.address()))?;
    let kept = play(settings, &server, &stage);
    if kept.is_err() {
        stage.set_phase(Phase::Failed);
    }
    let kept = kept?;
    if !settings.once {
        screen::note(&format!("map: http://{}  (Ctrl-C ends the demo)", server.address()));
        serve::StopSignals::listen(&server)?.wait(&server);
    }
    server.shutdown()?;
    Ok(if kept || !settings.once { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Gives a fresh demo folder a contributor key that everybody knows, so that a seed gives the same table
/// every time; there is nobody here to protect. A folder that has a key keeps it.
fn fix_todays_key(folder: &Path) -> anyhow::Result<()> {
    let store = Store::create(folder).context("make the demo's folder")?;
    let key = keys::file_of(&store.contributor_keys(), Clock::System.today());
    if !key.exists() {
        std::fs::write(&key, DEMO_KEY).context("write the demo's contributor key")?;
    }
    Ok(())
}

/// The acts of the play; returns whether the promises were kept.
fn play(settings: &Settings, server: &RunningServer, stage: &Arc<Stage>) -> anyhow::Result<bool> {
    let clock = Clock::System;
    screen::note("building the town …");
    let town = Town::generate(&TownConfig { seed: settings.seed, ..TownConfig::demo() });
    let traffic = TrafficConfig { seed: settings.seed.wrapping_add(1), ..TrafficConfig::demo() };
    stage.set_town(&town, traffic.n_reports)?;
    let reports_per_s = ingest::send_all(&town, &traffic, server.address(), stage, &clock)?;
    stage.set_phase(Phase::Learn);
    screen::note("learning the rest and sealing …");
    wait_until_learned(server, &clock);
    let fresh_ms = ask::freshness_ms(server.address(), &town, &clock)?;
    wait_until_learned(server, &clock);
    let queries = town
        .held_out(&HeldOutConfig { seed: settings.seed.wrapping_add(2), ..HeldOutConfig::demo() });
    stage.set_phase(Phase::Ask);
    let (outcomes, queries_per_s) = ask::ask_all(&queries, server.address(), stage, &clock)?;
    let table = score::table(&outcomes);
    let learned = drawing::transmitters(&town, &server.app().serving.now().set);
    let rates = Rates { reports_per_s, queries_per_s, fresh_ms };
    screen::say(&score::print(&table, &rates, &town, traffic.n_reports))?;
    let kept = score::promises(&table);
    screen::say(&score::print_promises(&kept))?;
    stage.finish(&table, &outcomes, rates, &learned)?;
    Ok(kept.iter().all(|promise| promise.kept))
}

/// Waits until everything sent is learned and sealed into a base.
fn wait_until_learned(server: &RunningServer, clock: &Clock) {
    let app = server.app();
    let mut quiet = 0;
    while quiet < 3 {
        clock.sleep(Duration::from_millis(100));
        let end = app.journal.as_ref().map_or(0, |journal| journal.committed().get());
        let behind = end > app.learner.position();
        let waiting = app.learner.is_sealing()
            || app.learner.publish_age(clock.instant()) > Duration::ZERO
            || !app.serving.now().set.overlays().is_empty();
        quiet = if behind || waiting { 0 } else { quiet + 1 };
    }
}

/// Where the demo keeps its data.
struct Folder {
    path: PathBuf,
    remove: bool,
}

impl Folder {
    /// The folder asked for, or a new one among the system's temporary files.
    fn make(wanted: Option<&Path>) -> anyhow::Result<Self> {
        let path = match wanted {
            Some(path) => path.to_owned(),
            None => std::env::temp_dir().join(format!("cairn-demo-{}", std::process::id())),
        };
        std::fs::create_dir_all(&path).with_context(|| format!("create {}", path.display()))?;
        Ok(Self { path, remove: wanted.is_none() })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.remove {
            // A leftover in the temporary folder hurts nobody.
            let _left = std::fs::remove_dir_all(&self.path);
        }
    }
}
