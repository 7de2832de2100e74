//! Complete-linkage clusters of places.

use crate::plane::distance_m;
use cairn_ground::LatLng;

/// Indices of the places by cluster: no two of one cluster are farther apart than `limit_m`.
///
/// # Source
/// Complete linkage cut at a height, by merging the closest pair until none is close enough.
pub(super) fn complete_linkage(places: &[LatLng], limit_m: f64) -> Vec<Vec<usize>> {
    let mut clusters: Vec<Vec<usize>> = (0..places.len()).map(|index| vec![index]).collect();
    let mut apart_m: Vec<Vec<f64>> =
        places.iter().map(|a| places.iter().map(|b| distance_m(*a, *b)).collect()).collect();
    // Where all are within the limit, so is every step toward the one cluster.
    if apart_m.iter().flatten().all(|m| *m <= limit_m) {
        return if places.is_empty() { Vec::new() } else { vec![(0..places.len()).collect()] };
    }
    while let Some((a, b)) = closest(&apart_m, limit_m) {
        let members = clusters.swap_remove(b);
        clusters[a].extend(members);
        drop(apart_m.swap_remove(b));
        for (other, row) in apart_m.iter_mut().enumerate() {
            // The distances of the last cluster move to the place of the one that is gone.
            let of_gone = row.swap_remove(b);
            if other != a {
                row[a] = row[a].max(of_gone);
            }
        }
        let column: Vec<f64> = apart_m.iter().map(|row| row[a]).collect();
        apart_m[a] = column;
        apart_m[a][a] = 0.0;
    }
    clusters
}

/// The closest two clusters within the limit, the lower index first.
fn closest(apart_m: &[Vec<f64>], limit_m: f64) -> Option<(usize, usize)> {
    let mut best: Option<(f64, usize, usize)> = None;
    for (b, row) in apart_m.iter().enumerate() {
        for (a, m) in row.iter().enumerate().take(b) {
            if *m <= limit_m && best.is_none_or(|(least, _, _)| *m < least) {
                best = Some((*m, a, b));
            }
        }
    }
    best.map(|(_, a, b)| (a, b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batches::testing::at;

    fn clusters(east_m: &[f64], limit_m: f64) -> Vec<Vec<usize>> {
        let places: Vec<_> = east_m.iter().map(|m| at(*m, 0.0)).collect();
        let mut clusters = complete_linkage(&places, limit_m);
        for cluster in &mut clusters {
            cluster.sort_unstable();
        }
        clusters.sort_unstable();
        clusters
    }

    #[test]
    fn a_chain_is_cut_where_its_ends_are_too_far_apart() {
        // The closest merge first: 0 and 100, then 350 and 510; the two pairs together span 510 m.
        assert_eq!(clusters(&[0.0, 100.0, 350.0, 510.0], 500.0), [vec![0, 1], vec![2, 3]]);
        assert_eq!(clusters(&[0.0, 100.0, 350.0, 490.0], 500.0), [vec![0, 1, 2, 3]]);
        assert_eq!(clusters(&[0.0, 9_000.0, 40.0], 500.0), [vec![0, 2], vec![1]]);
        assert_eq!(clusters(&[], 500.0), Vec::<Vec<usize>>::new());
    }
}
