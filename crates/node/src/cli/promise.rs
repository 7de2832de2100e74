//! What a snapshot says of its radii, for people and for programs.

use super::table::{grouped, table};
use crate::serving::promise::{level_word, word};
use cairn_answer::calibration_of;
use cairn_ground::Confidence;
use cairn_signal::calibration::{Class, Domain, Row};
use cairn_snapshot::CalibrationRow;
use serde_json::{Map, Value, json};

/// The head of the table.
const HEAD: [&str; 7] =
    ["radii", "samples", "voices", "over sigma", "inside, %", "sigma m", "residual dB"];

/// A table of the classes of answers that something was measured of; empty where nothing was.
pub(super) fn text(rows: &[CalibrationRow]) -> String {
    let measured: Vec<Vec<String>> = classes(rows).map(|(class, row)| line(class, &row)).collect();
    if measured.is_empty() {
        return String::new();
    }
    let head = vec![HEAD.map(str::to_owned).to_vec()];
    table(&[head, measured].concat())
}

/// The same for programs.
pub(super) fn json(rows: &[CalibrationRow]) -> Value {
    classes(rows).map(|(class, row)| object(class, &row)).collect()
}

fn classes(rows: &[CalibrationRow]) -> impl Iterator<Item = (Class, Row)> {
    let all = Class::ALL.into_iter().zip(calibration_of(rows).rows);
    all.filter(|(_, row)| row.n_samples > 0)
}

fn line(class: Class, row: &Row) -> Vec<String> {
    let or_dash = |it: Option<String>| it.unwrap_or_else(|| "-".to_owned());
    let within = |edges: fn(Domain) -> [f64; 2]| {
        let domain = row.domain.filter(|domain| !domain.is_empty());
        or_dash(domain.map(edges).map(|[from, to]| format!("{from:.1} to {to:.1}")))
    };
    let percent = |share: f64| format!("{:.1}", 100.0 * share);
    vec![
        class.name().to_owned(),
        grouped(u64::from(row.n_samples)),
        grouped(u64::from(row.n_voices)),
        row.multipliers.map(|factor| format!("{factor:.2}")).join(" "),
        or_dash(row.inside.map(|inside| inside.map(percent).join(" "))),
        within(|domain| domain.sigma_m),
        within(|domain| domain.residual_db),
    ]
}

fn object(class: Class, row: &Row) -> Value {
    let levels = |values: [f64; 4]| -> Map<String, Value> {
        let named = Confidence::ALL.into_iter().zip(values);
        named.map(|(level, value)| (level_word(level).to_owned(), value.into())).collect()
    };
    let domain = row.domain.filter(|domain| !domain.is_empty());
    json!({
        "class": word(class),
        "samples": row.n_samples,
        "voices": row.n_voices,
        "factors": levels(row.multipliers),
        "inside": row.inside.map(levels),
        "sigma_m": domain.map(|domain| domain.sigma_m),
        "residual_db": domain.map(|domain| domain.residual_db),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_is_told_and_what_was_not_is_left_out() {
        let row = |class, n_samples, multipliers| CalibrationRow { class, n_samples, multipliers };
        let rows = [
            row(0, 120, [0.5, 0.75, 1.5, 2.5]),
            row(64, 9, [0.5, 0.7, 0.875, 0.9375]),
            row(96, 9, [8.0, 40.0, -3.0, 6.0]),
            row(1, 3, [1.0; 4]),
            row(97, 1, [1.0, 0.0, 1.0, 0.0]),
            row(2, 0, [1.0; 4]),
        ];
        let text = text(&rows);
        let lines: Vec<&str> = text.lines().collect();
        let [_, two, few] = lines[..] else { panic!("{text}") };
        assert!(two.starts_with("wifi, two boxes") && two.contains("0.50 0.75 1.50 2.50"), "{two}");
        assert!(two.contains("50.0 70.0 87.5 93.8") && two.contains("8.0 to 40.0"), "{two}");
        let untold: Vec<&str> = few.split_whitespace().rev().take_while(|it| *it == "-").collect();
        assert_eq!(untold.len(), 3, "neither shares nor a domain are known: {few}");
        let json = json(&rows);
        assert_eq!(json[0]["inside"]["r95"], 0.9375);
        assert_eq!((&json[0]["voices"], &json[1]["sigma_m"]), (&9.into(), &Value::Null));
        assert!(super::text(&rows[5..]).is_empty());
    }
}
