//! Six surveyed Bluetooth transmitters: how far off each method believes them.

use crate::data::surveyed::{Surveyed, lessons, truths};
use crate::exam::learned;
use crate::method::{Method, MethodName};
use crate::say;
use crate::scores::{quantile, sorted};
use crate::table::{Table, meters};
use cairn_ground::Geodesic;
use std::path::Path;

/// One row for each method.
pub(super) fn tables(shared: &Path, methods: &[MethodName]) -> anyhow::Result<Vec<Table>> {
    let mut truths = truths(shared)?;
    truths.sort_by_key(|truth| truth.number);
    let lessons = lessons(shared)?;
    let mut head = vec!["place".to_owned(), "method".to_owned()];
    head.extend(truths.iter().map(|truth| format!("no. {}", truth.number)));
    head.extend(["median", "largest", "floors right"].map(str::to_owned));
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let mut table = Table::new("Surveyed Bluetooth transmitters of the museum", &head);
    for name in methods {
        say::progress(format_args!("surveyed: {}", name.name()));
        table.push(row(*name, learned(*name, &lessons).as_ref(), &truths));
    }
    Ok(vec![table])
}

fn row(name: MethodName, method: &dyn Method, truths: &[Surveyed]) -> Vec<String> {
    let standings: Vec<_> =
        truths.iter().map(|truth| (method.transmitter(truth.id), truth)).collect();
    let errors_m: Vec<Option<f64>> = (standings.iter())
        .map(|(it, truth)| it.map(|it| Geodesic.distance_m(it.place, truth.place)))
        .collect();
    let rising = sorted(errors_m.iter().flatten().copied());
    let is_right = |(it, truth): &&(Option<crate::method::Standing>, &Surveyed)| {
        it.is_some_and(|it| it.floor == Some(truth.floor))
    };
    let n_right = standings.iter().filter(is_right).count();
    let mut cells = vec!["museum".to_owned(), name.name().to_owned()];
    cells.extend(errors_m.into_iter().map(meters));
    cells.extend([meters(quantile(&rising, 0.5)), meters(rising.last().copied())]);
    cells.push(format!("{n_right} of {}", truths.len()));
    cells
}
