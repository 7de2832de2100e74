//! Where a phone is that names a cell nobody has reported: in its sector, at its site or in its area,
//! whichever is known and narrowest.

use crate::limits::HEARD_MAX;
use cairn_ground::{AreaId, CellId, Confidence, LatLng, Radii, SiteId, TransmitterKey, UnitId};
use cairn_snapshot::{SnapshotSet, TransmitterRecord};

/// A place known to a site or an area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoundArea {
    /// The middle of the sector's, the site's or the area's cells.
    pub place: LatLng,
    /// Radii of a circular normal about it.
    pub radii: Radii,
}

/// The narrowest of the areas, and of the sites and sectors of the cells, that the map knows; `None` when it knows none.
///
/// A cell's sector is told by its unit (PSC or PCI), where the query states one.
///
/// Pure (A1): the order does not matter.
///
/// # Cost
/// One batched look-up.
pub fn locate_area(
    map: &SnapshotSet,
    areas: &[AreaId],
    cells: &[(CellId, Option<u16>)],
) -> Option<FoundArea> {
    let areas = areas.iter().take(HEARD_MAX).map(|area| area.key());
    let cells = || cells.iter().take(HEARD_MAX).copied();
    let sites = cells().map(|(cell, _)| SiteId::of(cell).key());
    let sectors =
        cells().filter_map(|(cell, unit)| Some(UnitId::of(cell, unit?).key_within(cell.area_id())));
    let keys: Vec<TransmitterKey> = areas.chain(sites).chain(sectors).collect();
    let mut records = vec![None; keys.len()];
    map.get_many(&keys, &mut records);
    let known: Vec<TransmitterRecord> = records.into_iter().flatten().collect();
    let narrowest = known.into_iter().min_by(|a, b| {
        a.covariance.sigma_m().total_cmp(&b.covariance.sigma_m()).then(a.key.cmp(&b.key))
    })?;
    let sigma_m = narrowest.covariance.sigma_m();
    let radii = Radii::rising(Confidence::ALL.map(|level| level.rayleigh() * sigma_m));
    Some(FoundArea { place: narrowest.place, radii })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::{CellRadio, Covariance, Day, Mobility, TransmitterKind};
    use cairn_snapshot::{Meta, Snapshot, SnapshotWriter, Verify};
    use std::sync::Arc;

    fn area(number: u32) -> AreaId {
        AreaId::new(CellRadio::Lte, 302, 720, number).unwrap()
    }

    fn cell(number: u64) -> CellId {
        CellId::new(CellRadio::Lte, 302, 720, 1, number).unwrap()
    }

    fn map(areas: &[(u32, f64)]) -> SnapshotSet {
        let mut writer = SnapshotWriter::new(Meta {
            evidence_digest: [0; 32],
            settings_digest: [0; 32],
            newest_day: Day::new(20_000),
            code_revision: "test".to_owned(),
            calibration: vec![],
            physics: vec![],
        });
        let named = areas.iter().map(|(number, sigma_m)| (area(*number).key(), sigma_m));
        let site = SiteId::of(cell(300)).key();
        let sector = UnitId::of(cell(300), 41).key_within(cell(300).area_id());
        for (key, sigma_m) in named.chain([(site, &1_300.0), (sector, &400.0)]) {
            writer.push(TransmitterRecord {
                key,
                kind: TransmitterKind::Lte,
                place: LatLng::new(45.0, -75.0).unwrap(),
                covariance: Covariance::circular(sigma_m.powi(2)),
                reach_m: 2.45 * sigma_m,
                reference_dbm: None,
                mobility: Mobility::Fixed,
                last_day: Day::new(20_000),
                voices: 1,
                observations: 1,
                floor: None,
            });
        }
        let snapshot = Snapshot::from_bytes(writer.into_bytes().unwrap(), Verify::Eager).unwrap();
        SnapshotSet::new(Some(Arc::new(snapshot)), vec![])
    }

    #[test]
    fn the_narrowest_known_area_answers_in_whatever_order_they_are_named() {
        let map = map(&[(1, 8_000.0), (2, 3_000.0)]);
        let found = locate_area(&map, &[area(1), area(9), area(2)], &[]).unwrap();
        assert_eq!(locate_area(&map, &[area(2), area(1)], &[]), Some(found));
        assert!((found.radii.r95_m() / (2.4477 * 3_000.0) - 1.0).abs() < 0.05, "{found:?}");
    }

    #[test]
    fn the_site_of_an_unknown_cell_answers_before_its_area() {
        let map = map(&[(1, 8_000.0)]);
        let found = locate_area(&map, &[area(1)], &[(cell(301), None)]).unwrap();
        assert!((found.radii.r95_m() / (2.4477 * 1_300.0) - 1.0).abs() < 0.05, "{found:?}");
        let elsewhere = locate_area(&map, &[area(1)], &[(cell(3_000), None)]).unwrap();
        assert!(elsewhere.radii.r95_m() > 15_000.0, "{elsewhere:?}");
    }

    #[test]
    fn the_sector_of_an_unknown_cell_answers_before_its_site_and_its_area() {
        let map = map(&[(1, 8_000.0)]);
        let r95_m = |number, unit| {
            let found = locate_area(&map, &[area(1)], &[(cell(number), unit)]).unwrap();
            found.radii.r95_m()
        };
        for number in [301, 3_000] {
            assert!((r95_m(number, Some(41)) / (2.4477 * 400.0) - 1.0).abs() < 0.05);
        }
        assert!(r95_m(3_000, Some(42)) > 15_000.0, "another unit is another sector");
    }

    #[test]
    fn an_unknown_area_is_no_answer() {
        assert_eq!(locate_area(&map(&[(1, 8_000.0)]), &[area(3)], &[]), None);
        assert_eq!(locate_area(&map(&[]), &[], &[]), None);
    }
}
