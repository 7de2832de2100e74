//! One row: an instant, a voice, a place, what it may know.

use cairn_ground::LatLng;
use std::collections::BTreeMap;

/// What a row's inputs were made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sees {
    /// Evidence before an instant (ms), its own contributor's left out: the rule.
    Before(i64),
    /// All but its own contributor's: for sets surveyed within days, in which later walks know nothing of
    /// earlier ones that matters. Declared by the source, shown in the report.
    OthersOnly,
    /// Nothing learned: only the row's own sensors.
    Itself,
}

/// A row before it is in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its instant, ms.
    pub at_ms: i64,
    /// Who contributed it: equal for rows that err alike.
    pub contributor: u64,
    /// The H3 block it lies in.
    pub block: u64,
    /// The question it is a candidate of, or the sequence it is in.
    pub sequence: u32,
    /// What it knows from others.
    pub sees: Sees,
    /// True when its contributor's own evidence was among what it saw.
    pub saw_own: bool,
    /// The task's whole catalog.
    pub features: Vec<f32>,
    /// The label: a size, the number of a class, 1 for the right candidate.
    pub label: f32,
    /// What the map promised without a model, m: for tasks that have that.
    pub promised_m: Option<[f32; 4]>,
    /// Where its truth lies, for the report's map.
    pub place: Option<LatLng>,
    /// Its slice in each dimension.
    pub slices: BTreeMap<&'static str, String>,
}
