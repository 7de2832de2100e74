//! A fixed town and a fixed query: twenty networks of it, as a phone sends them.

use cairn_answer::{Answer, Heard, HeardUnit, Scratch, locate_among};
use cairn_ground::{
    Bssid, Covariance, Day, Dbm, LatLng, Mobility, TransmitterId, TransmitterKey, TransmitterKind,
};
use cairn_snapshot::{Meta, Snapshot, SnapshotSet, SnapshotWriter, TransmitterRecord, Verify};
use cairn_wire::geolocate::{LocateAnswer, LocateRequest, add_answer};
use std::fmt::Write as _;
use std::sync::Arc;

/// Transmitters of the town.
const N_RECORDS: u32 = 2_000;
/// Columns of the grid they stand on.
const N_COLUMNS: u32 = 40;
/// Degrees between neighbours: 20 m of latitude.
const PITCH_DEG: f64 = 20.0 / 111_320.0;

/// What a query goes through, with the memory that the next one uses again.
#[derive(Debug)]
pub(crate) struct Town {
    map: SnapshotSet,
    request: LocateRequest,
    keys: Vec<TransmitterKey>,
    records: Vec<Option<TransmitterRecord>>,
    heard: Vec<Heard>,
    units: Vec<HeardUnit>,
    scratch: Scratch,
    body: Vec<u8>,
}

fn address(n: u32) -> Bssid {
    Bssid::from_u48(0x0200_5e00_0000 + u64::from(n) * 0x100)
}

fn record(n: u32) -> TransmitterRecord {
    let (column, row) = (f64::from(n % N_COLUMNS), f64::from(n / N_COLUMNS));
    TransmitterRecord {
        key: TransmitterId::Wifi(address(n)).key(),
        kind: TransmitterKind::Wifi,
        place: LatLng::wrapped(row.mul_add(PITCH_DEG, 47.0), column.mul_add(PITCH_DEG, 9.0)),
        covariance: Covariance { ee_m2: 100.0, en_m2: 10.0, nn_m2: 80.0 },
        reach_m: 90.0,
        reference_dbm: Some(-40.0),
        mobility: Mobility::Fixed,
        last_day: Day::new(20_000),
        voices: 3,
        observations: 40,
        floor: None,
    }
}

/// The body of a query that names `n` networks around the middle of the town.
pub(crate) fn query(n: u32) -> String {
    let mut body = String::from(r#"{"considerIp":false,"uncertainty":true,"wifiAccessPoints":["#);
    for k in 0..n {
        let (column, row) = (k % 5, k / 5);
        let which = (20 + row) * N_COLUMNS + 18 + column;
        let power = -50 - i32::try_from(4 * (column.abs_diff(2) + row.abs_diff(2))).unwrap_or(0);
        let comma = if k == 0 { "" } else { "," };
        let written = write!(
            body,
            r#"{comma}{{"macAddress":"{}","signalStrength":{power},"age":{},"channel":6,"frequency":2437}}"#,
            address(which),
            200 + k
        );
        // Writing to a text cannot fail.
        let () = written.unwrap_or_default();
    }
    body.push_str("]}");
    body
}

impl Town {
    /// The town, mapped.
    ///
    /// # Errors
    /// Never, unless the writer or the reader is broken.
    pub(crate) fn build() -> Result<Self, Box<dyn std::error::Error>> {
        let mut writer = SnapshotWriter::new(Meta {
            evidence_digest: [0; 32],
            settings_digest: [0; 32],
            newest_day: Day::new(20_000),
            code_revision: String::new(),
            calibration: Vec::new(),
            physics: Vec::new(),
        });
        (0..N_RECORDS).for_each(|n| writer.push(record(n)));
        let snapshot = Snapshot::from_bytes(writer.into_bytes()?, Verify::Eager)?;
        Ok(Self {
            map: SnapshotSet::new(Some(Arc::new(snapshot)), Vec::new()),
            request: LocateRequest::default(),
            keys: Vec::new(),
            records: Vec::new(),
            heard: Vec::new(),
            units: Vec::new(),
            scratch: Scratch::default(),
            body: Vec::new(),
        })
    }

    /// Reads a query; false when it cannot be read.
    #[inline(never)]
    pub(crate) fn parse(&mut self, body: &[u8]) -> bool {
        self.request.read(body).is_ok()
    }

    /// Looks the networks of the query read last up; how many are known.
    #[inline(never)]
    pub(crate) fn look_up(&mut self) -> usize {
        self.keys.clear();
        self.keys.extend(self.request.observations.iter().map(|it| it.transmitter.key()));
        self.records.resize(self.keys.len(), None);
        self.map.get_many(&self.keys, &mut self.records);
        self.records.iter().flatten().count()
    }

    /// Answers the query read last, its look-up included.
    #[inline(never)]
    pub(crate) fn solve(&mut self) -> Answer {
        self.heard.clear();
        self.heard.extend(self.request.observations.iter().map(|one| Heard {
            transmitter: one.transmitter,
            rssi_dbm: one.power.map(Dbm::get),
            age_ms: one.age.get(),
            timing_advance: one.timing_advance,
        }));
        locate_among(&self.map, &self.heard, &self.units, &mut self.scratch)
    }

    /// Writes an answer; its bytes, none of a refusal.
    #[inline(never)]
    pub(crate) fn encode(&mut self, answer: &Answer) -> &[u8] {
        self.body.clear();
        if let Answer::Found(found) = answer {
            let answer = LocateAnswer {
                with_uncertainty: self.request.wants_uncertainty,
                floor: found.floors.likeliest(),
                ..LocateAnswer::at(found.place, found.radii)
            };
            add_answer(&mut self.body, &answer, &[]);
        }
        &self.body
    }

    /// All of it; how many bytes are answered.
    pub(crate) fn whole(&mut self, body: &[u8]) -> usize {
        if !self.parse(body) {
            return 0;
        }
        let answer = self.solve();
        self.encode(&answer).len()
    }
}
