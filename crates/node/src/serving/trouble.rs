//! What keeps a snapshot from serving: named once, counted each time, tried again.

use cairn_snapshot::{Fault, ManifestError, OpenError};

/// Looks that fail in a row before a person should look, where the next may find all well: a learner removes
/// what a newer manifest replaced.
const FAILURES_TOLD: u32 = 10;
/// Looks between two tries to open what was refused for what is in it.
const LOOKS_BETWEEN_TRIES: u32 = 60;

/// A snapshot that a warm-up found damaged.
#[derive(Debug, thiserror::Error)]
#[error("snapshot {file}: {fault}")]
pub(crate) struct Refused {
    /// Its file.
    pub(crate) file: String,
    /// What is wrong with it.
    pub(crate) fault: Fault,
}

/// Failures of one part in a row.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// Which publication it is about.
    stamp: u64,
    n_failed: u32,
    is_damage: bool,
}

impl Trouble {
    /// Whether to try this publication now: what is damaged seldom heals.
    pub(super) const fn is_due(&mut self, stamp: u64) -> bool {
        if self.stamp != stamp {
            *self = Self { stamp, n_failed: 0, is_damage: false };
        } else if self.is_damage {
            self.n_failed = self.n_failed.saturating_add(1);
            return self.n_failed.is_multiple_of(LOOKS_BETWEEN_TRIES);
        }
        true
    }

    /// Notes a failure; true when a person should hear of it now.
    pub(super) fn is_to_be_told(&mut self, error: &anyhow::Error) -> bool {
        let was_damage = std::mem::replace(&mut self.is_damage, kind(error) != "io");
        self.n_failed = self.n_failed.saturating_add(1);
        if self.is_damage { !was_damage } else { self.n_failed == FAILURES_TOLD }
    }
}

/// The kind of a failure, for counting: a closed list.
pub(crate) fn kind(error: &anyhow::Error) -> &'static str {
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return kind_of(&refused.fault);
    }
    if let Some(ManifestError::Corrupt { .. }) = error.downcast_ref() {
        return "manifest";
    }
    match error.downcast_ref() {
        Some(OpenError::Refused { fault, .. }) => kind_of(fault),
        Some(OpenError::Misnamed { .. }) => "misnamed",
        _ => "io",
    }
}

/// The kind of a fault.
const fn kind_of(fault: &Fault) -> &'static str {
    match fault {
        Fault::NotASnapshot => "foreign",
        Fault::NewerFormat { .. } | Fault::UnknownFormat { .. } => "version",
        Fault::TooShort { .. } | Fault::Length { .. } => "length",
        Fault::Checksum { .. } => "checksum",
        Fault::Block { .. } => "block",
        Fault::Digest => "digest",
        _ => "malformed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    fn damage() -> anyhow::Error {
        Refused { file: "a.snapshot".to_owned(), fault: Fault::Digest }.into()
    }

    #[test]
    fn damage_is_told_at_once_and_once_and_tried_again_seldom() {
        let mut trouble = Trouble::default();
        assert!(trouble.is_due(7) && trouble.is_to_be_told(&damage()));
        let n_tries = (0..600).filter(|_| trouble.is_due(7)).count();
        assert_eq!(n_tries, 10);
        assert!(!trouble.is_to_be_told(&damage()));
        assert!(trouble.is_due(8) && trouble.is_to_be_told(&damage()), "another publication");
    }

    #[test]
    fn what_may_pass_by_itself_is_told_when_it_lasts() {
        let mut trouble = Trouble::default();
        let told: Vec<bool> = (0..30)
            .map(|_| trouble.is_due(3) && trouble.is_to_be_told(&anyhow!("no such file")))
            .collect();
        assert_eq!(told.iter().position(|told| *told), Some(9));
        assert_eq!(told.iter().filter(|told| **told).count(), 1);
    }

    #[test]
    fn a_kind_is_found_under_the_words_of_whoever_passed_it_on() {
        assert_eq!(kind(&damage().context("open what it names")), "digest");
        assert_eq!(kind(&anyhow!("other")), "io");
    }
}
