//! Answers remembered for a while, under a hash that only this process can make.
//!
//! Two halves: what is put in or found goes to the young one; when that is full, it becomes the old one
//! and the old one goes. So whatever was asked for lately stays, at the cost of one look more.

use super::chain::ExternalAnswer;
use cairn_ground::TransmitterId;
use cairn_wire::geolocate::LocateRequest;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What stands for a query: nobody without the process' key can tell which, or try.
pub(super) type Key = [u8; 16];

/// An answer, or that nobody knows, until then.
#[derive(Debug, Clone, Copy)]
struct Entry {
    answer: Option<ExternalAnswer>,
    until: Instant,
}

/// What is remembered of a query: an answer, or that nobody knew one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Known(pub(super) Option<ExternalAnswer>);

/// A bounded memory of answers.
pub(super) struct Memory {
    secret: [u8; 32],
    half_max: usize,
    young: BTreeMap<Key, Entry>,
    old: BTreeMap<Key, Entry>,
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").field("n_young", &self.young.len()).finish_non_exhaustive()
    }
}

impl Memory {
    /// An empty memory of at most `entries_max` answers.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub(super) fn new(entries_max: usize) -> std::io::Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(std::io::Error::other)?;
        let half_max = entries_max.div_ceil(2);
        Ok(Self { secret, half_max, young: BTreeMap::new(), old: BTreeMap::new() })
    }

    /// What stands for `request`: the networks heard and whether areas are wanted, not how strongly
    /// anything was heard.
    pub(super) fn key(&self, request: &LocateRequest) -> Key {
        let mut hasher = blake3::Hasher::new_keyed(&self.secret);
        for heard in &request.observations {
            hash_transmitter(&mut hasher, heard.transmitter);
        }
        hasher.update(&[u8::from(request.fallback_area)]);
        let mut key = Key::default();
        hasher.finalize_xof().fill(&mut key);
        key
    }

    /// What is remembered of a query, if anything.
    pub(super) fn get(&mut self, key: &Key, now: Instant) -> Option<Known> {
        let entry = self.young.get(key).or_else(|| self.old.get(key)).copied()?;
        if entry.until <= now {
            return None;
        }
        self.put_entry(*key, entry);
        Some(Known(entry.answer))
    }

    /// Remembers an answer for `time`.
    pub(super) fn put(
        &mut self,
        key: Key,
        answer: Option<ExternalAnswer>,
        (now, time): (Instant, Duration),
    ) {
        self.put_entry(key, Entry { answer, until: now + time });
    }

    fn put_entry(&mut self, key: Key, entry: Entry) {
        if self.half_max == 0 {
            return;
        }
        if self.young.len() >= self.half_max && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, entry);
    }
}

/// Wi-Fi and Bluetooth are named by their 56-bit key exactly (G2); a cell by all of its numbers.
fn hash_transmitter(hasher: &mut blake3::Hasher, transmitter: TransmitterId) {
    hasher.update(&transmitter.key().get().to_le_bytes());
    if let TransmitterId::Cell(cell) = transmitter {
        hasher.update(&cell.mcc().to_le_bytes());
        hasher.update(&cell.mnc().unwrap_or(u16::MAX).to_le_bytes());
        hasher.update(&cell.area().to_le_bytes());
        hasher.update(&cell.cell().to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use cairn_answer::{Guess, Told};
    use cairn_ground::{LatLng, Radii};

    fn answer(lat_deg: f64) -> ExternalAnswer {
        let place = LatLng::new(lat_deg, 1.0).unwrap();
        let guess = Guess { place, radii: Radii::rising([1.0, 2.0, 3.0, 4.0]) };
        ExternalAnswer { told: Told { guess, is_area: false }, provider: 0 }
    }

    fn request(body: &str) -> LocateRequest {
        cairn_wire::geolocate::decode(body.as_bytes()).unwrap()
    }

    const TIME: Duration = Duration::from_secs(10);

    #[test]
    fn an_answer_is_remembered_for_its_time_and_nothing_too() {
        let now = Clock::System.instant();
        let mut memory = Memory::new(10).unwrap();
        memory.put([1; 16], Some(answer(1.0)), (now, TIME));
        memory.put([2; 16], None, (now, TIME));
        assert_eq!(memory.get(&[1; 16], now), Some(Known(Some(answer(1.0)))));
        assert_eq!(memory.get(&[2; 16], now), Some(Known(None)));
        assert_eq!(memory.get(&[3; 16], now), None);
        assert_eq!(memory.get(&[1; 16], now + TIME), None);
    }

    #[test]
    fn it_never_grows_past_its_limit_and_keeps_what_is_asked_for() {
        let now = Clock::System.instant();
        let mut memory = Memory::new(10).unwrap();
        for n in 0..100 {
            memory.put([n; 16], None, (now, TIME));
            assert!(memory.young.len() + memory.old.len() <= 10);
            assert!(n == 0 || memory.get(&[0; 16], now).is_some(), "forgotten after {n}");
        }
        let mut none = Memory::new(0).unwrap();
        none.put([1; 16], None, (now, TIME));
        assert_eq!(none.get(&[1; 16], now), None);
    }

    #[test]
    fn the_order_and_power_of_a_scan_do_not_matter_but_its_networks_do() {
        let memory = Memory::new(10).unwrap();
        let scan = |a: &str, b: &str| {
            let body = format!(
                r#"{{"wifiAccessPoints":[{{"macAddress":"{a}","signalStrength":-50}},{{"macAddress":"{b}"}}]}}"#
            );
            memory.key(&request(&body))
        };
        let (a, b) = ("a82066000001", "a82066000002");
        assert_eq!(scan(a, b), scan(b, a));
        assert_ne!(scan(a, b), scan(a, "a82066000003"));
        let other = Memory::new(10).unwrap();
        assert_ne!(other.key(&request("{}")), memory.key(&request("{}")), "a key of its own");
    }
}
