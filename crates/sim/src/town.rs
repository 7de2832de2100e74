//! A town: what stands, what transmits, and the truth about both.

use crate::blocks::{self, House};
use crate::cells;
use crate::census::{self, Census, Settler};
use crate::ether::Ether;
use crate::geometry::Vec2;
use crate::limits::{DAYS_MAX, TRANSMITTERS_MAX};
use crate::plan::{Plan, Use};
use crate::radio::{Addresses, Motion, Spot};
use crate::ranging::Ranging;
use crate::raster::{OUTDOORS, Raster};
use crate::rng::Rng;
use crate::venues;
use cairn_ground::{Enu, Floor, LatLng, LocalFrame, Timestamp, TransmitterId};

/// Transmitters of an average block; only the first guess of a town's size.
const TRANSMITTERS_PER_BLOCK: f64 = 110.0;
/// 2026-01-05T00:00:00Z, a Monday.
const DEMO_START_MS: i64 = 1_767_571_200_000;

/// What decides a town.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TownConfig {
    /// The seed: equal configurations give equal towns.
    pub seed: u64,
    /// Middle of the square.
    pub center: LatLng,
    /// Fewest transmitters; the town grows by whole rows of blocks until it has them.
    pub n_transmitters_min: usize,
    /// First instant of the town's life.
    pub start: Timestamp,
    /// Days over which boxes appear, die and are moved.
    pub days: u16,
    /// Share of Wi-Fi boxes that answer ranging; half of the phone models ask.
    pub ranging_share: f64,
}

impl TownConfig {
    /// The demo's town: at least 20,000 transmitters, 30 days from 2026-01-05.
    pub fn demo() -> Self {
        Self {
            seed: 1,
            center: LatLng::wrapped(47.66, 9.18),
            n_transmitters_min: 20_000,
            start: Timestamp::from_ms(DEMO_START_MS),
            days: 30,
            ranging_share: 0.0,
        }
    }
}

/// Where a relocated transmitter stood before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Earlier {
    /// The former place.
    pub place: LatLng,
    /// When it left.
    pub until: Timestamp,
}

/// The truth about one transmitter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrueTransmitter {
    /// Its identity.
    pub id: TransmitterId,
    /// Where it stands (at the end, when it was moved); for a moving one, where it starts.
    pub place: LatLng,
    /// Its storey, ground = 0; `None` under the sky.
    pub floor: Option<Floor>,
    /// True for hotspots in vehicles and pockets.
    pub moving: bool,
    /// Mean received power at 1 m, dBm.
    pub reference_dbm: f32,
    /// Where it stood before, when it was moved.
    pub earlier: Option<Earlier>,
    /// When it was switched on, when that is after the town's start.
    pub appears: Option<Timestamp>,
    /// When it was switched off for good.
    pub dies: Option<Timestamp>,
}

/// A building's outline and height, for drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Building {
    /// Corners, counter-clockwise, the first not repeated.
    pub outline: Vec<LatLng>,
    /// Storeys above ground.
    pub floors: i8,
    /// Storeys below ground.
    pub basements: i8,
}

/// A generated town.
#[derive(Debug)]
pub struct Town {
    /// What it was made from.
    pub config: TownConfig,
    /// The truth about every transmitter, each identity once.
    pub transmitters: Vec<TrueTransmitter>,
    /// Middle lines of streets and paths.
    pub streets: Vec<Vec<LatLng>>,
    /// Buildings.
    pub buildings: Vec<Building>,
    pub(crate) frame: LocalFrame,
    pub(crate) plan: Plan,
    pub(crate) houses: Vec<House>,
    /// Indices of the mall and the station.
    pub(crate) venues: Vec<usize>,
    pub(crate) raster: Raster,
    pub(crate) census: Census,
    pub(crate) ether: Ether,
}

impl Town {
    /// Builds the town of a configuration (wishes beyond [`crate::limits`] are lowered).
    ///
    /// # Cost
    /// About 0.3 s for 20,000 transmitters.
    pub fn generate(config: &TownConfig) -> Self {
        let wanted = config.n_transmitters_min.min(TRANSMITTERS_MAX);
        let days = config.days.clamp(1, DAYS_MAX);
        let config = TownConfig { n_transmitters_min: wanted, days, ..*config };
        let guess = (wanted as f64 / TRANSMITTERS_PER_BLOCK).sqrt() as usize;
        let mut n_blocks = guess.max(4);
        loop {
            let draft = Draft::new(&config, n_blocks);
            if draft.census.radios.len() >= wanted {
                return draft.finish(config);
            }
            n_blocks += 1;
        }
    }

    /// The place at metres east and north of the centre.
    pub(crate) fn latlng(&self, at: Vec2) -> LatLng {
        self.frame.latlng_from_enu(Enu { east_m: at.east_m, north_m: at.north_m })
    }

    /// The instant at a second since the town's start.
    pub(crate) fn timestamp(&self, second: f64) -> Timestamp {
        Timestamp::from_ms(self.config.start.ms() + (second * 1_000.0) as i64)
    }
}

/// A town being built: everything but the index.
struct Draft {
    plan: Plan,
    houses: Vec<House>,
    census: Census,
    sectors: Vec<cells::Sector>,
}

impl Draft {
    fn new(config: &TownConfig, n_blocks: usize) -> Self {
        let mut rng = Rng::new(config.seed, n_blocks as u64);
        let plan = Plan::new(n_blocks, &mut rng);
        let houses = blocks::build(&plan, &mut rng);
        let mut census = Census::default();
        let mut addresses = Addresses::new(&mut rng);
        Settler {
            houses: &houses,
            days: config.days,
            addresses: &mut addresses,
            census: &mut census,
            rng: &mut rng,
        }
        .settle();
        venues::fit_out(&houses, &mut addresses, &mut census, &mut rng);
        census::street_boxes(&plan, &mut addresses, &mut census, &mut rng);
        census::movers(&plan, &mut census, &mut rng);
        let sectors = cells::build(plan.half_side_m(), &mut census, &mut rng);
        Self { plan, houses, census, sectors }
    }

    fn finish(self, config: TownConfig) -> Town {
        let Self { plan, houses, census, sectors } = self;
        let half_side_m = plan.half_side_m();
        let mut town = Town {
            transmitters: Vec::new(),
            streets: Vec::new(),
            buildings: Vec::new(),
            frame: LocalFrame::at(config.center),
            raster: Raster::new(half_side_m, &houses),
            venues: (0..houses.len()).filter(|h| houses[*h].kind != Use::Houses).collect(),
            ether: Ether::new(half_side_m, &houses, &census, sectors)
                .with_ranging(Ranging { share: config.ranging_share, seed: config.seed }),
            config,
            plan,
            houses,
            census,
        };
        town.streets = town.drawn(town.plan.lines());
        town.buildings = (town.houses.iter())
            .map(|house| Building {
                outline: house.outline.map(|corner| town.latlng(corner)).to_vec(),
                floors: house.n_floors,
                basements: house.n_basements,
            })
            .collect();
        town.transmitters = town.truths();
        town
    }
}

impl Town {
    fn drawn(&self, lines: Vec<Vec<Vec2>>) -> Vec<Vec<LatLng>> {
        let line = |line: Vec<Vec2>| line.into_iter().map(|at| self.latlng(at)).collect();
        lines.into_iter().map(line).collect()
    }

    /// The truth about each radio, from the spots where it stands.
    fn truths(&self) -> Vec<TrueTransmitter> {
        let mut spots: Vec<Vec<&Spot>> = vec![Vec::new(); self.census.radios.len()];
        for spot in self.ether.all_spots() {
            spots[spot.radio as usize].push(spot);
        }
        let origin = Vec2::default();
        (self.census.radios.iter().zip(&spots))
            .map(|(radio, spots)| {
                let last = spots.last();
                let start = match radio.motion {
                    Motion::Loop(way) => self.census.loops[way].first(),
                    Motion::Fixed | Motion::Carried => origin,
                };
                let at = |second: u32| self.timestamp(f64::from(second));
                let floor = |spot: &&&Spot| Floor::new(i32::from(spot.floor)).ok();
                TrueTransmitter {
                    id: radio.id,
                    place: self.latlng(last.map_or(start, |spot| spot.at)),
                    floor: last.filter(|spot| spot.house != OUTDOORS).as_ref().and_then(floor),
                    moving: radio.motion != Motion::Fixed,
                    reference_dbm: radio.reference_dbm,
                    earlier: (spots.len() > 1).then(|| Earlier {
                        place: self.latlng(spots[0].at),
                        until: at(spots[0].until_s),
                    }),
                    appears: spots.first().filter(|s| s.from_s > 0).map(|s| at(s.from_s)),
                    dies: last.filter(|s| s.until_s < u32::MAX).map(|s| at(s.until_s)),
                }
            })
            .collect()
    }
}
