//! What the learner does next: a pure function of what it sees.

use crate::config::LearnerConfig;
use std::time::Duration;

/// What the learner sees.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// Transmitters whose change no snapshot holds yet.
    pub(super) n_fresh: u64,
    /// The base is older than what was learned.
    pub(super) base_behind: bool,
    /// The base serves drafts of buildings.
    pub(super) has_draft: bool,
    /// A base is being sealed already, or one that failed should not be tried again yet.
    pub(super) no_base: bool,
    /// Overlays above the base.
    pub(super) n_overlays: usize,
    /// Records in those overlays.
    pub(super) n_overlay_records: u64,
    /// Records in the base.
    pub(super) n_base_records: u64,
    /// Since data last came.
    pub(super) since_data: Duration,
    /// Since the last publication ended.
    pub(super) since_publish: Duration,
    /// What the last overlay cost.
    pub(super) overlay_cost: Duration,
    /// How many transmitters it was made of.
    pub(super) n_last_overlay: u64,
    /// Since the last base was sealed.
    pub(super) since_base: Duration,
    /// What the last base cost.
    pub(super) base_cost: Duration,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: wait for data.
    Rest,
    /// Publish what is fresh as one more overlay.
    Overlay,
    /// Publish all overlays and what is fresh as one overlay.
    Fold,
    /// Start to seal a base and a checkpoint beside the learning.
    Base,
}

/// Decides.
pub(super) fn plan(view: &View, config: &LearnerConfig) -> Step {
    let quiet = view.since_data >= Duration::from_millis(config.quiet_ms);
    // A pause as long as a base takes may become another: then nobody waits for what sealing costs.
    let rested = view.since_base >= rest_after(view.base_cost, config.seal_percent_max)
        || view.since_data >= view.base_cost.max(Duration::from_millis(config.quiet_ms));
    let base_allowed = !view.no_base && rested;
    let heavy =
        view.n_overlays >= config.overlays_max || view.n_overlay_records > view.n_base_records / 4;
    if view.base_behind && base_allowed && (quiet || (heavy && view.n_overlays > 0)) {
        return Step::Base;
    }
    if view.has_draft && !view.base_behind && !view.no_base && quiet {
        return Step::Base;
    }
    let fold = view.n_overlays >= config.overlays_max;
    let pause = rest_after(expected_cost(view, fold), config.seal_percent_max)
        .max(Duration::from_millis(config.publish_ms_min));
    if view.n_fresh == 0 || view.since_publish < pause {
        return Step::Rest;
    }
    if fold { Step::Fold } else { Step::Overlay }
}

/// What the next overlay will cost: as much as the last, or its share of that when it is smaller.
fn expected_cost(view: &View, fold: bool) -> Duration {
    let n = view.n_fresh + if fold { view.n_overlay_records } else { 0 };
    let n_last = view.n_last_overlay.max(1);
    let n = u32::try_from(n.min(n_last)).unwrap_or(u32::MAX);
    view.overlay_cost.saturating_mul(n) / u32::try_from(n_last).unwrap_or(u32::MAX)
}

/// How long to rest after work of some cost, to keep its share of the time below `percent_max`.
fn rest_after(cost: Duration, percent_max: u32) -> Duration {
    cost * (100 / percent_max.clamp(1, 100)).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    /// A learner that has just learned something while more keeps coming.
    fn busy() -> View {
        View {
            n_fresh: 4,
            base_behind: true,
            has_draft: false,
            no_base: false,
            n_overlays: 0,
            n_overlay_records: 0,
            n_base_records: 1_000,
            since_data: Duration::ZERO,
            since_publish: LONG,
            overlay_cost: Duration::from_millis(10),
            n_last_overlay: 4,
            since_base: LONG,
            base_cost: Duration::from_secs(1),
        }
    }

    fn plan_of(view: View) -> Step {
        plan(&view, &LearnerConfig::default())
    }

    #[test]
    fn fresh_data_is_published_within_a_second() {
        assert_eq!(plan_of(busy()), Step::Overlay);
        let just_published = View { since_publish: Duration::from_millis(400), ..busy() };
        assert_eq!(plan_of(just_published), Step::Rest);
        let soon = View { since_publish: Duration::from_millis(500), ..busy() };
        assert_eq!(plan_of(soon), Step::Overlay);
    }

    #[test]
    fn a_few_fresh_transmitters_do_not_wait_for_what_many_have_cost() {
        let after_many = View {
            overlay_cost: Duration::from_secs(1),
            n_last_overlay: 20_000,
            since_publish: Duration::from_millis(500),
            ..busy()
        };
        assert_eq!(plan_of(after_many), Step::Overlay);
        assert_eq!(plan_of(View { n_fresh: 20_000, ..after_many }), Step::Rest);
        let rested = View { since_publish: Duration::from_secs(3), ..after_many };
        assert_eq!(plan_of(View { n_fresh: 20_000, ..rested }), Step::Overlay);
    }

    #[test]
    fn a_quiet_learner_seals_a_base_and_then_rests() {
        let quiet = View { since_data: Duration::from_secs(1), n_overlays: 1, ..busy() };
        assert_eq!(plan_of(quiet), Step::Base);
        let done = View { n_fresh: 0, base_behind: false, since_data: LONG, ..busy() };
        assert_eq!(plan_of(done), Step::Rest);
    }

    #[test]
    fn a_draft_is_followed_by_the_whole_as_soon_as_all_is_quiet() {
        let draft = View {
            has_draft: true,
            base_behind: false,
            n_fresh: 0,
            since_base: Duration::ZERO,
            ..busy()
        };
        assert_eq!(plan_of(draft), Step::Rest);
        assert_eq!(plan_of(View { since_data: LONG, ..draft }), Step::Base);
        assert_eq!(plan_of(View { since_data: LONG, no_base: true, ..draft }), Step::Rest);
    }

    #[test]
    fn data_that_comes_while_a_base_is_sealed_is_published_all_the_same() {
        let sealing = View { no_base: true, since_data: LONG, ..busy() };
        assert_eq!(plan_of(sealing), Step::Overlay);
        assert_eq!(plan_of(View { n_fresh: 0, ..sealing }), Step::Rest);
    }

    #[test]
    fn a_costly_base_waits_and_overlays_are_folded_meanwhile() {
        let many = View { n_overlays: 8, since_base: Duration::from_secs(2), ..busy() };
        assert_eq!(plan_of(many), Step::Fold, "a base took 1 s: the next may start 3 s later");
        let later = View { since_base: Duration::from_secs(3), ..many };
        assert_eq!(plan_of(later), Step::Base);
    }

    #[test]
    fn overlays_as_heavy_as_a_quarter_of_the_base_call_for_a_base() {
        let heavy = View { n_overlays: 1, n_overlay_records: 251, ..busy() };
        assert_eq!(plan_of(heavy), Step::Base);
        let light = View { n_overlay_records: 250, ..heavy };
        assert_eq!(plan_of(light), Step::Overlay);
    }
}
