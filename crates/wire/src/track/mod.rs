//! Tracks: a sequence of scans with times, and what motion sensors and a barometer said along it.
//!
//! A scan is read exactly as a query of `geolocate`, and as kind: a broken entry costs itself, a broken
//! scan its own place. `docs/specs/track.md` has the fields.

mod answer;
mod numbers;
mod scan;
mod sensors;

pub use answer::{NoPlace, TrackAnswer, TrackPlace, encode_answer};
pub use scan::{ScanRefusal, TrackScan};
pub use sensors::{TrackImu, TrackPressure, TrackStep};

use crate::field::{Each, Field, ListShape, Object, Scalar, skip};
use crate::json::{self, DecodeError};
use crate::limits::{
    TRACK_IMU_MAX, TRACK_PRESSURES_MAX, TRACK_SCANS_MAX, TRACK_SESSION_CHARS_MAX, TRACK_STEPS_MAX,
};
use cairn_ground::Timestamp;
use cairn_report::{Reason, Refusals};
use scan::RawScan;
use sensors::{RawImu, RawPressure, RawStep};
use serde::de::MapAccess;

/// A request, decoded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrackRequest {
    /// The client's name for a track that goes on over several requests.
    pub session: Option<String>,
    /// The scans, as many and in the order as they were sent.
    pub scans: Vec<Result<TrackScan, ScanRefusal>>,
    /// Steps the phone counted, in time order; none where it tells that there were none, `None` where it does
    /// not tell.
    pub steps: Option<Vec<TrackStep>>,
    /// Readings of motion sensors, in time order.
    pub imu: Vec<TrackImu>,
    /// Readings of a barometer, in time order.
    pub pressures: Vec<TrackPressure>,
    /// `lag`: for how long a place of a session may still be revised, in seconds.
    pub lag_s: Option<f64>,
    /// `uncertainty`: whether places carry their radii at all levels.
    pub wants_uncertainty: bool,
    /// Entries and values refused.
    pub refusals: Refusals,
}

/// Time between two scans none of which says when it was, ms: how often a phone scans that shows a map.
const UNSAID_MS: i64 = 2_000;

/// Decodes a request.
///
/// # Errors
/// [`DecodeError`] when the whole body cannot be read: answer 400 with its details.
///
/// # Cost
/// One pass; memory for what is kept, which the limits bound.
pub fn decode(body: &[u8]) -> Result<TrackRequest, DecodeError> {
    let raw = json::parse(body, RawTrack::default)?;
    raw.check()?;
    Ok(raw.into_request())
}

/// A request as it was written.
#[derive(Debug, Default)]
struct RawTrack {
    session: Field<Name>,
    scans: Vec<(Field<f64>, Result<TrackScan, ScanRefusal>)>,
    /// What the list was, when there was one.
    scans_shape: Option<ListShape>,
    steps: Option<Vec<TrackStep>>,
    imu: Vec<TrackImu>,
    pressures: Vec<TrackPressure>,
    lag_s: Field<f64>,
    uncertainty: Field<bool>,
    refusals: Refusals,
    /// The first list that was longer than it may be, and how long it may be.
    over: Option<(&'static str, usize)>,
}

impl Object for RawTrack {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "session" => self.session = map.next_value()?,
            "scans" | "items" => {
                self.scans_shape = Some(map.next_value_seed(Each::new(|it| self.scan(it)))?);
            }
            "steps" => {
                let mut steps = self.steps.take().unwrap_or_default();
                let limit = ("steps", TRACK_STEPS_MAX);
                let is_empty = self.list(map, limit, &mut steps, RawStep::step)?;
                // An empty list says that nobody walked; one of which nothing can be used says nothing.
                self.steps = (is_empty || !steps.is_empty()).then_some(steps);
            }
            "imu" => {
                let mut imu = std::mem::take(&mut self.imu);
                self.list(map, ("imu", TRACK_IMU_MAX), &mut imu, RawImu::sample)?;
                self.imu = imu;
            }
            "pressures" => {
                let mut all = std::mem::take(&mut self.pressures);
                let limit = ("pressures", TRACK_PRESSURES_MAX);
                self.list(map, limit, &mut all, RawPressure::reading)?;
                self.pressures = all;
            }
            "lag" => self.lag_s = map.next_value()?,
            "uncertainty" => self.uncertainty = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl RawTrack {
    fn scan(&mut self, entry: Field<RawScan>) {
        if self.scans.len() >= TRACK_SCANS_MAX {
            self.over.get_or_insert(("scans", TRACK_SCANS_MAX));
            return;
        }
        let scan = match entry {
            Field::Value(raw) => raw.into_scan(&mut self.refusals),
            Field::Missing | Field::Wrong => {
                self.refusals.add(Reason::ReportMalformed);
                (Field::Wrong, Err(ScanRefusal::Malformed))
            }
        };
        self.scans.push(scan);
    }

    /// Reads a list of readings; one that cannot be used costs itself. True for a list without entries.
    fn list<'de, A: MapAccess<'de>, T: Object + Default, R>(
        &mut self,
        map: &mut A,
        (field, max): (&'static str, usize),
        into: &mut Vec<R>,
        read: impl Fn(&T) -> Option<R>,
    ) -> Result<bool, A::Error> {
        let mut is_empty = true;
        let take = |entry: Field<T>| {
            is_empty = false;
            match entry.value() {
                Some(_) if into.len() >= max => {
                    self.over.get_or_insert((field, max));
                }
                Some(raw) => match read(&raw) {
                    Some(reading) => into.push(reading),
                    None => self.refusals.add(Reason::ValueOther),
                },
                None => self.refusals.add(Reason::EntryMalformed),
            }
        };
        let shape = map.next_value_seed(Each::new(take))?;
        if shape == ListShape::NotAList {
            self.refusals.add(Reason::EntryMalformed);
        }
        Ok(is_empty && shape == ListShape::List)
    }

    /// What makes the whole request unreadable.
    fn check(&self) -> Result<(), DecodeError> {
        match self.scans_shape {
            Some(ListShape::List) => {}
            Some(ListShape::NotAList) => return Err(DecodeError::NotAList { field: "scans" }),
            Some(ListShape::Missing) | None => return Err(DecodeError::Missing { field: "scans" }),
        }
        if let Some((field, max)) = self.over {
            return Err(DecodeError::TooMany { field, max });
        }
        match &self.session {
            Field::Wrong => Err(DecodeError::NotText { field: "session" }),
            Field::Value(Name(name)) if name.chars().count() > TRACK_SESSION_CHARS_MAX => {
                let max = TRACK_SESSION_CHARS_MAX;
                Err(DecodeError::TooLong { field: "session", max })
            }
            Field::Missing | Field::Value(_) => Ok(()),
        }
    }

    fn into_request(mut self) -> TrackRequest {
        self.settle_times();
        if let Some(steps) = &mut self.steps {
            steps.sort_by_key(|step| step.at);
        }
        self.imu.sort_by_key(|sample| sample.at);
        self.pressures.sort_by_key(|reading| reading.at);
        TrackRequest {
            session: self.session.value().map(|name| name.0),
            scans: self.scans.into_iter().map(|(_, scan)| scan).collect(),
            steps: self.steps,
            imu: self.imu,
            pressures: self.pressures,
            lag_s: self.lag_s.value(),
            wants_uncertainty: self.uncertainty.value().unwrap_or(false),
            refusals: self.refusals,
        }
    }

    /// Says when scans were that do not say it: where none does, and nothing else has times that they would
    /// have to fit, they are evenly apart.
    fn settle_times(&mut self) {
        let is_free = self.session == Field::Missing
            && self.steps.is_none()
            && self.imu.is_empty()
            && self.pressures.is_empty();
        let is_untimed = is_free && self.scans.iter().all(|(at, _)| *at == Field::Missing);
        for (index, (at, scan)) in (0_i64..).zip(&mut self.scans) {
            match scan {
                Ok(scan) if is_untimed => scan.at = Timestamp::from_ms(index * UNSAID_MS),
                Ok(_) if !matches!(at, Field::Value(_)) => *scan = Err(ScanRefusal::NoTime),
                Ok(_) | Err(_) => {}
            }
        }
    }
}

/// Text that is a name.
#[derive(Debug, PartialEq)]
struct Name(String);

impl Scalar for Name {
    fn from_text(text: &str) -> Field<Self> {
        if text.is_empty() { Field::Missing } else { Field::Value(Self(text.to_owned())) }
    }
}

#[cfg(test)]
#[path = "../track_tests.rs"]
mod tests;
