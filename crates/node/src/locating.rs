//! Between the wire and the solver: queries in, answers and typed refusals out.

use crate::fallback::geoip::{GeoIp, IpGuess};
use crate::limits::RAW_CELLS_MAX;
use cairn_answer::{
    Answer, Choice, Guess, Heard, HeardUnit, Refusal, Scratch, Sources, locate_area,
};
use cairn_ground::{CellId, TransmitterId};
use cairn_report::Observation;
use cairn_snapshot::SnapshotSet;
use cairn_wire::errors::{NoAnswer, PublicError};
use cairn_wire::geolocate::{LocateAnswer, LocateRequest, Neighbor, RawNetwork, radii_of_r95_m};
use std::cell::RefCell;
use std::net::IpAddr;

/// Memory that the queries of one thread use one after the other.
#[derive(Debug, Default)]
struct Desk {
    heard: Vec<Heard>,
    units: Vec<HeardUnit>,
    scratch: Scratch,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Where whoever asks is, by the transmitters heard.
pub(crate) fn locate(set: &SnapshotSet, request: &LocateRequest) -> Answer {
    locate_both(set, &request.observations, &request.neighbors)
}

/// Where whoever hears these is.
pub(crate) fn locate_all(set: &SnapshotSet, observations: &[Observation]) -> Answer {
    locate_both(set, observations, &[])
}

fn locate_both(set: &SnapshotSet, observations: &[Observation], neighbors: &[Neighbor]) -> Answer {
    DESK.with_borrow_mut(|Desk { heard: all_heard, units, scratch }| {
        all_heard.clear();
        all_heard.extend(observations.iter().map(heard));
        units.clear();
        units.extend(neighbors.iter().map(unit));
        cairn_answer::locate_among(set, all_heard, units, scratch)
    })
}

/// What `set` says to a query, as far as the query allows; and why it says no more.
pub fn sources(set: &SnapshotSet, request: &LocateRequest) -> (Sources, Refusal) {
    let area = || {
        let named = request.observations.iter();
        let cells: Vec<_> = named.filter_map(|one| Some((cell(one)?, one.unit))).collect();
        let found = locate_area(set, &request.areas, &cells)?;
        Some(Guess { place: found.place, radii: found.radii })
    };
    match locate(set, request) {
        Answer::Found(found) => {
            (Sources { radio: Some(found), ..Sources::default() }, Refusal::NothingHeard)
        }
        Answer::Refused(refusal) => {
            let area = request.fallback_area.then(area).flatten();
            (Sources { area, ..Sources::default() }, refusal)
        }
    }
}

/// What the asker's address says; it is looked up only where the query allows it.
pub(crate) fn address_guess(
    geoip: &GeoIp,
    request: &LocateRequest,
    address: IpAddr,
) -> Option<IpGuess> {
    if request.fallback_ip { geoip.guess(address) } else { None }
}

/// The place in what an address says.
pub(crate) fn place_of(guess: &IpGuess) -> Option<Guess> {
    Some(Guess { place: guess.place?, radii: radii_of_r95_m(guess.r95_m)? })
}

/// What is known of each cell of a query, when the query asks for it; of nothing but cells.
pub(crate) fn single_cells(set: &SnapshotSet, request: &LocateRequest) -> Vec<RawNetwork> {
    let is_cell = |it: &&Observation| matches!(it.transmitter, TransmitterId::Cell(_));
    let cells = request.observations.iter().filter(is_cell).filter(|_| request.wants_raw);
    cells
        .take(RAW_CELLS_MAX)
        .filter_map(|cell| match locate_all(set, std::slice::from_ref(cell)) {
            Answer::Found(found) => Some(RawNetwork {
                id: cell.transmitter,
                place: Some((found.place, found.radii.r95_m())),
                omit: false,
                timestamp_ms: None,
            }),
            Answer::Refused(_) => None,
        })
        .collect()
}

const fn cell(observation: &Observation) -> Option<CellId> {
    match observation.transmitter {
        TransmitterId::Cell(cell) => Some(cell),
        TransmitterId::Wifi(_) | TransmitterId::Ble(_) => None,
    }
}

fn heard(observation: &Observation) -> Heard {
    Heard {
        transmitter: observation.transmitter,
        rssi_dbm: observation.power.map(cairn_ground::Dbm::get),
        age_ms: observation.age.get(),
        timing_advance: observation.timing_advance,
    }
}

fn unit(neighbor: &Neighbor) -> HeardUnit {
    HeardUnit {
        radio: neighbor.radio,
        unit: neighbor.unit,
        rssi_dbm: neighbor.power.map(cairn_ground::Dbm::get),
        age_ms: neighbor.age.get(),
    }
}

/// An answer as it goes out to whoever sent `request`.
pub(crate) fn wire_answer(choice: &Choice, request: &LocateRequest) -> LocateAnswer {
    let guess = choice.guess();
    let (floor, height) = match choice {
        Choice::Radio(found) => (found.floors.likeliest(), found.height.map(wire_height)),
        Choice::Area(_) | Choice::Ip(_) | Choice::External(_) => (None, None),
    };
    LocateAnswer {
        with_uncertainty: request.wants_uncertainty,
        extrapolated: choice.is_extrapolated(),
        floor,
        height,
        fallback: choice.fallback(request.had_networks),
        ..LocateAnswer::at(guess.place, guess.radii)
    }
}

/// A height as it goes out.
pub(crate) fn wire_height(height: cairn_answer::Height) -> cairn_wire::geolocate::Height {
    cairn_wire::geolocate::Height::of_sigma_m(f64::from(height.hae_m), f64::from(height.sigma_m))
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
