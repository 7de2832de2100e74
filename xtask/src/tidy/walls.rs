//! The crate graph is the one ARCHITECTURE.md draws, and each room keeps out what it must not know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::issue::Issue;
use super::tree::{Tree, has_word};
use crate::process::output;
use crate::repo::Repo;

/// Where the walls are drawn.
const DOCUMENT: &str = "ARCHITECTURE.md";

/// The walls until the document draws them.
const EXPECTED: &str = "\
| crate | may know |
|---|---|
| `ground` | – |
| `signal` | ground |
| `report` | ground |
| `wire` | ground, report |
| `journal` | ground, report |
| `evidence` | ground, signal, report |
| `radiomap` | ground, signal, evidence |
| `snapshot` | ground |
| `answer` | ground, signal, snapshot |
| `node` | all |
| `sim` | ground, signal, report |
";

/// What a room must not depend on, and what that protects. A name ending in `*` is a prefix.
const BANS: [(&str, &str, &str); 5] = [
    ("ground", "serde*", "the meaning of numbers has no format"),
    ("ground", "tokio*", "the meaning of numbers has no IO"),
    ("report", "serde*", "formats live in `wire`"),
    ("answer", "tokio*", "an answer waits for nothing"),
    ("radiomap", "cairn-report", "what is learned cannot name a report"),
];

/// The only places that may say `unsafe`: a mapped file, and pointers of other languages.
const UNSAFE_PLACES: [&str; 2] = ["crates/snapshot/", "crates/fold/src/abi.rs"];

/// What each room depends on, tests apart.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    rooms: BTreeMap<String, Dependencies>,
}

#[derive(Debug, Default)]
struct Dependencies {
    rooms: BTreeSet<String>,
    packages: BTreeSet<String>,
}

impl Graph {
    /// Asks cargo, without the network.
    ///
    /// # Errors
    /// Cargo fails or answers something else than its format 1.
    pub(crate) fn read(repo: &Repo) -> Result<Self> {
        let args = ["metadata", "--no-deps", "--format-version", "1", "--offline"];
        let metadata = serde_json::from_str(&output(&mut repo.cargo(&args))?);
        Ok(Self::of(&metadata.context("parse cargo metadata")?))
    }

    /// The graph in cargo's metadata.
    pub(crate) fn of(metadata: &Value) -> Self {
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let rooms = packages.filter_map(|package| {
            let manifest = package["manifest_path"].as_str()?.strip_suffix("/Cargo.toml")?;
            Some((room_in(manifest)?, Dependencies::of(package)))
        });
        Self { rooms: rooms.collect() }
    }
}

impl Dependencies {
    fn of(package: &Value) -> Self {
        let mut all = Self::default();
        let normal = package["dependencies"].as_array().into_iter().flatten();
        for dependency in normal.filter(|dependency| dependency["kind"].is_null()) {
            all.packages.extend(dependency["name"].as_str().map(str::to_owned));
            all.rooms.extend(dependency["path"].as_str().and_then(room_in));
        }
        all
    }
}

/// The room of a package folder `…/crates/<room>`.
fn room_in(folder: &str) -> Option<String> {
    let folder = Path::new(folder);
    let is_room = folder.parent()?.file_name()? == "crates";
    is_room.then(|| folder.file_name().map(|name| name.to_string_lossy().into_owned())).flatten()
}

/// One row of the table.
#[derive(Debug)]
struct Wall {
    line: usize,
    room: String,
    /// `None` where the room may know all.
    may_know: Option<BTreeSet<String>>,
    is_planned: bool,
}

/// Checks the table, the bans and `unsafe`.
pub(crate) fn check(tree: &Tree, graph: &Graph) -> Vec<Issue> {
    let document = tree.get(DOCUMENT);
    let walls = walls(document.map_or(EXPECTED, |document| &document.text));
    let mut issues = Vec::new();
    if walls.is_empty() {
        let what = "no table with the columns `crate | may know`: draw the walls";
        issues.push(Issue::new(DOCUMENT, 1, "wall", what));
    }
    issues.extend(graph.rooms.iter().flat_map(|(room, known)| compare(room, known, &walls)));
    if document.is_some() {
        issues.extend(walls.iter().filter_map(|wall| outlived(wall, graph)));
    }
    issues.extend(graph.rooms.iter().flat_map(|(room, known)| banned(room, known)));
    issues.extend(unsafe_code(tree));
    issues
}

fn walls(document: &str) -> Vec<Wall> {
    let rows = document.lines().enumerate().map(|(index, line)| (index + 1, cells(line)));
    let is_head =
        |cells: &[String]| cells.len() >= 2 && cells[0] == "crate" && cells[1] == "may know";
    let table = rows.skip_while(|(_, cells)| !is_head(cells)).skip(2);
    table
        .take_while(|(_, cells)| cells.len() >= 2)
        .map(|(line, cells)| wall(line, &cells))
        .collect()
}

/// A table row's cells, without backticks; empty for any other line.
fn cells(line: &str) -> Vec<String> {
    let row = line.trim().strip_prefix('|').and_then(|row| row.strip_suffix('|'));
    row.into_iter()
        .flat_map(|row| row.split('|'))
        .map(|cell| cell.replace('`', "").trim().to_owned())
        .collect()
}

fn wall(line: usize, cells: &[String]) -> Wall {
    let names = cells[1].split(',').map(|name| name.trim().to_owned());
    let names: BTreeSet<String> =
        names.filter(|name| !matches!(name.as_str(), "" | "–" | "—" | "-")).collect();
    Wall {
        line,
        room: cells[0].split(' ').next().unwrap_or_default().to_owned(),
        may_know: (!names.contains("all")).then_some(names),
        is_planned: cells[0].contains("(planned)"),
    }
}

/// What a room knows and the table does not grant.
fn compare(room: &str, known: &Dependencies, walls: &[Wall]) -> Vec<Issue> {
    let issue = |what| Issue::new(&format!("crates/{room}/Cargo.toml"), 1, "wall", what);
    let Some(wall) = walls.iter().find(|wall| wall.room == room) else {
        return vec![issue(format!(
            "`{room}` is not in the wall table of {DOCUMENT}: add its row"
        ))];
    };
    let Some(may_know) = &wall.may_know else { return Vec::new() };
    let broken = known.rooms.difference(may_know);
    broken
        .map(|other| issue(format!("`{room}` knows `{other}`, and its wall does not let it")))
        .collect()
}

/// A row whose room is gone, or that grants what is not used.
fn outlived(wall: &Wall, graph: &Graph) -> Option<Issue> {
    let room = &wall.room;
    let issue = |what| Some(Issue::new(DOCUMENT, wall.line, "wall", what));
    if wall.is_planned {
        return None;
    }
    let Some(known) = graph.rooms.get(room) else {
        return issue(format!("there is no `{room}`: delete the row, or write `{room}` (planned)"));
    };
    let unused: Vec<&str> = wall
        .may_know
        .iter()
        .flatten()
        .filter(|name| !known.rooms.contains(*name))
        .map(String::as_str)
        .collect();
    if unused.is_empty() {
        None
    } else {
        issue(format!("`{room}` does not know {}: take it from the row", unused.join(", ")))
    }
}

fn banned(room: &str, known: &Dependencies) -> Vec<Issue> {
    let matches = |name: &str, ban: &str| {
        ban.strip_suffix('*').map_or(name == ban, |prefix| name.starts_with(prefix))
    };
    let mut issues = Vec::new();
    for (_, ban, why) in BANS.iter().filter(|(walled, ..)| *walled == room) {
        for name in known.packages.iter().filter(|name| matches(name, ban)) {
            let what = format!("`{room}` must not depend on `{name}`: {why}");
            issues.push(Issue::new(&format!("crates/{room}/Cargo.toml"), 1, "ban", what));
        }
    }
    issues
}

fn unsafe_code(tree: &Tree) -> Vec<Issue> {
    let what = format!("`unsafe` outside {UNSAFE_PLACES:?}: do it safely, or move it there");
    let mut issues = Vec::new();
    let files = tree.rust().filter(|file| file.path.starts_with("crates/"));
    let may = |path: &str| UNSAFE_PLACES.iter().any(|place| path.starts_with(place));
    for file in files.filter(|file| !may(&file.path)) {
        let found = file.code().filter(|(_, line)| has_word(line, "unsafe"));
        issues.extend(found.map(|(line, _)| Issue::new(&file.path, line, "unsafe", what.as_str())));
    }
    issues
}
