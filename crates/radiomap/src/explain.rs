//! What is believed and why: for a person who asks about one transmitter.

use crate::belief::{self, Belief};
use crate::count::{self, Counted, Tally};
use crate::estimator;
use crate::limits::{voices_max, votes_per_voice_max};
use crate::poll::Poll;
use crate::settings::Settings;
use cairn_ground::{
    Day, Floor, Geodesic, LatLng, Mobility, RttRange, TransmitterId, TransmitterKind,
};
use std::fmt;

/// The grounds of a belief.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Who.
    pub id: TransmitterId,
    /// What is believed, if anything is.
    pub belief: Option<Belief>,
    /// First day it was heard.
    pub first_day: Day,
    /// Last day it was heard.
    pub last_day: Day,
    /// The voices kept, in canonical order, those kept for being late last, each with its votes.
    pub voices: Vec<VoiceAccount>,
    /// Why the belief is as it is, most decisive first.
    pub remarks: Vec<Remark>,
}

/// One voice's part. It has no name: a voice means nothing beyond being one.
#[derive(Debug, Clone, PartialEq)]
pub struct VoiceAccount {
    /// Its votes that count; their weights add up to one.
    pub votes: Vec<VoteAccount>,
}

/// One vote's part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoteAccount {
    /// Where it was heard; withheld where nothing is believed (too few voices) and for a moving
    /// transmitter, which must leave no track.
    pub place: Option<LatLng>,
    /// Standard deviation per axis of that place, m.
    pub sigma_m: f64,
    /// Received power, dBm, when stated.
    pub rssi_dbm: Option<i8>,
    /// Level of the building, when stated.
    pub floor: Option<Floor>,
    /// Metres above the ellipsoid, when stated.
    pub height_m: Option<i16>,
    /// Distance that was measured to the transmitter, m, when one was.
    pub range_m: Option<f64>,
    /// The day.
    pub day: Day,
    /// True when the place was surveyed.
    pub surveyed: bool,
    /// Its weight.
    pub weight: f64,
    /// Distance from the believed place, m, when a place is believed.
    pub residual_m: Option<f64>,
}

/// A reason why a belief is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remark {
    /// Not believed: too few voices heard it.
    TooFewVoices {
        /// Distinct voices.
        voices: u32,
        /// What the settings ask for.
        needed: u32,
    },
    /// Not believed: the votes give no place.
    NoEstimate,
    /// Heard where one fixed transmitter cannot be: never used to answer.
    Moving,
    /// Too little evidence to tell whether it stays.
    Unsure,
    /// Heard elsewhere before this day.
    Moved {
        /// The first day it was heard where it is believed to stand.
        since: Day,
    },
    /// More voices heard it than are kept; the counts are estimates.
    VoicesSampled {
        /// Voices kept.
        kept: usize,
        /// Voices estimated.
        of: u32,
    },
    /// Some voices heard it more often than is kept.
    VotesSampled {
        /// Such voices.
        voices: usize,
        /// Votes kept of each.
        kept: usize,
    },
    /// Some voices are not asked: most boxes they name contradict them.
    Discredited {
        /// Such voices, of those kept.
        voices: usize,
    },
    /// Some votes were sent under two voices and count once.
    Doubles {
        /// Such votes.
        votes: usize,
    },
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewVoices { voices, needed } => {
                write!(f, "not believed: heard by {voices} voices, {needed} needed")
            }
            Self::NoEstimate => f.write_str("not believed: its votes give no place"),
            Self::Moving => f.write_str("moving: never used to answer, places withheld"),
            Self::Unsure => {
                f.write_str("unsure whether it stays: too few votes, or heard elsewhere too")
            }
            Self::Moved { since } => write!(f, "heard elsewhere before {since}: moved"),
            Self::VoicesSampled { kept, of } => {
                write!(f, "{kept} voices kept of about {of}: counts are estimates")
            }
            Self::VotesSampled { voices, kept } => {
                write!(f, "{voices} voices had more votes than the {kept} kept of each")
            }
            Self::Discredited { voices } => {
                write!(f, "{voices} voices not asked: most boxes they name contradict them")
            }
            Self::Doubles { votes } => write!(f, "{votes} votes sent under two voices count once"),
        }
    }
}

/// Explains a poll.
pub(crate) fn of(id: TransmitterId, poll: &Poll, settings: Settings) -> Explanation {
    let tally = count::tally(id.kind(), poll, None);
    let belief = belief::of(id, poll, settings, None);
    let by_voice = |votes: &[Counted]| VoiceAccount {
        votes: votes.iter().map(|one| account(id.kind(), one, belief.as_ref())).collect(),
    };
    let same = |a: &Counted, b: &Counted| a.ballot == b.ballot;
    let of_all = tally.counted.chunk_by(same).chain(tally.late.chunk_by(same));
    Explanation {
        id,
        belief,
        first_day: poll.first_day,
        last_day: poll.last_day,
        voices: of_all.map(by_voice).collect(),
        remarks: remarks(id.kind(), poll, &tally, belief.as_ref(), settings),
    }
}

fn account(kind: TransmitterKind, one: &Counted, belief: Option<&Belief>) -> VoteAccount {
    let place = one.vote.place();
    let stays = belief.is_some_and(|belief| belief.mobility != Mobility::Moving);
    VoteAccount {
        place: stays.then_some(place),
        sigma_m: one.vote.sigma_m(),
        rssi_dbm: one.vote.rssi_dbm(),
        floor: one.vote.floor(),
        height_m: one.vote.height_m(),
        range_m: one.vote.range(kind).map(RttRange::distance_m),
        day: one.vote.day(),
        surveyed: one.vote.is_surveyed(),
        weight: one.weight,
        residual_m: belief.map(|belief| Geodesic.distance_m(belief.place, place)),
    }
}

/// That it was moved, if it was.
fn moved(kind: TransmitterKind, tally: &Tally) -> Option<Remark> {
    let (_, estimate) = estimator::of(kind, tally)?;
    estimate.since.map(|since| Remark::Moved { since })
}

fn remarks(
    kind: TransmitterKind,
    poll: &Poll,
    tally: &Tally,
    belief: Option<&Belief>,
    settings: Settings,
) -> Vec<Remark> {
    let (voices, needed) = (tally.voices, settings.voices_min);
    let kept = votes_per_voice_max(poll.n_sampled(kind));
    let full = poll.sampled(kind).filter(|(_, votes)| votes.len() == kept).count();
    let votes_sampled = (full > 0).then_some(Remark::VotesSampled { voices: full, kept });
    let decisive = match belief.map(|belief| belief.mobility) {
        None if voices < needed => Some(Remark::TooFewVoices { voices, needed }),
        None => Some(Remark::NoEstimate),
        Some(Mobility::Moving) => Some(Remark::Moving),
        Some(Mobility::Unsure) => Some(moved(kind, tally).unwrap_or(Remark::Unsure)),
        Some(Mobility::Fixed) => None,
    };
    let kept = poll.n_sampled(kind);
    let sampled =
        (kept == voices_max(kind)).then_some(Remark::VoicesSampled { kept, of: tally.voices });
    let silent = poll.ballots.iter().filter(|ballot| ballot.votes.is_empty()).count();
    let discredited = (silent > 0).then_some(Remark::Discredited { voices: silent });
    let doubles = (tally.doubles > 0).then_some(Remark::Doubles { votes: tally.doubles });
    [decisive, discredited, sampled, votes_sampled, doubles].into_iter().flatten().collect()
}
