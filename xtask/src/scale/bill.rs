//! Machines and money, from the busiest minute of each region.

use super::figures::{
    ARCHIVE_BYTES_PER_READING, CORES_PER_MACHINE, EURO_PER_CORE_HOUR, EURO_PER_GB_MONTH,
    INGEST_PER_CORE, JOURNAL_BYTES_PER_REPORT, LEARN_PER_CORE, LOCATE_PER_CORE, MACHINES_MIN,
    QUERIES_PER_DEVICE_DAY, RAW_DAYS, READINGS_PER_REPORT, REPORTS_PER_DEVICE_DAY,
    STREAM_KB_PER_CORE, UTILIZATION,
};
use super::flow::{Demand, N};

/// Room above a region's own peak that every role is built with. Source: the table of the lost region: with less,
/// phones wait.
pub(super) const HEADROOM: f64 = 1.75;
/// Copies of a stream.
const COPIES: f64 = 3.0;
/// Days of evidence that are kept. Source: choice, a year.
const ARCHIVE_DAYS: f64 = 365.0;
/// Seconds of a day.
const DAY_S: f64 = 86_400.0;
/// Days of a month, as prices have it.
const MONTH_DAYS: f64 = 30.4;

/// What one core of a role does, in its own unit, and how much a report asks of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role {
    pub(super) name: &'static str,
    /// Work of a core, a second.
    pub(super) per_core: f64,
    /// Work that comes with a report.
    pub(super) per_report: f64,
}

/// The roles. Queries follow the day as reports do.
pub(super) const ROLES: [Role; 4] = [
    Role { name: "ingest", per_core: INGEST_PER_CORE, per_report: 1.0 },
    Role {
        name: "stream, three copies",
        per_core: STREAM_KB_PER_CORE / COPIES,
        per_report: JOURNAL_BYTES_PER_REPORT / 1_000.0,
    },
    Role { name: "learn", per_core: LEARN_PER_CORE, per_report: 1.0 },
    Role {
        name: "locate",
        per_core: LOCATE_PER_CORE,
        per_report: QUERIES_PER_DEVICE_DAY / REPORTS_PER_DEVICE_DAY,
    },
];

impl Role {
    /// Cores a region needs in its busiest minute, with headroom, busy for the planned share.
    pub(super) fn cores(&self, peak_per_s: f64) -> f64 {
        peak_per_s * HEADROOM * self.per_report / self.per_core / UTILIZATION
    }

    /// Whole machines for that.
    pub(super) fn machines(&self, peak_per_s: f64) -> f64 {
        (self.cores(peak_per_s) / CORES_PER_MACHINE).ceil().max(MACHINES_MIN)
    }
}

/// What all of it costs a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bill {
    pub(super) machines: f64,
    pub(super) machines_euro: f64,
    /// Raw reports kept, threefold, terabytes.
    pub(super) raw_tb: f64,
    /// Evidence of the kept days, terabytes.
    pub(super) archive_tb: f64,
    pub(super) storage_euro: f64,
}

/// The bill for a world with this demand.
pub(super) fn bill(demand: &Demand) -> Bill {
    let machines: f64 = (0..N)
        .flat_map(|region| ROLES.iter().map(move |role| (role, region)))
        .map(|(role, region)| role.machines(demand.peak(region).1))
        .sum();
    let reports_day = (0..N).map(|region| demand.mean_per_s(region)).sum::<f64>() * DAY_S;
    let raw_tb = reports_day * JOURNAL_BYTES_PER_REPORT * RAW_DAYS * COPIES / 1e12;
    let bytes_of_report = READINGS_PER_REPORT * ARCHIVE_BYTES_PER_READING;
    let archive_tb = reports_day * bytes_of_report * ARCHIVE_DAYS / 1e12;
    Bill {
        machines,
        machines_euro: machines * CORES_PER_MACHINE * 24.0 * EURO_PER_CORE_HOUR,
        raw_tb,
        archive_tb,
        storage_euro: (raw_tb + archive_tb) * 1_000.0 * EURO_PER_GB_MONTH / MONTH_DAYS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_has_machines_for_its_peak_and_never_less_than_may_be_lost() {
        let role = Role { name: "test", per_core: 100.0, per_report: 2.0 };
        let cores = role.cores(1_000.0);
        assert!((cores - 1_000.0 * HEADROOM * 2.0 / 100.0 / UTILIZATION).abs() < 1e-9);
        assert!((role.machines(1_000.0) - (cores / 16.0).ceil()).abs() < 1e-9);
        assert!((role.machines(1.0) - MACHINES_MIN).abs() < 1e-9);
    }
}
