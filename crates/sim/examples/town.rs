//! Makes the demo's town, traffic and queries and prints what they hold: `time` this for the cost.
#![expect(clippy::print_stdout, reason = "an example's output is its point")]
#![expect(clippy::cast_precision_loss, reason = "counts for a mean")]

use cairn_sim::{HeldOutConfig, Town, TownConfig, TrafficConfig};

fn main() {
    let town = Town::generate(&TownConfig::demo());
    let (transmitters, buildings) = (town.transmitters.len(), town.buildings.len());
    println!("town: {transmitters} transmitters, {buildings} buildings");
    let (mut n_requests, mut n_reports, mut n_observations) = (0, 0, 0);
    for contribution in town.contributions(&TrafficConfig::demo()) {
        n_requests += 1;
        n_reports += contribution.reports.len();
        let heard = contribution.reports.iter().map(|report| report.observations().len());
        n_observations += heard.sum::<usize>();
    }
    let mean = n_observations as f64 / n_reports as f64;
    println!("traffic: {n_reports} reports in {n_requests} requests, {mean:.1} heard per report");
    println!("queries: {}", town.held_out(&HeldOutConfig::demo()).len());
}
