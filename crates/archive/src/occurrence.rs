//! A piece of evidence with where it came from: what is kept, and what can be taken out again.

use cairn_evidence::Evidence;

/// The first 64 bits of the BLAKE3 hash of something: says "the same" and nothing of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Tag(pub u64);

impl Tag {
    /// The tag of bytes.
    ///
    /// # Example
    /// ```
    /// use cairn_archive::Tag;
    /// assert_eq!(Tag::of(b"app/1.0"), Tag::of(b"app/1.0"));
    /// assert_ne!(Tag::of(b"app/1.0"), Tag::of(b"app/1.1"));
    /// ```
    pub fn of(bytes: &[u8]) -> Self {
        let b = *blake3::hash(bytes).as_bytes();
        Self(u64::from_be_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]))
    }
}

/// One piece of evidence as one submission taught it.
///
/// Another submission may teach the same evidence (E3) with other places for its readings; both are
/// kept, and the map chooses.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// The tag of the submission's identity.
    pub submission: Tag,
    /// Ordinal within the submission; with the submission it names the occurrence.
    pub report: u32,
    /// The tag of the app's name and version, when stated.
    pub app: Option<Tag>,
    /// What was heard.
    pub evidence: Evidence,
}

impl Occurrence {
    /// The same but for what was heard.
    pub(crate) fn without_readings(&self) -> Self {
        let Evidence { id, place, fix_sigma_m, floor, height, day, voice, surveyed, .. } =
            self.evidence;
        let heard = Vec::new();
        let evidence =
            Evidence { id, place, fix_sigma_m, floor, height, day, voice, surveyed, heard };
        Self { submission: self.submission, report: self.report, app: self.app, evidence }
    }

    /// The occurrences of one submission's evidence, in the order that cleaning gave it.
    pub fn all_of(
        submission: Tag,
        app: Option<Tag>,
        evidence: Vec<Evidence>,
    ) -> impl Iterator<Item = Self> {
        (0..).zip(evidence).map(move |(report, evidence)| Self {
            submission,
            report,
            app,
            evidence,
        })
    }
}
