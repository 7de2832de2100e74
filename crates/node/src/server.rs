//! A running service: an engine behind HTTP, with its housekeeping.

use crate::access::Access;
use crate::background::Background;
use crate::clock::Clock;
use crate::config::Config;
use crate::engine::{Engine, refresh_journal_metrics};
use crate::fallback::external::External;
use crate::fallback::geoip::GeoIp;
use crate::http;
use crate::http::connection::{Listeners, serve};
use crate::keys::DayKeys;
use crate::lanes::{Helper, Lanes};
use crate::learner::{Pace, Status};
use crate::metrics::{Metrics, gauge};
use crate::models::mirror::Mirroring;
use crate::models::serving::ServingModels;
use crate::publish::Shelf;
use crate::role::{Behind, Role, Shared, Whole};
use crate::serving::Serving;
use crate::serving::shadow::Shadows;
use crate::threads;
use crate::tracking::Sessions;
use anyhow::Context as _;
use axum::Router;
use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::Response;
use cairn_journal::{Health, Journal, Log};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// Time between two looks at keys whose day is over and at the journal's health.
const TICK: Duration = Duration::from_secs(1);

/// Ticks between two times that the counts of API keys are kept: what a kill may forget.
const TICKS_PER_KEEP: u64 = 5;

/// What request handlers share.
#[derive(Debug)]
pub struct App {
    /// What the operator chose.
    pub config: Config,
    /// Where time comes from.
    pub clock: Clock,
    /// What it is there for.
    pub(crate) role: Role,
    /// What is acknowledged, where submissions are taken.
    pub journal: Option<Arc<Journal>>,
    /// What is learned from, when that is the log of several machines.
    pub(crate) log: Option<Arc<dyn Log>>,
    /// What is served.
    pub serving: Arc<Serving>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Whose voice it is.
    pub keys: DayKeys,
    /// Who may ask.
    pub access: Access,
    /// How far the learner is.
    pub learner: Arc<Status>,
    /// Guesses from addresses.
    pub geoip: Arc<GeoIp>,
    /// Other services to ask.
    pub external: External,
    /// What lies ready for the public.
    pub shelf: Arc<Shelf>,
    /// Snapshots that answer unseen.
    pub(crate) shadows: Shadows,
    /// Models that give answers their radii.
    pub(crate) models: ServingModels,
    /// Who is told of models, until this goes.
    _mirroring: Mirroring,
    /// Tracks that go on.
    pub sessions: Sessions,
    /// Who is let in, and whose work goes first.
    pub lanes: Lanes,
    /// Places in memory for large bodies.
    pub large_bodies: Semaphore,
    /// Places in memory for bodies that are neither large nor tiny.
    pub small_bodies: Semaphore,
    stopping: AtomicBool,
}

/// A running service; dropping it without [`RunningServer::shutdown`] stops it without the last seal.
#[derive(Debug)]
pub struct RunningServer {
    addresses: Vec<SocketAddr>,
    n_ordinary: usize,
    app: Arc<App>,
    behind: Box<dyn Behind>,
    runtime: Runtime,
    helper: Helper,
    stop: watch::Sender<bool>,
    connections: JoinHandle<usize>,
}

/// Starts services.
#[derive(Debug, Clone, Copy)]
pub struct Server;

impl Server {
    /// Opens the data folder `dir` and serves it; `more` adds routes of the caller's.
    ///
    /// # Errors
    /// When the folder is in use, the disk refuses, or the address cannot be listened on.
    pub fn start(
        dir: &Path,
        config: Config,
        clock: Clock,
        more: Router,
    ) -> anyhow::Result<RunningServer> {
        config.check()?;
        let engine = Engine::open(dir, &config, clock.clone(), Pace::Fresh)?;
        let shared = Shared {
            store: engine.store.clone(),
            journal: Some(Arc::clone(&engine.journal)),
            log: None,
            serving: Arc::clone(&engine.serving),
            metrics: Arc::clone(&engine.metrics),
            learner: engine.learner.status(),
        };
        let begin = move |app: &App| {
            let shelf = Arc::clone(&app.shelf);
            let background = Background::start(&engine, &app.config, &app.clock, shelf)?;
            Ok(Box::new(Whole { engine, background }) as Box<dyn Behind>)
        };
        Self::start_with(Role::Whole, shared, (config, clock, more), begin)
    }

    /// Serves one role of several; `begin` starts what works behind its routes.
    pub(crate) fn start_role(
        role: Role,
        shared: Shared,
        config: Config,
        clock: Clock,
        begin: impl FnOnce(&App) -> anyhow::Result<Box<dyn Behind>>,
    ) -> anyhow::Result<RunningServer> {
        Self::start_with(role, shared, (config, clock, Router::new()), begin)
    }

    fn start_with(
        role: Role,
        shared: Shared,
        (config, clock, more): (Config, Clock, Router),
        begin: impl FnOnce(&App) -> anyhow::Result<Box<dyn Behind>>,
    ) -> anyhow::Result<RunningServer> {
        let config = Config { http: config.http.clone().within_memory(), ..config };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_name("http")
            .build()
            .context("start the async runtime")?;
        let helper = Helper::start(config.lanes.emergency_real_time)?;
        let (ordinary, mut addresses) = runtime.block_on(listen(&config.listen.0))?;
        let n_ordinary = addresses.len();
        let (emergency, more_addresses) = helper.block_on(listen(&config.listen_emergency))?;
        addresses.extend(more_addresses);
        let listeners = Listeners { ordinary, emergency };
        let app = Arc::new(App::new(config, clock, role, shared)?);
        let behind = begin(&app)?;
        let (stop, stopping) = watch::channel(false);
        let router = http::router(Arc::clone(&app), more);
        let serving = serve(listeners, router, Arc::clone(&app), helper.handle(), stopping);
        let connections = runtime.spawn(serving);
        runtime.spawn(threads::watch("tick", runtime.spawn(tick(Arc::clone(&app)))));
        let fresh = runtime.spawn(Arc::clone(&app.geoip).keep_fresh());
        runtime.spawn(threads::watch("geoip", fresh));
        let measured = Arc::clone(&app);
        let lanes = runtime.spawn(async move { measured.lanes.measure().await });
        runtime.spawn(threads::watch("lanes", lanes));
        Ok(RunningServer { addresses, n_ordinary, app, behind, runtime, helper, stop, connections })
    }
}

impl RunningServer {
    /// The first address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// All addresses it listens on for everybody, in the order of the configuration.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses[..self.n_ordinary]
    }

    /// All addresses it listens on for emergencies alone.
    pub fn emergency_addresses(&self) -> &[SocketAddr] {
        &self.addresses[self.n_ordinary..]
    }

    /// What request handlers share.
    pub const fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The routes by themselves: what a connection would ask.
    pub fn router(&self) -> Router {
        http::router(Arc::clone(&self.app), Router::new())
    }

    /// The answer to a query past the routes: what a connection asks for `/v1/geolocate`.
    pub async fn ask_directly(&self, request: Request) -> Response<impl HttpBody> {
        http::ask_directly(&self.app, request).await
    }

    /// Runs a future on the service's runtime and waits for it.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Stops accepting, lets started requests finish, learns what is left and seals it.
    ///
    /// # Errors
    /// When the last seal failed; nothing is lost, the journal has it all.
    pub fn shutdown(self) -> anyhow::Result<()> {
        self.app.stopping.store(true, Ordering::Release);
        self.stop.send_replace(true);
        let n_cut = self.runtime.block_on(self.connections).context("serve connections")?;
        if n_cut > 0 {
            tracing::info!(connections = n_cut, "connections that did not end in time were cut");
        }
        self.runtime.shutdown_timeout(Duration::from_secs(1));
        self.helper.shutdown();
        self.app.access.keep_counts(self.app.clock.now());
        drop(self.app);
        self.behind.close()
    }
}

impl App {
    /// What handlers share.
    fn new(config: Config, clock: Clock, role: Role, shared: Shared) -> anyhow::Result<Self> {
        let keys = DayKeys::open(&shared.store, clock.clone())
            .context("destroy contributor keys of past days")?;
        let counted = shared.metrics.fallback.clone();
        let geoip = GeoIp::open(&config.geoip, clock.clone(), counted.geoip)?;
        let external = External::new(&config.external, clock.clone(), counted.external)?;
        let access =
            Access::open(&shared.store, config.access.clone()).context("read the API keys")?;
        let shelf = Shelf::open(&shared.store, &config.publish)
            .context("open the folder of what is published")?;
        let shadows = Shadows::start(&config.serving, &shared.metrics.serving)?;
        let models = ServingModels::start(
            (&config.models, &config.canary),
            &clock,
            (&shared.metrics.models, &shared.metrics.rollout),
        )?;
        let mirroring = Mirroring::start(&config.mirror, &config.models, &shared.metrics.mirror)?;
        Ok(Self {
            geoip: Arc::new(geoip),
            shadows,
            models,
            _mirroring: mirroring,
            external,
            lanes: Lanes::start(&config.lanes, &clock, Arc::clone(&shared.metrics))?,
            large_bodies: Semaphore::new(config.http.large_bodies_max),
            small_bodies: Semaphore::new(config.http.small_bodies_max()),
            config,
            clock,
            role,
            journal: shared.journal,
            log: shared.log,
            serving: shared.serving,
            metrics: shared.metrics,
            keys,
            access,
            learner: shared.learner,
            shelf: Arc::new(shelf),
            sessions: Sessions::new().context("make a key for sessions")?,
            stopping: AtomicBool::new(false),
        })
    }

    /// True once the service was asked to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// True while submissions reach the disk, or where none are taken.
    pub fn journal_healthy(&self) -> bool {
        self.journal.as_ref().is_none_or(|journal| journal.health() == Health::Healthy)
    }

    /// Brings numbers that others keep up to date.
    pub fn refresh_metrics(&self) {
        self.lanes.refresh_metrics();
        self.metrics.process.refresh();
        let behind = |end: u64| gauge(end.saturating_sub(self.learner.position()));
        let shown = &self.metrics.learner;
        shown.position.set(gauge(self.learner.position()));
        if let Some(journal) = &self.journal {
            refresh_journal_metrics(journal, &self.metrics);
            if self.role == Role::Whole {
                shown.lag_bytes.set(behind(journal.committed().get()));
            }
        }
        if let Some(log) = &self.log {
            self.metrics.cluster.lag_messages.set(behind(log.end().get()));
        }
        let served = self.serving.now();
        self.metrics.serving.show(&served.set.health());
        self.metrics.promise.show(&served.set);
        shown.publish_age_ms.set(gauge(self.learner.publish_age_ms(self.clock.instant())));
        shown.draft.set(i64::from(self.learner.is_draft()));
    }
}

/// Listens on every address; all or none.
async fn listen(wanted: &[SocketAddr]) -> anyhow::Result<(Vec<TcpListener>, Vec<SocketAddr>)> {
    let (mut listeners, mut addresses) = (Vec::new(), Vec::new());
    for address in wanted {
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("listen on {address}"))?;
        addresses.push(listener.local_addr().context("ask for the address listened on")?);
        listeners.push(listener);
    }
    Ok((listeners, addresses))
}

/// Housekeeping: keys whose day is over are destroyed, changed API keys are taken up, their counts
/// kept, the journal's troubles told.
async fn tick(app: Arc<App>) {
    let mut every = tokio::time::interval(TICK);
    let mut health = Health::Healthy;
    let mut n_damaged = 0;
    for nth in 1_u64.. {
        every.tick().await;
        tell_health(&app, &mut health);
        app.serving.tell_damage(&mut n_damaged);
        tokio::task::block_in_place(|| keep_access(&app, nth));
        match app.keys.destroy_past() {
            Ok(0) => {}
            Ok(n) => tracing::info!(keys = n, "contributor keys of past days destroyed"),
            Err(error) => tracing::error!(kind = ?error.kind(),
                "a contributor key of a past day cannot be destroyed: make the folder writable"),
        }
    }
}

/// Housekeeping of the API keys at the `nth` tick.
fn keep_access(app: &App, nth: u64) {
    app.access.refresh();
    if nth.is_multiple_of(TICKS_PER_KEEP) {
        app.access.keep_counts(app.clock.now());
    }
}

/// Logs the journal's change between working and failing, once each, and that its writer died.
fn tell_health(app: &App, told: &mut Health) {
    let Some(journal) = &app.journal else { return };
    let before = std::mem::replace(told, journal.health());
    match (*told, before) {
        (Health::Dead, Health::Healthy | Health::Failing(_)) => threads::found_dead("journal"),
        (Health::Healthy, Health::Failing(_)) => tracing::info!("journal works again"),
        (Health::Failing(fault), Health::Healthy) => tracing::error!(%fault,
            "journal cannot write: submissions are refused, queries are answered"),
        _ => {}
    }
}
