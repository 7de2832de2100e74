//! `cairn model import`: a network that was trained elsewhere comes in through the same gates as ours.

use super::run::Run;
use cairn_learning::data::Table;
use cairn_learning::run::Given;
use cairn_learning::spec::TaskSpec;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `cairn model import --help` ends with.
const EXAMPLES: &str = "Examples:
  cairn learn export radius rows.csv --models ./models --from ./data      rows, labels and folds for your tool
  cairn model import net.onnx radius --models ./models --from ./data      judged on these rows

FILE is an ONNX graph that is a chain: Gemm, MatMul, Add, Sub, Mul, Div, Relu, Tanh, Sigmoid (Identity, Dropout, Flatten
and Cast are looked through); operator sets 7 to 25, numbers in the file, at most 16 MiB. Its one input is [N, width] of
float32: the spec's features in their order, a missing number as 0; where it is twice as wide, a 1 for each missing
number follows. Its one output is what the spec's heads say: scale, the logarithm of a size; quantiles, those of the
logarithm at 50, 68, 90 and 95 %; odds, log odds (before a sigmoid or softmax).

The graph is translated into Cairn's own form, so that any build serves it; tract runs it as it is on the same rows, and
where both differ it is refused. From there it is a run as any: terms are fitted on folds, every gate is judged, and the
record and the card name the file by its hash. Judge it on rows it never learned from: that cannot be checked here.
Exit code 1: the model does not pass its gates.";

/// Take a network in that was trained elsewhere, judged as one that was trained here.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::cli) struct Import {
    /// The ONNX file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    run: Run,
}

impl Import {
    /// Translates, compares, judges, keeps.
    pub(in crate::cli) fn run(self) -> anyhow::Result<ExitCode> {
        let mut run = self.run;
        run.onnx = Some(self.file);
        run.sets.push("training.learner=given".to_owned());
        run.run()
    }
}

/// A network that was read, and not yet compared with the graph it came from.
#[cfg(feature = "onnx")]
pub(super) struct Foreign {
    read: cairn_neural::onnx::Import,
    digest: String,
}

#[cfg(feature = "onnx")]
impl Foreign {
    /// Reads and translates a file for the rows and heads of a spec.
    pub(super) fn read(file: &Path, spec: &TaskSpec) -> anyhow::Result<Self> {
        use anyhow::Context as _;
        use cairn_neural::onnx::{Import, OnnxError};

        let reading = || format!("read {}", file.display());
        let most = cairn_neural::limits::ONNX_BYTES_MAX;
        let found = std::fs::metadata(file).with_context(reading)?.len();
        if found > most {
            return Err(OnnxError::TooLarge { found, most }).with_context(reading);
        }
        let bytes = std::fs::read(file).with_context(reading)?;
        let (n_features, n_heads) = (spec.features.names.len(), cairn_learning::fit::n_heads(spec));
        let read = Import::read(&bytes, n_features, n_heads).with_context(reading)?;
        Ok(Self { read, digest: blake3::hash(&bytes).to_hex().to_string() })
    }

    /// The network, when it says of a table's rows what the graph says.
    pub(super) fn agreed(self, spec: &TaskSpec, table: &Table) -> anyhow::Result<Given> {
        use anyhow::Context as _;
        use cairn_learning::feature::FeatureSet;
        use cairn_learning::model::Imported;

        let set = FeatureSet::of(spec.task, &spec.features.names).context("unknown features")?;
        let rows = table.rows_of(&set);
        let rows: Vec<&[f32]> = rows.rows().collect();
        let agreement = self.read.compare(&rows).context("the graph and what it became")?;
        let (n_rows, largest) = (agreement.n_rows, agreement.largest);
        crate::cli::screen::note(&format!(
            "the graph and what it became agree on {n_rows} rows: {largest:.1e} apart at most"
        ));
        let imported = Imported { format: "onnx".to_owned(), digest: self.digest };
        Ok(Given { network: self.read.network, imported })
    }
}

/// This build reads no ONNX.
#[cfg(not(feature = "onnx"))]
pub(super) enum Foreign {}

#[cfg(not(feature = "onnx"))]
impl Foreign {
    /// Says which build does.
    pub(super) fn read(file: &Path, _spec: &TaskSpec) -> anyhow::Result<Self> {
        anyhow::bail!(
            "read {}: this program takes no ONNX in (it serves what others took in): build one that does with `cargo \
             build --release --features onnx`",
            file.display()
        )
    }

    /// There is none.
    pub(super) fn agreed(self, _spec: &TaskSpec, _table: &Table) -> anyhow::Result<Given> {
        match self {}
    }
}
