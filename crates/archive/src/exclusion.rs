//! What was taken out: evidence that the map must never have seen.

use crate::limits::EXCLUSIONS_MAX;
use crate::manifest::FileEntry;
use crate::occurrence::{Occurrence, Tag};
use cairn_evidence::Voice;
use cairn_ground::{Day, Region};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One thing taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exclusion {
    /// What one contributor taught: a voice is one contributor on one day of receipt. With a day, only
    /// what was heard on it: old data is sent late.
    Voice(Voice, Option<Day>),
    /// What one submission taught.
    Submission(Tag),
    /// What one version of an app taught.
    App(Tag),
    /// What was taught of one region on one day.
    Region(Region, Day),
}

impl Exclusion {
    /// Reads what [`fmt::Display`] prints.
    ///
    /// # Example
    /// ```
    /// use cairn_archive::Exclusion;
    /// let text = "voice:00000000000000ff:2026-11-22";
    /// assert_eq!(Exclusion::parse(text).map(|it| it.to_string()).as_deref(), Some(text));
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (word, rest) = text.split_once(':')?;
        let tag = |digits: &str| u64::from_str_radix(digits, 16).ok().map(Tag);
        let dated = || rest.split_once(':').and_then(|(it, day)| Some((it, Day::parse(day)?)));
        let one = match word {
            "voice" => match dated() {
                Some((it, day)) => tag(it).map(|tag| Self::Voice(Voice(tag.0), Some(day))),
                None => tag(rest).map(|tag| Self::Voice(Voice(tag.0), None)),
            },
            "submission" => tag(rest).map(Self::Submission),
            "app" => tag(rest).map(Self::App),
            "region" => dated().and_then(|(it, day)| Some(Self::Region(Region::parse(it)?, day))),
            _ => None,
        };
        one.filter(|one| one.to_string() == text)
    }
}

impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Voice(voice, None) => write!(f, "voice:{:016x}", voice.0),
            Self::Voice(voice, Some(day)) => write!(f, "voice:{:016x}:{day}", voice.0),
            Self::Submission(tag) => write!(f, "submission:{:016x}", tag.0),
            Self::App(tag) => write!(f, "app:{:016x}", tag.0),
            Self::Region(region, day) => write!(f, "region:{region}:{day}"),
        }
    }
}

/// All that was taken out, ready to be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exclusions {
    all: BTreeSet<Exclusion>,
    regions: BTreeMap<Day, BTreeSet<Region>>,
}

impl Exclusions {
    /// Those; `None` when they are more than [`EXCLUSIONS_MAX`].
    pub fn of(all: impl IntoIterator<Item = Exclusion>) -> Option<Self> {
        let mut exclusions = Self::default();
        for one in all {
            if let Exclusion::Region(region, day) = one {
                exclusions.regions.entry(day).or_default().insert(region);
            }
            exclusions.all.insert(one);
        }
        (exclusions.all.len() <= EXCLUSIONS_MAX).then_some(exclusions)
    }

    /// True when nothing was taken out.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Each of them, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = Exclusion> {
        self.all.iter().copied()
    }

    /// True when an occurrence was taken out.
    pub fn exclude(&self, one: &Occurrence) -> bool {
        if self.all.is_empty() {
            return false;
        }
        let evidence = &one.evidence;
        let day = evidence.day;
        self.all.contains(&Exclusion::Voice(evidence.voice, None))
            || self.all.contains(&Exclusion::Voice(evidence.voice, Some(day)))
            || self.all.contains(&Exclusion::Submission(one.submission))
            || one.app.is_some_and(|app| self.all.contains(&Exclusion::App(app)))
            || self
                .regions
                .get(&day)
                .is_some_and(|all| all.iter().any(|region| region.contains(evidence.place)))
    }

    /// True when a file may hold something that was taken out.
    pub fn may_touch(&self, file: &FileEntry) -> bool {
        self.all.iter().any(|one| match one {
            Exclusion::Voice(_, Some(day)) => file.day == day.get(),
            Exclusion::Region(region, day) => {
                file.day == day.get()
                    && Region::parse(&file.cell).is_none_or(|it| it.may_share(*region))
            }
            Exclusion::Voice(_, None) | Exclusion::Submission(_) | Exclusion::App(_) => true,
        })
    }

    /// A hash of them all; `None` when nothing was taken out.
    pub fn digest(&self) -> Option<[u8; 32]> {
        if self.all.is_empty() {
            return None;
        }
        let mut hasher = blake3::Hasher::new();
        for one in &self.all {
            hasher.update(one.to_string().as_bytes()).update(b"\n");
        }
        Some(*hasher.finalize().as_bytes())
    }
}

#[cfg(test)]
#[path = "exclusion_tests.rs"]
mod tests;
