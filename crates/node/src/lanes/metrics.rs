//! What lanes are counted by.

use super::lane::{Lane, Why};
use crate::metrics::add;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::time::Duration;

/// One lane's numbers.
#[derive(Debug, Clone)]
pub(super) struct OfLane {
    /// Time from the request's head to its answer's head.
    pub(super) seconds: Histogram,
    /// Requests worked on now.
    pub(super) inside: Gauge,
    /// Requests that may be worked on at once.
    pub(super) limit: Gauge,
    /// Requests that wait for a place.
    pub(super) waiting: Gauge,
    shed: [Counter; Why::ALL.len()],
}

impl OfLane {
    /// Counts a request that was sent away.
    pub(super) fn shed(&self, why: Why) {
        self.shed[why as usize].inc();
    }
}

/// Times of one kind by lane.
type Times = Family<[(&'static str, &'static str); 1], Histogram, fn() -> Histogram>;

/// What lanes are counted by.
#[derive(Debug)]
pub struct LaneMetrics {
    lanes: [OfLane; 3],
    seconds: Times,
    inside: Family<[(&'static str, &'static str); 1], Gauge>,
    limit: Family<[(&'static str, &'static str); 1], Gauge>,
    waiting: Family<[(&'static str, &'static str); 1], Gauge>,
    shed: Family<[(&'static str, &'static str); 2], Counter>,
    /// How long a request that arrives waits for a thread, µs.
    pub(super) wait_us: Gauge,
    /// Connections sent away because there were too many, or closed to make place.
    pub(crate) connections_refused: Counter,
    /// Connections closed to make place for newer ones.
    pub(crate) connections_yielded: Counter,
    /// Connections closed because nothing came, or too slowly.
    pub(crate) connections_timed_out: Counter,
}

impl Default for LaneMetrics {
    fn default() -> Self {
        let seconds = Family::new_with_constructor(from_100_us as fn() -> Histogram);
        let (inside, limit, waiting) = (Family::default(), Family::default(), Family::default());
        let shed: Family<[(&'static str, &'static str); 2], Counter> = Family::default();
        let lanes = Lane::ALL.map(|lane| {
            let name = [("lane", lane.name())];
            OfLane {
                seconds: seconds.get_or_create_owned(&name),
                inside: inside.get_or_create_owned(&name),
                limit: limit.get_or_create_owned(&name),
                waiting: waiting.get_or_create_owned(&name),
                shed: Why::ALL.map(|why| {
                    shed.get_or_create_owned(&[("lane", lane.name()), ("reason", why.name())])
                }),
            }
        });
        Self {
            lanes,
            seconds,
            inside,
            limit,
            waiting,
            shed,
            wait_us: Gauge::default(),
            connections_refused: Counter::default(),
            connections_yielded: Counter::default(),
            connections_timed_out: Counter::default(),
        }
    }
}

impl LaneMetrics {
    /// One lane's numbers.
    pub(super) const fn of(&self, lane: Lane) -> &OfLane {
        &self.lanes[lane.index()]
    }

    /// Notes how long a request of a lane took, sent away or not.
    pub(crate) fn took(&self, lane: Lane, time: Duration) {
        self.of(lane).seconds.observe(time.as_secs_f64());
    }

    /// Puts these into the registry.
    pub(crate) fn register(&self, to: &mut Registry) {
        add(to, "node_lane_seconds", "Time to answer, by lane", &self.seconds);
        add(to, "node_lane_inside", "Requests worked on, by lane", &self.inside);
        add(to, "node_lane_limit", "Requests that may be worked on, by lane", &self.limit);
        add(to, "node_lane_waiting", "Requests that wait for a place, by lane", &self.waiting);
        add(to, "node_lane_shed", "Requests sent away, by lane and reason", &self.shed);
        add(to, "node_lane_wait_us", "Wait of an arriving request for a thread", &self.wait_us);
        let refused = &self.connections_refused;
        add(to, "node_connections_refused", "Connections sent away, too many", refused);
        let yielded = &self.connections_yielded;
        add(to, "node_connections_yielded", "Idle connections closed for newer ones", yielded);
        let late = &self.connections_timed_out;
        add(to, "node_connections_timed_out", "Connections closed for slowness", late);
    }
}

/// Buckets from 0.1 ms to 13 s: a request.
fn from_100_us() -> Histogram {
    Histogram::new(exponential_buckets(1e-4, 2.0, 18))
}
