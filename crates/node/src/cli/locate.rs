//! `cairn locate`: answers from a snapshot, without a server; or the node of several that answers.

use super::screen;
use super::serve::until_stopped;
use crate::clock::Clock;
use crate::cluster::start_locate;
use crate::config::{Config, Listen};
use crate::learner::found_set;
use crate::limits::LOCATE_DOCUMENT_BYTES_MAX;
use crate::logging;
use crate::models::serving::champion;
use crate::offline::{Basis, Format, Tally, answer_line, answer_lines};
use crate::store::Store;
use anyhow::Context as _;
use cairn_snapshot::{Snapshot, SnapshotSet};
use cairn_wire::capped::decompressed;
use cairn_wire::geolocate::LocateRequest;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::fs::File;
use std::io::{self, BufRead, BufWriter, Read as _, Write};
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What `cairn locate --help` ends with.
const EXAMPLES: &str = r#"Examples:
  cairn locate query.json --data ./data
  cairn locate queries.jsonl.gz --snapshot ./data/map/0123456789abcdef.snapshot > answers.jsonl
  cairn locate queries.jsonl --data ./data --csv > places.csv
  cairn locate --listen 0.0.0.0:8080 --maps /srv/maps     # a server that answers from what learners publish
  cairn locate --listen 127.0.0.1:8080 --snapshot now.snapshot --shadow candidate.snapshot
  echo '{"wifiAccessPoints":[{"macAddress":"02:00:5e:10:00:01"},{"macAddress":"0a:00:5e:20:00:02"}]}' \
    | cairn locate - --data ./data

Input: one query a line, or one query over many lines, in the form of POST /v1/geolocate; plain, gzip or zstd. A query
may have a name ("id", a text or a number), which comes back with its answer. Blank lines have no answer.
Output: one line a query in the order of the input, an answer ("location", "accuracy" = 95 % radius in metres) or a
refusal ("error", with the reason in "details"): a line that cannot be read costs itself. With --csv a table with the
columns id, lat, lng, accuracy, fallback, error. At the end standard error says how many there were and how fast.

All cores answer lines of a file of any length in about 50 MB of memory; the output is the same whatever --threads
says. Nobody's address is looked up and no other service asked. A running service is not disturbed.

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
    /// Folder of models: the champion of `radius` gives answers their radii
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// Threads that answer; as many as the machine has cores unless said otherwise
    #[arg(long, value_name = "N", conflicts_with = "listen", value_parser = clap::value_parser!(u16).range(1..=1_024))]
    threads: Option<u16>,
    /// Write a table instead of JSON
    #[arg(long, conflicts_with = "listen")]
    csv: bool,
}

impl Locate {
    /// Answers every query of the input.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        if !self.listen.is_empty() {
            let from = self.maps.as_ref().or(self.snapshot.as_ref());
            return self.serve(from.context("--maps or --snapshot is needed with --listen")?);
        }
        let file = self.file.as_ref().context("a file with queries is needed")?;
        logging::start(&crate::config::LogConfig::default());
        let set = match (&self.snapshot, &self.data) {
            (Some(_), Some(_)) => anyhow::bail!("--data and --snapshot: one of them"),
            (Some(path), None) => single(path)?,
            (None, Some(data)) => found_set(&Store::at(data))?,
            (None, None) => anyhow::bail!("--data or --snapshot is needed"),
        };
        let model = self.models.as_ref().map(|it| champion(it)).transpose()?.flatten();
        let basis = Basis { set: &set, model: model.as_ref() };
        let started = Clock::System.instant();
        let tally = if file.as_os_str() == "-" {
            let mut input = decompressed(io::stdin().lock()).context("read queries")?;
            self.answer(basis, &mut *input, &ProgressBar::hidden())?
        } else {
            let open = File::open(file).with_context(|| format!("open {}", file.display()))?;
            let bar = progress(open.metadata().map_or(0, |meta| meta.len()));
            let mut input = decompressed(bar.wrap_read(open)).context("read queries")?;
            self.answer(basis, &mut *input, &bar)?
        };
        if tally.n_queries() > 1 {
            screen::note(&tally.account(started.elapsed()));
        }
        let is_unreadable = tally.n_queries() > 0 && tally.n_unreadable == tally.n_queries();
        if is_unreadable {
            screen::note(&format!("cairn: {}: not one query could be read", file.display()));
        }
        Ok(if is_unreadable { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }

    /// Answers all of an input on standard output.
    fn answer(
        &self,
        basis: Basis<'_>,
        input: &mut dyn BufRead,
        bar: &ProgressBar,
    ) -> anyhow::Result<Tally> {
        let n_cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let n_threads = self.threads.map_or(n_cores, usize::from);
        let format = if self.csv { Format::Csv } else { Format::Json };
        let mut out = BufWriter::new(io::stdout());
        out.write_all(format.head()).context("write answers")?;
        let tally = answer_all(basis, input, &mut out, (n_threads, format));
        bar.finish_and_clear();
        tally
    }

    /// Answers over HTTP until told to stop.
    fn serve(&self, from: &Path) -> anyhow::Result<ExitCode> {
        let mut config = Config::load(self.config.as_deref())?;
        config.listen = Listen(self.listen.clone());
        config.serving.shadow.extend_from_slice(&self.shadow);
        if let Some(models) = &self.models {
            config.models.folder.clone_from(models);
        }
        logging::start(&config.log);
        until_stopped(start_locate(self.data.as_deref(), from, config, Clock::System)?)?;
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    }
}

/// A bar with rate and time left; hidden when nobody looks.
fn progress(n_bytes: u64) -> ProgressBar {
    let bar = ProgressBar::new(n_bytes);
    let template =
        "{wide_bar} {binary_bytes}/{binary_total_bytes}  {binary_bytes_per_sec}  {eta} left";
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_the_default_does) => bar,
    }
}

/// One snapshot file as a set.
pub(super) fn single(path: &Path) -> anyhow::Result<SnapshotSet> {
    let snapshot = Snapshot::open(path).with_context(|| format!("open {}", path.display()))?;
    Ok(SnapshotSet::new(Some(Arc::new(snapshot)), Vec::new()))
}

/// Answers every query of `input`: a document a line, or documents over several lines.
fn answer_all(
    basis: Basis<'_>,
    input: &mut dyn BufRead,
    out: &mut (dyn Write + Send),
    how: (usize, Format),
) -> anyhow::Result<Tally> {
    let mut start = Vec::new();
    let first = line_of(input, &mut start)?;
    if !is_whole(&start[first..]) {
        let second = line_of(input, &mut start)?;
        if !is_object(&start[second..]) {
            let cap = LOCATE_DOCUMENT_BYTES_MAX as u64;
            input.take(cap).read_to_end(&mut start).context("read queries")?;
            return answer_documents(basis, &start, out, how.1);
        }
    }
    let mut all = io::Cursor::new(start).chain(input);
    answer_lines(basis, &mut all, out, how)
}

/// Appends lines up to one that is not blank; where that one begins.
fn line_of(input: &mut dyn BufRead, all: &mut Vec<u8>) -> anyhow::Result<usize> {
    loop {
        let from = all.len();
        let cap = LOCATE_DOCUMENT_BYTES_MAX as u64;
        let n = (&mut *input).take(cap).read_until(b'\n', all).context("read queries")?;
        if n == 0 || !all[from..].trim_ascii().is_empty() {
            return Ok(from);
        }
    }
}

/// Answers documents that follow one another, wherever their lines break.
fn answer_documents(
    basis: Basis<'_>,
    text: &[u8],
    out: &mut dyn Write,
    format: Format,
) -> anyhow::Result<Tally> {
    let (mut tally, mut asked) = (Tally::default(), LocateRequest::default());
    let mut answer = |document: &[u8]| {
        let mut line = Vec::new();
        answer_line(basis, Some(document), format, (&mut line, &mut tally, &mut asked));
        out.write_all(&line).context("write answers")
    };
    let mut documents =
        serde_json::Deserializer::from_slice(text).into_iter::<serde::de::IgnoredAny>();
    let mut start = 0;
    while let Some(document) = documents.next() {
        if let Err(error) = document {
            screen::note(&format!("line {}: {error}", error.line()));
            // The decoder says in the peers' words what is wrong with the rest.
            answer(&text[start..])?;
            break;
        }
        let end = documents.byte_offset();
        answer(&text[start..end])?;
        start = end;
    }
    out.flush().context("write answers")?;
    Ok(tally)
}

/// True when the text is one JSON document.
fn is_whole(text: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

/// True when the text is one JSON object: what follows a broken line of a file of lines.
fn is_object(text: &[u8]) -> bool {
    text.trim_ascii_start().starts_with(b"{") && is_whole(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(input: &str) -> Vec<String> {
        let mut out = Vec::new();
        let how = (2, Format::Json);
        answer_all(
            Basis { set: &SnapshotSet::default(), model: None },
            &mut input.as_bytes(),
            &mut out,
            how,
        )
        .unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_line_is_a_query_and_a_broken_line_costs_itself() {
        let lines = answers("{}\n\n{\"wifiAccessPoints\":[]}\n{broken\n{}\n");
        assert_eq!(lines.len(), 4);
        assert!(lines[2].contains("parseError") && lines[3].contains("notFound"), "{lines:?}");
    }

    #[test]
    fn a_broken_first_line_costs_itself_too() {
        let lines = answers("{broken\n\n{}\n{}\n");
        assert_eq!(lines.len(), 3);
        assert!(lines[0].contains("parseError") && lines[2].contains("notFound"), "{lines:?}");
        assert!(answers("").is_empty() && answers("\n \n").is_empty());
    }

    #[test]
    fn a_query_may_span_lines_and_another_may_follow() {
        assert_eq!(answers("{\n \"considerIp\": false\n}\n").len(), 1);
        assert_eq!(answers("{\n}\n{\n}\n").len(), 2);
    }
}
