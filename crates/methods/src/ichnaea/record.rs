//! One network's record and the states it passes through: new, changed, confirmed, replaced, blocked.

use crate::plane::{Bounds, distance_m, mean};
use cairn_ground::{Day, LatLng, TransmitterKind};

/// Weight that an old mean counts with at most.
const WEIGHT_MAX: f64 = 10_000.0;
/// Days without a change after which a far batch replaces a record instead of blocking it.
const REPLACE_DAYS: u16 = 365;
/// Days that a block lasts at least.
const BLOCK_DAYS: u16 = 2;

/// One observation of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// Where.
    pub(super) place: LatLng,
    /// What it counts; above zero.
    pub(super) weight: f64,
    /// Whether the place is itself an answer.
    pub(super) is_query: bool,
}

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Position {
    place: LatLng,
    weight: f64,
    bounds: Bounds,
    n_samples: u32,
    is_query: bool,
}

/// What is kept of a network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Record {
    position: Option<Position>,
    created: Day,
    modified: Day,
    last_seen: Day,
    last_block: Option<Day>,
    n_blocks: u16,
}

impl Position {
    fn of(seen: &[Seen], bounds: Bounds, is_query: bool) -> Option<Self> {
        let weighted: Vec<_> = seen.iter().map(|one| (one.place, one.weight)).collect();
        let weight = seen.iter().map(|one| one.weight).sum();
        let n_samples = u32::try_from(seen.len()).unwrap_or(u32::MAX);
        Some(Self { place: mean(&weighted)?, weight, bounds, n_samples, is_query })
    }

    fn with(self, batch: &Self) -> Self {
        let weights = [(self.place, self.weight.min(WEIGHT_MAX)), (batch.place, batch.weight)];
        Self {
            place: mean(&weights).unwrap_or(self.place),
            weight: self.weight + batch.weight,
            bounds: self.bounds.with(&batch.bounds),
            n_samples: self.n_samples.saturating_add(batch.n_samples),
            is_query: self.is_query,
        }
    }
}

impl Record {
    /// The record after a batch of at least one observation that arrives on `day`.
    pub(super) fn after(
        old: Option<&Self>,
        kind: TransmitterKind,
        seen: &[Seen],
        day: Day,
    ) -> Self {
        let is_gnss = seen.iter().any(|one| !one.is_query);
        let kept: Vec<Seen> =
            seen.iter().filter(|one| !(is_gnss && one.is_query)).copied().collect();
        let bounds = Bounds::of_all(kept.iter().map(|one| one.place));
        let batch = bounds.and_then(|bounds| Position::of(&kept, bounds, !is_gnss));
        let far_m = far_m(kind);
        let is_consistent = bounds.is_some_and(|bounds| bounds.diagonal_m() <= far_m);
        let Some(old) = old else {
            return if is_consistent {
                Self::new(batch, day)
            } else {
                Self::new(None, day).blocked(day)
            };
        };
        let seen_again = Self { last_seen: old.last_seen.max(day), ..*old };
        let Some(position) = old.position else {
            let may_stand = is_consistent && !old.is_blocked(day);
            return if may_stand { seen_again.at(batch, day) } else { *old };
        };
        let is_near = |one: &Seen| distance_m(position.place, one.place) <= far_m;
        if kept.iter().all(is_near) {
            return match (position.is_query, is_gnss) {
                (true, true) => seen_again.at(batch, day),
                (false, false) => seen_again,
                _ => seen_again.at(batch.map(|batch| position.with(&batch)), day),
            };
        }
        if is_consistent && day.days_since(old.modified) >= REPLACE_DAYS {
            return seen_again.at(batch, day);
        }
        old.blocked(day)
    }

    const fn new(position: Option<Position>, day: Day) -> Self {
        Self {
            position,
            created: day,
            modified: day,
            last_seen: day,
            last_block: None,
            n_blocks: 0,
        }
    }

    fn at(self, position: Option<Position>, day: Day) -> Self {
        Self { position, modified: self.modified.max(day), ..self }
    }

    const fn blocked(self, day: Day) -> Self {
        Self {
            position: None,
            modified: day,
            last_block: Some(day),
            n_blocks: self.n_blocks.saturating_add(1),
            ..self
        }
    }

    /// Whether it takes no observations and answers nothing.
    pub(super) fn is_blocked(&self, today: Day) -> bool {
        let is_fresh = self.last_block.is_some_and(|last| today.days_since(last) < BLOCK_DAYS);
        let allowed = (f64::from(today.days_since(self.created)) / 30.0).round();
        is_fresh || (self.n_blocks > 0 && f64::from(self.n_blocks) >= allowed)
    }

    /// Where it stands, unless a block took that away.
    pub(super) fn place(&self) -> Option<LatLng> {
        self.position.map(|position| position.place)
    }

    /// Distance to the farthest corner of its box, whole metres; 0 without a place.
    pub(super) fn radius_m(&self) -> f64 {
        let radius_m = |it: Position| it.bounds.farthest_m(it.place).round();
        self.position.map_or(0.0, radius_m)
    }

    /// Its box.
    pub(super) fn bounds(&self) -> Option<Bounds> {
        self.position.map(|position| position.bounds)
    }

    /// The part of a score that falls with months without a change.
    pub(super) fn age_score(&self, today: Day) -> f64 {
        let months = f64::from(today.days_since(self.modified) / 30);
        (months + 1.0).sqrt().recip()
    }

    /// The part that grows with days between the first and the last sight.
    pub(super) fn collected_score(&self) -> f64 {
        let since = self.last_block.map_or(self.created, |last| last.max(self.created));
        let days = f64::from(self.last_seen.days_since(since)).max(1.0);
        (days / 10.0).min(1.0)
    }

    /// How much it counts in the choice of a cluster.
    pub(super) fn score(&self, today: Day) -> f64 {
        let n_samples = self.position.map_or(1, |position| position.n_samples.max(1));
        let counted = if self.radius_m() > 0.0 { f64::from(n_samples) } else { 1.0 };
        self.age_score(today) * self.collected_score() * counted.log2().clamp(0.5, 10.0)
    }
}

/// Distance beyond which two observations contradict each other, m.
const fn far_m(kind: TransmitterKind) -> f64 {
    match kind {
        TransmitterKind::Wifi => 5_000.0,
        TransmitterKind::Ble => 100.0,
        _ => 100_000.0,
    }
}
