//! ASCII worlds: a map, a walk, and what must come out, in one readable file.
//!
//! ```text
//! // kitchen.world                 one cell = 2 m; letters transmit; digits are a walk
//! A . . . . B
//! . 1 2 3 . .      A: wifi -40 dBm at 1 m, n = 2.2      rain: shadowing 4 dB, seed 7
//! . . . 4 . .      teach: 5 phones, fix 3 m
//! C . . . . D      expect: error at 4 < 3 m, R95 holds 1..4, M1 under 10 shuffles
//! ```
//!
//! *Squares*, one blank apart, north at the top: `.` ground nobody walked, `~` ground where phones
//! taught, a digit the same and asked about afterwards, `A`–`Z` a transmitter, `a`–`z` where one is
//! carried to, `#` a wall (8 dB). A line `floor 2:` puts the squares below it on that storey, over
//! the ones before (15 dB and 3 m a storey); without it a world is under the sky.
//!
//! *Sentences*, two blanks or a new line apart, clauses parted by commas:
//!
//! | sentence | clauses |
//! |---|---|
//! | `A:` or `*:` (every other letter) | `wifi -40 dBm at 1 m` (or ble, gsm, wcdma, lte, nr), `n = 2.2`; then any of `rides along`, `moves to a on day 15`, `appears on day 3`, `dies on day 9`, `comes from 40 km east`, `same box as B` |
//! | `rain:` | `shadowing 4 dB`, `seed 7`, `fading 2 dB` |
//! | `teach:` | `5 phones`, `fix 3 m` (68 %), `30 days`, `surveyed` (source and storey are stated) |
//! | `expect:` | see [`Expectation`] |
//!
//! Not here: learning and asking; a suite outside runs every method and reader on every world.

mod expectation;
mod parse;
mod run;

pub use expectation::{Digits, Expectation, RefusalKind};
pub use parse::{Problem, WorldError};
pub use run::WorldQuery;

use cairn_ground::{CellRadio, Floor};

/// What a transmitter does besides standing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Habit {
    RidesAlong,
    MovesTo { letter: char, day: u16 },
    Appears { day: u16 },
    Dies { day: u16 },
    ComesFrom { km_east: f64 },
    SameBox { letter: char },
}

/// The radio of a letter.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Wifi,
    Ble,
    Cell(CellRadio),
}

/// What one letter's line says.
#[derive(Debug, Clone, PartialEq)]
struct Spec {
    kind: Kind,
    reference_dbm: f64,
    exponent: f64,
    habits: Vec<Habit>,
}

/// One square that is more than ground.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Square {
    symbol: char,
    column: usize,
    row: usize,
    storey: usize,
}

/// One storey of squares; the level is `None` under the sky.
#[derive(Debug, Clone, PartialEq, Default)]
struct Storey {
    level: Option<Floor>,
    n_rows: usize,
}

/// How it rains and how phones teach.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Weather {
    shadowing_db: f64,
    fading_db: f64,
    seed: u64,
    n_phones: u32,
    fix_r68_m: f64,
    days: u16,
    surveyed: bool,
}

/// A parsed world.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    cell_m: f64,
    storeys: Vec<Storey>,
    squares: Vec<Square>,
    specs: Vec<(char, Spec)>,
    weather: Weather,
    expectations: Vec<Expectation>,
}

impl World {
    /// Reads a world.
    ///
    /// # Errors
    /// [`WorldError`] naming line, column and problem; the author mends the file.
    pub fn parse(text: &str) -> Result<Self, WorldError> {
        parse::world(text)
    }

    /// What must come out, in the order written.
    pub fn expectations(&self) -> &[Expectation] {
        &self.expectations
    }

    /// Side of a square in metres.
    pub const fn cell_m(&self) -> f64 {
        self.cell_m
    }

    /// The letters that transmit, in the order of the map.
    pub fn letters(&self) -> impl Iterator<Item = char> + '_ {
        self.squares.iter().map(|square| square.symbol).filter(char::is_ascii_uppercase)
    }

    /// The first square with a symbol.
    fn square(&self, symbol: char) -> Option<&Square> {
        self.squares.iter().find(|square| square.symbol == symbol)
    }

    /// What a letter transmits: its own line, the line of `*`, or a Wi-Fi box at −40 dBm.
    fn spec(&self, letter: char) -> Spec {
        let of = |name: char| self.specs.iter().find(|(owner, _)| *owner == name);
        of(letter).or_else(|| of('*')).map_or_else(Spec::plain, |(_, spec)| spec.clone())
    }
}

impl Spec {
    /// The transmitter of a letter that no line describes.
    const fn plain() -> Self {
        Self { kind: Kind::Wifi, reference_dbm: -40.0, exponent: 2.2, habits: Vec::new() }
    }
}

#[cfg(test)]
#[path = "world_tests.rs"]
mod tests;
