//! `cairn locate`: answers from a snapshot, without a server; or the node of several that answers.

use super::screen;
use super::serve::until_stopped;
use crate::clock::Clock;
use crate::cluster::start_locate;
use crate::config::{Config, Listen};
use crate::learner::found_set;
use crate::limits::LOCATE_DOCUMENT_BYTES_MAX;
use crate::locating;
use crate::logging;
use crate::store::Store;
use anyhow::Context as _;
use cairn_answer::choose;
use cairn_snapshot::{Snapshot, SnapshotSet};
use cairn_wire::errors::PublicError;
use cairn_wire::geolocate;
use clap::Args;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What `cairn locate --help` ends with.
const EXAMPLES: &str = r#"Examples:
  cairn locate query.json --data ./data
  cairn locate --listen 0.0.0.0:8080 --maps /srv/maps     # a server that answers from what learners publish
  cairn locate --listen 127.0.0.1:8080 --snapshot now.snapshot --shadow candidate.snapshot
  cairn locate queries.jsonl --snapshot ./data/map/0123456789abcdef.snapshot
  echo '{"wifiAccessPoints":[{"macAddress":"02:00:5e:10:00:01"},{"macAddress":"0a:00:5e:20:00:02"}]}' \
    | cairn locate - --data ./data

Input: one query a line, or one query over many lines, in the form of POST /v1/geolocate.
Output: one line a query, an answer ("location", "accuracy" = 95 % radius in metres) or a refusal
("error", with the reason in "details"). A running service is not disturbed.

With --listen it is a server that keeps nothing: it answers from the maps that `cairn learn` publishes to MAPS (or from
the data folder of a `cairn serve`), or from one file, and takes up newer ones by itself: each is read and checked before
it serves, a damaged one is named in the log and never does. It is ready (/readyz) when all parts are there and warm."#;

/// Answer queries from a snapshot without a server, or as one of several servers.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Locate {
    /// File with queries; - reads standard input
    #[arg(value_name = "FILE", required_unless_present = "listen")]
    file: Option<PathBuf>,
    /// Data folder of a service; with --listen, the folder of this server's API keys
    #[arg(long, value_name = "DIR", required_unless_present_any = ["snapshot", "listen"])]
    data: Option<PathBuf>,
    /// Address and port to answer at, repeatable; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", conflicts_with = "file")]
    listen: Vec<SocketAddr>,
    /// Folder that learners publish to, or any folder with a MANIFEST
    #[arg(long, value_name = "DIR", requires = "listen", conflicts_with = "snapshot")]
    maps: Option<PathBuf>,
    /// TOML file with settings of the server; see `cairn serve --print-config`
    #[arg(long, value_name = "FILE", requires = "listen")]
    config: Option<PathBuf>,
    /// A snapshot file instead of a data folder; with --listen, another one renamed to its name is taken up
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// A snapshot file, or a folder with a MANIFEST, that answers a share of the queries too, unseen; repeatable
    #[arg(long, value_name = "PATH", requires = "listen")]
    shadow: Vec<PathBuf>,
}

impl Locate {
    /// Answers every query of the input.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        if !self.listen.is_empty() {
            let from = self.maps.as_ref().or(self.snapshot.as_ref());
            return self.serve(from.context("--maps or --snapshot is needed with --listen")?);
        }
        let file = self.file.context("a file with queries is needed")?;
        logging::start(&crate::config::LogConfig::default());
        let set = match (&self.snapshot, &self.data) {
            (Some(_), Some(_)) => anyhow::bail!("--data and --snapshot: one of them"),
            (Some(path), None) => single(path)?,
            (None, Some(data)) => found_set(&Store::at(data))?,
            (None, None) => anyhow::bail!("--data or --snapshot is needed"),
        };
        let mut out = BufWriter::new(io::stdout().lock());
        if file.as_os_str() == "-" {
            answer_all(&set, &mut io::stdin().lock(), &mut out)?;
        } else {
            let file = File::open(&file).with_context(|| format!("open {}", file.display()))?;
            answer_all(&set, &mut BufReader::new(file), &mut out)?;
        }
        out.flush().context("write answers")?;
        Ok(ExitCode::SUCCESS)
    }

    /// Answers over HTTP until told to stop.
    fn serve(&self, from: &Path) -> anyhow::Result<ExitCode> {
        let mut config = Config::load(self.config.as_deref())?;
        config.listen = Listen(self.listen.clone());
        config.serving.shadow.extend_from_slice(&self.shadow);
        logging::start(&config.log);
        until_stopped(start_locate(self.data.as_deref(), from, config, Clock::System)?)?;
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    }
}

/// One snapshot file as a set.
pub(super) fn single(path: &Path) -> anyhow::Result<SnapshotSet> {
    let snapshot = Snapshot::open(path).with_context(|| format!("open {}", path.display()))?;
    Ok(SnapshotSet::new(Some(Arc::new(snapshot)), Vec::new()))
}

/// Answers every query of `input`: a document a line, or documents over several lines.
fn answer_all(
    set: &SnapshotSet,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let mut line = Vec::new();
    let mut is_first = true;
    loop {
        line.clear();
        let cap = LOCATE_DOCUMENT_BYTES_MAX as u64;
        let n = input.take(cap).read_until(b'\n', &mut line).context("read queries")?;
        if n == 0 {
            return Ok(());
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        if is_first && !is_whole(&line) {
            input.take(cap).read_to_end(&mut line).context("read queries")?;
            return answer_documents(set, &line, out);
        }
        is_first = false;
        answer(set, &line, out)?;
    }
}

/// Answers documents that follow one another, wherever their lines break.
fn answer_documents(set: &SnapshotSet, text: &[u8], out: &mut dyn Write) -> anyhow::Result<()> {
    let mut documents =
        serde_json::Deserializer::from_slice(text).into_iter::<serde::de::IgnoredAny>();
    let mut start = 0;
    while let Some(document) = documents.next() {
        if let Err(error) = document {
            screen::note(&format!("line {}: {error}", error.line()));
            // The decoder says in the peers' words what is wrong with the rest.
            return answer(set, &text[start..], out);
        }
        let end = documents.byte_offset();
        answer(set, &text[start..end], out)?;
        start = end;
    }
    Ok(())
}

/// True when the text is one JSON document.
fn is_whole(text: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

/// Answers one query with one line.
fn answer(set: &SnapshotSet, query: &[u8], out: &mut dyn Write) -> anyhow::Result<()> {
    let line = match geolocate::decode(query) {
        Ok(request) => {
            let (sources, refusal) = locating::sources(set, &request);
            match choose(&sources) {
                Some(choice) => geolocate::encode_answer(&locating::wire_answer(&choice, &request)),
                None => locating::not_found(refusal).body(),
            }
        }
        Err(error) => PublicError::from(&error).body(),
    };
    out.write_all(&line).and_then(|()| out.write_all(b"\n")).context("write answers")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(input: &str) -> Vec<String> {
        let mut out = Vec::new();
        answer_all(&SnapshotSet::default(), &mut input.as_bytes(), &mut out).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_line_is_a_query_and_a_broken_line_costs_itself() {
        let lines = answers("{}\n\n{\"wifiAccessPoints\":[]}\n{broken\n{}\n");
        assert_eq!(lines.len(), 4);
        assert!(lines[2].contains("parseError") && lines[3].contains("notFound"), "{lines:?}");
    }

    #[test]
    fn a_query_may_span_lines_and_another_may_follow() {
        assert_eq!(answers("{\n \"considerIp\": false\n}\n").len(), 1);
        assert_eq!(answers("{\n}\n{\n}\n").len(), 2);
    }
}
