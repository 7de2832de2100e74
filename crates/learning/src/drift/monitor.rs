//! Rows by region: what they were like at first, what they are like of late, and how far that is apart.

use super::kept::Kept;
use super::psi::psi;
use super::quality::Quality;
use super::sketch::Sketch;
use crate::limits::DRIFT_REGIONS_MAX;
use cairn_ground::Region;
use std::collections::BTreeMap;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DriftSettings {
    /// Rows that what comes later is held against.
    pub reference_rows: u64,
    /// Rows of late at least.
    pub recent_rows_min: u64,
    /// How long "of late" is, ms; up to twice that where rows are few.
    pub window_ms: i64,
}

/// How far a feature's distribution moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// Where; everywhere without.
    pub region: Option<Region>,
    /// The feature's number in the catalog.
    pub feature: usize,
    /// The population stability index.
    pub psi: f64,
    /// Rows of late.
    pub n: u64,
}

/// Rows by region.
#[derive(Debug)]
pub struct Monitor {
    settings: DriftSettings,
    n_features: usize,
    everywhere: Area,
    regions: BTreeMap<Region, Area>,
}

/// Rows of one region.
#[derive(Debug, Clone, Default)]
struct Area {
    reference: Vec<Sketch>,
    before: Vec<Sketch>,
    filling: Vec<Sketch>,
    since_ms: i64,
    quality: Quality,
}

impl Monitor {
    /// Of rows of so many features.
    pub fn new(n_features: usize, settings: DriftSettings) -> Self {
        let everywhere = Area::new(n_features);
        Self { settings, n_features, everywhere, regions: BTreeMap::new() }
    }

    /// Counts a row. Beyond [`DRIFT_REGIONS_MAX`] regions, the first that came have numbers of their own.
    pub fn add(&mut self, region: Region, row: &[f32], now_ms: i64) {
        let (settings, n) = (self.settings, self.n_features);
        self.everywhere.add(row, now_ms, settings);
        if self.regions.len() < DRIFT_REGIONS_MAX || self.regions.contains_key(&region) {
            let area = self.regions.entry(region).or_insert_with(|| Area::new(n));
            area.add(row, now_ms, settings);
        }
    }

    /// Of rows that are held against what was kept; `None` when that is not of such rows.
    pub fn resumed(n_features: usize, settings: DriftSettings, kept: &Kept) -> Option<Self> {
        let area = |reference: &Vec<Sketch>| {
            let n = n(reference);
            let is_sound = reference.len() == n_features && n <= settings.reference_rows;
            let is_sound = is_sound && reference.iter().all(|sketch| sketch.is_of(n));
            is_sound.then(|| Area { reference: reference.clone(), ..Area::new(n_features) })
        };
        let mut monitor = Self::new(n_features, settings);
        monitor.everywhere = area(&kept.everywhere)?;
        for (region, reference) in kept.regions.iter().take(DRIFT_REGIONS_MAX) {
            monitor.regions.insert(Region::parse(region)?, area(reference)?);
        }
        Some(monitor)
    }

    /// What later rows are held against, of rows since `since`.
    pub fn kept(&self, since: &str) -> Kept {
        let of = |(region, area): (&Region, &Area)| (region.to_string(), area.reference.clone());
        Kept {
            since: since.to_owned(),
            everywhere: self.everywhere.reference.clone(),
            regions: self.regions.iter().map(of).collect(),
        }
    }

    /// Rows that later ones are held against, everywhere and by region together: grows until all have theirs.
    pub fn n_reference(&self) -> u64 {
        let areas = self.regions.values().chain([&self.everywhere]);
        areas.map(|area| n(&area.reference)).sum()
    }

    /// How far every feature moved, everywhere and in each region that has rows enough.
    pub fn shifts(&self) -> Vec<Shift> {
        let mut shifts = self.everywhere.shifts(None, self.settings);
        for (region, area) in &self.regions {
            shifts.extend(area.shifts(Some(*region), self.settings));
        }
        shifts
    }

    /// What rows lacked, everywhere and by region.
    pub fn qualities(&self) -> impl Iterator<Item = (Option<Region>, Quality)> + '_ {
        let regions = self.regions.iter().map(|(region, area)| (Some(*region), area.quality));
        std::iter::once((None, self.everywhere.quality)).chain(regions)
    }
}

impl Area {
    fn new(n_features: usize) -> Self {
        let empty = || vec![Sketch::default(); n_features];
        Self { reference: empty(), before: empty(), filling: empty(), ..Self::default() }
    }

    fn add(&mut self, row: &[f32], now_ms: i64, settings: DriftSettings) {
        self.quality.add(row);
        let n_reference = self.reference.first().map_or(0, Sketch::n);
        let is_reference = n_reference < settings.reference_rows;
        if is_reference || n(&self.filling) == 0 {
            self.since_ms = now_ms;
        } else if now_ms - self.since_ms >= settings.window_ms
            && n(&self.filling) >= settings.recent_rows_min
        {
            self.before = std::mem::take(&mut self.filling);
            self.filling = vec![Sketch::default(); row.len()];
            self.since_ms = now_ms;
        }
        let to = if is_reference { &mut self.reference } else { &mut self.filling };
        for (sketch, value) in to.iter_mut().zip(row) {
            sketch.add(f64::from(*value));
        }
    }

    fn shifts(&self, region: Option<Region>, settings: DriftSettings) -> Vec<Shift> {
        let n = n(&self.before) + n(&self.filling);
        let enough = n >= settings.recent_rows_min;
        let reference = self.reference.iter().enumerate().filter(|_| enough);
        let one = |(feature, reference): (usize, &Sketch)| {
            let mut recent = self.before.get(feature).cloned().unwrap_or_default();
            recent.merge(self.filling.get(feature)?);
            Some(Shift { region, feature, psi: psi(reference, &recent)?, n })
        };
        reference.filter_map(one).collect()
    }
}

/// Rows that sketches are of.
fn n(sketches: &[Sketch]) -> u64 {
    sketches.first().map_or(0, Sketch::n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use crate::feature::radius::FEATURES;
    use cairn_ground::LatLng;

    const SETTINGS: DriftSettings =
        DriftSettings { reference_rows: 2_000, recent_rows_min: 500, window_ms: 1_000 };

    fn region(lat_deg: f64) -> Region {
        Region::of(LatLng::new(lat_deg, 7.0).unwrap(), 3).unwrap()
    }

    fn rows(monitor: &mut Monitor, dice: &mut Dice, lat_deg: f64, (n, more): (i64, f32), at: i64) {
        for number in 0..n {
            let mut row: Vec<f32> = FEATURES.iter().map(|_| dice.unit() as f32).collect();
            row[9] = -60.0 + 10.0 * dice.gauss() as f32 + more;
            monitor.add(region(lat_deg), &row, at + number);
        }
    }

    #[test]
    fn one_region_that_changes_is_told_from_the_others_and_forgotten_when_it_is_as_before() {
        let mut dice = Dice::new(4);
        let mut monitor = Monitor::new(FEATURES.len(), SETTINGS);
        for lat_deg in [46.0, 56.0] {
            rows(&mut monitor, &mut dice, lat_deg, (2_000, 0.0), 0);
        }
        assert!(monitor.shifts().iter().all(|shift| shift.region.is_none()), "too early");
        rows(&mut monitor, &mut dice, 46.0, (1_000, 0.0), 10_000);
        rows(&mut monitor, &mut dice, 56.0, (1_000, 15.0), 10_000);
        let moved = |monitor: &Monitor| -> Vec<(Option<Region>, usize)> {
            let shifts = monitor.shifts().into_iter().filter(|shift| shift.psi > 0.25);
            shifts.map(|shift| (shift.region, shift.feature)).collect()
        };
        assert!(moved(&monitor).iter().all(|it| it.1 == 9 && it.0 != Some(region(46.0))));
        assert!(moved(&monitor).contains(&(Some(region(56.0)), 9)));
        for at in [20_000, 30_000, 40_000] {
            rows(&mut monitor, &mut dice, 56.0, (1_500, 0.0), at);
        }
        assert!(!moved(&monitor).contains(&(Some(region(56.0)), 9)), "{:?}", moved(&monitor));
        let mut n_rows: Vec<u64> = monitor.qualities().map(|it| it.1.n_rows).collect();
        n_rows.sort_unstable();
        assert_eq!(n_rows, [3_000, 7_500, 10_500]);
    }

    #[test]
    fn regions_are_bounded_and_everywhere_has_all() {
        let mut monitor = Monitor::new(FEATURES.len(), SETTINGS);
        let row = vec![1.0; FEATURES.len()];
        for lat in 0..80 {
            monitor.add(region(f64::from(lat)), &row, 0);
        }
        assert_eq!(monitor.regions.len(), DRIFT_REGIONS_MAX);
        assert_eq!(monitor.qualities().next().unwrap().1.n_rows, 80);
    }
}
