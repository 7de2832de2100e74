//! Reads a map's bytes, and believes none before the checksum has been seen.

use super::places::places;
use super::source::{DecodeError, Source};
use super::{ABSENT, MAGIC, MNC_UNKNOWN, SIGMA_ABSENT, VERSION};
use crate::keep;
use crate::limits::{
    SAMPLE_EVIDENCE_PER_VOICE_MAX, SAMPLE_HEARD_MAX, SAMPLE_HEARD_MIN, SAMPLE_VOICES_MAX,
    ballots_max, votes_max,
};
use crate::map::{RadioMap, shard_index};
use crate::mix::voice_rank;
use crate::part::{Part, PartError};
use crate::poll::{Ballot, Poll};
use crate::sample::{Sample, VoiceSample, evidence_rank, voice_order};
use crate::settings::Settings;
use crate::sigma::SigmaCode;
use crate::vote::{HEIGHT_ABSENT, HINT_ABSENT, Vote};
use cairn_evidence::{Evidence, EvidenceId, Heard, Height, Voice};
use cairn_ground::{Bssid, CellId, CellRadio, Day, Floor, LatLng, TransmitterId, TransmitterKind};
use std::io::Read;

type Result<T> = std::result::Result<T, DecodeError>;

impl RadioMap {
    /// Reads a checkpoint to its end, under `settings`; nothing is dirty in the map read.
    ///
    /// Memory grows with the bytes read, never with a number they state.
    ///
    /// # Errors
    /// [`DecodeError`]: in all cases rebuild the map from the journal.
    pub fn decode(input: &mut impl Read, settings: Settings) -> Result<Self> {
        let mut source = Source::new(input);
        let mut map = Self::new(settings);
        polls(&mut source, &mut |id, poll| {
            map.shards[shard_index(id)].polls.insert(id, poll);
        })?;
        map.sample = sample(&mut source)?;
        map.places = places(&mut source)?;
        source.finish()?;
        Ok(map)
    }
}

/// Reads the head and every poll, in the order of their transmitters.
pub(super) fn polls<R: Read>(
    source: &mut Source<R>,
    take: &mut dyn FnMut(TransmitterId, Poll),
) -> Result<()> {
    if source.bytes()? != *MAGIC {
        return Err(DecodeError::Magic);
    }
    let found = source.u16()?;
    if found != VERSION {
        return Err(DecodeError::Version { found, supported: VERSION });
    }
    let n_polls = source.u64()?;
    let mut last = None;
    for _ in 0..n_polls {
        let id = transmitter(source)?;
        source.check(last < Some(id), "transmitters in rising order")?;
        last = Some(id);
        take(id, poll(source, id)?);
    }
    Ok(())
}

/// Reads one poll and its transmitter, to the end of `bytes`.
pub(crate) fn read_part(bytes: &[u8]) -> std::result::Result<Part, PartError> {
    let mut source = Source::unhashed(bytes);
    let read = transmitter(&mut source).and_then(|id| {
        let poll = poll(&mut source, id)?;
        source.check(source.is_at(bytes.len()), "end of the part")?;
        Ok(Part { id, poll })
    });
    read.map_err(|error| match error {
        DecodeError::Field { offset, field } => PartError { offset, field },
        _ => PartError { offset: bytes.len() as u64, field: "more of the part" },
    })
}

fn poll<R: Read>(source: &mut Source<R>, id: TransmitterId) -> Result<Poll> {
    let (first_day, last_day) = (Day::new(source.u16()?), Day::new(source.u16()?));
    source.check(first_day <= last_day, "first day before last day")?;
    let n_ballots = source.count("number of voices", 1, ballots_max(id.kind()))?;
    let mut ballots: Vec<Ballot> = Vec::with_capacity(n_ballots);
    for _ in 0..n_ballots {
        let ballot = ballot(source, id, votes_max(id.kind(), n_ballots))?;
        let rises = ballots.last().is_none_or(|b| (b.rank, b.voice) < (ballot.rank, ballot.voice));
        source.check(rises, "voices in rising order")?;
        ballots.push(ballot);
    }
    let mut votes = ballots.iter().flat_map(|ballot| &ballot.votes);
    let spanned = votes.all(|vote| (first_day..=last_day).contains(&vote.day()));
    source.check(spanned, "votes within the days")?;
    let poll = Poll { first_day, last_day, ballots };
    source.check(keep::is_whole(&poll, id.kind()), "only voices and votes that stay")?;
    Ok(poll)
}

fn ballot<R: Read>(source: &mut Source<R>, id: TransmitterId, n_max: usize) -> Result<Ballot> {
    let voice = Voice(source.u64()?);
    let n_votes = source.count("number of votes", 1, n_max)?;
    let mut votes: Vec<Vote> = Vec::with_capacity(n_votes);
    for _ in 0..n_votes {
        let vote = Vote::from_bytes(source.bytes()?).ok_or_else(|| source.wrong("vote"))?;
        let rises = votes.last().is_none_or(|last| last.rank() < vote.rank());
        source.check(rises, "votes in rising order")?;
        votes.push(vote);
    }
    Ok(Ballot { rank: voice_rank(voice, id), voice, votes })
}

pub(super) fn sample<R: Read>(source: &mut Source<R>) -> Result<Sample> {
    let n_voices = source.count("number of sampled voices", 0, SAMPLE_VOICES_MAX)?;
    let mut voices: Vec<VoiceSample> = Vec::with_capacity(n_voices);
    for _ in 0..n_voices {
        let voice = Voice(source.u64()?);
        let rises = voices.last().is_none_or(|v| voice_order(v.voice) < voice_order(voice));
        source.check(rises, "sampled voices in rising order")?;
        let evidence = evidence_of(source, voice)?;
        voices.push(VoiceSample { voice, evidence });
    }
    Ok(Sample { voices })
}

fn evidence_of<R: Read>(source: &mut Source<R>, voice: Voice) -> Result<Vec<Evidence>> {
    let n_max = SAMPLE_EVIDENCE_PER_VOICE_MAX;
    let n_evidence = source.count("number of sampled evidence", 1, n_max)?;
    let mut evidence: Vec<Evidence> = Vec::with_capacity(n_evidence);
    for _ in 0..n_evidence {
        let one = evidence_one(source, voice)?;
        let rises = evidence.last().is_none_or(|last| evidence_rank(last) < evidence_rank(&one));
        source.check(rises, "sampled evidence in rising order")?;
        evidence.push(one);
    }
    Ok(evidence)
}

fn evidence_one<R: Read>(source: &mut Source<R>, voice: Voice) -> Result<Evidence> {
    let id = EvidenceId(source.u64()?);
    let (lat_e7, lng_e7) = (source.i32()?, source.i32()?);
    let place = LatLng::from_e7(lat_e7, lng_e7);
    let place = place.map_err(|_off_the_globe| source.wrong("place"))?;
    let fix_sigma_m = match source.u16()? {
        SIGMA_ABSENT => None,
        code => Some(sigma_m(source, code)?),
    };
    let floor = match source.i8()? {
        ABSENT => None,
        level => Some(Floor::new(i32::from(level)).map_err(|_out_of_range| source.wrong("floor"))?),
    };
    let height = height(source)?;
    let day = Day::new(source.u16()?);
    let surveyed = source.count("surveyed", 0, 1)? == 1;
    let heard = heard(source, place)?;
    Ok(Evidence { id, place, fix_sigma_m, floor, height, day, voice, surveyed, heard })
}

fn height<R: Read>(source: &mut Source<R>) -> Result<Option<Height>> {
    let whole_m = source.i16()?;
    if whole_m == HEIGHT_ABSENT {
        return Ok(None);
    }
    let code = source.u16()?;
    Ok(Some(Height { stated_m: f32::from(whole_m), sigma_m: sigma_m(source, code)? }))
}

/// The unit and the timing advance of a cell; no other transmitter has them.
fn hints<R: Read>(
    source: &mut Source<R>,
    transmitter: TransmitterId,
) -> Result<(Option<u16>, Option<u16>)> {
    if !transmitter.kind().is_cell() {
        return Ok((None, None));
    }
    let unit = Some(source.u16()?).filter(|unit| *unit != HINT_ABSENT);
    Ok((unit, Some(source.u16()?).filter(|steps| *steps != HINT_ABSENT)))
}

fn heard<R: Read>(source: &mut Source<R>, place: LatLng) -> Result<Vec<Heard>> {
    let n_heard = source.count("number of readings", SAMPLE_HEARD_MIN, SAMPLE_HEARD_MAX)?;
    let mut heard: Vec<Heard> = Vec::with_capacity(n_heard);
    for _ in 0..n_heard {
        let transmitter = transmitter(source)?;
        let rises = heard.last().is_none_or(|last| last.transmitter < transmitter);
        source.check(rises, "readings in rising order")?;
        let rssi_dbm = Some(source.i8()?).filter(|dbm| *dbm != ABSENT);
        let code = source.u16()?;
        let sigma_m = sigma_m(source, code)?;
        let gap_ms = source.u16()?;
        let frequency_mhz = Some(source.u16()?).filter(|mhz| *mhz != 0);
        let (unit, timing_advance) = hints(source, transmitter)?;
        let repeated = false;
        heard.push(Heard {
            transmitter,
            rssi_dbm,
            place,
            sigma_m,
            gap_ms,
            repeated,
            frequency_mhz,
            unit,
            timing_advance,
        });
    }
    Ok(heard)
}

fn sigma_m<R: Read>(source: &Source<R>, code: u16) -> Result<f32> {
    let code = SigmaCode::from_number(code).ok_or_else(|| source.wrong("sigma"))?;
    Ok(code.narrow_m())
}

fn transmitter<R: Read>(source: &mut Source<R>) -> Result<TransmitterId> {
    let kind = TransmitterKind::from_number(source.u8()?);
    let radio = match kind.ok_or_else(|| source.wrong("kind of transmitter"))? {
        TransmitterKind::Wifi => return Ok(TransmitterId::Wifi(Bssid::new(source.bytes()?))),
        TransmitterKind::Ble => return Ok(TransmitterId::Ble(Bssid::new(source.bytes()?))),
        TransmitterKind::Gsm => CellRadio::Gsm,
        TransmitterKind::Wcdma => CellRadio::Wcdma,
        TransmitterKind::Lte => CellRadio::Lte,
        TransmitterKind::Nr => CellRadio::Nr,
    };
    let (mcc, mnc) = (u32::from(source.u16()?), source.u16()?);
    let (area, cell) = (source.u32()?, source.u64()?);
    let cell = match mnc {
        MNC_UNKNOWN => CellId::of_unknown_network(radio, mcc, area, cell),
        mnc => CellId::new(radio, mcc, u32::from(mnc), area, cell),
    };
    let cell = cell.map_err(|_out_of_range| source.wrong("cell"))?;
    source.check(cell.radio() == radio, "cell of its radio")?;
    Ok(TransmitterId::Cell(cell))
}
