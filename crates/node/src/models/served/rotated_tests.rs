//! Tests of files that take turns.

use super::*;
use cairn_ground::Timestamp;

fn head(model: &str) -> Head {
    let model = Some(model.to_owned());
    Head { schema: 1, features: String::new(), map: Vec::new(), model }
}

fn open(folder: &Path, clock: &Clock) -> Rotated {
    let config = ModelsConfig { rows_files_max: 3, ..ModelsConfig::default() };
    let mut files = Rotated::open(folder, &config, clock.clone()).unwrap();
    files.bytes_max = 300;
    files
}

#[test]
fn no_file_grows_beyond_its_size_and_no_more_than_a_few_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = open(folder.path(), &Clock::System);
    (0..40).for_each(|_| files.write(&head("a"), &[b'x'; 49]).unwrap());
    files.settle().unwrap();
    let numbers = files.numbers();
    assert_eq!(numbers.len(), 3, "{numbers:?}");
    assert!(numbers[0] > 1, "the first went");
    for number in numbers {
        let text = fs::read_to_string(files.path(number)).unwrap();
        assert!(text.len() <= 300 && text.starts_with("{\"schema\":1"), "{text}");
    }
}

#[test]
fn a_head_stands_where_it_changes_and_a_new_start_is_a_new_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = open(folder.path(), &Clock::System);
    for model in ["a", "a", "b"] {
        files.write(&head(model), b"x\n").unwrap();
    }
    files.settle().unwrap();
    let text = fs::read_to_string(files.path(1)).unwrap();
    let kinds: String = text.lines().map(|line| if line == "x" { 'x' } else { 'h' }).collect();
    assert_eq!(kinds, "hxxhx");
    drop(files);
    let mut files = open(folder.path(), &Clock::System);
    files.write(&head("a"), b"x\n").unwrap();
    assert_eq!(files.numbers(), [1, 2]);
}

#[test]
fn what_is_too_old_goes_while_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let start = Clock::System.now().ms();
    let clock = Clock::held(Timestamp::from_ms(start));
    let mut files = open(folder.path(), &clock);
    files.write(&head("a"), b"x\n").unwrap();
    let hours = |n: i64| clock.hold_at(Timestamp::from_ms(start + n * 3_600_000));
    hours(23);
    files.settle().unwrap();
    assert_eq!(files.numbers(), [1]);
    hours(25);
    files.settle().unwrap();
    assert!(files.numbers().is_empty());
}
