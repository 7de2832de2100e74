//! Whose voice: a keyed hash that means nothing once its day's key is destroyed.
//!
//! `node` holds one random key per day and destroys it after the day; from then on nobody, not even
//! the server, can tell which contributor a token belonged to, or that two days' tokens are one's.

use crate::{Voice, identity::first_u64};
use cairn_report::ContributorToken;

/// The token of a contributor under one day's key.
///
/// `parts` is whatever tells contributors apart (API key, nickname, user agent, address prefix), in
/// a fixed order; each is hashed with its length, so that parts cannot run into each other.
///
/// # Source
/// BLAKE3 in keyed mode (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020), first 64 bits.
pub fn contributor_token(day_key: &[u8; 32], parts: &[&[u8]]) -> ContributorToken {
    let mut hasher = blake3::Hasher::new_keyed(day_key);
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    ContributorToken(first_u64(&hasher.finalize()))
}

/// The voice evidence carries for a token.
pub const fn voice(contributor: ContributorToken) -> Voice {
    Voice(contributor.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_depends_on_every_part_and_on_the_day() {
        let (today, tomorrow) = ([1; 32], [2; 32]);
        let token = |key, parts: &[&[u8]]| contributor_token(key, parts);
        assert_eq!(token(&today, &[b"ada", b"app"]), token(&today, &[b"ada", b"app"]));
        assert_ne!(token(&today, &[b"ada", b"app"]), token(&tomorrow, &[b"ada", b"app"]));
        assert_ne!(token(&today, &[b"ada", b"app"]), token(&today, &[b"adaa", b"pp"]));
        assert_ne!(token(&today, &[b"ada", b""]), token(&today, &[b"ada"]));
    }
}
