//! The one trait that every estimator implements, and what passes through it.

use crate::beacondb::Beacondb;
use crate::cairn::Cairn;
use crate::centroid::Centroid;
use crate::ichnaea::{Ichnaea, Twenty};
use crate::neighbours::Neighbours;
use cairn_ground::{Covariance, Floor, LatLng, TransmitterId};
use cairn_report::Batch;
use cairn_wire::geolocate::LocateRequest;

/// An estimator: learns submissions, then answers queries.
pub(crate) trait Method {
    /// Learns one submission, as a server would when it arrives.
    fn teach(&mut self, batch: &Batch);

    /// Weighs what was taught, before transmitters are asked for; most methods weigh as they learn.
    fn weigh(&mut self) {}

    /// Ends learning: whatever must be computed once before questions.
    ///
    /// # Errors
    /// Whatever the disk says.
    fn seal(&mut self) -> anyhow::Result<()>;

    /// Where whoever asks is; `None` when the method does not answer.
    fn locate(&self, query: &LocateRequest) -> Option<Estimate>;

    /// Where a transmitter is believed to stand, while it may take part in an answer.
    fn transmitter(&self, id: TransmitterId) -> Option<Standing>;
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Estimate {
    /// Where.
    pub(crate) place: LatLng,
    /// Radius claimed to hold the truth with 68 %, where the method claims one, m.
    pub(crate) r68_m: Option<f64>,
    /// The same with 95 %.
    pub(crate) r95_m: Option<f64>,
    /// Level of the building, where the method states one.
    pub(crate) floor: Option<Floor>,
}

impl Estimate {
    /// A place and nothing claimed about it.
    pub(crate) const fn at(place: LatLng) -> Self {
        Self { place, r68_m: None, r95_m: None, floor: None }
    }
}

/// What is believed of a transmitter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    /// Where it stands.
    pub(crate) place: LatLng,
    /// How sure that is, where the method says.
    pub(crate) covariance: Option<Covariance>,
    /// On which level, where the method says.
    pub(crate) floor: Option<Floor>,
}

/// The estimators there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum MethodName {
    /// Ours, as a node seals and serves it.
    Cairn,
    /// Ichnaea's, with its slip: of a cluster the 20 networks of the lowest score.
    Ichnaea,
    /// Ichnaea's as it was meant: the 20 of the highest score.
    IchnaeaMeant,
    /// beaconDB's.
    Beacondb,
    /// Power-weighted centroids, both ways.
    Centroid,
    /// The k nearest fingerprints by Sørensen's distance.
    Wknn,
    /// The nearest fingerprint by Euclid's distance.
    Nearest,
}

impl MethodName {
    /// All, in the order of the tables.
    pub(crate) const ALL: [Self; 7] = [
        Self::Cairn,
        Self::Ichnaea,
        Self::IchnaeaMeant,
        Self::Beacondb,
        Self::Centroid,
        Self::Wknn,
        Self::Nearest,
    ];
    /// Those that keep transmitters, which fingerprints do not.
    pub(crate) const WITH_TRANSMITTERS: [Self; 4] =
        [Self::Cairn, Self::Ichnaea, Self::Beacondb, Self::Centroid];

    /// The word for it in tables.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Cairn => "cairn",
            Self::Ichnaea => "ichnaea",
            Self::IchnaeaMeant => "ichnaea-meant",
            Self::Beacondb => "beacondb",
            Self::Centroid => "centroid",
            Self::Wknn => "wknn",
            Self::Nearest => "nearest",
        }
    }

    /// One that has learned nothing.
    pub(crate) fn build(self) -> Box<dyn Method> {
        match self {
            Self::Cairn => Box::new(Cairn::new()),
            Self::Ichnaea => Box::new(Ichnaea::new(Twenty::LowestScores)),
            Self::IchnaeaMeant => Box::new(Ichnaea::new(Twenty::HighestScores)),
            Self::Beacondb => Box::new(Beacondb::default()),
            Self::Centroid => Box::new(Centroid::default()),
            Self::Wknn => Box::new(Neighbours::sorensen()),
            Self::Nearest => Box::new(Neighbours::euclid()),
        }
    }
}
