//! The content of a record: one batch in compact, versioned bytes (`docs/specs/journal.md` §3).
//!
//! Every field of a fix and an observation is kept, exactly, but for places: these are kept in 1e-7
//! degrees, so that live learning and replay see the same numbers. Decoding reads any bytes without
//! panicking, refuses versions it does not know, and rebuilds reports with [`Report::new`], which keeps
//! R2.

use crate::varint::{Taker, put_f32, put_f64, put_varint, put_zigzag};
use cairn_ground::{
    AgeMs, Bssid, CellId, CellRadio, Day, Dbm, Floor, LatLng, Meters, Timestamp, TransmitterId,
    TransmitterKind,
};
use cairn_report::limits::{OBSERVATIONS_PER_REPORT_MAX, REPORTS_PER_BATCH_MAX};
use cairn_report::{
    App, Batch, ContributorToken, Fix, FixSource, Observation, Report, SubmissionId,
};

/// The version written; every one from [`OLDEST`] on is read.
pub const VERSION: u8 = 3;
/// The oldest version read: without the parts of versions 2 and 3 (`docs/specs/journal.md` §2).
pub const OLDEST: u8 = 1;

/// The first version that says which program sent a batch.
const APP_SINCE: u8 = 3;

// A fix' flags: which optional values follow; the source's number sits above them.
const HAS_R68: u8 = 1;
const HAS_SPEED: u8 = 1 << 1;
const HAS_HEIGHT: u8 = 1 << 2;
const HAS_PRESSURE: u8 = 1 << 3;
const HAS_FLOOR: u8 = 1 << 4;
const SOURCE_SHIFT: u32 = 5;
// A fix' second flags, from version 2 on.
const HAS_HEIGHT_R68: u8 = 1;

// An observation's tag: the kind's number in the low three bits, then which values follow.
const KIND_MASK: u8 = 0b111;
const POWER_WHOLE: u8 = 1 << 3;
const POWER_EXACT: u8 = 1 << 4;
const NEW_AGE: u8 = 1 << 5;
const HAS_FREQUENCY: u8 = 1 << 6;
const HAS_HINTS: u8 = 1 << 7;
/// The network code of a cell whose network was not stated, from version 2 on.
const MNC_UNKNOWN: u16 = u16::MAX;
// An observation's hints, from version 2 on.
const HAS_UNIT: u8 = 1;
const HAS_TIMING_ADVANCE: u8 = 1 << 1;

/// Why bytes are not a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// Written by a newer program.
    #[error("codec version {found}, this program reads {VERSION}")]
    Version {
        /// The version found.
        found: u8,
    },
    /// The bytes end inside a value.
    #[error("bytes end inside a value")]
    Short,
    /// A number of more than 64 bits.
    #[error("number of more than 64 bits")]
    Varint,
    /// A value outside what the field can be.
    #[error("impossible {field}")]
    Field {
        /// Which.
        field: &'static str,
    },
    /// Bytes after the last report.
    #[error("{n} bytes after the last report")]
    Trailing {
        /// How many.
        n: usize,
    },
}

/// The reports' running values: each is written as a difference from the one before.
struct Previous {
    version: u8,
    timestamp_ms: i64,
    lat_e7: i32,
    lng_e7: i32,
}

impl Previous {
    fn of(version: u8, received: Day) -> Self {
        Self { version, timestamp_ms: received.start().ms(), lat_e7: 0, lng_e7: 0 }
    }
}

/// Writes a batch.
///
/// Total for any batch; the counts that [`decode`] checks are the caller's duty (`append` refuses
/// others).
///
/// # Cost
/// O(observations); about 9 bytes for each, and 25 for each report.
pub fn encode(batch: &Batch) -> Vec<u8> {
    let n_observations: usize = batch.reports.iter().map(|r| r.observations().len()).sum();
    let mut out = Vec::with_capacity(32 + 32 * batch.reports.len() + 12 * n_observations);
    out.push(VERSION);
    out.extend_from_slice(&batch.id.0);
    put_varint(&mut out, u64::from(batch.received.get()));
    out.extend_from_slice(&batch.contributor.0.to_le_bytes());
    out.push(u8::from(batch.app.is_some()));
    if let Some(app) = batch.app {
        out.extend_from_slice(&app.tag().to_le_bytes());
    }
    put_varint(&mut out, batch.reports.len() as u64);
    let mut previous = Previous::of(VERSION, batch.received);
    for report in &batch.reports {
        put_report(&mut out, &mut previous, report);
    }
    out
}

fn put_report(out: &mut Vec<u8>, previous: &mut Previous, report: &Report) {
    let (timestamp_ms, fix) = (report.timestamp().ms(), report.fix());
    put_zigzag(out, timestamp_ms.wrapping_sub(previous.timestamp_ms));
    put_fix(out, previous, fix);
    previous.timestamp_ms = timestamp_ms;
    put_varint(out, report.observations().len() as u64);
    let mut age = AgeMs::ZERO;
    for observation in report.observations() {
        put_observation(out, &mut age, observation);
    }
}

fn put_fix(out: &mut Vec<u8>, previous: &mut Previous, fix: &Fix) {
    let flag = |present: bool, bit: u8| if present { bit } else { 0 };
    out.push(
        flag(fix.r68.is_some(), HAS_R68)
            | flag(fix.speed_m_s.is_some(), HAS_SPEED)
            | flag(fix.height_hae_m.is_some(), HAS_HEIGHT)
            | flag(fix.pressure_hpa.is_some(), HAS_PRESSURE)
            | flag(fix.floor.is_some(), HAS_FLOOR)
            | (fix.source as u8) << SOURCE_SHIFT,
    );
    out.push(flag(fix.height_r68_m.is_some(), HAS_HEIGHT_R68));
    let (lat_e7, lng_e7) = fix.place.to_e7();
    put_zigzag(out, i64::from(lat_e7.wrapping_sub(previous.lat_e7)));
    put_zigzag(out, i64::from(lng_e7.wrapping_sub(previous.lng_e7)));
    (previous.lat_e7, previous.lng_e7) = (lat_e7, lng_e7);
    put_zigzag(out, i64::from(fix.age.get()));
    if let Some(r68) = fix.r68 {
        put_f64(out, r68.get());
    }
    for value in [fix.speed_m_s, fix.height_hae_m, fix.pressure_hpa].into_iter().flatten() {
        put_f32(out, value);
    }
    if let Some(floor) = fix.floor {
        out.push(floor.get().cast_unsigned());
    }
    if let Some(r68_m) = fix.height_r68_m {
        put_f32(out, r68_m);
    }
}

fn put_observation(out: &mut Vec<u8>, age: &mut AgeMs, observation: &Observation) {
    let whole = observation.power.and_then(whole_dbm);
    let power_flag = match (observation.power, whole) {
        (None, _) => 0,
        (Some(_), Some(_)) => POWER_WHOLE,
        (Some(_), None) => POWER_EXACT,
    };
    let age_flag = if observation.age == *age { 0 } else { NEW_AGE };
    let frequency_flag = if observation.frequency_mhz.is_some() { HAS_FREQUENCY } else { 0 };
    let hints_flag = if has_hints(observation) { HAS_HINTS } else { 0 };
    let kind = observation.transmitter.kind() as u8;
    out.push(kind | power_flag | age_flag | frequency_flag | hints_flag);
    match observation.transmitter {
        TransmitterId::Wifi(address) | TransmitterId::Ble(address) => {
            out.extend_from_slice(&address.octets());
        }
        TransmitterId::Cell(cell) => {
            put_varint(out, u64::from(cell.mcc()));
            put_varint(out, u64::from(cell.mnc().unwrap_or(MNC_UNKNOWN)));
            put_varint(out, u64::from(cell.area()));
            put_varint(out, cell.cell());
        }
    }
    match (observation.power, whole) {
        (Some(_), Some(dbm)) => out.push(dbm.cast_unsigned()),
        (Some(power), None) => out.extend_from_slice(&power.get().to_le_bytes()),
        (None, _) => {}
    }
    if age_flag != 0 {
        put_zigzag(out, i64::from(observation.age.get()));
        *age = observation.age;
    }
    if let Some(frequency_mhz) = observation.frequency_mhz {
        put_varint(out, u64::from(frequency_mhz));
    }
    put_hints(out, observation);
}

const fn has_hints(observation: &Observation) -> bool {
    observation.unit.is_some() || observation.timing_advance.is_some()
}

fn put_hints(out: &mut Vec<u8>, observation: &Observation) {
    if !has_hints(observation) {
        return;
    }
    let flag = |value: Option<u16>, bit: u8| if value.is_some() { bit } else { 0 };
    let (unit, timing_advance) = (observation.unit, observation.timing_advance);
    out.push(flag(unit, HAS_UNIT) | flag(timing_advance, HAS_TIMING_ADVANCE));
    for value in [unit, timing_advance].into_iter().flatten() {
        put_varint(out, u64::from(value));
    }
}

/// The level as a whole number of dBm in one byte, when that is exactly what it is.
fn whole_dbm(power: Dbm) -> Option<i8> {
    #[expect(clippy::cast_possible_truncation, reason = "saturates; compared with the original")]
    let whole = power.get() as i8;
    (f32::from(whole).to_bits() == power.get().to_bits()).then_some(whole)
}

/// Reads a batch.
///
/// # Errors
/// [`DecodeError`] for bytes that [`encode`] does not write; never panics, and allocates no more than
/// a small multiple of the bytes given.
pub fn decode(bytes: &[u8]) -> Result<Batch, DecodeError> {
    let mut taker = Taker::new(bytes);
    let version = take_version(&mut taker)?;
    let id = SubmissionId(taker.array()?);
    let received = Day::new(taker.narrow("day")?);
    let contributor = ContributorToken(u64::from_le_bytes(taker.array()?));
    let app = take_app(&mut taker, version)?;
    let n_reports = count(&mut taker, REPORTS_PER_BATCH_MAX, "number of reports")?;
    let mut previous = Previous::of(version, received);
    let mut reports = Vec::with_capacity(n_reports.min(taker.remaining()));
    for _ in 0..n_reports {
        reports.push(take_report(&mut taker, &mut previous)?);
    }
    match taker.remaining() {
        0 => Ok(Batch { id, received, contributor, app, reports }),
        n => Err(DecodeError::Trailing { n }),
    }
}

/// The submission's identity, without decoding the rest.
pub(crate) fn peek_id(bytes: &[u8]) -> Result<SubmissionId, DecodeError> {
    let mut taker = Taker::new(bytes);
    take_version(&mut taker)?;
    Ok(SubmissionId(taker.array()?))
}

fn take_version(taker: &mut Taker<'_>) -> Result<u8, DecodeError> {
    match taker.byte()? {
        version @ OLDEST..=VERSION => Ok(version),
        found => Err(DecodeError::Version { found }),
    }
}

fn take_app(taker: &mut Taker<'_>, version: u8) -> Result<Option<App>, DecodeError> {
    match if version < APP_SINCE { 0 } else { taker.byte()? } {
        0 => Ok(None),
        1 => Ok(Some(App::from_tag(u64::from_le_bytes(taker.array()?)))),
        _ => Err(DecodeError::Field { field: "program" }),
    }
}

fn count(taker: &mut Taker<'_>, max: usize, field: &'static str) -> Result<usize, DecodeError> {
    let n: usize = taker.narrow(field)?;
    if (1..=max).contains(&n) { Ok(n) } else { Err(DecodeError::Field { field }) }
}

fn take_report(taker: &mut Taker<'_>, previous: &mut Previous) -> Result<Report, DecodeError> {
    previous.timestamp_ms = previous.timestamp_ms.wrapping_add(taker.zigzag()?);
    let fix = take_fix(taker, previous)?;
    let field = "number of observations";
    let n_observations = count(taker, OBSERVATIONS_PER_REPORT_MAX, field)?;
    let mut observations = Vec::with_capacity(n_observations.min(taker.remaining()));
    let mut age = AgeMs::ZERO;
    for _ in 0..n_observations {
        observations.push(take_observation(taker, previous.version, &mut age)?);
    }
    let timestamp = Timestamp::from_ms(previous.timestamp_ms);
    Report::new(timestamp, fix, observations).ok_or(DecodeError::Field { field })
}

fn take_fix(taker: &mut Taker<'_>, previous: &mut Previous) -> Result<Fix, DecodeError> {
    let flags = taker.byte()?;
    let source = FixSource::from_number(flags >> SOURCE_SHIFT)
        .ok_or(DecodeError::Field { field: "fix source" })?;
    let more = if previous.version > 1 { taker.byte()? } else { 0 };
    if more & !HAS_HEIGHT_R68 != 0 {
        return Err(DecodeError::Field { field: "fix flags" });
    }
    previous.lat_e7 = add_e7(previous.lat_e7, taker.zigzag()?)?;
    previous.lng_e7 = add_e7(previous.lng_e7, taker.zigzag()?)?;
    let place = LatLng::from_e7(previous.lat_e7, previous.lng_e7)
        .or(Err(DecodeError::Field { field: "place" }))?;
    let mut fix = Fix { age: take_age(taker)?, source, ..Fix::at(place) };
    if flags & HAS_R68 != 0 {
        let r68 = Meters::new(taker.f64()?).or(Err(DecodeError::Field { field: "r68" }))?;
        fix.r68 = Some(r68);
    }
    if flags & HAS_SPEED != 0 {
        fix.speed_m_s = Some(taker.f32("speed")?);
    }
    if flags & HAS_HEIGHT != 0 {
        fix.height_hae_m = Some(taker.f32("height")?);
    }
    if flags & HAS_PRESSURE != 0 {
        fix.pressure_hpa = Some(taker.f32("pressure")?);
    }
    if flags & HAS_FLOOR != 0 {
        let level = i32::from(taker.byte()?.cast_signed());
        fix.floor = Some(Floor::new(level).or(Err(DecodeError::Field { field: "floor" }))?);
    }
    if more & HAS_HEIGHT_R68 != 0 {
        fix.height_r68_m = Some(taker.f32("accuracy of the height")?);
    }
    Ok(fix)
}

fn add_e7(previous: i32, difference: i64) -> Result<i32, DecodeError> {
    let difference = i32::try_from(difference).or(Err(DecodeError::Field { field: "place" }))?;
    Ok(previous.wrapping_add(difference))
}

fn take_age(taker: &mut Taker<'_>) -> Result<AgeMs, DecodeError> {
    AgeMs::new(taker.zigzag()?).or(Err(DecodeError::Field { field: "age" }))
}

fn take_observation(
    taker: &mut Taker<'_>,
    version: u8,
    age: &mut AgeMs,
) -> Result<Observation, DecodeError> {
    let tag = taker.byte()?;
    let impossible = |field| move |_| DecodeError::Field { field };
    let kind = TransmitterKind::from_number(tag & KIND_MASK)
        .ok_or(DecodeError::Field { field: "transmitter kind" })?;
    let transmitter = take_transmitter(taker, version, kind)?;
    let power = match (tag & POWER_WHOLE != 0, tag & POWER_EXACT != 0) {
        (false, false) => None,
        (true, false) => Some(f32::from(taker.byte()?.cast_signed())),
        (false, true) => Some(f32::from_le_bytes(taker.array()?)),
        (true, true) => return Err(DecodeError::Field { field: "power" }),
    };
    let power = power.map(Dbm::new).transpose().map_err(impossible("power"))?;
    if tag & NEW_AGE != 0 {
        *age = take_age(taker)?;
    }
    let mut frequency_mhz = None;
    if tag & HAS_FREQUENCY != 0 {
        frequency_mhz = Some(taker.narrow("frequency")?);
    }
    let (unit, timing_advance) = match (tag & HAS_HINTS != 0, version) {
        (false, _) => (None, None),
        (true, OLDEST) => return Err(DecodeError::Field { field: "observation tag" }),
        (true, _) => take_hints(taker)?,
    };
    let age = *age;
    Ok(Observation { transmitter, power, age, frequency_mhz, unit, timing_advance })
}

/// The unit and the timing advance; at least one of them, else there were no hints to write.
fn take_hints(taker: &mut Taker<'_>) -> Result<(Option<u16>, Option<u16>), DecodeError> {
    let flags = taker.byte()?;
    if flags == 0 || flags & !(HAS_UNIT | HAS_TIMING_ADVANCE) != 0 {
        return Err(DecodeError::Field { field: "observation hints" });
    }
    let mut take = |bit: u8, field| {
        if flags & bit == 0 { Ok(None) } else { taker.narrow(field).map(Some) }
    };
    Ok((take(HAS_UNIT, "unit")?, take(HAS_TIMING_ADVANCE, "timing advance")?))
}

fn take_transmitter(
    taker: &mut Taker<'_>,
    version: u8,
    kind: TransmitterKind,
) -> Result<TransmitterId, DecodeError> {
    let radio = match kind {
        TransmitterKind::Wifi => return Ok(TransmitterId::Wifi(Bssid::new(taker.array()?))),
        TransmitterKind::Ble => return Ok(TransmitterId::Ble(Bssid::new(taker.array()?))),
        TransmitterKind::Gsm => CellRadio::Gsm,
        TransmitterKind::Wcdma => CellRadio::Wcdma,
        TransmitterKind::Lte => CellRadio::Lte,
        TransmitterKind::Nr => CellRadio::Nr,
    };
    let field = "cell id";
    let (mcc, mnc) = (taker.narrow(field)?, taker.narrow::<u16>(field)?);
    let (area, cell) = (taker.narrow(field)?, taker.varint()?);
    let id = match mnc {
        MNC_UNKNOWN if version > OLDEST => CellId::of_unknown_network(radio, mcc, area, cell),
        mnc => CellId::new(radio, mcc, u32::from(mnc), area, cell),
    };
    id.map(TransmitterId::Cell).or(Err(DecodeError::Field { field }))
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
