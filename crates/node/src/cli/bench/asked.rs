//! What is asked: queries of a file, or drawn from a map.

use crate::bench::{files, scans};
use crate::cli::locate::single;
use crate::learner::found_set;
use crate::store::Store;
use anyhow::Context as _;
use axum::body::Bytes;
use clap::Args;
use std::path::PathBuf;

/// What is asked.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Queries to ask in turn: JSON lines, or a table of readings; to a path of submissions go its lines
    #[arg(long, value_name = "FILE", required_unless_present_any = ["data", "snapshot"])]
    scans: Option<PathBuf>,
    /// A data folder of Cairn to draw queries from: networks known to it that stand together
    #[arg(long, value_name = "DIR", conflicts_with_all = ["scans", "snapshot"])]
    data: Option<PathBuf>,
    /// A snapshot file to draw queries from
    #[arg(long, value_name = "FILE", conflicts_with = "scans")]
    snapshot: Option<PathBuf>,
    /// Networks of a drawn query
    #[arg(long, value_name = "N", default_value_t = 20)]
    networks: usize,
    /// Drawn queries
    #[arg(long, value_name = "N", default_value_t = 4_096)]
    queries: usize,
    /// Seed of what is drawn
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Asked {
    /// The bodies of the requests, `batch` queries each where that is given; a path of submissions gets the lines
    /// of a file as they are.
    pub(super) fn bodies(&self, path: &str, batch: Option<u64>) -> anyhow::Result<Vec<Bytes>> {
        if let Some(file) = self.scans.as_ref().filter(|_| path.contains("submit")) {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("read {}", file.display()))?;
            return files::as_they_are(&text);
        }
        let queries = self.queries()?;
        Ok(match batch.and_then(|n| usize::try_from(n).ok()) {
            Some(n) => in_batches(&queries, n),
            None => queries,
        })
    }

    fn queries(&self) -> anyhow::Result<Vec<Bytes>> {
        let set = match (&self.scans, &self.data, &self.snapshot) {
            (Some(path), ..) => {
                let bytes =
                    std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
                return files::queries(&bytes);
            }
            (None, Some(data), _) => found_set(&Store::at(data))?,
            (None, None, Some(path)) => single(path)?,
            (None, None, None) => anyhow::bail!("--scans, --data or --snapshot is needed"),
        };
        scans::of_map(&set, (self.queries, self.networks), self.seed)
    }
}

/// The queries as JSON lines, so many a body; the last body is filled up from the first queries.
fn in_batches(queries: &[Bytes], n: usize) -> Vec<Bytes> {
    let n_bodies = queries.len().div_ceil(n);
    let mut turn = queries.iter().cycle();
    let body = |_| {
        let mut lines = Vec::new();
        for query in turn.by_ref().take(n) {
            // A query of several lines is one line all the same.
            lines.extend(query.iter().map(|byte| if *byte == b'\n' { b' ' } else { *byte }));
            lines.push(b'\n');
        }
        Bytes::from(lines)
    };
    (0..n_bodies).map(body).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_batch_is_full_and_every_query_in_one() {
        let queries: Vec<Bytes> = ["{\n}", "{\"a\":1}", "{}"].map(Bytes::from).to_vec();
        let bodies = in_batches(&queries, 2);
        assert_eq!(bodies, ["{ }\n{\"a\":1}\n", "{}\n{ }\n"]);
    }
}
