//! Where am I: a pure function of a snapshot and what is heard.
//!
//! Not here: clocks, files, HTTP, waiting of any kind. The physics is `signal`'s, the bytes are
//! `snapshot`'s; this room looks transmitters up and turns what the solver says into promised radii.
//!
//! Invariants: A1 [`locate`] is pure. A2 the radii claimed hold their share of held-out truths.
//! A3 fewer than two boxes that agree give no Wi-Fi answer; the virtual networks of one box are one box.
//!
//! Reading order: `query`, `powers`, `lookup`, `cells`, `units`, `venue`, `ranged`, `height`, `calibration`, `locate`, `area`, `floors`, `outcome`,
//! `fuse` (which of several answers is given), `country`.

mod area;
mod calibration;
mod cells;
mod country;
mod floors;
mod fuse;
mod height;
pub mod limits;
mod locate;
mod lookup;
mod outcome;
mod powers;
mod query;
mod ranged;
mod units;
mod venue;
#[cfg(test)]
mod worlds;

pub use area::{FoundArea, locate_area};
pub use calibration::calibration_of;
pub use country::{CountryFound, country};
pub use floors::Floors;
pub use fuse::{Choice, Guess, Sources, Told, choose};
pub use height::height_at;
pub use locate::{Scratch, calibration, locate, locate_among};
pub use outcome::{Answer, Found, Height, Method, Refusal};
pub use query::Heard;
pub use units::HeardUnit;
