//! Fixes that are a location service's own answers: learning from them would be hearsay.

use cairn_report::{Fix, FixSource, Reason};

/// Refuses a fix whose source is an earlier answer.
pub(crate) fn refuses(fix: &Fix) -> Option<Reason> {
    (fix.source == FixSource::Query).then_some(Reason::EvidenceFixFromQuery)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::LatLng;

    #[test]
    fn only_answers_are_refused() {
        let fix = Fix::at(LatLng::new(1.0, 2.0).unwrap());
        for n in 0..6 {
            let source = FixSource::from_number(n).unwrap();
            let refused = refuses(&Fix { source, ..fix }).is_some();
            assert_eq!(refused, source == FixSource::Query, "{source:?}");
        }
    }
}
