//! What leaves the map for the public: the table of cells, the coverage layer, where to
//! measure next, numbers by month.
//!
//! One thread looks once a second whether something is due, and then walks the sealed checkpoint poll by
//! poll: learning and sealing do not notice, and memory does not grow with the map. Cells only: why no
//! Wi-Fi or Bluetooth table exists is in docs/specs/privacy.md §5.
//!
//! Reading order: `due` (what to do when), `walk` (from the checkpoint to files), `cells`, `coverage`,
//! `wanted` (where to measure next), `spot` (what is expected of one H3 cell), `expected`, `months`, `state` (what was published),
//! `whole` (files that are there or not), `names`, `shelf` (what `/downloads` offers), `thread`.

mod cells;
mod coverage;
mod due;
mod expected;
mod metrics;
mod months;
mod names;
mod shelf;
mod spot;
mod state;
mod thread;
mod walk;
mod wanted;
mod whole;

pub use expected::Expected;
pub use metrics::PublishMetrics;
pub use months::{Group, Months};
pub use names::Kind;
pub use shelf::{Offer, Shelf};
pub use thread::Publisher;
pub use walk::{export_cells, export_coverage, export_wanted};
pub use wanted::Want;
