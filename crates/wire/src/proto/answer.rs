//! `LocateResponse` and what it is made of: the JSON answer's numbers, with its decimals.

use super::writer::{Writer, push_member};
use crate::errors::{Details, NoAnswer, PublicError};
use crate::geolocate::{EARTH_M, HEIGHTS_M, LocateAnswer};
use cairn_ground::Confidence;

/// A `LocateResponse`: a place, or why there is none.
pub fn encode_answer(answer: Result<&LocateAnswer, &PublicError>, id: &str) -> Vec<u8> {
    let mut to = Writer::default();
    match answer {
        Ok(answer) => to.message(1, |to| write_place(to, answer)),
        Err(error) => to.message(2, |to| write_error(to, error)),
    }
    to.text(3, id);
    to.into_bytes()
}

/// Appends a `LocateResponse` to a `LocateBatchResponse` that goes out piece by piece.
pub fn push_answer(batch: &mut Vec<u8>, answer: &[u8]) {
    push_member(batch, 1, answer);
}

/// The end of a `LocateBatchResponse` that was ended early.
pub fn encode_ended(why: &PublicError) -> Vec<u8> {
    let mut to = Writer::default();
    to.message(2, |to| write_error(to, why));
    to.into_bytes()
}

/// A `SubmitResponse` of a submission that was not taken in.
pub fn encode_not_taken(why: &PublicError) -> Vec<u8> {
    let mut to = Writer::default();
    to.message(3, |to| write_error(to, why));
    to.into_bytes()
}

fn write_place(to: &mut Writer, answer: &LocateAnswer) {
    to.double(1, rounded(answer.place.lat_deg(), 1e7));
    to.double(2, rounded(answer.place.lng_deg(), 1e7));
    to.double(3, metres(answer.radii.r95_m()));
    if answer.with_uncertainty || answer.floor.is_some() {
        to.message(4, |to| {
            for (field, level) in (1..).zip(Confidence::ALL) {
                to.double(field, metres(answer.radii.at_m(level)));
            }
            to.uint(5, u64::from(answer.extrapolated));
        });
    }
    if let Some((floor, confidence)) = answer.floor {
        to.message(5, |to| {
            to.signed(1, i64::from(floor.get()));
            let share = if confidence.is_finite() { confidence.clamp(0.0, 1.0) } else { 0.0 };
            to.double(2, rounded(f64::from(share), 1e2));
        });
    }
    if let Some(height) = answer.height.filter(|height| HEIGHTS_M.contains(&height.hae_m)) {
        to.message(6, |to| {
            to.double(1, rounded(height.hae_m, 10.0));
            to.double(2, metres(height.r95_m));
        });
    }
    to.uint(
        7,
        match answer.fallback {
            Some("ipf") => 1,
            Some("lacf") => 2,
            _ => 0,
        },
    );
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

fn metres(value: f64) -> f64 {
    let value = if value.is_finite() { value.clamp(0.0, EARTH_M) } else { EARTH_M };
    rounded(value, 10.0)
}

fn write_error(to: &mut Writer, error: &PublicError) {
    to.uint(1, reason(error));
    to.uint(2, u64::from(error.status()));
    to.text(3, &error.told());
    match error {
        PublicError::NotFound { details: Some(NoAnswer::TooFewKnown { known, needed }) } => {
            to.uint(4, u64::from(*known));
            to.uint(5, u64::from(*needed));
        }
        PublicError::NotFound { details: Some(NoAnswer::Inconsistent { groups }) } => {
            to.uint(6, u64::from(*groups));
        }
        PublicError::TooLarge { bytes_max: limit }
        | PublicError::TooMany { queries_max: limit } => {
            to.uint(8, *limit as u64);
        }
        _ => {}
    }
    to.uint(7, u64::from(error.retry_after_s().unwrap_or(0)));
}

/// The number of `Reason`.
const fn reason(error: &PublicError) -> u64 {
    match error {
        PublicError::ParseError { .. } => 1,
        PublicError::KeyInvalid => 2,
        PublicError::DailyLimitExceeded => 3,
        PublicError::NotFound { details: Some(NoAnswer::TooFewKnown { .. }) } => 5,
        PublicError::NotFound { details: Some(NoAnswer::Inconsistent { .. }) } => 6,
        PublicError::NotFound { .. } => 4,
        PublicError::TooLarge { .. } | PublicError::TooMany { .. } => 7,
        PublicError::TooManyRequests { .. } => 8,
        PublicError::ServiceUnavailable { .. } => 9,
        PublicError::TimedOut => 10,
    }
}

impl PublicError {
    /// What is wrong, in words for people.
    pub fn told(&self) -> String {
        match self {
            Self::ParseError {
                details: Details::Decode(text) | Details::Validation { message: text, .. },
            } => text.clone(),
            _ => self.message().to_owned(),
        }
    }
}
