//! What the plan is computed from: measured costs, and assumptions, each with where it comes from.

/// Devices of the plan. Source: the mission's "hundreds of millions".
pub(super) const DEVICES: f64 = 500e6;
/// Reports of a device a day. Source: the architecture's sketch of what a request costs.
pub(super) const REPORTS_PER_DEVICE_DAY: f64 = 20.0;
/// Readings of a report. Source: the architecture's sketch.
pub(super) const READINGS_PER_REPORT: f64 = 20.0;
/// Questions of a device a day. Source: choice, a question every two hours awake.
pub(super) const QUERIES_PER_DEVICE_DAY: f64 = 8.0;

/// Reports a core takes in: HTTP, decoding, journal. Source: docs/measured/benches.md, 5,100 requests of ten
/// reports a second on two cores that carry the client too; counted as if the client cost nothing.
pub(super) const INGEST_PER_CORE: f64 = 25_500.0;
/// Reports a core learns, cleaning included. Source: docs/measured/benches.md, 530,000 cleaned and 170,000
/// learned a second, one after the other.
pub(super) const LEARN_PER_CORE: f64 = 128_000.0;
/// Answers of a core. Source: docs/measured/benches.md, 13,400 a second on two cores that carry the client.
pub(super) const LOCATE_PER_CORE: f64 = 6_700.0;
/// Kilobytes a second that one core of a stream server commits threefold. Source: docs/decisions, the journal's
/// measurement of `JetStream`, R3 with a sync for each: 124,000 records of 1 KB in messages of 16 KB.
pub(super) const STREAM_KB_PER_CORE: f64 = 124_000.0;

/// Bytes of a report as JSON. Source: docs/measured/benches.md, 290 KiB for a hundred.
pub(super) const JSON_BYTES_PER_REPORT: f64 = 2_970.0;
/// Bytes of a report in the journal. Source: docs/specs/journal.md, 8 bytes a reading and about 30 a report.
pub(super) const JOURNAL_BYTES_PER_REPORT: f64 = 190.0;
/// Bytes of a reading in the archive. Source: docs/measured/batch.md, 295 MB for 12.1 million.
pub(super) const ARCHIVE_BYTES_PER_READING: f64 = 24.4;
/// Bytes of a transmitter in a snapshot. Source: docs/specs/snapshot.md, format version 3 at 1.5 billion.
pub(super) const SNAPSHOT_BYTES: f64 = 19.7;
/// Transmitters of the world's map. Source: choice; the largest open collection listed 1.5 billion networks.
pub(super) const TRANSMITTERS: f64 = 1.5e9;

/// Share of a core that is planned for: the rest is for bursts within a minute. Source: choice.
pub(super) const UTILIZATION: f64 = 0.6;
/// Cores of a machine. Source: choice.
pub(super) const CORES_PER_MACHINE: f64 = 16.0;
/// Machines of a role in a region at least: one may be lost, one be changed. Source: choice.
pub(super) const MACHINES_MIN: f64 = 3.0;
/// Days raw reports stay. Source: the default of `archive.raw_days`.
pub(super) const RAW_DAYS: f64 = 30.0;

/// Price of a core for an hour, euro. Source: assumption, rented machines of 2026; change it to yours.
pub(super) const EURO_PER_CORE_HOUR: f64 = 0.02;
/// Price of a gigabyte for a month in an object store, euro. Source: assumption, as above.
pub(super) const EURO_PER_GB_MONTH: f64 = 0.02;

/// A part of the world with its own machines.
pub(super) struct Region {
    pub(super) name: &'static str,
    /// Share of all devices. Source: choice, near the shares of the world's smartphones.
    pub(super) share: f64,
    /// Hours its middle is ahead of UTC.
    pub(super) ahead_h: f64,
    /// Who takes over when it is lost, half each, by index.
    pub(super) heirs: [usize; 2],
}

/// The regions.
pub(super) const REGIONS: [Region; 6] = [
    Region { name: "North America", share: 0.13, ahead_h: -6.0, heirs: [1, 2] },
    Region { name: "South America", share: 0.09, ahead_h: -4.0, heirs: [0, 2] },
    Region { name: "Europe", share: 0.18, ahead_h: 1.0, heirs: [0, 3] },
    Region { name: "Africa, Middle East", share: 0.15, ahead_h: 2.5, heirs: [2, 4] },
    Region { name: "South Asia", share: 0.22, ahead_h: 5.5, heirs: [3, 5] },
    Region { name: "East Asia, Oceania", share: 0.23, ahead_h: 8.5, heirs: [4, 0] },
];

/// How much phones report by the hour of their day, in parts of the day's mean once divided by its own.
/// Source: choice: they report when they move, most on the ways to and from work.
pub(super) const HOURS: [f64; 24] = [
    0.35, 0.25, 0.2, 0.2, 0.25, 0.45, 0.8, 1.3, 1.5, 1.2, 1.1, 1.15, 1.3, 1.25, 1.15, 1.2, 1.4,
    1.7, 1.75, 1.5, 1.2, 0.95, 0.7, 0.5,
];

/// Devices drawn; each stands for [`DEVICES`] / this.
pub(super) const DRAWN: u32 = 400_000;
/// Cells of H3 resolution 3 with people in a region, about 12,400 km² each. Source: 41,162 cells of the globe,
/// 29 % of it land, six regions.
pub(super) const CELLS_PER_REGION: u32 = 2_000;
/// Spread of people over cells, natural logarithm. Source: gives the fullest cell about 1 % of all, twice the
/// share of the largest city.
pub(super) const CELL_SIGMA: f64 = 1.6;
/// Spread of how much devices report, natural logarithm. Source: choice; a twentieth reports four times the mean.
pub(super) const DEVICE_SIGMA: f64 = 0.9;
/// Hours that a region's edges are ahead of its middle, or behind.
pub(super) const EDGE_H: f64 = 1.5;

/// How long the lost region is lost, minutes. Source: choice.
pub(super) const LOST_MIN: usize = 120;
/// The region that is lost: the largest.
pub(super) const LOST: usize = 5;
/// Share of the phones waiting with refused reports that try again in a minute. Source: `Retry-After` and the
/// collectors' own back-off, some five minutes.
pub(super) const RETRY_PER_MIN: f64 = 0.2;
