//! Networks by the command line: taken in from ONNX through every gate, or refused by what is wrong; trained by builds
//! that can.

use crate::support::cairn;
use std::path::Path;
use std::process::Output;

/// Where crates/neural/oracle/fixtures.py writes it: what the map promised as R68, as a network of 22 features.
#[cfg(feature = "onnx")]
const RADIUS: &[u8] = include_bytes!("../../../neural/oracle/radius.onnx");

/// A small town for a verb.
fn small(models: &Path, head: &[&str], more: &[&str]) -> Output {
    let at = ["--models", models.to_str().unwrap()];
    let town = ["--transmitters", "600", "--reports", "2500", "--rows", "600", "--draft"];
    cairn(&[head, &at[..], &town[..], &["--set", "split.folds=3"], more].concat())
}

fn errors(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn rows_for_a_tool_elsewhere_have_a_fold_a_label_and_the_spec_s_features_in_its_order() {
    let models = tempfile::tempdir().unwrap();
    let table = models.path().join("rows.csv");
    let written = small(
        models.path(),
        &["learn", "export", "radius", table.to_str().unwrap()],
        &["--set", "features.use=['n_used', 'log_r68']"],
    );
    assert!(written.status.success(), "{written:?}");
    let text = std::fs::read_to_string(table).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("fold,sequence,label,n_used,log_r68"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert!(rows.len() > 300 && rows.iter().all(|row| row.len() == 5), "{}", rows.len());
    for fold in ["0", "1", "2"] {
        assert!(rows.iter().any(|row| row[0] == fold), "{fold}");
    }
    assert!(rows.iter().all(|row| row[2].parse::<f32>().is_ok_and(|label| label >= 0.0)));
}

#[cfg(not(feature = "onnx"))]
#[test]
fn a_build_that_reads_no_onnx_says_which_does() {
    let models = tempfile::tempdir().unwrap();
    let said = errors(&small(models.path(), &["model", "import", "net.onnx", "radius"], &[]));
    assert!(said.contains("cargo build --release --features onnx"), "{said}");
}

#[cfg(not(feature = "neural"))]
#[test]
fn a_build_that_trains_no_networks_says_which_does_before_any_row_is_made() {
    let models = tempfile::tempdir().unwrap();
    let network = ["--set", "training.learner=network"];
    let said = errors(&small(models.path(), &["learn", "run", "radius"], &network));
    assert!(said.contains("cargo build --release --features neural"), "{said}");
    assert!(!models.path().join("rows").exists());
}

#[cfg(feature = "onnx")]
#[test]
fn a_network_from_onnx_goes_through_the_gates_and_its_record_and_card_name_the_file() {
    let models = tempfile::tempdir().unwrap();
    let file = models.path().join("net.onnx");
    std::fs::write(&file, RADIUS).unwrap();
    let import = ["model", "import", file.to_str().unwrap(), "radius"];
    let taken = small(models.path(), &import, &[]);
    assert!(taken.status.code().is_some_and(|code| code < 2), "{taken:?}");
    let noted = String::from_utf8_lossy(&taken.stderr);
    assert!(noted.contains("the graph and what it became agree on"), "{noted}");
    let said = String::from_utf8_lossy(&taken.stdout);
    assert!(said.contains("a network 22-2-1 wide"), "{said}");
    let runs = models.path().join("runs");
    let folder = std::fs::read_dir(runs).unwrap().next().unwrap().unwrap().path();
    let digest = blake3::hash(RADIUS).to_hex().to_string();
    for name in ["run.json", "card.md", "report.html"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(text.contains(&digest), "{name}");
    }
    let again = small(models.path(), &import, &["--threads", "1"]);
    let run = said.lines().next();
    assert_eq!(String::from_utf8_lossy(&again.stdout).lines().next(), run, "it is the same run");
    let added = cairn(&[
        "model",
        "add",
        folder.join("model.cairn").to_str().unwrap(),
        "--models",
        models.path().to_str().unwrap(),
    ]);
    assert!(added.status.success(), "{added:?}");
}

#[cfg(feature = "onnx")]
#[test]
fn files_that_are_no_network_of_the_spec_are_refused_by_what_is_wrong() {
    let models = tempfile::tempdir().unwrap();
    let file = models.path().join("net.onnx");
    let refused = |bytes: &[u8], spec: &str| {
        std::fs::write(&file, bytes).unwrap();
        errors(&small(models.path(), &["model", "import", file.to_str().unwrap(), spec], &[]))
    };
    let cut = refused(&RADIUS[..RADIUS.len() / 2], "radius");
    assert!(cut.contains("net.onnx") && cut.contains("ONNX"), "{cut}");
    let wide = refused(RADIUS, "motion");
    assert!(wide.contains("rows of 22 numbers; the spec has 20 features"), "{wide}");
    let huge = refused(&vec![0; 16 * 1024 * 1024 + 1], "radius");
    assert!(huge.contains("at most 16777216 are read"), "{huge}");
    let nothing = refused(b"", "radius");
    assert!(nothing.contains("without a graph"), "{nothing}");
}

#[cfg(feature = "neural")]
#[test]
fn two_trained_networks_are_the_same_bytes_with_one_thread_and_two() {
    let network = ["--set", "training.learner=network", "--set", "training.network.steps=40"];
    let [one, two] = ["1", "2"].map(|threads| {
        let models = tempfile::tempdir().unwrap();
        let more = [&network[..], &["--threads", threads]].concat();
        let ran = small(models.path(), &["learn", "run", "radius"], &more);
        assert!(ran.status.code().is_some_and(|code| code < 2), "{ran:?}");
        let runs = std::fs::read_dir(models.path().join("runs")).unwrap();
        let folder = runs.map(|it| it.unwrap().path()).next().unwrap();
        std::fs::read(folder.join("model.cairn")).unwrap()
    });
    assert_eq!(one, two);
}
