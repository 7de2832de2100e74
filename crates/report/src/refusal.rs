//! Refusals are data: a closed list of reasons, and counts of them.

/// Why a report, an entry of a report, or one value of an entry was refused.
///
/// Whole reports: the `Report…` reasons. Entries: `…Entry` and the privacy reasons. Single values
/// (the entry stays without it): `…Value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Reason {
    /// The report is not an object, or a line that cannot be read.
    ReportMalformed,
    /// No position at all.
    ReportWithoutPosition,
    /// Latitude or longitude missing, not a number, or off the globe.
    ReportPlaceImpossible,
    /// Nothing was heard (or everything heard was refused).
    ReportWithoutTransmitters,
    /// More reports than one submission may hold.
    ReportOverLimit,
    /// The entry is not an object or has a field of the wrong type.
    EntryMalformed,
    /// The address or cell identity is missing or impossible.
    EntryIdentityImpossible,
    /// More entries than one report may hold.
    EntryOverLimit,
    /// The owner asks not to be mapped (`_nomap`, `_optout`).
    EntryOptedOut,
    /// A hidden network.
    EntryHidden,
    /// A received power that no radio reports.
    ValuePower,
    /// An age beyond an hour.
    ValueAge,
    /// A frequency or channel outside the radio's bands.
    ValueFrequency,
    /// Any other optional value out of range.
    ValueOther,
    /// The fix is too uncertain to teach from.
    EvidenceFixCoarse,
    /// The fix is an earlier answer of a location service.
    EvidenceFixFromQuery,
    /// The place is the point (0, 0) or its surroundings: a receiver without a fix.
    EvidenceNullIsland,
    /// Moving too fast for the reading to belong to the place.
    EvidenceTooFast,
    /// The reading is too old for the place.
    EvidenceStale,
    /// An address that cannot belong to a lasting transmitter (group address).
    EvidenceAddress,
    /// The place is in no country and not near one: mid-ocean, where no transmitter lasts.
    EvidenceNoCountry,
    /// A cell whose country code is not used at the place, nor near it.
    EvidenceForeignCell,
    /// The fix stays while the phone says it moves.
    EvidenceFixFrozen,
    /// The first fixes repeat one place far from the way that follows.
    EvidenceFixFirst,
    /// The fix jumps off the phone's way, farther than it can have gone.
    EvidenceFixJump,
    /// The fix's claimed radius, which its way contradicts: it was widened.
    ValueFixClaim,
}

impl Reason {
    /// All reasons, in order.
    pub const ALL: [Self; 26] = [
        Self::ReportMalformed,
        Self::ReportWithoutPosition,
        Self::ReportPlaceImpossible,
        Self::ReportWithoutTransmitters,
        Self::ReportOverLimit,
        Self::EntryMalformed,
        Self::EntryIdentityImpossible,
        Self::EntryOverLimit,
        Self::EntryOptedOut,
        Self::EntryHidden,
        Self::ValuePower,
        Self::ValueAge,
        Self::ValueFrequency,
        Self::ValueOther,
        Self::EvidenceFixCoarse,
        Self::EvidenceFixFromQuery,
        Self::EvidenceNullIsland,
        Self::EvidenceTooFast,
        Self::EvidenceStale,
        Self::EvidenceAddress,
        Self::EvidenceNoCountry,
        Self::EvidenceForeignCell,
        Self::EvidenceFixFrozen,
        Self::EvidenceFixFirst,
        Self::EvidenceFixJump,
        Self::ValueFixClaim,
    ];

    /// The word used in metrics, tables and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReportMalformed => "report_malformed",
            Self::ReportWithoutPosition => "report_without_position",
            Self::ReportPlaceImpossible => "report_place_impossible",
            Self::ReportWithoutTransmitters => "report_without_transmitters",
            Self::ReportOverLimit => "report_over_limit",
            Self::EntryMalformed => "entry_malformed",
            Self::EntryIdentityImpossible => "entry_identity_impossible",
            Self::EntryOverLimit => "entry_over_limit",
            Self::EntryOptedOut => "entry_opted_out",
            Self::EntryHidden => "entry_hidden",
            Self::ValuePower => "value_power",
            Self::ValueAge => "value_age",
            Self::ValueFrequency => "value_frequency",
            Self::ValueOther => "value_other",
            Self::EvidenceFixCoarse => "evidence_fix_coarse",
            Self::EvidenceFixFromQuery => "evidence_fix_from_query",
            Self::EvidenceNullIsland => "evidence_null_island",
            Self::EvidenceTooFast => "evidence_too_fast",
            Self::EvidenceStale => "evidence_stale",
            Self::EvidenceAddress => "evidence_address",
            Self::EvidenceNoCountry => "evidence_no_country",
            Self::EvidenceForeignCell => "evidence_foreign_cell",
            Self::EvidenceFixFrozen => "evidence_fix_frozen",
            Self::EvidenceFixFirst => "evidence_fix_first",
            Self::EvidenceFixJump => "evidence_fix_jump",
            Self::ValueFixClaim => "value_fix_claim",
        }
    }
}

/// Counts of refusals by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Refusals {
    counts: [u64; Reason::ALL.len()],
}

impl Refusals {
    /// Counts one refusal.
    pub const fn add(&mut self, reason: Reason) {
        self.add_n(reason, 1);
    }

    /// Counts `n` refusals of one reason.
    pub const fn add_n(&mut self, reason: Reason, n: u64) {
        self.counts[reason as usize] += n;
    }

    /// Adds another table to this one.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            *mine += theirs;
        }
    }

    /// How often one reason was given.
    pub const fn count(&self, reason: Reason) -> u64 {
        self.counts[reason as usize]
    }

    /// The reasons given at least once, with their counts.
    pub fn iter(&self) -> impl Iterator<Item = (Reason, u64)> + '_ {
        Reason::ALL.into_iter().map(|reason| (reason, self.count(reason))).filter(|(_, n)| *n > 0)
    }

    /// All refusals together.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_place_and_word() {
        let mut words: Vec<_> = Reason::ALL.iter().map(|reason| reason.name()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Reason::ALL.len());
        for (index, reason) in Reason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, index);
        }
    }

    #[test]
    fn counts_add_up() {
        let mut table = Refusals::default();
        table.add(Reason::EntryHidden);
        table.add_n(Reason::ValueAge, 2);
        let mut sum = table;
        sum.merge(&table);
        assert_eq!(sum.total(), 6);
        assert_eq!(sum.iter().count(), 2);
    }
}
