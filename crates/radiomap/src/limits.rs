//! How much the map keeps. All of these shape the bytes of a checkpoint: changing one needs a new
//! version of `codec`.

use cairn_ground::TransmitterKind;

/// Voices kept per Wi-Fi or Bluetooth transmitter.
///
/// # Source
/// Choice: a median over 24 voices stands 11 liars (trust.md 4.1: half of the *people*); counts
/// estimated from 24 hashes are off by 21 % (1/√(k − 2), Bar-Yossef et al. 2002).
pub const VOICES_MAX: usize = 24;

/// Voices kept per cell: phones hear it over a kilometre, so that its place is a mean over many more.
///
/// # Source
/// Measured: with 24 a fifth of liars, who took the places of honest voices, moved cells by up to 80 m
/// (docs/measured/accuracy.md).
pub const CELL_VOICES_MAX: usize = 64;

/// Votes kept per voice and transmitter: one walk past a house, at a reading a second.
pub const VOTES_PER_VOICE_MAX: usize = 32;

/// Votes kept per transmitter: where more than [`VOICES_MAX`] voices are kept, fewer of each.
pub const VOTES_MAX: usize = VOICES_MAX * VOTES_PER_VOICE_MAX;

/// Voices kept of a transmitter of this kind.
pub const fn voices_max(kind: TransmitterKind) -> usize {
    if kind.is_cell() { CELL_VOICES_MAX } else { VOICES_MAX }
}

/// Votes kept of each of so many voices: never more of each for more voices, and of all but one number of them as
/// many as with one more, so that who comes last changes nothing of the others.
pub const fn votes_per_voice_max(n_voices: usize) -> usize {
    if n_voices <= VOICES_MAX { VOTES_PER_VOICE_MAX } else { VOTES_MAX / CELL_VOICES_MAX }
}

/// Days of a period; the voices of the newest two have places of their own, whatever their hashes.
///
/// # Source
/// Choice: two weeks, so that two to four weeks' voices are at hand, and those of a holiday do not crowd out the others.
pub const LATE_DAYS: u16 = 14;

/// Periods whose voices have places of their own.
pub const LATE_PERIODS: usize = 2;

/// Voices kept of each such period.
///
/// # Source
/// Choice: five later voices move a transmitter (`signal::mobility`), and some of eight may be wrong or late.
pub const LATE_VOICES_MAX: usize = 8;

/// Votes kept of each such voice and period.
///
/// # Source
/// Choice: with those of other voices enough for a place; 64 votes are 2 KB.
pub const LATE_VOTES_MAX: usize = 4;

/// Ballots of a transmitter of this kind at most.
pub const fn ballots_max(kind: TransmitterKind) -> usize {
    voices_max(kind) + LATE_PERIODS * LATE_VOICES_MAX
}

/// Votes of a ballot at most, of so many of a transmitter of this kind.
pub const fn votes_max(kind: TransmitterKind, n_ballots: usize) -> usize {
    let n_sampled = if n_ballots < voices_max(kind) { n_ballots } else { voices_max(kind) };
    votes_per_voice_max(n_sampled) + LATE_PERIODS * LATE_VOTES_MAX
}

/// Voices whose heights are looked at in a tile and on a level. No part of a checkpoint.
pub const HEIGHT_VOICES_MAX: usize = 16;

/// Heights that are looked at of each. No part of a checkpoint.
pub const HEIGHTS_PER_VOICE_MAX: usize = 6;

/// Independent parts of the map; workers own whole parts, so at most this many threads help.
pub const SHARDS: usize = 64;

/// Voices the calibration sample keeps.
pub const SAMPLE_VOICES_MAX: usize = 128;

/// Evidence the calibration sample keeps per voice.
pub const SAMPLE_EVIDENCE_PER_VOICE_MAX: usize = 96;

/// Evidence the calibration sample hands out; voices share it as evenly as they can.
///
/// # Source
/// The 95 % share of 1,500 samples has a standard error of 0.56 % (binomial).
pub const SAMPLE_MAX: usize = 1_500;

/// Readings kept per sampled evidence: the strongest.
pub const SAMPLE_HEARD_MAX: usize = 64;

/// Readings of Wi-Fi and Bluetooth an evidence needs to be sampled: one alone is never answered
/// (invariant A3). A single cell is answered, and so is sampled.
pub const SAMPLE_NEAR_MIN: usize = 2;

/// Readings a sampled evidence has at least.
pub const SAMPLE_HEARD_MIN: usize = 1;

/// Claimed σ per axis, in metres, beyond which a fix is no yardstick: R68 of 50 m.
pub const SAMPLE_FIX_SIGMA_MAX_M: f32 = 33.0;

/// Cells of one area that its belief rests on, those with the smallest keys.
pub const AREA_CELLS_MAX: usize = 64;

/// Ways of hearing one cell that are believed apart: those of most votes.
///
/// # Source
/// The Ottawa walks show 13 ways a cell and at most 42; 64 records are 1.5 KB of a cell heard everywhere.
pub const HEARINGS_PER_CELL_MAX: usize = 64;

/// Voices kept per block of a building's insides.
///
/// # Source
/// Choice: the two malls of the indoor set were walked by 743 voices over some 20 blocks.
pub const PLACE_VOICES_MAX: usize = 512;

/// Fingerprints kept per voice and block: half an hour of scans.
///
/// # Source
/// Measured: where 22 voices surveyed three buildings with 20 scans a spot, 256 kept a third of them, and the
/// nearest of these erred by 6.9 raw units against 6.5 (docs/measured/venues.md).
pub const FINGERPRINTS_PER_VOICE_MAX: usize = 1_024;

/// Readings kept per fingerprint: the freshest. Source: the indoor set's scans list 216 at the median.
pub const FINGERPRINT_HEARD_MAX: usize = 255;

/// Readings of Wi-Fi and Bluetooth a fingerprint has at least.
pub const FINGERPRINT_HEARD_MIN: usize = 4;

/// Claimed σ per axis, in metres, beyond which a fix says nothing of a room.
///
/// # Source
/// Choice: R68 of 9 m, two shops' width; phones indoors claim 10 m and more from satellites.
pub const FINGERPRINT_FIX_SIGMA_MAX_M: f32 = 6.0;

/// Fingerprints of a block that make it dense: a model answers there and in the blocks that touch it.
///
/// # Source
/// Measured: in the simulated town, with some hundred scans of many small buildings a block, a model
/// errs by 95 m at the 90th percentile where transmitters by themselves err by 33 (docs/measured/venues.md).
pub const BLOCK_SCANS_MIN: usize = 250;

/// Blocks of one venue: an airport is about 4 km².
pub const VENUE_BLOCKS_MAX: usize = 40;

/// Fingerprints a venue's model is learned from.
///
/// # Source
/// Choice: a large survey; above 9,000 the model goes through them less often, which bounds its learning at about
/// a minute on one core (docs/measured/venues.md).
pub const VENUE_SCANS_MAX: usize = 20_000;

const _: () = assert!(PLACE_VOICES_MAX <= u16::MAX as usize);
const _: () = assert!(FINGERPRINTS_PER_VOICE_MAX <= u16::MAX as usize);
const _: () = assert!(FINGERPRINT_HEARD_MAX <= u8::MAX as usize);
const _: () = assert!(VOICES_MAX >= 3 && VOICES_MAX <= CELL_VOICES_MAX);
const _: () = assert!(ballots_max(TransmitterKind::Lte) <= u8::MAX as usize);
const _: () = assert!(votes_per_voice_max(CELL_VOICES_MAX) >= 3);
const _: () =
    assert!(VOTES_PER_VOICE_MAX >= 3 && votes_max(TransmitterKind::Wifi, 1) <= u8::MAX as usize);
const _: () = assert!(SHARDS.is_power_of_two());
const _: () = assert!(SAMPLE_VOICES_MAX <= u8::MAX as usize);
const _: () = assert!(SAMPLE_EVIDENCE_PER_VOICE_MAX <= u8::MAX as usize);
const _: () = assert!(SAMPLE_HEARD_MAX <= u8::MAX as usize);
const _: () = assert!(SAMPLE_VOICES_MAX * SAMPLE_EVIDENCE_PER_VOICE_MAX >= SAMPLE_MAX);
