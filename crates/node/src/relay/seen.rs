//! Which reports went on lately: so that two servers that relay to each other do not do so for ever.

use cairn_report::Report;
use cairn_wire::geosubmit;
use std::collections::{BTreeSet, VecDeque};

/// The reports that went on last, by hash.
#[derive(Debug)]
pub(super) struct Seen {
    n_max: usize,
    in_order: VecDeque<u64>,
    all: BTreeSet<u64>,
}

impl Seen {
    /// Remembers at most `n_max` reports.
    pub(super) const fn new(n_max: usize) -> Self {
        Self { n_max, in_order: VecDeque::new(), all: BTreeSet::new() }
    }

    /// Remembers a report; false when it is remembered already.
    pub(super) fn is_new(&mut self, report: &Report) -> bool {
        let digest = blake3::hash(&geosubmit::encode(std::slice::from_ref(report)));
        let hash = digest.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        if !self.all.insert(hash) {
            return false;
        }
        self.in_order.push_back(hash);
        if self.in_order.len() > self.n_max
            && let Some(oldest) = self.in_order.pop_front()
        {
            self.all.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{Bssid, LatLng, Timestamp, TransmitterId};
    use cairn_report::{Fix, Observation};

    fn report(ms: i64) -> Report {
        let heard = vec![Observation::of(TransmitterId::Wifi(Bssid::from_u48(1)))];
        let fix = Fix::at(LatLng::new(51.5, -0.12).unwrap());
        Report::new(Timestamp::from_ms(ms), fix, heard).unwrap()
    }

    #[test]
    fn a_report_is_new_once_until_it_is_forgotten() {
        let mut seen = Seen::new(2);
        assert!(seen.is_new(&report(1)));
        assert!(!seen.is_new(&report(1)));
        assert!(seen.is_new(&report(2)) && !seen.is_new(&report(1)), "two are remembered");
        assert!(seen.is_new(&report(3)) && seen.is_new(&report(1)), "the oldest of three is not");
    }
}
