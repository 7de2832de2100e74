//! The counters of what is usual, found once: good answers of the most asked routes.
//!
//! Finding a counter by its labels costs texts, a lock and a hash; a good answer to a query is counted a hundred
//! thousand times a second.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use std::sync::OnceLock;
use std::time::Duration;

/// Routes whose good answers are usual.
const ROUTES: [&str; 2] = ["/v1/geolocate", "/geolocation/v1/geolocate"];
/// The status of a good answer.
const GOOD: u16 = 200;
/// Methods that usually find a place.
const METHODS: [&str; 4] = ["wifi", "venue", "cell", "ble"];

/// What a request is counted with.
type Counted = (Counter, Histogram);

/// The counters found so far.
#[derive(Debug, Default)]
pub(crate) struct Usual {
    found: [OnceLock<Counted>; ROUTES.len()],
    places: [OnceLock<Counter>; METHODS.len()],
}

impl Usual {
    /// Counts a request with what `find` finds, or found before.
    pub(crate) fn count(
        &self,
        route: &str,
        status: u16,
        took: Duration,
        find: impl Fn() -> Counted,
    ) {
        let usual = ROUTES.iter().position(|usual| *usual == route && status == GOOD);
        let count = |(requests, seconds): &Counted| {
            requests.inc();
            seconds.observe(took.as_secs_f64());
        };
        match usual {
            Some(index) => count(self.found[index].get_or_init(find)),
            None => count(&find()),
        }
    }

    /// Counts an answer with a place, likewise.
    pub(crate) fn count_place(&self, method: &str, find: impl Fn() -> Counter) {
        match METHODS.iter().position(|usual| *usual == method) {
            Some(index) => self.places[index].get_or_init(find).inc(),
            None => find().inc(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_good_answer_finds_its_counters_once_and_another_each_time() {
        let usual = Usual::default();
        let (n_found, counter) = (Cell::new(0), Counter::default());
        let find = || {
            n_found.set(n_found.get() + 1);
            (counter.clone(), Histogram::new([1.0]))
        };
        for _ in 0..3 {
            usual.count("/v1/geolocate", 200, Duration::ZERO, find);
        }
        assert_eq!(n_found.get(), 1);
        for (route, status) in [("/v1/geolocate", 404), ("/v1/country", 200)] {
            usual.count(route, status, Duration::ZERO, find);
        }
        assert_eq!((n_found.get(), counter.get()), (3, 5));
    }

    #[test]
    fn a_place_by_a_usual_method_finds_its_counter_once() {
        let usual = Usual::default();
        let n_found = Cell::new(0);
        let counters = [Counter::default(), Counter::default()];
        let count = |method: &str| {
            usual.count_place(method, || {
                n_found.set(n_found.get() + 1);
                counters[usize::from(method == "cell")].clone()
            });
        };
        ["wifi", "wifi", "cell", "wifi", "cell"].into_iter().for_each(count);
        assert_eq!((n_found.get(), counters[0].get(), counters[1].get()), (2, 3, 2));
    }
}
