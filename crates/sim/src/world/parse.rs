//! Reads a world's text: squares, sentences, and exactly where something is wrong.

use super::expectation::letter;
use super::{Expectation, Habit, Kind, Spec, Square, Storey, Weather, World};
use crate::limits::{WORLD_PHONES_MAX, WORLD_REPORTS_MAX, WORLD_TEXT_MAX};
use cairn_ground::{CellRadio, Floor};

/// A world that cannot be read: where, and what is wrong there.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct WorldError {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong in a world's text.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Longer than [`WORLD_TEXT_MAX`].
    #[error("more than {limit} bytes of text")]
    TooLong {
        /// Most bytes.
        limit: usize,
    },
    /// No comment says `one cell = N m`.
    #[error("no comment says \"one cell = N m\"")]
    NoCellSize,
    /// No row of squares.
    #[error("no squares")]
    NoSquares,
    /// A symbol that is no square.
    #[error("{symbol:?} is no square")]
    NotASquare {
        /// The symbol.
        symbol: char,
    },
    /// A letter or digit that stands on two squares.
    #[error("{symbol} stands on two squares")]
    Twice {
        /// The symbol.
        symbol: char,
    },
    /// Neither a row of squares nor a sentence.
    #[error("neither squares nor a sentence: {text:?}")]
    NotASentence {
        /// The text.
        text: String,
    },
    /// A clause that its sentence does not know.
    #[error("not understood: {text:?}")]
    NotUnderstood {
        /// The clause.
        text: String,
    },
    /// A letter or digit that stands on no square.
    #[error("{symbol} stands on no square")]
    NoSuchSquare {
        /// The symbol.
        symbol: char,
    },
    /// Taught squares times phones beyond [`WORLD_REPORTS_MAX`].
    #[error("more than {limit} reports")]
    TooManyReports {
        /// Most reports.
        limit: usize,
    },
}

/// A piece of a line with where it starts.
#[derive(Clone, Copy)]
struct Piece<'a> {
    line: usize,
    column: usize,
    text: &'a str,
}

impl<'a> Piece<'a> {
    const fn problem(self, problem: Problem) -> WorldError {
        WorldError { line: self.line, column: self.column, problem }
    }

    fn not_understood(self) -> WorldError {
        self.problem(Problem::NotUnderstood { text: self.text.to_owned() })
    }

    /// Cuts at a separator, keeping the columns; blanks around the parts are dropped.
    fn split(self, separator: &'a str) -> impl Iterator<Item = Self> {
        let mut column = self.column;
        self.text.split(separator).map(move |part| {
            let trimmed = part.trim_start();
            let blanks = part.chars().count() - trimmed.chars().count();
            let piece = Self { line: self.line, column: column + blanks, text: trimmed.trim_end() };
            column += part.chars().count() + separator.chars().count();
            piece
        })
    }

    fn words(self) -> Vec<&'a str> {
        self.text.split_whitespace().collect()
    }
}

/// What has been read so far.
struct Reader {
    world: World,
    cell_m: Option<f64>,
    /// Symbols that sentences speak of, with where: checked at the end.
    spoken_of: Vec<(char, usize, usize)>,
}

/// Reads a world.
pub(super) fn world(text: &str) -> Result<World, WorldError> {
    let start = Piece { line: 1, column: 1, text: "" };
    if text.len() > WORLD_TEXT_MAX {
        return Err(start.problem(Problem::TooLong { limit: WORLD_TEXT_MAX }));
    }
    let weather = Weather {
        shadowing_db: 0.0,
        fading_db: 2.0,
        seed: 1,
        n_phones: 5,
        fix_r68_m: 4.0,
        days: 30,
        surveyed: false,
    };
    let world = World {
        cell_m: 1.0,
        storeys: Vec::new(),
        squares: Vec::new(),
        specs: Vec::new(),
        weather,
        expectations: Vec::new(),
    };
    let mut reader = Reader { world, cell_m: None, spoken_of: Vec::new() };
    for (index, line) in text.lines().enumerate() {
        reader.line(Piece { line: index + 1, column: 1, text: line })?;
    }
    reader.finish(start)
}

impl Reader {
    fn line(&mut self, line: Piece<'_>) -> Result<(), WorldError> {
        let (said, comment) = line.text.split_once("//").unwrap_or((line.text, ""));
        if let Some((_, rest)) = comment.split_once("one cell = ") {
            let number = rest.split_whitespace().next().and_then(|word| word.parse().ok());
            self.cell_m = self.cell_m.or_else(|| number.filter(|m| (0.1..=10_000.0).contains(m)));
        }
        let pieces = Piece { text: said, ..line }.split("  ").filter(|p| !p.text.is_empty());
        for (number, piece) in pieces.enumerate() {
            let words = piece.words();
            let is_row = words.iter().all(|word| word.chars().count() == 1);
            if let ["floor", level] = words.as_slice() {
                self.storey(piece, level)?;
            } else if number == 0 && piece.column == 1 && is_row {
                self.row(piece)?;
            } else {
                self.sentence(piece)?;
            }
        }
        Ok(())
    }

    fn storey(&mut self, piece: Piece<'_>, level: &str) -> Result<(), WorldError> {
        let number = level.strip_suffix(':').and_then(|number| number.parse().ok());
        let floor = number.and_then(|number| Floor::new(number).ok());
        let level = Some(floor.ok_or_else(|| piece.not_understood())?);
        self.world.storeys.push(Storey { level, n_rows: 0 });
        Ok(())
    }

    fn row(&mut self, piece: Piece<'_>) -> Result<(), WorldError> {
        if self.world.storeys.is_empty() {
            self.world.storeys.push(Storey::default());
        }
        let storey = self.world.storeys.len() - 1;
        let row = self.world.storeys[storey].n_rows;
        for (column, part) in piece.split(" ").enumerate() {
            let symbol = part.text.chars().next().unwrap_or('.');
            let square = Square { symbol, column, row, storey };
            match symbol {
                '.' => {}
                '~' | '#' => self.world.squares.push(square),
                _ if symbol.is_ascii_alphanumeric() => {
                    if self.world.square(symbol).is_some() {
                        return Err(part.problem(Problem::Twice { symbol }));
                    }
                    self.world.squares.push(square);
                }
                _ => return Err(part.problem(Problem::NotASquare { symbol })),
            }
        }
        self.world.storeys[storey].n_rows += 1;
        Ok(())
    }

    fn sentence(&mut self, piece: Piece<'_>) -> Result<(), WorldError> {
        let not_a_sentence =
            || piece.problem(Problem::NotASentence { text: piece.text.to_owned() });
        let (subject, rest) = piece.text.split_once(':').ok_or_else(not_a_sentence)?;
        let column = piece.column + subject.chars().count() + 1;
        let clauses = Piece { column, text: rest, ..piece }.split(",");
        match subject {
            "rain" | "teach" => clauses.into_iter().try_for_each(|clause| self.weather(clause)),
            "expect" => clauses.into_iter().try_for_each(|clause| self.expect(clause)),
            name => {
                let owner = if name == "*" { Some('*') } else { letter(name) };
                let owner = owner.ok_or_else(not_a_sentence)?;
                if owner != '*' {
                    self.spoken_of.push((owner, piece.line, piece.column));
                }
                let mut spec = Spec::plain();
                for clause in clauses {
                    self.transmit(clause, &mut spec)?;
                }
                self.world.specs.push((owner, spec));
                Ok(())
            }
        }
    }

    fn weather(&mut self, clause: Piece<'_>) -> Result<(), WorldError> {
        let weather = &mut self.world.weather;
        let understood = match clause.words().as_slice() {
            ["shadowing", db, "dB"] => {
                set(&mut weather.shadowing_db, db, |n| (0.0..=30.0).contains(n))
            }
            ["fading", db, "dB"] => set(&mut weather.fading_db, db, |n| (0.0..=30.0).contains(n)),
            ["seed", seed] => set(&mut weather.seed, seed, |_| true),
            ["fix", m, "m"] => set(&mut weather.fix_r68_m, m, |n| (0.1..=10_000.0).contains(n)),
            [n, "phones" | "phone"] => {
                set(&mut weather.n_phones, n, |n| (1..=WORLD_PHONES_MAX).contains(n))
            }
            [n, "days" | "day"] => set(&mut weather.days, n, |n| (1..=1_000).contains(n)),
            ["surveyed"] => {
                weather.surveyed = true;
                Some(())
            }
            _ => None,
        };
        understood.ok_or_else(|| clause.not_understood())
    }

    fn expect(&mut self, clause: Piece<'_>) -> Result<(), WorldError> {
        let expectation =
            Expectation::parse(&clause.words()).ok_or_else(|| clause.not_understood())?;
        let place = |name| (name, clause.line, clause.column);
        self.spoken_of.extend(expectation.names().into_iter().map(place));
        self.world.expectations.push(expectation);
        Ok(())
    }

    fn transmit(&mut self, clause: Piece<'_>, spec: &mut Spec) -> Result<(), WorldError> {
        let words = clause.words();
        let understood = match words.as_slice() {
            [name, dbm, "dBm", "at", "1", "m"] => kind(name).and_then(|kind| {
                spec.kind = kind;
                set(&mut spec.reference_dbm, dbm, |n| (-100.0..=40.0).contains(n))
            }),
            ["n", "=", n] => set(&mut spec.exponent, n, |n| (1.0..=8.0).contains(n)),
            other => habit(other).map(|habit| spec.habits.push(habit)),
        };
        if let Some(Habit::MovesTo { letter, .. } | Habit::SameBox { letter }) = spec.habits.last()
        {
            self.spoken_of.push((*letter, clause.line, clause.column));
        }
        understood.ok_or_else(|| clause.not_understood())
    }

    fn finish(mut self, start: Piece<'_>) -> Result<World, WorldError> {
        let world = &mut self.world;
        world.cell_m = self.cell_m.ok_or_else(|| start.problem(Problem::NoCellSize))?;
        if world.storeys.iter().all(|storey| storey.n_rows == 0) {
            return Err(start.problem(Problem::NoSquares));
        }
        for (symbol, line, column) in self.spoken_of {
            if world.square(symbol).is_none() {
                return Err(WorldError { line, column, problem: Problem::NoSuchSquare { symbol } });
            }
        }
        let n_squares = world.squares.iter().filter(|s| s.is_taught()).count();
        if n_squares * world.weather.n_phones as usize > WORLD_REPORTS_MAX {
            return Err(start.problem(Problem::TooManyReports { limit: WORLD_REPORTS_MAX }));
        }
        Ok(self.world)
    }
}

/// Sets a number when its text is one and it is allowed.
fn set<T: std::str::FromStr>(number: &mut T, text: &str, allowed: fn(&T) -> bool) -> Option<()> {
    *number = text.parse().ok().filter(allowed)?;
    Some(())
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "wifi" => Kind::Wifi,
        "ble" => Kind::Ble,
        "gsm" => Kind::Cell(CellRadio::Gsm),
        "wcdma" => Kind::Cell(CellRadio::Wcdma),
        "lte" => Kind::Cell(CellRadio::Lte),
        "nr" => Kind::Cell(CellRadio::Nr),
        _ => return None,
    })
}

fn habit(words: &[&str]) -> Option<Habit> {
    let target =
        |name: &str| name.chars().next().filter(|c| c.is_ascii_lowercase() && name.len() == 1);
    Some(match words {
        ["rides", "along"] => Habit::RidesAlong,
        ["moves", "to", name, "on", "day", day] => {
            Habit::MovesTo { letter: target(name)?, day: day.parse().ok()? }
        }
        ["appears", "on", "day", day] => Habit::Appears { day: day.parse().ok()? },
        ["dies", "on", "day", day] => Habit::Dies { day: day.parse().ok()? },
        ["comes", "from", km, "km", "east"] => Habit::ComesFrom {
            km_east: km.parse().ok().filter(|km| (-500.0..=500.0).contains(km))?,
        },
        ["same", "box", "as", name] => Habit::SameBox { letter: letter(name)? },
        _ => return None,
    })
}
