//! The largest query answered.

/// Transmitters of one query that are looked up; of more, the weakest are not looked at. The wire refuses them by
/// name before (`OBSERVATIONS_PER_REPORT_MAX`), so this only bounds callers inside the house. Source: the wire's limit.
pub const HEARD_MAX: usize = 512;
