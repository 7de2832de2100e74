//! One query of a file and its answer: a line of JSON, or of a table.

use super::Basis;
use crate::locating;
use crate::models::serving::promised_by;
use cairn_answer::choose;
use cairn_wire::batch::{id_of, push_line};
use cairn_wire::errors::PublicError;
use cairn_wire::geolocate::{LocateAnswer, LocateRequest, encode_answer};
use cairn_wire::limits::JSON_LINE_BYTES_MAX;
use std::time::Duration;

/// How answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A line of JSON, as the HTTP service answers.
    Json,
    /// A row of a table: id, degrees, metres, what was fallen back to, the error's word.
    Csv,
}

impl Format {
    /// What stands above all answers.
    pub(crate) const fn head(self) -> &'static [u8] {
        match self {
            Self::Json => b"",
            Self::Csv => b"id,lat,lng,accuracy,fallback,error\n",
        }
    }
}

/// What came of queries.
#[expect(clippy::struct_field_names, reason = "the house's prefix of counts")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Places told.
    pub(crate) n_found: u64,
    /// Queries without a place.
    pub(crate) n_unknown: u64,
    /// Lines that are no query.
    pub(crate) n_unreadable: u64,
}

impl Tally {
    /// Adds another.
    pub(crate) const fn add(&mut self, other: Self) {
        self.n_found += other.n_found;
        self.n_unknown += other.n_unknown;
        self.n_unreadable += other.n_unreadable;
    }

    /// All queries.
    pub(crate) const fn n_queries(&self) -> u64 {
        self.n_found + self.n_unknown + self.n_unreadable
    }

    /// How many there were, and how fast they were answered.
    pub(crate) fn account(&self, took: Duration) -> String {
        let Self { n_found, n_unknown, n_unreadable } = self;
        let (n, seconds) = (self.n_queries(), took.as_secs_f64());
        #[expect(clippy::cast_precision_loss, reason = "for people")]
        let rate = n as f64 / seconds.max(1e-9);
        format!(
            "{n} queries: {n_found} found, {n_unknown} without a place, {n_unreadable} unreadable; {seconds:.1} s, {rate:.0} queries/s"
        )
    }
}

/// Appends the answer to one query; `None` is a line that was too long. `asked` is memory to read it into.
pub(crate) fn answer_line(
    basis: Basis<'_>,
    line: Option<&[u8]>,
    format: Format,
    (out, tally, asked): (&mut Vec<u8>, &mut Tally, &mut LocateRequest),
) {
    let said = match line {
        Some(line) => answer(basis, line, asked),
        None => Err(PublicError::TooLarge { bytes_max: JSON_LINE_BYTES_MAX }),
    };
    match &said {
        Ok(_) => tally.n_found += 1,
        Err(PublicError::NotFound { .. }) => tally.n_unknown += 1,
        Err(_) => tally.n_unreadable += 1,
    }
    let id = line.and_then(id_of);
    match format {
        Format::Json => {
            let body = said.as_ref().map_or_else(PublicError::body, encode_answer);
            push_line(out, id, &body);
        }
        Format::Csv => push_row(out, id, &said),
    }
}

fn answer(
    basis: Basis<'_>,
    line: &[u8],
    asked: &mut LocateRequest,
) -> Result<LocateAnswer, PublicError> {
    asked.read(line).map_err(|error| PublicError::from(&error))?;
    let (mut sources, refusal) = locating::sources(basis.set, asked);
    promised_by(basis.model, asked, &mut sources.radio);
    let choice = choose(&sources).ok_or_else(|| locating::not_found(refusal))?;
    Ok(locating::wire_answer(&choice, asked))
}

/// A row; a name is written as JSON writes it, its quotes doubled.
fn push_row(out: &mut Vec<u8>, id: Option<&str>, said: &Result<LocateAnswer, PublicError>) {
    let id = match id {
        Some(text) if text.starts_with('"') => {
            let text = serde_json::from_str::<String>(text).unwrap_or_default();
            format!("\"{}\"", text.replace('"', "\"\""))
        }
        other => other.unwrap_or_default().to_owned(),
    };
    let row = match said {
        Ok(answer) => {
            let (lat, lng) = (answer.place.lat_deg(), answer.place.lng_deg());
            let (r95_m, fallback) = (answer.radii.r95_m(), answer.fallback.unwrap_or_default());
            format!("{id},{lat:.7},{lng:.7},{r95_m:.1},{fallback},\n")
        }
        Err(error) => format!("{id},,,,,{}\n", error.reason()),
    };
    out.extend_from_slice(row.as_bytes());
}
