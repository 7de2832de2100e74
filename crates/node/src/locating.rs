//! Between the wire and the solver: queries in, answers and typed refusals out.

use cairn_answer::{Answer, Found, Heard, Refusal};
use cairn_snapshot::SnapshotSet;
use cairn_wire::errors::{NoAnswer, PublicError};
use cairn_wire::geolocate::{LocateAnswer, LocateRequest};

/// Where whoever asks is, as far as `set` knows.
pub(crate) fn locate(set: &SnapshotSet, request: &LocateRequest) -> Answer {
    let heard: Vec<Heard> = request
        .observations
        .iter()
        .map(|observation| Heard {
            transmitter: observation.transmitter,
            rssi_dbm: observation.power.map(cairn_ground::Dbm::get),
            age_ms: observation.age.get(),
        })
        .collect();
    cairn_answer::locate(set, &heard)
}

/// An answer as it goes out to whoever sent `request`.
pub(crate) fn wire_answer(found: &Found, request: &LocateRequest) -> LocateAnswer {
    LocateAnswer {
        with_uncertainty: request.wants_uncertainty,
        floor: found.floor,
        ..LocateAnswer::at(found.place, found.radii)
    }
}

/// The public form of a refusal.
pub(crate) fn not_found(refusal: Refusal) -> PublicError {
    let why = match refusal {
        Refusal::NothingHeard => NoAnswer::NothingHeard,
        Refusal::TooFewKnown { known, needed } => NoAnswer::TooFewKnown { known, needed },
        Refusal::Inconsistent { groups } => NoAnswer::Inconsistent { groups },
    };
    PublicError::NotFound { details: Some(why) }
}
