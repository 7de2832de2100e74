//! The insides of buildings in a checkpoint.

use super::encode::Sink;
use super::source::{DecodeError, Source};
use crate::fingerprint::{Fingerprint, Reading};
use crate::limits::{
    FINGERPRINT_HEARD_MAX, FINGERPRINT_HEARD_MIN, FINGERPRINTS_PER_VOICE_MAX, PLACE_VOICES_MAX,
};
use crate::places::{BlockScans, Places, VoiceScans, voice_order};
use cairn_evidence::Voice;
use cairn_ground::Block;
use std::io::{self, Read, Write};

/// Writes all blocks.
pub(super) fn put_places<W: Write>(sink: &mut Sink<'_, W>, places: &Places) -> io::Result<()> {
    let n_blocks = u32::try_from(places.blocks.len()).map_err(io::Error::other)?;
    sink.block.extend(n_blocks.to_le_bytes());
    for (block, voices) in &places.blocks {
        sink.block.extend(block.number().to_le_bytes());
        sink.block.extend(count(voices.len()).to_le_bytes());
        for VoiceScans { voice, scans } in voices {
            sink.block.extend(voice.0.to_le_bytes());
            sink.block.extend(count(scans.len()).to_le_bytes());
            for scan in scans {
                put_fingerprint(&mut sink.block, scan);
                sink.flush_when_full()?;
            }
        }
    }
    Ok(())
}

fn put_fingerprint(block: &mut Vec<u8>, scan: &Fingerprint) {
    block.extend(scan.rank.to_le_bytes());
    block.extend(scan.lat_e7.to_le_bytes());
    block.extend(scan.lng_e7.to_le_bytes());
    block.extend(scan.floor.to_le_bytes());
    block.extend(scan.day.to_le_bytes());
    block.push(u8::try_from(scan.readings.len()).unwrap_or(u8::MAX));
    for reading in &scan.readings {
        block.extend(reading.transmitter.to_le_bytes());
        block.extend(reading.rssi_dbm.to_le_bytes());
        block.push(reading.age_128ms);
    }
}

/// A length that its limit (checked in `limits.rs`) keeps within 16 bits.
fn count(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// Reads all blocks.
pub(super) fn places<R: Read>(source: &mut Source<R>) -> Result<Places, DecodeError> {
    let mut places = Places::default();
    for _ in 0..source.u32()? {
        let block = Block::from_number(source.u64()?).ok_or_else(|| source.wrong("block"))?;
        let rises = places.blocks.last_key_value().is_none_or(|(last, _)| *last < block);
        source.check(rises, "blocks in rising order")?;
        let voices = voices(source, block)?;
        places.blocks.insert(block, voices);
    }
    Ok(places)
}

fn voices<R: Read>(source: &mut Source<R>, block: Block) -> Result<BlockScans, DecodeError> {
    let n_voices = source.count_u16("number of a block's voices", 1, PLACE_VOICES_MAX)?;
    let mut voices: BlockScans = Vec::new();
    for _ in 0..n_voices {
        let voice = Voice(source.u64()?);
        let rises = voices.last().is_none_or(|v| voice_order(v.voice) < voice_order(voice));
        source.check(rises, "a block's voices in rising order")?;
        let scans = scans(source)?;
        let within = scans.iter().all(|scan| Block::of(scan.place()) == block);
        source.check(within, "fingerprints within their block")?;
        voices.push(VoiceScans { voice, scans });
    }
    Ok(voices)
}

fn scans<R: Read>(source: &mut Source<R>) -> Result<Vec<Fingerprint>, DecodeError> {
    let n_scans = source.count_u16("number of fingerprints", 1, FINGERPRINTS_PER_VOICE_MAX)?;
    let mut scans: Vec<Fingerprint> = Vec::new();
    for _ in 0..n_scans {
        let scan = fingerprint(source)?;
        source.check(scan.is_sound(), "fingerprint")?;
        source.check(scans.last() < Some(&scan), "fingerprints in rising order")?;
        scans.push(scan);
    }
    Ok(scans)
}

fn fingerprint<R: Read>(source: &mut Source<R>) -> Result<Fingerprint, DecodeError> {
    let rank = source.u64()?;
    let (lat_e7, lng_e7) = (source.i32()?, source.i32()?);
    let (floor, day) = (source.i8()?, source.u16()?);
    let (least, most) = (FINGERPRINT_HEARD_MIN, FINGERPRINT_HEARD_MAX);
    let n_readings = source.count("number of a fingerprint's readings", least, most)?;
    let mut readings = Vec::with_capacity(n_readings);
    for _ in 0..n_readings {
        let transmitter = source.u64()?;
        let (rssi_dbm, age_128ms) = (source.i8()?, source.u8()?);
        readings.push(Reading { transmitter, rssi_dbm, age_128ms });
    }
    Ok(Fingerprint { rank, lat_e7, lng_e7, floor, day, readings })
}
