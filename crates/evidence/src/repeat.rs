//! Readings that a phone lists again: it keeps what it heard for half a minute, and reports it each time.

use crate::clean::whole_dbm;
use crate::limits::REPEAT_MS;
use crate::trace::instant_ms;
use cairn_report::Report;

/// One reading, by numbers that sort fast, and where it stands.
struct Listed {
    /// The transmitter's kind and key: of two cells with one key, one in 10¹⁶, the other may be missed.
    transmitter: u64,
    rssi_dbm: Option<i8>,
    at_ms: i64,
    age_ms: i32,
    number: usize,
    entry: usize,
}

impl Listed {
    fn is_like(&self, next: &Self) -> bool {
        self.transmitter == next.transmitter
            && self.rssi_dbm == next.rssi_dbm
            && next.at_ms.saturating_sub(self.at_ms) <= REPEAT_MS
    }
}

/// The readings of a batch that a younger listing of the same batch makes superfluous.
#[derive(Debug)]
pub(crate) struct Repeats {
    /// Rising (report, entry) pairs.
    listed: Vec<(usize, usize)>,
}

impl Repeats {
    /// Those of the reports that teach: one transmitter at one power at one instant was heard once, and is believed
    /// where it is youngest. A reading without an age never repeats another.
    ///
    /// # Cost
    /// Sorts the readings of reports that state ages.
    pub(crate) fn of(reports: &[Report], teaches: &[bool]) -> Self {
        let taught = reports.iter().enumerate().filter(|(number, _)| teaches[*number]);
        let mut all: Vec<Listed> = taught.flat_map(listed).collect();
        let mut repeats = Vec::new();
        if all.iter().any(|one| one.age_ms > 0) {
            all.sort_unstable_by_key(|it| {
                (it.transmitter, it.rssi_dbm, it.at_ms, it.age_ms, it.number)
            });
            for same in all.chunk_by(Listed::is_like) {
                let youngest = same.iter().map(|it| it.age_ms.max(0)).min().unwrap_or(0);
                let older = same.iter().filter(|it| it.age_ms > youngest);
                repeats.extend(older.map(|it| (it.number, it.entry)));
            }
        }
        repeats.sort_unstable();
        Self { listed: repeats }
    }

    /// True for an entry of a report that repeats another's.
    pub(crate) fn contain(&self, number: usize, entry: usize) -> bool {
        self.listed.binary_search(&(number, entry)).is_ok()
    }
}

fn listed((number, report): (usize, &Report)) -> impl Iterator<Item = Listed> {
    let observations = report.observations().iter().enumerate();
    observations.map(move |(entry, observation)| Listed {
        transmitter: (observation.transmitter.kind() as u64) << 56
            | observation.transmitter.key().get(),
        rssi_dbm: observation.power.map(whole_dbm),
        at_ms: instant_ms(report, observation.age.get()),
        age_ms: observation.age.get(),
        number,
        entry,
    })
}
