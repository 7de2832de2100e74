//! Tracks that go on over several requests: a bounded number, in memory, by a name nobody can read back.

use super::Walk;
use crate::limits::{TRACK_IDLE_MAX, TRACK_SESSION_BUSY, TRACK_SESSIONS_MAX};
use cairn_wire::errors::PublicError;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// What stands for a session: nobody without the process' key can tell which, or try.
type Name = [u8; 16];

/// A track and when somebody last asked about it.
struct Slot {
    walk: Arc<Mutex<Walk>>,
    used: Instant,
}

/// The tracks of all sessions. Nothing of them is written anywhere; a restart forgets them.
pub struct Sessions {
    secret: [u8; 32],
    slots: Mutex<BTreeMap<Name, Slot>>,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").finish_non_exhaustive()
    }
}

impl Sessions {
    /// No sessions.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn new() -> std::io::Result<Self> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(std::io::Error::other)?;
        Ok(Self { secret, slots: Mutex::default() })
    }

    /// The track of a session, new or known; the name counts together with the client's `key`.
    ///
    /// # Errors
    /// [`PublicError::TooManyRequests`] when all places are taken by tracks that were asked about just now.
    pub(crate) fn walk(
        &self,
        key: &str,
        session: &str,
        now: Instant,
    ) -> Result<Arc<Mutex<Walk>>, PublicError> {
        let name = self.name(key, session);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| now.saturating_duration_since(slot.used) <= TRACK_IDLE_MAX);
        if !slots.contains_key(&name) && slots.len() >= TRACK_SESSIONS_MAX {
            let oldest = slots.iter().min_by_key(|(_, slot)| slot.used);
            let idlest =
                oldest.map(|(name, slot)| (*name, now.saturating_duration_since(slot.used)));
            match idlest {
                Some((idle, since)) if since >= TRACK_SESSION_BUSY => slots.remove(&idle),
                _ => return Err(PublicError::TooManyRequests { retry_after_s: RETRY_S }),
            };
        }
        let fresh = || Slot { walk: Arc::default(), used: now };
        let slot = slots.entry(name).or_insert_with(fresh);
        slot.used = now;
        Ok(Arc::clone(&slot.walk))
    }

    /// Tracks remembered.
    pub(crate) fn n_slots(&self) -> usize {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn name(&self, key: &str, session: &str) -> Name {
        let mut hasher = blake3::Hasher::new_keyed(&self.secret);
        hasher.update(&(key.len() as u64).to_le_bytes());
        hasher.update(key.as_bytes());
        hasher.update(session.as_bytes());
        let mut name = Name::default();
        hasher.finalize_xof().fill(&mut name);
        name
    }
}

/// Seconds after which a client should come back when all places are taken.
const RETRY_S: u32 = 30;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use std::time::Duration;

    #[test]
    fn a_name_is_a_track_of_its_own_for_each_key_and_is_forgotten_when_idle() {
        let (sessions, now) = (Sessions::new().unwrap(), Clock::System.instant());
        let walk = |key, name, at| sessions.walk(key, name, at).unwrap();
        assert!(Arc::ptr_eq(&walk("", "a", now), &walk("", "a", now)));
        assert!(!Arc::ptr_eq(&walk("", "a", now), &walk("k", "a", now)));
        assert!(!Arc::ptr_eq(&walk("ab", "c", now), &walk("a", "bc", now)));
        assert_eq!(sessions.n_slots(), 4);
        let later = now + TRACK_IDLE_MAX + Duration::from_secs(1);
        walk("", "b", later);
        assert_eq!(sessions.n_slots(), 1);
    }

    #[test]
    fn one_session_too_many_waits_until_another_is_idle() {
        let (sessions, now) = (Sessions::new().unwrap(), Clock::System.instant());
        for n in 0..TRACK_SESSIONS_MAX {
            sessions.walk("", &n.to_string(), now).unwrap();
        }
        let refused = sessions.walk("", "one more", now).unwrap_err();
        assert_eq!(refused.status(), 429);
        assert!(sessions.walk("", "0", now).is_ok(), "who is in stays in");
        let later = now + TRACK_SESSION_BUSY;
        assert!(sessions.walk("", "one more", later).is_ok());
        assert_eq!(sessions.n_slots(), TRACK_SESSIONS_MAX);
    }
}
