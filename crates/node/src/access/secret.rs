//! Secrets of keys: what one looks like, its hash at rest, a fresh one.

use std::fmt;
use std::io;

/// Bytes of a hash and of the pepper.
pub(super) const HASH_BYTES: usize = 32;
/// Fewest characters of a secret. Source: peers.md §2.3, 1.
pub(super) const SECRET_CHARS_MIN: usize = 4;
/// Most characters of a secret. Source: peers.md §2.3, 1.
pub(super) const SECRET_CHARS_MAX: usize = 40;
/// Characters of a secret made here: 5 random bits each, 160 in all.
const FRESH_SECRET_CHARS: usize = 32;
/// Characters of a key's public name: 40 random bits, so that 10,000 keys rarely meet twice.
const FRESH_ID_CHARS: usize = 8;
/// Letters of what is made here; no two look alike, all are lower case. Source: Crockford's base 32.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What a secret is hashed with: random, made once for a data folder; it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Pepper(pub(super) [u8; HASH_BYTES]);

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(…)")
    }
}

/// A secret as it lies on disk and in memory.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretHash(pub(super) [u8; HASH_BYTES]);

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// True for 4 to 40 characters of `-0-9A-Za-z`.
pub(super) fn is_well_formed(secret: &str) -> bool {
    let fits = (SECRET_CHARS_MIN..=SECRET_CHARS_MAX).contains(&secret.len());
    fits && secret.bytes().all(|byte| byte == b'-' || byte.is_ascii_alphanumeric())
}

impl Pepper {
    /// The hash of a secret in lower case; `None` for what can be no secret.
    pub fn hash(&self, secret: &str) -> Option<SecretHash> {
        if !is_well_formed(secret) {
            return None;
        }
        let mut folded = [0; SECRET_CHARS_MAX];
        let folded = &mut folded[..secret.len()];
        folded.copy_from_slice(secret.as_bytes());
        folded.make_ascii_lowercase();
        Some(SecretHash(*blake3::keyed_hash(&self.0, folded).as_bytes()))
    }

    /// A random one.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn fresh() -> io::Result<Self> {
        random().map(Self)
    }
}

impl SecretHash {
    /// Hexadecimal digits, for the file.
    pub fn to_hex(self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }

    /// What [`Self::to_hex`] wrote.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

/// A random secret that nobody can guess.
///
/// # Errors
/// When the system has no randomness.
pub(super) fn fresh_secret() -> io::Result<String> {
    fresh(FRESH_SECRET_CHARS)
}

/// A random public name for a key.
///
/// # Errors
/// When the system has no randomness.
pub(super) fn fresh_id() -> io::Result<String> {
    fresh(FRESH_ID_CHARS)
}

/// Random characters, at most as many as a hash has bytes.
fn fresh(n_chars: usize) -> io::Result<String> {
    let bytes: [u8; HASH_BYTES] = random()?;
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]);
    Ok(bytes.iter().take(n_chars).map(letter).collect())
}

/// Random bytes of the system.
pub(super) fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

const _: () = assert!(FRESH_SECRET_CHARS <= HASH_BYTES && FRESH_SECRET_CHARS <= SECRET_CHARS_MAX);
const _: () = assert!(FRESH_ID_CHARS <= HASH_BYTES);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_4_to_40_letters_digits_and_hyphens() {
        for good in ["test", "limited-5", "A-Z-09az", &"a".repeat(40)] {
            assert!(is_well_formed(good), "{good}");
        }
        for bad in ["", "abc", "invalid_key", "te%73t", "schlüssel", &"a".repeat(41)] {
            assert!(!is_well_formed(bad), "{bad}");
        }
    }

    #[test]
    fn case_does_not_count_and_the_pepper_does() {
        let pepper = Pepper([7; HASH_BYTES]);
        let hash = pepper.hash("Secret-Key").unwrap();
        assert_eq!(pepper.hash("sECRET-kEY"), Some(hash));
        assert_ne!(Pepper([8; HASH_BYTES]).hash("Secret-Key"), Some(hash));
        assert_eq!(pepper.hash("abc"), None);
        assert_eq!(SecretHash::from_hex(&hash.to_hex()), Some(hash));
        assert_eq!(SecretHash::from_hex("12"), None);
    }

    #[test]
    fn what_is_made_here_is_well_formed_and_never_the_same() {
        let (one, two) = (fresh_secret().unwrap(), fresh_secret().unwrap());
        assert!(is_well_formed(&one) && one.len() == FRESH_SECRET_CHARS, "{one}");
        assert_ne!(one, two);
        assert_eq!(fresh_id().unwrap().len(), FRESH_ID_CHARS);
        assert_ne!(Pepper::fresh().unwrap(), Pepper::fresh().unwrap());
    }

    #[test]
    fn neither_hash_nor_pepper_prints() {
        let pepper = Pepper([7; HASH_BYTES]);
        let printed = format!("{pepper:?} {:?}", pepper.hash("test"));
        assert!(!printed.contains('7') && !printed.contains("0x"), "{printed}");
    }
}
