//! The address database in use: replaced when its file is, kept when the new file is broken.

use super::database::{Database, DatabaseError};
use super::guess::IpGuess;
use crate::clock::Clock;
use crate::config::GeoipConfig;
use crate::fallback::metrics::GeoipMetrics;
use crate::stamp::Stamp;
use anyhow::Context as _;
use arc_swap::ArcSwapOption;
use cairn_ground::Timestamp;
use std::net::IpAddr;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Time between two looks at the file.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Looks between two tries at a file that is broken and does not change: once a minute.
const LOOKS_PER_RETRY: u32 = 30;

/// Guesses from addresses, by the database that is in use at this instant.
#[derive(Debug)]
pub struct GeoIp {
    path: Option<PathBuf>,
    clock: Clock,
    metrics: GeoipMetrics,
    current: ArcSwapOption<Database>,
    trouble: Mutex<Option<Trouble>>,
}

/// The file that could not be used; `None` when it could not even be looked at.
#[derive(Debug, Clone, Copy)]
struct Trouble {
    stamp: Option<Stamp>,
    n_looks: u32,
}

/// What a heartbeat says about the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeoIpStatus {
    /// When the vendor built it.
    pub built: Timestamp,
    /// Whole days since then.
    pub age_in_days: i64,
    /// Type and build time, such as `GeoLite2-City 1700000000`.
    pub version: String,
    /// True while the file on disk is newer than what is used, because it is broken.
    pub stale: bool,
}

impl GeoIp {
    /// Opens the database that the operator named, if any.
    ///
    /// # Errors
    /// When it is not there or broken: somebody is starting the service and can mend it.
    pub fn open(config: &GeoipConfig, clock: Clock, metrics: GeoipMetrics) -> anyhow::Result<Self> {
        let path = config.database().map(PathBuf::from);
        let open = |path: &PathBuf| {
            Database::open(path).with_context(|| {
                format!(
                    "geoip.database {}: download it again, or set it to \"\" to do without",
                    path.display()
                )
            })
        };
        let database = path.as_ref().map(open).transpose()?.map(Arc::new);
        let current = ArcSwapOption::from(database);
        Ok(Self { path, clock, metrics, current, trouble: Mutex::new(None) })
    }

    /// What the database says of `address`: nothing of a private, unknown or wrongly written one.
    ///
    /// # Cost
    /// Some microseconds, no locks, no waiting.
    pub fn guess(&self, address: IpAddr) -> Option<IpGuess> {
        let database = self.current.load();
        let guess = database.as_ref()?.guess(address);
        self.metrics.guessed(guess.map_or("none", |guess| guess.level.name()));
        guess
    }

    /// What a heartbeat says; `None` when no database is configured.
    pub fn status(&self) -> Option<GeoIpStatus> {
        let database = self.current.load_full()?;
        let built = database.built();
        let age_in_days = self.clock.now().ms().saturating_sub(built.ms()) / 86_400_000;
        let stale = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        Some(GeoIpStatus { built, age_in_days, version: database.version(), stale })
    }

    /// Looks at the file every two seconds for as long as the runtime runs.
    pub async fn keep_fresh(self: Arc<Self>) {
        if self.path.is_none() {
            return;
        }
        let mut every = tokio::time::interval(LOOK_EVERY);
        loop {
            every.tick().await;
            let this = Arc::clone(&self);
            if let Err(ended) = tokio::task::spawn_blocking(move || this.look()).await {
                // Whoever watches this is to see a look that panicked; one that was called off is the end.
                return ended.try_into_panic().map_or((), |panic| resume_unwind(panic));
            }
        }
    }

    /// Reads the file again when it changed; blocks while it does.
    ///
    /// A broken file is told once, and tried again when it changes, or once a minute.
    pub fn look(&self) {
        let Some(path) = &self.path else { return };
        let found = Stamp::at(path);
        let stamp = found.as_ref().ok().copied();
        if stamp.is_some() && stamp == self.current.load().as_ref().map(|used| used.stamp) {
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
            return;
        }
        if self.waits(stamp) {
            return;
        }
        let read = found.map_err(DatabaseError::from).and_then(|_| Database::open(path));
        match read {
            Ok(database) => self.replace(database),
            Err(error) => self.keep(stamp, error),
        }
    }

    /// True while a file that was found broken is not to be tried again.
    fn waits(&self, stamp: Option<Stamp>) -> bool {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match trouble.as_mut() {
            Some(known) if known.stamp == stamp && known.n_looks < LOOKS_PER_RETRY => {
                known.n_looks += 1;
                true
            }
            _ => false,
        }
    }

    /// From now on `database` is used.
    fn replace(&self, database: Database) {
        let version = database.version();
        self.current.store(Some(Arc::new(database)));
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.metrics.reloaded("done");
        tracing::info!(version, "address database replaced");
    }

    /// The database in use stays; a person hears of it once.
    fn keep(&self, stamp: Option<Stamp>, error: DatabaseError) {
        let trouble = Some(Trouble { stamp, n_looks: 0 });
        let mut known = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = std::mem::replace(&mut *known, trouble).is_none();
        drop(known);
        self.metrics.reloaded("failed");
        if is_new {
            let why = format!("{:#}", anyhow::Error::new(error));
            tracing::error!(
                why,
                "new address database cannot be used, the one before stays: put a whole file there"
            );
        }
    }
}

#[cfg(test)]
#[path = "fresh_tests.rs"]
mod tests;
