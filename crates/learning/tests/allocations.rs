//! From what was heard to the radii that a model promises and whose turn it is, nothing is allocated once the memory has grown.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "numbers of made-up queries"
)]
#![expect(clippy::suboptimal_flops, reason = "a formula reads as it is meant")]

#[path = "../benches/serve/model.rs"]
mod model;

use allocation_counter::measure;
use cairn_learning::feature::radius::{Scratch, row_in};
use cairn_learning::rollout::{Arm, Crowd, Share, Stage, Whole};

#[test]
fn an_answer_s_row_radii_and_arm_allocate_nothing_once_the_memory_has_grown() {
    let model = model::model();
    let mut scratch = Scratch::default();
    let (share, mut arm) = (Share::new(Stage::All, 7), Arm::Champion);
    let all: Vec<_> = (0..50).map(model::heard).collect();
    row_in(&model::asked(0, &all[0]), &mut scratch);
    for (n, heard) in (0..).zip(&all) {
        let (mut said, mut crowd) = (None, None);
        let counted = measure(|| {
            said = model.radii(&row_in(&model::asked(n, heard), &mut scratch));
            arm = share.arm(Whole::of(n * 30..n * 30 + 30));
            crowd = Some(Crowd::of(n * 30..n * 30 + 30, 1));
        });
        assert_eq!((counted.count_total, arm), (0, Arm::Challenger), "query {n}");
        assert!(crowd.is_some());
        assert!(said.is_some_and(|radii| radii.r95_m() > 1.0));
    }
}
