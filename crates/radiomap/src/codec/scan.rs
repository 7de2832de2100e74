//! A checkpoint walked poll by poll: for whoever needs every transmitter once, and no map.

use super::decode::{polls, sample};
use super::places::places;
use super::source::{DecodeError, Source};
use crate::belief::{self, Belief};
use crate::count;
use crate::poll::Poll;
use crate::settings::Settings;
use crate::trust::judged;
use crate::unit;
use cairn_evidence::Voice;
use cairn_ground::{Day, LatLng, TransmitterId};
use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom};

/// One transmitter of a checkpoint, with what the voices that are asked say, as long as the walk stands at it.
#[derive(Debug)]
pub struct Scanned<'a> {
    id: TransmitterId,
    poll: &'a Poll,
    settings: Settings,
}

impl Scanned<'_> {
    /// Who.
    pub const fn id(&self) -> TransmitterId {
        self.id
    }

    /// The first day it was heard.
    pub const fn first_day(&self) -> Day {
        self.poll.first_day
    }

    /// What is believed about it, computed when asked for.
    pub fn belief(&self) -> Option<Belief> {
        belief::of(self.id, self.poll, self.settings, None)
    }

    /// The unit (PSC or PCI) most voices state, each once; of equally many the smaller.
    pub fn unit(&self) -> Option<u16> {
        unit::of(self.id.kind(), self.poll)
    }

    /// The votes that count: whose, and where.
    pub fn votes(&self) -> impl Iterator<Item = (Voice, LatLng)> {
        let voice = |ballot: u32| self.poll.ballots[ballot as usize].voice;
        let counted = count::tally(self.id.kind(), self.poll, None).counted.into_iter();
        counted.map(move |one| (voice(one.ballot), one.vote.place()))
    }
}

/// Shows every transmitter of a checkpoint to `visit`, in their order, without what discredited voices say of it.
///
/// # Errors
/// [`DecodeError`]: the checksum is at the end, so nothing that `visit` saw may be believed then.
///
/// # Cost
/// Two passes over the bytes, three where a voice is contradicted often; memory for one poll, and for whom boxes
/// contradict, whatever the size of the map.
pub fn scan(
    input: &mut (impl Read + Seek),
    settings: Settings,
    visit: &mut dyn FnMut(&Scanned<'_>),
) -> Result<(), DecodeError> {
    let start = at_start(input.stream_position())?;
    let silent = judged(|wanted| {
        let mut found = Vec::new();
        polls(&mut from(input, start)?, &mut |id, poll| found.extend(wanted(id, &poll)))?;
        Ok(found)
    })?;
    let silent: BTreeSet<Voice> = silent.into_keys().collect();
    let mut source = from(input, start)?;
    polls(&mut source, &mut |id, poll| {
        visit(&Scanned { id, poll: &poll.without(&silent), settings });
    })?;
    sample(&mut source)?;
    places(&mut source)?;
    source.finish()
}

/// Reads again from `start` on.
fn from<R: Read + Seek>(input: &mut R, start: u64) -> Result<Source<&mut R>, DecodeError> {
    at_start(input.seek(SeekFrom::Start(start)))?;
    Ok(Source::new(input))
}

fn at_start<T>(done: io::Result<T>) -> Result<T, DecodeError> {
    done.map_err(|source| DecodeError::Io { offset: 0, source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RadioMap;
    use crate::worlds::{any_evidence, evidence};
    use proptest::prelude::*;
    use std::io::Cursor;

    proptest! {
        #[test]
        fn a_walk_sees_what_the_map_believes_in_its_order(
            pieces in prop::collection::vec(any_evidence(), 0..60),
        ) {
            let mut map = RadioMap::new(Settings::standard());
            map.learn(&pieces, 1);
            let mut bytes = Vec::new();
            map.encode(&mut bytes).unwrap();
            let mut seen = Vec::new();
            let visit = &mut |one: &Scanned<'_>| seen.extend(one.belief());
            scan(&mut Cursor::new(&bytes), Settings::standard(), visit).unwrap();
            prop_assert_eq!(seen, map.beliefs(1));
        }
    }

    #[test]
    fn a_cell_s_unit_is_what_most_voices_say() {
        let mut map = RadioMap::new(Settings::standard());
        for (id, voice, unit) in [(1, 1, 40), (2, 1, 40), (3, 1, 40), (4, 2, 17), (5, 3, 17)] {
            let mut one = evidence(id, voice, (51.5, -0.25), &[(1, -50)]);
            one.heard[0].unit = Some(unit);
            map.add(&one);
        }
        let mut bytes = Vec::new();
        map.encode(&mut bytes).unwrap();
        let mut units = Vec::new();
        let visit = &mut |one: &Scanned<'_>| units.push(one.unit());
        scan(&mut Cursor::new(&bytes), Settings::standard(), visit).unwrap();
        assert_eq!(units, [Some(17)], "two voices against one that says it often");
    }

    #[test]
    fn votes_name_their_voices_and_a_damaged_end_is_an_error() {
        let mut map = RadioMap::new(Settings::standard());
        map.add(&evidence(1, 7, (51.5, -0.25), &[(1, -50)]));
        map.add(&evidence(2, 9, (51.6, -0.25), &[(1, -50)]));
        let mut bytes = Vec::new();
        map.encode(&mut bytes).unwrap();
        let mut voices = Vec::new();
        let visit = &mut |one: &Scanned<'_>| voices.extend(one.votes().map(|(voice, _)| voice.0));
        scan(&mut Cursor::new(&bytes), Settings::standard(), visit).unwrap();
        voices.sort_unstable();
        assert_eq!(voices, [7, 9]);
        let cut = &bytes[..bytes.len() - 1];
        assert!(scan(&mut Cursor::new(cut), Settings::standard(), &mut |_| {}).is_err());
    }
}
