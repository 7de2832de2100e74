//! Writes a map's bytes, and names a map by their hash.

use super::places::put_places;
use super::{ABSENT, MAGIC, MNC_UNKNOWN, SIGMA_ABSENT, VERSION};
use crate::map::RadioMap;
use crate::poll::Poll;
use crate::sample::{Sample, VoiceSample};
use crate::sigma::SigmaCode;
use crate::vote::{HEIGHT_ABSENT, HINT_ABSENT, whole_m};
use cairn_evidence::Evidence;
use cairn_ground::{Floor, TransmitterId};
use std::io::{self, Write};

/// Bytes gathered before they are hashed and written.
const BLOCK_BYTES: usize = 64 * 1024;

/// Gathers small fields into blocks, hashes each block, and passes it on.
pub(super) struct Sink<'a, W> {
    output: &'a mut W,
    hasher: blake3::Hasher,
    pub(super) block: Vec<u8>,
}

impl<W: Write> Sink<'_, W> {
    pub(super) fn flush_when_full(&mut self) -> io::Result<()> {
        if self.block.len() >= BLOCK_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.hasher.update(&self.block);
        self.output.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }
}

impl RadioMap {
    /// Writes the checkpoint: equal maps write equal bytes (M4).
    ///
    /// # Errors
    /// Those of `output`; what was written before is no checkpoint.
    pub fn encode(&self, output: &mut impl Write) -> io::Result<()> {
        let digest = self.write_body(output)?;
        output.write_all(&digest)
    }

    /// The hash of the map's content: equal for equal maps, whatever the settings.
    ///
    /// # Cost
    /// Encodes the whole map without keeping it: about 1 ms a megabyte.
    pub fn digest(&self) -> [u8; 32] {
        self.write_body(&mut io::sink()).unwrap_or_default()
    }

    /// Writes all but the checksum, and returns it.
    fn write_body(&self, output: &mut impl Write) -> io::Result<[u8; 32]> {
        let block = Vec::with_capacity(2 * BLOCK_BYTES);
        let mut sink = Sink { output, hasher: blake3::Hasher::new(), block };
        let polls = self.ordered();
        sink.block.extend(MAGIC);
        sink.block.extend(VERSION.to_le_bytes());
        sink.block.extend((polls.len() as u64).to_le_bytes());
        for (id, poll) in polls {
            put_poll(&mut sink.block, id, poll);
            sink.flush_when_full()?;
        }
        put_sample(&mut sink, &self.sample)?;
        put_places(&mut sink, &self.places)?;
        sink.flush()?;
        Ok(*sink.hasher.finalize().as_bytes())
    }
}

/// The checkpoint form of all that is kept about a transmitter.
pub(crate) fn put_poll(block: &mut Vec<u8>, id: TransmitterId, poll: &Poll) {
    put_transmitter(block, id);
    block.extend(poll.first_day.get().to_le_bytes());
    block.extend(poll.last_day.get().to_le_bytes());
    block.push(count(poll.ballots.len()));
    for ballot in &poll.ballots {
        block.extend(ballot.voice.0.to_le_bytes());
        block.push(count(ballot.votes.len()));
        for vote in &ballot.votes {
            block.extend(vote.to_bytes());
        }
    }
}

fn put_sample<W: Write>(sink: &mut Sink<'_, W>, sample: &Sample) -> io::Result<()> {
    sink.block.push(count(sample.voices.len()));
    for VoiceSample { voice, evidence } in &sample.voices {
        sink.block.extend(voice.0.to_le_bytes());
        sink.block.push(count(evidence.len()));
        for one in evidence {
            put_evidence(&mut sink.block, one);
            sink.flush_when_full()?;
        }
    }
    Ok(())
}

/// The checkpoint form of a sampled evidence, without its voice.
pub(crate) fn evidence_bytes(evidence: &Evidence) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(24 + 12 * evidence.heard.len());
    put_evidence(&mut bytes, evidence);
    bytes
}

fn put_evidence(block: &mut Vec<u8>, evidence: &Evidence) {
    let (lat_e7, lng_e7) = evidence.place.to_e7();
    let sigma = evidence.fix_sigma_m.map_or(SIGMA_ABSENT, |m| SigmaCode::from_m(m).number());
    block.extend(evidence.id.0.to_le_bytes());
    block.extend(lat_e7.to_le_bytes());
    block.extend(lng_e7.to_le_bytes());
    block.extend(sigma.to_le_bytes());
    block.extend(evidence.floor.map_or(ABSENT, Floor::get).to_le_bytes());
    let (height_m, height_sigma) = evidence.height.map_or((HEIGHT_ABSENT, 0), |height| {
        (whole_m(height.stated_m), SigmaCode::from_m(height.sigma_m).number())
    });
    block.extend(height_m.to_le_bytes());
    if height_m != HEIGHT_ABSENT {
        block.extend(height_sigma.to_le_bytes());
    }
    block.extend(evidence.day.get().to_le_bytes());
    block.push(u8::from(evidence.surveyed));
    block.push(count(evidence.heard.len()));
    for heard in &evidence.heard {
        put_transmitter(block, heard.transmitter);
        block.extend(heard.rssi_dbm.unwrap_or(ABSENT).to_le_bytes());
        block.extend(SigmaCode::from_m(heard.sigma_m).number().to_le_bytes());
        block.extend(heard.gap_ms.to_le_bytes());
        block.extend(heard.frequency_mhz.unwrap_or(0).to_le_bytes());
        if heard.transmitter.kind().is_cell() {
            block.extend(heard.unit.unwrap_or(HINT_ABSENT).to_le_bytes());
            block.extend(heard.timing_advance.unwrap_or(HINT_ABSENT).to_le_bytes());
        }
    }
}

fn put_transmitter(block: &mut Vec<u8>, id: TransmitterId) {
    block.push(id.kind() as u8);
    match id {
        TransmitterId::Wifi(address) | TransmitterId::Ble(address) => {
            block.extend(address.octets());
        }
        TransmitterId::Cell(cell) => {
            block.extend(cell.mcc().to_le_bytes());
            block.extend(cell.mnc().unwrap_or(MNC_UNKNOWN).to_le_bytes());
            block.extend(cell.area().to_le_bytes());
            block.extend(cell.cell().to_le_bytes());
        }
    }
}

/// A length that its limit (checked in `limits.rs`) keeps within a byte.
fn count(n: usize) -> u8 {
    u8::try_from(n).unwrap_or(u8::MAX)
}
