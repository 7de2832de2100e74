//! Requests without a known key: a bucket for each address prefix, in memory of one size.
//!
//! The table is a fixed number of sets of four places. A prefix belongs to one set; when its places are
//! taken, the one whose bucket is fullest gives way: usually full, so that nothing is forgotten. Whoever
//! holds more prefixes than places is limited less strictly, and memory never grows.

use super::usage::{Bucket, Rate};
use crate::limits::KEYLESS_PREFIXES_MAX;
use crate::mix::mixed;
use cairn_ground::Timestamp;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Places in a set.
const PLACES: usize = 4;
/// Bits of an IPv4 prefix. Source: docs/specs/privacy.md §2, the prefix that stands for a network.
const V4_PREFIX_BITS: u32 = 24;
/// Bits of an IPv6 prefix. Source: the same.
const V6_PREFIX_BITS: u32 = 48;
/// Tells IPv6 prefixes from IPv4 ones.
const V6_MARK: u64 = 1 << 62;

/// The buckets of prefixes; prints no prefix.
pub(super) struct Keyless {
    rate: Rate,
    seed: u64,
    sets: Box<[Mutex<[Place; PLACES]>]>,
}

/// One prefix and its bucket. A prefix is never 0 inside.
#[derive(Debug, Default)]
struct Place {
    prefix: u64,
    bucket: Bucket,
}

impl fmt::Debug for Keyless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyless").field("rate", &self.rate).finish_non_exhaustive()
    }
}

impl Keyless {
    /// Buckets of `rate`; `seed` decides which prefixes share a set.
    pub(super) fn new(rate: Rate, seed: u64) -> Self {
        let sets = (0..KEYLESS_PREFIXES_MAX / PLACES).map(|_| Mutex::default()).collect();
        Self { rate, seed, sets }
    }

    /// Takes one token of the bucket that the address belongs to.
    ///
    /// # Errors
    /// Seconds until there is one.
    pub(super) fn take(&self, address: IpAddr, now: Timestamp) -> Result<(), u32> {
        let prefix = prefix_of(address);
        let set = mixed(prefix ^ self.seed) % self.sets.len() as u64;
        let set = usize::try_from(set).unwrap_or(0);
        let mut places = self.sets[set].lock().unwrap_or_else(PoisonError::into_inner);
        let index = places.iter().position(|place| place.prefix == prefix);
        let index = index.unwrap_or_else(|| fullest(&places));
        let place = &mut places[index];
        if place.prefix != prefix {
            place.prefix = prefix;
            place.bucket.refill();
        }
        place.bucket.take(self.rate, now)
    }
}

/// The place whose bucket is full soonest.
fn fullest(places: &[Place; PLACES]) -> usize {
    (0..PLACES).min_by_key(|index| places[*index].bucket.full_us()).unwrap_or(0)
}

/// The prefix of an address as a number that is not 0.
fn prefix_of(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(v4) => u64::from(v4.to_bits() >> (32 - V4_PREFIX_BITS)) | V6_MARK << 1,
        IpAddr::V6(v6) => {
            u64::try_from(v6.to_bits() >> (128 - V6_PREFIX_BITS)).unwrap_or(0) | V6_MARK
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    const NOW: Timestamp = Timestamp::from_ms(1_760_000_000_000);

    fn keyless(per_second: u32) -> Keyless {
        Keyless::new(Rate::new(per_second, 0).unwrap(), 7)
    }

    #[test]
    fn neighbours_share_a_bucket_and_others_do_not() {
        let keyless = keyless(2);
        let passes = |address: &str| keyless.take(address.parse().unwrap(), NOW).is_ok();
        assert!(passes("192.0.2.1") && passes("::ffff:192.0.2.200") && !passes("192.0.2.9"));
        assert!(passes("192.0.3.1"), "another /24");
        assert!(passes("2001:db8:1::1") && passes("2001:db8:1:ffff::1"));
        assert!(!passes("2001:db8:1:2::1") && passes("2001:db8:2::1"), "another /48");
        assert!(!format!("{keyless:?}").contains("192"));
    }

    #[test]
    fn more_prefixes_than_places_are_served_in_the_same_memory() {
        let keyless = keyless(1);
        let n_prefixes = 4 * u32::try_from(KEYLESS_PREFIXES_MAX).unwrap();
        for n in 0..n_prefixes {
            let address = Ipv4Addr::from_bits(n << 8);
            assert!(keyless.take(address.into(), NOW).is_ok(), "a new prefix finds a place");
        }
        assert_eq!(keyless.sets.len() * PLACES, KEYLESS_PREFIXES_MAX);
    }

    #[test]
    fn a_place_is_taken_from_the_one_that_rested_longest() {
        let keyless = Keyless::new(Rate::new(1, 5).unwrap(), 7);
        let same_set = |n: &u32| {
            let set = |n| mixed(prefix_of(Ipv4Addr::from_bits(n << 8).into()) ^ 7);
            set(*n) % keyless.sets.len() as u64 == set(1) % keyless.sets.len() as u64
        };
        let rivals: Vec<u32> = (1..10_000_000).filter(same_set).take(PLACES + 1).collect();
        let take = |n: u32, ms| {
            let now = Timestamp::from_ms(NOW.ms() + ms);
            keyless.take(Ipv4Addr::from_bits(n << 8).into(), now)
        };
        for busy in &rivals[..PLACES - 1] {
            let passed = (0..9).filter(|_| take(*busy, 0).is_ok()).count();
            assert_eq!(passed, 5);
        }
        assert!(take(rivals[PLACES - 1], 0).is_ok());
        assert!(take(rivals[PLACES], 0).is_ok(), "the last, hardly used, gives way");
        assert!(rivals[..PLACES - 1].iter().all(|busy| take(*busy, 0).is_err()));
    }

    #[test]
    fn an_address_of_all_zeros_has_a_bucket_too() {
        let keyless = keyless(1);
        let none = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        assert!(keyless.take(none, NOW).is_ok() && keyless.take(none, NOW).is_err());
        assert!(keyless.take(IpAddr::V6(Ipv6Addr::UNSPECIFIED), NOW).is_ok(), "not the same");
    }
}
