//! Snapshots that answer a share of the queries too, unseen: how they differ is counted.
//!
//! The thread of a request does no more than count, and for the share copy the query into a queue that drops when
//! it is full; the shadow's own thread does the rest.

use super::follow::Follow;
use super::metrics::ServingMetrics;
use crate::config::ServingConfig;
use crate::locating;
use crate::stop::Stop;
use crate::threads;
use anyhow::Context as _;
use cairn_ground::{Geodesic, LatLng};
use cairn_snapshot::SnapshotSet;
use cairn_wire::geolocate::LocateRequest;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

/// A share of a whole, in steps so fine.
const WHOLE: u64 = 1 << 32;

/// A share of what comes by, evenly spread, the same in every run.
#[derive(Debug)]
pub(crate) struct Share {
    /// In parts of [`WHOLE`].
    share: u64,
    n_seen: AtomicU64,
}

impl Share {
    /// So many percent.
    pub(crate) fn of_percent(percent: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share from 0 to 1 of 2^32"
        )]
        let share = (percent.clamp(0.0, 100.0) / 100.0 * WHOLE as f64) as u64;
        Self { share, n_seen: AtomicU64::new(0) }
    }

    /// Whether the next is of the share.
    pub(crate) fn is_next(&self) -> bool {
        is_of_share(self.n_seen.fetch_add(1, Ordering::Relaxed), self.share)
    }
}

/// A query, and the place that radio found.
struct Asked {
    request: LocateRequest,
    place: Option<LatLng>,
}

/// The way of queries to the shadows.
#[derive(Debug)]
pub(crate) struct Shadows {
    queue: Option<SyncSender<Asked>>,
    share: Share,
    metrics: ServingMetrics,
    stop: Stop,
}

/// One snapshot set in the shadow.
struct Shadow {
    name: String,
    follow: Follow,
    set: SnapshotSet,
}

impl Shadows {
    /// Starts what the configuration names; it ends with the process, or when this is dropped.
    ///
    /// # Errors
    /// When its thread cannot be started. A snapshot that cannot be opened is told, and looked for again.
    pub(crate) fn start(config: &ServingConfig, metrics: &ServingMetrics) -> anyhow::Result<Self> {
        let share = Share::of_percent(config.shadow_percent);
        let stop = Stop::default();
        let mut queue = None;
        if !config.shadow.is_empty() {
            let (sender, receiver) = sync_channel(config.shadow_queue_max);
            queue = Some(sender);
            let follow = |path: &Path| {
                let follow = Follow::new(path, config.warm_up, metrics.clone(), stop.clone());
                let name = path.file_name().unwrap_or(path.as_os_str());
                let name = name.to_string_lossy().into_owned();
                Shadow { name, follow, set: SnapshotSet::default() }
            };
            let shadows = config.shadow.iter().map(|path| follow(path)).collect();
            let (metrics, look) = (metrics.clone(), config.look());
            threads::start("shadow", move || answer_all(&receiver, shadows, &metrics, look))
                .context("start the shadow's thread")?;
        }
        Ok(Self { queue, share, metrics: metrics.clone(), stop })
    }

    /// Lets the shadows answer a query too, if it is of their share; never waits.
    pub(crate) fn note(&self, request: &LocateRequest, place: Option<LatLng>) {
        let Some(queue) = &self.queue else { return };
        if !self.share.is_next() {
            return;
        }
        if queue.try_send(Asked { request: request.clone(), place }).is_err() {
            self.metrics.shadow_dropped.inc();
        }
    }
}

impl Drop for Shadows {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

/// Whether the query of this number is of the share: evenly spread, the same in every run.
const fn is_of_share(number: u64, share: u64) -> bool {
    let now = number.wrapping_add(1).wrapping_mul(share) / WHOLE;
    now != number.wrapping_mul(share) / WHOLE
}

/// Answers what comes, and looks for newer snapshots now and then.
fn answer_all(
    queue: &Receiver<Asked>,
    mut shadows: Vec<Shadow>,
    metrics: &ServingMetrics,
    look: Duration,
) {
    let look_all = |shadows: &mut Vec<Shadow>| {
        for shadow in shadows {
            if let Some(found) = shadow.follow.look() {
                tracing::info!(shadow = %shadow.name, transmitters = found.set.n_records(),
                    "a snapshot answers in the shadow");
                shadow.set = found.set;
            }
        }
    };
    look_all(&mut shadows);
    // Queries between two looks, so that a full queue does not keep from looking.
    let mut n_since = 0;
    loop {
        match queue.recv_timeout(look) {
            Ok(asked) => shadows.iter().for_each(|shadow| shadow.answer(&asked, metrics)),
            Err(RecvTimeoutError::Timeout) => n_since = u32::MAX,
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if n_since >= 1_024 {
            look_all(&mut shadows);
            n_since = 0;
        }
        n_since += 1;
    }
}

impl Shadow {
    fn answer(&self, asked: &Asked, metrics: &ServingMetrics) {
        let (sources, _) = locating::sources(&self.set, &asked.request);
        let theirs = sources.radio.map(|found| found.place);
        let (verdict, distance_m) = match (asked.place, theirs) {
            (Some(sent), Some(place)) => ("both", Some(Geodesic.distance_m(sent, place))),
            (Some(_), None) => ("only_live", None),
            (None, Some(_)) => ("only_shadow", None),
            (None, None) => ("neither", None),
        };
        metrics.compared(&self.name, verdict, distance_m);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_kept_evenly() {
        let n = |share: u64| (0..10_000).filter(|number| is_of_share(*number, share)).count();
        assert_eq!((n(0), n(WHOLE)), (0, 10_000));
        assert!((99..=101).contains(&n(WHOLE / 100)), "{}", n(WHOLE / 100));
        let first = (0..1_000).filter(|number| is_of_share(*number, WHOLE / 10)).count();
        assert!((99..=101).contains(&first), "{first}");
    }

    #[test]
    fn a_full_queue_drops_and_counts() {
        let (queue, receiver) = sync_channel(2);
        let metrics = ServingMetrics::default();
        let shadows = Shadows {
            queue: Some(queue),
            share: Share::of_percent(100.0),
            metrics: metrics.clone(),
            stop: Stop::default(),
        };
        let request = cairn_wire::geolocate::decode(b"{}").unwrap();
        (0..5).for_each(|_| shadows.note(&request, None));
        assert_eq!(metrics.shadow_dropped.get(), 3);
        drop(shadows);
        assert_eq!(receiver.iter().count(), 2);
    }
}
