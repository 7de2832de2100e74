//! What is done with a snapshot before it serves, and the check that it answers.

use super::trouble::Refused;
use crate::config::WarmUp;
use crate::locating;
use cairn_ground::{Bssid, TransmitterId, TransmitterKind};
use cairn_report::Observation;
use cairn_snapshot::{Snapshot, SnapshotSet, TransmitterRecord};

/// Transmitters of the query that a set is asked before it serves.
const ASKED: usize = 20;

/// Warms what of `set` is not in `former`, which is served already; stops early once `go_on` is false.
///
/// # Errors
/// The fault of a damaged snapshot.
pub(crate) fn warm(
    set: &SnapshotSet,
    former: &SnapshotSet,
    how: WarmUp,
    go_on: &dyn Fn() -> bool,
) -> Result<(), Refused> {
    let is_new = |it: &Snapshot| former.snapshots().all(|other| other.id() != it.id());
    for snapshot in set.snapshots().filter(|it| is_new(it)) {
        warm_one(snapshot, how, go_on)
            .map_err(|fault| Refused { file: snapshot.id().file_name(), fault })?;
    }
    if how != WarmUp::None {
        ask(set);
    }
    Ok(())
}

fn warm_one(
    snapshot: &Snapshot,
    how: WarmUp,
    go_on: &dyn Fn() -> bool,
) -> Result<(), cairn_snapshot::Fault> {
    let advised = match how {
        WarmUp::None => return Ok(()),
        WarmUp::Populate => snapshot.populate(go_on),
        WarmUp::Check | WarmUp::Ahead => snapshot.read_ahead(),
    };
    if let Err(error) = advised {
        tracing::info!(%error, "the system does not read snapshots ahead");
    }
    if how == WarmUp::Check {
        snapshot.check_all(go_on)?;
    }
    snapshot.ask_itself()
}

/// Asks a query of transmitters that it knows: what answers has run once before anybody waits for it.
fn ask(set: &SnapshotSet) {
    let records = set.snapshots().flat_map(|snapshot| snapshot.iter().take(ASKED));
    let heard: Vec<Observation> =
        records.filter_map(|record| address_of(&record)).take(ASKED).map(Observation::of).collect();
    // Whatever it says: they stand anywhere.
    let _answer = locating::locate_all(set, &heard);
}

/// The identity of a record that has an address of its own.
pub(crate) fn address_of(record: &TransmitterRecord) -> Option<TransmitterId> {
    let address = Bssid::from_u48(record.key.get() & 0xffff_ffff_ffff);
    match record.kind {
        TransmitterKind::Wifi => Some(TransmitterId::Wifi(address)),
        TransmitterKind::Ble => Some(TransmitterId::Ble(address)),
        _ => None,
    }
}
