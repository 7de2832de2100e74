//! Which program reported: a 64-bit tag of its name and version, so that what a faulty one sent can be
//! found and taken back.
//!
//! A `User-Agent` may say anything, also who somebody is. Looked at is its first word alone, and only
//! when it has the form of a program and its version; kept is the tag and not the word.

use crate::limits::{APP_NAME_CHARS_MAX, APP_VERSION_CHARS_MAX, APP_VERSION_PART_CHARS_MAX};

/// Numbers of a version that count; one with more is none.
const VERSION_PARTS_MAX: usize = 4;

/// A program and its version, such as `NeoStumbler/2.1.0`, as the first 64 bits of its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct App(u64);

impl App {
    /// The program of a word `name/version`; `None` for anything else.
    ///
    /// Of the version its numbers count: `2.1.0-beta3` is `2.1.0`.
    ///
    /// # Example
    /// ```
    /// use cairn_report::App;
    /// assert_eq!(App::parse("NeoStumbler/2.1.0-beta3"), App::parse("NeoStumbler/2.1.0"));
    /// assert_eq!(App::parse("Ann's phone"), None);
    /// ```
    pub fn parse(word: &str) -> Option<Self> {
        let (name, version) = word.split_once('/')?;
        let version = numbers(version)?;
        is_name(name).then(|| Self::tagged(name, version))
    }

    /// The program that a `User-Agent` header names first; `None` when its first word names none.
    pub fn of_user_agent(header: &[u8]) -> Option<Self> {
        let word = header.split(|byte| *byte == b' ').next()?;
        Self::parse(std::str::from_utf8(word).ok()?)
    }

    /// The program of a tag that was kept.
    pub const fn from_tag(tag: u64) -> Self {
        Self(tag)
    }

    /// The first 64 bits, little-endian, of BLAKE3 of `name/version`.
    pub const fn tag(self) -> u64 {
        self.0
    }

    fn tagged(name: &str, version: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in [name, "/", version] {
            hasher.update(part.as_bytes());
        }
        let mut tag = [0; 8];
        hasher.finalize_xof().fill(&mut tag);
        Self(u64::from_le_bytes(tag))
    }
}

/// A letter, then letters, digits, points, dashes and underscores.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    name.len() <= APP_NAME_CHARS_MAX
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && name.bytes().all(is_plain)
}

/// The numbers at the start of a version: short ones, so that none is somebody's.
fn numbers(version: &str) -> Option<&str> {
    let end = version.bytes().position(|byte| !byte.is_ascii_digit() && byte != b'.');
    let (numbers, rest) = version.split_at(end.unwrap_or(version.len()));
    let is_end = rest.is_empty() || rest.starts_with(['-', '+', '_']);
    let is_number = |part: &str| (1..=APP_VERSION_PART_CHARS_MAX).contains(&part.len());
    let is_short = version.len() <= APP_VERSION_CHARS_MAX
        && numbers.split('.').count() <= VERSION_PARTS_MAX
        && numbers.split('.').all(is_number);
    (is_end && is_short).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_and_its_version_are_told_apart_from_others() {
        let app = App::parse("NeoStumbler/2.1.0").unwrap();
        assert_eq!(App::of_user_agent(b"NeoStumbler/2.1.0 (Pixel 7; Ann)"), Some(app));
        assert_eq!(App::parse("NeoStumbler/2.1.0-rc.1"), Some(app));
        assert_ne!(App::parse("NeoStumbler/2.1.1"), Some(app));
        assert_ne!(App::parse("neostumbler/2.1.0"), Some(app));
        assert_eq!(App::from_tag(app.tag()), app);
    }

    #[test]
    fn the_tag_is_the_first_eight_bytes_of_the_word_s_hash() {
        let hash = blake3::hash(b"okhttp/4.9.0");
        let first = u64::from_le_bytes(*hash.as_bytes().first_chunk().unwrap());
        assert_eq!(App::parse("okhttp/4.9.0").unwrap().tag(), first);
    }

    #[test]
    fn free_text_and_what_could_be_somebody_s_number_are_refused() {
        let longest = format!("{}/1.2.3.4", "a".repeat(APP_NAME_CHARS_MAX));
        assert!(App::parse(&longest).is_some());
        for word in [
            "",
            "Ann",
            "Ann Smith/1.0",
            "/1.0",
            "app/",
            "app/v1",
            "app/1..2",
            "app/1.2.3.4.5",
            "app/123456789",
            "app/1.0abc",
            "app/9f8e7d6c",
            "1app/1.0",
            "ann@example.org/1.0",
            "a/b/1.0",
            &format!("a{longest}"),
            &format!("app/1-{}", "x".repeat(APP_VERSION_CHARS_MAX)),
        ] {
            assert_eq!(App::parse(word), None, "{word}");
        }
        assert_eq!(App::of_user_agent(b"\xff\xfe/1.0"), None);
        assert_eq!(App::of_user_agent(b"Mein Telefon/1.0"), None, "the first word alone counts");
    }
}
