//! Answers of other services, every number checked.

use super::{ExternalError, Schema};
use crate::field::Field;
use crate::geolocate::{LocateAnswer, radii_of_r95_m};
use crate::limits::EXTERNAL_ANSWER_BYTES_MAX;
use cairn_ground::LatLng;
use serde::Deserialize;

/// What any of the schemas writes; numbers may be text.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Told {
    location: Option<Location>,
    accuracy: Field<f64>,
    fallback: Option<serde_json::Value>,
    error: Option<Refusal>,
    status: Option<String>,
    message: Option<String>,
    lat: Field<f64>,
    lon: Field<f64>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Location {
    lat: Field<f64>,
    lng: Field<f64>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Refusal {
    code: Field<f64>,
    errors: Vec<Cause>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Cause {
    reason: String,
}

pub(super) fn decode(schema: Schema, body: &[u8]) -> Result<LocateAnswer, ExternalError> {
    if body.len() > EXTERNAL_ANSWER_BYTES_MAX {
        return Err(ExternalError::Unreadable);
    }
    let told: Told =
        serde_json::from_slice(body).map_err(|_no_answer| ExternalError::Unreadable)?;
    match schema {
        Schema::Unwired => told.unwired(),
        Schema::Ichnaea | Schema::Google | Schema::Combain => told.geolocate(),
    }
}

impl Told {
    fn geolocate(self) -> Result<LocateAnswer, ExternalError> {
        if let Some(refusal) = &self.error {
            return Err(refusal.why());
        }
        let at = self.location.ok_or(ExternalError::Unreadable)?;
        let answer = answer(at.lat, at.lng, self.accuracy)?;
        // Combain names other fallbacks; what it is to us is an area at best.
        let fallback = match self.fallback {
            None | Some(serde_json::Value::Null | serde_json::Value::Bool(false)) => None,
            Some(serde_json::Value::String(word)) if word == "ipf" => Some("ipf"),
            Some(_) => Some("lacf"),
        };
        Ok(LocateAnswer { fallback, ..answer })
    }

    fn unwired(self) -> Result<LocateAnswer, ExternalError> {
        match self.status.as_deref() {
            Some("ok") => answer(self.lat, self.lon, self.accuracy),
            Some(_) => Err(why(&self.message.unwrap_or_default())),
            None => Err(ExternalError::Unreadable),
        }
    }
}

fn answer(
    lat: Field<f64>,
    lng: Field<f64>,
    r95_m: Field<f64>,
) -> Result<LocateAnswer, ExternalError> {
    let there = |field: Field<f64>| field.value().ok_or(ExternalError::Unreadable);
    let place = LatLng::new(there(lat)?, there(lng)?).map_err(|_off| ExternalError::Impossible)?;
    let r95_m = Some(there(r95_m)?).filter(|m| *m > 0.0).ok_or(ExternalError::Impossible)?;
    let radii = radii_of_r95_m(r95_m).ok_or(ExternalError::Impossible)?;
    Ok(LocateAnswer::at(place, radii))
}

impl Refusal {
    /// Source: peers.md §2.4 and §2.8.
    fn why(&self) -> ExternalError {
        let reason = self.errors.first().map_or("", |cause| cause.reason.as_str());
        match (reason, self.code) {
            ("keyInvalid" | "accessNotConfigured", _) => ExternalError::KeyRefused,
            ("dailyLimitExceeded" | "userRateLimitExceeded" | "rateLimitExceeded", _) => {
                ExternalError::OverQuota
            }
            ("notFound", _) => ExternalError::NotFound,
            (_, Field::Value(code)) => match code {
                404.0 => ExternalError::NotFound,
                401.0 => ExternalError::KeyRefused,
                402.0 | 403.0 | 429.0 => ExternalError::OverQuota,
                _ => ExternalError::Failed,
            },
            _ => ExternalError::Failed,
        }
    }
}

/// What an Unwired Labs message means: it has words and no codes.
fn why(message: &str) -> ExternalError {
    let message = message.to_ascii_lowercase();
    let says = |word: &str| message.contains(word);
    if says("token") {
        ExternalError::KeyRefused
    } else if says("balance") || says("limit") || says("credit") {
        ExternalError::OverQuota
    } else if says("no match") || says("not found") || says("no location") {
        ExternalError::NotFound
    } else {
        ExternalError::Failed
    }
}
