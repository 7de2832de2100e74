//! The answer: a place for each scan, in the order of the scans, and older places that changed.

use super::ScanRefusal;
use crate::geolocate::{self, LocateAnswer};
use cairn_ground::Timestamp;
use serde_json::Value;

/// What is told about a track.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackAnswer<'a> {
    /// The session's name, as the client chose it.
    pub session: Option<&'a str>,
    /// For each scan of the request, in its order.
    pub places: Vec<TrackPlace>,
    /// Places told before that this request changed; in a session only.
    pub revised: Vec<TrackPlace>,
}

/// What is told about one scan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackPlace {
    /// When, where the scan says so.
    pub at: Option<Timestamp>,
    /// Where, or why not.
    pub found: Result<LocateAnswer, NoPlace>,
}

/// Why a scan has no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
    /// The entry is no object.
    Malformed,
    /// The scan does not say when it was, though others do.
    NoTime,
    /// The scan is older than what is settled of its session.
    TooLate,
    /// It has no place by itself, for this reason, and no neighbour near in time has one.
    Unheard(&'static str),
}

impl NoPlace {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::NoTime => "no_timestamp",
            Self::TooLate => "too_late",
            Self::Unheard(reason) => reason,
        }
    }
}

impl From<ScanRefusal> for NoPlace {
    fn from(refusal: ScanRefusal) -> Self {
        match refusal {
            ScanRefusal::Malformed => Self::Malformed,
            ScanRefusal::NoTime => Self::NoTime,
        }
    }
}

/// The body of an answer.
pub fn encode_answer(answer: &TrackAnswer<'_>) -> Vec<u8> {
    let mut body = b"{\"positions\":[".to_vec();
    add_all(&mut body, &answer.places);
    body.push(b']');
    if let Some(session) = answer.session {
        body.extend_from_slice(b",\"revised\":[");
        add_all(&mut body, &answer.revised);
        body.extend_from_slice(b"],\"session\":");
        body.extend_from_slice(Value::from(session).to_string().as_bytes());
    }
    body.push(b'}');
    body
}

fn add_all(body: &mut Vec<u8>, places: &[TrackPlace]) {
    for (index, place) in places.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        add(body, place);
    }
}

/// One place: the members of a geolocate answer after its time.
fn add(body: &mut Vec<u8>, place: &TrackPlace) {
    let at = place.at.map_or_else(|| "null".to_owned(), |at| at.ms().to_string());
    body.extend_from_slice(format!("{{\"timestamp\":{at},").as_bytes());
    match &place.found {
        Ok(answer) => {
            let members = geolocate::encode_answer(answer);
            body.extend_from_slice(members.get(1..).unwrap_or_default());
        }
        Err(why) => {
            let why = why.name();
            body.extend_from_slice(format!("\"location\":null,\"refusal\":\"{why}\"}}").as_bytes());
        }
    }
}
