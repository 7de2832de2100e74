//! What a world promises: the sentences after `expect:`.

use cairn_ground::{Confidence, Floor, Mobility};

/// A run of asked squares, `4` or `1..4`, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    /// First digit, '0' to '9'.
    pub first: char,
    /// Last digit, not before the first.
    pub last: char,
}

impl Digits {
    /// The digits of the run.
    pub fn iter(self) -> impl Iterator<Item = char> {
        self.first..=self.last
    }

    /// Reads `4` or `1..4`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let one = |part: &str| {
            let mut chars = part.chars();
            chars.next().filter(char::is_ascii_digit).filter(|_| chars.next().is_none())
        };
        let (first, last) = match text.split_once("..") {
            Some((first, last)) => (one(first)?, one(last)?),
            None => (one(text)?, one(text)?),
        };
        (first <= last).then_some(Self { first, last })
    }
}

/// Why an answer is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// Nothing was heard.
    NothingHeard,
    /// Too few transmitters are known, counting the networks of one box once.
    TooFewKnown,
    /// What is known disagrees about the place.
    Inconsistent,
}

/// One promise of a world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Expectation {
    /// `error at 4 < 3 m`: each answer lies this close to the truth.
    ErrorBelow {
        /// Where it is asked.
        at: Digits,
        /// Greatest error in metres.
        limit_m: f64,
    },
    /// `R95 holds 1..4`: each answer's radius (R50, R68, R90, R95) holds the truth.
    RadiusHolds {
        /// Which radius.
        confidence: Confidence,
        /// Where it is asked.
        at: Digits,
    },
    /// `R95 at 4 < 30 m`: the radius promised is this small.
    RadiusBelow {
        /// Which radius.
        confidence: Confidence,
        /// Where it is asked.
        at: Digits,
        /// Greatest radius in metres.
        limit_m: f64,
    },
    /// `R95 at 4 > 20000 m`: the radius promised owns up to at least this much doubt.
    RadiusAbove {
        /// Which radius.
        confidence: Confidence,
        /// Where it is asked.
        at: Digits,
        /// Least radius in metres.
        limit_m: f64,
    },
    /// `refused at 3` or `refused at 3 as inconsistent` (`nothing-heard`, `too-few-known`).
    Refused {
        /// Where it is asked.
        at: Digits,
        /// The reason, when the world insists on one.
        reason: Option<RefusalKind>,
    },
    /// `floor at 2 is 3`: the answer names the storey.
    FloorIs {
        /// Where it is asked.
        at: Digits,
        /// The storey.
        floor: Floor,
    },
    /// `A lies within 5 m`: the learned place of a transmitter.
    LiesWithin {
        /// Whose.
        letter: char,
        /// Greatest error in metres.
        limit_m: f64,
    },
    /// `X is moving`, `A is fixed`, `A is unsure`: the learned verdict.
    Verdict {
        /// Whose.
        letter: char,
        /// The verdict.
        mobility: Mobility,
    },
    /// `M1 under 10 shuffles`: the same map, byte for byte, from reports in any order.
    SameUnderShuffles {
        /// How many orders to try.
        n: u32,
    },
    /// `M2 under 3 splits`: the same map, byte for byte, from parts learned apart and merged.
    SameUnderSplits {
        /// Into how many parts.
        n: u32,
    },
}

impl Expectation {
    /// Reads one clause, given as words.
    pub(super) fn parse(words: &[&str]) -> Option<Self> {
        let meters = |text: &str| text.parse::<f64>().ok().filter(|m| m.is_finite() && *m >= 0.0);
        let count = |text: &str| text.parse::<u32>().ok().filter(|n| *n > 0);
        Some(match words {
            ["error", "at", at, "<", m, "m"] => {
                Self::ErrorBelow { at: Digits::parse(at)?, limit_m: meters(m)? }
            }
            [radius, "holds", at] => {
                Self::RadiusHolds { confidence: confidence(radius)?, at: Digits::parse(at)? }
            }
            [radius, "at", at, "<", m, "m"] => Self::RadiusBelow {
                confidence: confidence(radius)?,
                at: Digits::parse(at)?,
                limit_m: meters(m)?,
            },
            [radius, "at", at, ">", m, "m"] => Self::RadiusAbove {
                confidence: confidence(radius)?,
                at: Digits::parse(at)?,
                limit_m: meters(m)?,
            },
            ["refused", "at", at] => Self::Refused { at: Digits::parse(at)?, reason: None },
            ["refused", "at", at, "as", reason] => {
                Self::Refused { at: Digits::parse(at)?, reason: Some(refusal(reason)?) }
            }
            ["floor", "at", at, "is", level] => Self::FloorIs {
                at: Digits::parse(at)?,
                floor: Floor::new(level.parse().ok()?).ok()?,
            },
            [name, "lies", "within", m, "m"] => {
                Self::LiesWithin { letter: letter(name)?, limit_m: meters(m)? }
            }
            [name, "is", verdict] => {
                Self::Verdict { letter: letter(name)?, mobility: mobility(verdict)? }
            }
            ["M1", "under", n, "shuffles"] => Self::SameUnderShuffles { n: count(n)? },
            ["M2", "under", n, "splits"] => Self::SameUnderSplits { n: count(n)? },
            _ => return None,
        })
    }

    /// The asked squares and letters it speaks of, for checking that they exist.
    pub(super) fn names(self) -> Vec<char> {
        match self {
            Self::ErrorBelow { at, .. }
            | Self::RadiusHolds { at, .. }
            | Self::RadiusBelow { at, .. }
            | Self::RadiusAbove { at, .. }
            | Self::Refused { at, .. }
            | Self::FloorIs { at, .. } => at.iter().collect(),
            Self::LiesWithin { letter, .. } | Self::Verdict { letter, .. } => vec![letter],
            Self::SameUnderShuffles { .. } | Self::SameUnderSplits { .. } => Vec::new(),
        }
    }
}

fn confidence(word: &str) -> Option<Confidence> {
    match word {
        "R50" => Some(Confidence::P50),
        "R68" => Some(Confidence::P68),
        "R90" => Some(Confidence::P90),
        "R95" => Some(Confidence::P95),
        _ => None,
    }
}

fn refusal(word: &str) -> Option<RefusalKind> {
    match word {
        "nothing-heard" => Some(RefusalKind::NothingHeard),
        "too-few-known" => Some(RefusalKind::TooFewKnown),
        "inconsistent" => Some(RefusalKind::Inconsistent),
        _ => None,
    }
}

fn mobility(word: &str) -> Option<Mobility> {
    match word {
        "unsure" => Some(Mobility::Unsure),
        "fixed" => Some(Mobility::Fixed),
        "moving" => Some(Mobility::Moving),
        _ => None,
    }
}

/// A single upper-case letter.
pub(super) fn letter(word: &str) -> Option<char> {
    let mut chars = word.chars();
    chars.next().filter(char::is_ascii_uppercase).filter(|_| chars.next().is_none())
}
