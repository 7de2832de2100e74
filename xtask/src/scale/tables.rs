//! The tables, as they stand in the page.

use super::bill::{ROLES, bill};
use super::figures::{
    ARCHIVE_BYTES_PER_READING, DEVICES, JOURNAL_BYTES_PER_REPORT, JSON_BYTES_PER_REPORT, LOST,
    LOST_MIN, READINGS_PER_REPORT, REGIONS, SNAPSHOT_BYTES, TRANSMITTERS,
};
use super::flow::{Demand, N, lose};
use super::partitions::spread;
use super::people::{Cell, cells};
use std::fmt::Write as _;

/// Seconds of a day.
const DAY_S: f64 = 86_400.0;

/// All tables for the people of this seed.
pub(super) fn all(seed: u64) -> String {
    let cells = cells(seed);
    let demand = Demand::of(&cells);
    let tables = [
        demanded(&demand),
        bytes(&demand),
        machines(&demand),
        money(&demand),
        partitions(&cells),
        lost(&demand),
    ];
    format!("\n{}\n", tables.join("\n"))
}

/// A table in Markdown: a title, a head, rows; all but the first column to the right.
fn table(title: &str, head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("### {title}\n\n| {} |\n|---|", head.join(" | "));
    text.push_str(&"--:|".repeat(head.len() - 1));
    text.push('\n');
    for row in rows {
        // Writing to a string cannot fail.
        writeln!(text, "| {} |", row.join(" | ")).unwrap_or_default();
    }
    text
}

/// A number with its thousands apart.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn world_mean_per_s(demand: &Demand) -> f64 {
    (0..N).map(|region| demand.mean_per_s(region)).sum()
}

fn demanded(demand: &Demand) -> String {
    let mut rows: Vec<Vec<String>> = (0..N)
        .map(|region| {
            let (minute, peak) = demand.peak(region);
            let at = format!("{:02}:{:02}", minute / 60, minute % 60);
            let name = REGIONS[region].name.to_owned();
            vec![name, grouped(demand.mean_per_s(region)), grouped(peak), at]
        })
        .collect();
    let world = [world_mean_per_s(demand), demand.world_peak_per_s()].map(grouped);
    rows.push(vec!["**world**".to_owned(), world[0].clone(), world[1].clone(), "–".to_owned()]);
    let title = format!("Reports a second, of {} million devices", grouped(DEVICES / 1e6));
    table(&title, &["region", "mean", "busiest minute", "at, UTC"], &rows)
}

fn bytes(demand: &Demand) -> String {
    let reports_day = world_mean_per_s(demand) * DAY_S;
    let row = |name: &str, each: f64| {
        let tb = each * reports_day / 1e12;
        vec![name.to_owned(), grouped(each), format!("{tb:.1}")]
    };
    let archive = READINGS_PER_REPORT * ARCHIVE_BYTES_PER_READING;
    let snapshot = SNAPSHOT_BYTES * TRANSMITTERS / 1e9;
    let rows = [
        row("JSON in, not compressed", JSON_BYTES_PER_REPORT),
        row("journal and stream, one copy", JOURNAL_BYTES_PER_REPORT),
        row("archive", archive),
    ];
    let text = table("Bytes", &["", "bytes a report", "TB a day"], &rows);
    let millions = grouped(TRANSMITTERS / 1e6);
    format!(
        "{text}\nThe snapshot of {millions} million transmitters: {snapshot:.0} GB on each replica.\n"
    )
}

fn machines(demand: &Demand) -> String {
    let mut rows = Vec::new();
    for role in &ROLES {
        let peaks = (0..N).map(|region| demand.peak(region).1);
        let (cores, machines) = peaks.fold((0.0, 0.0), |(cores, machines), peak| {
            (cores + role.cores(peak), machines + role.machines(peak))
        });
        let per_core = format!("{} /s", grouped(role.per_core / role.per_report));
        rows.push(vec![role.name.to_owned(), per_core, grouped(cores), grouped(machines)]);
    }
    let head = ["role", "reports of one core", "cores", "machines of 16 cores"];
    table("Machines, all regions, with room to take over", &head, &rows)
}

fn money(demand: &Demand) -> String {
    let bill = bill(demand);
    let per_report = (bill.machines_euro + bill.storage_euro) / (world_mean_per_s(demand) * DAY_S);
    let rows = [
        vec!["machines".to_owned(), grouped(bill.machines), grouped(bill.machines_euro)],
        vec![
            "raw reports and a year of evidence, TB".to_owned(),
            grouped(bill.raw_tb + bill.archive_tb),
            grouped(bill.storage_euro),
        ],
        vec![
            "**a day, all of it**".to_owned(),
            String::new(),
            grouped(bill.machines_euro + bill.storage_euro),
        ],
        vec!["**a million reports**".to_owned(), String::new(), format!("{:.2}", per_report * 1e6)],
    ];
    table("Money a day, euro", &["", "how many", "euro"], &rows)
}

fn partitions(cells: &[Cell]) -> String {
    let mut rows = Vec::new();
    for n in [64, 256, 1024] {
        for (resolution, pieces) in [(3, 1), (4, 7), (5, 49)] {
            let spread = spread(cells, n, pieces);
            rows.push(vec![
                n.to_string(),
                resolution.to_string(),
                format!("{:.1}", spread.worst),
                grouped(spread.peak_per_s),
            ]);
        }
    }
    let head = ["partitions", "H3 resolution", "busiest / mean", "busiest, reports/s"];
    table("How evenly places spread over partitions", &head, &rows)
}

fn lost(demand: &Demand) -> String {
    let mut rows = Vec::new();
    for headroom in [1.0, 1.25, 1.5, 1.75, 2.0, 2.5] {
        // Learners get half of the extra room: what they do not learn at once waits in the stream.
        let learns = f64::midpoint(1.0, headroom);
        let loss = lose(demand, headroom, learns);
        rows.push(vec![
            format!("{headroom:.2}"),
            format!("{:.0} %", loss.refused_max * 100.0),
            format!("{:.1}", loss.waiting_max / 1e6),
            loss.drained_after_min.to_string(),
            format!("{:.0}", loss.lag_max_min),
        ]);
    }
    let title = format!("{} lost for {LOST_MIN} minutes at its peak", REGIONS[LOST].name);
    let head = [
        "built for, of the own peak",
        "refused at worst",
        "million reports waiting on phones",
        "minutes until none waits",
        "minutes to a learner, worst",
    ];
    table(&title, &head, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(0.0), "0");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(grouped(1_234_567.0), "1,234,567");
    }
}
