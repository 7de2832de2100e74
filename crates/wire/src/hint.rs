//! What a cell entry says beside its identity: its unit within the channel, and the timing advance.

use crate::entry::ranged;
use crate::field::Field;
use cairn_ground::{AgeMs, CellRadio, Dbm};
use cairn_report::{Reason, Refusals};

/// A neighbor cell of a query: no identity, only what it is told apart by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbor {
    /// Its radio.
    pub radio: CellRadio,
    /// PSC or PCI.
    pub unit: u16,
    /// How strongly, when stated.
    pub power: Option<Dbm>,
    /// When it was heard.
    pub age: AgeMs,
}

/// Android's "not known" among whole numbers. Source: android.telephony.CellInfo.UNAVAILABLE.
const UNAVAILABLE: f64 = 2_147_483_647.0;

/// Android's "not known" among long numbers. Source: `android.telephony.CellInfo.UNAVAILABLE_LONG`.
const UNAVAILABLE_LONG: f64 = 9.2e18;

/// True for a number of a cell that is none: absent, 0, negative, or Android's "not known".
pub(crate) fn is_unstated(cell: Field<f64>) -> bool {
    let is_number = |n: f64| n > 0.0 && n < UNAVAILABLE_LONG && (n - UNAVAILABLE).abs() > 0.5;
    match cell {
        Field::Missing => true,
        Field::Wrong => false,
        Field::Value(n) => !is_number(n),
    }
}

/// Greatest unit: PSC (WCDMA) or PCI (LTE, NR); GSM has none.
///
/// # Source
/// 3GPP TS 25.213 §5.2.2 (512 primary codes), TS 36.211 §6.11 (504), TS 38.211 §7.4.2.1 (1,008).
pub(crate) const fn unit_max(radio: CellRadio) -> Option<u16> {
    match radio {
        CellRadio::Gsm => None,
        CellRadio::Wcdma => Some(511),
        CellRadio::Lte => Some(503),
        CellRadio::Nr => Some(1_007),
    }
}

/// Greatest timing advance in steps; WCDMA has none.
///
/// # Source
/// 3GPP TS 45.010 §5.6 (63), TS 36.213 §4.2.3 (1,282), TS 38.213 §4.2 (3,846).
pub(crate) const fn timing_advance_max(radio: CellRadio) -> Option<u16> {
    match radio {
        CellRadio::Gsm => Some(63),
        CellRadio::Wcdma => None,
        CellRadio::Lte => Some(1_282),
        CellRadio::Nr => Some(3_846),
    }
}

/// A whole number up to the radio's greatest; a radio without one, −1 and Android's "not known" say
/// nothing, other values are counted and dropped.
pub(crate) fn hint(field: Field<f64>, max: Option<u16>, refusals: &mut Refusals) -> Option<u16> {
    let said = match field {
        Field::Value(value) if !(0.0..UNAVAILABLE).contains(&value) => Field::Missing,
        other => other,
    };
    let range = 0.0..=f64::from(max?);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 3,846")]
    ranged(said, range, Reason::ValueOther, refusals).map(|value| value as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_taken_to_its_radio_s_limit_and_dropped_past_it() {
        let mut refusals = Refusals::default();
        for radio in [CellRadio::Wcdma, CellRadio::Lte, CellRadio::Nr] {
            let max = unit_max(radio).unwrap();
            assert_eq!(hint(Field::Value(f64::from(max)), Some(max), &mut refusals), Some(max));
            assert_eq!(hint(Field::Value(f64::from(max) + 1.0), Some(max), &mut refusals), None);
        }
        assert_eq!(refusals.count(Reason::ValueOther), 3);
        let unsaid = [Field::Missing, Field::Value(-1.0), Field::Value(UNAVAILABLE)];
        assert!(unsaid.iter().all(|f| hint(*f, Some(503), &mut refusals).is_none()));
        let none = timing_advance_max(CellRadio::Wcdma);
        assert_eq!(hint(Field::Value(9.0), none, &mut refusals), None);
        assert_eq!(refusals.total(), 3, "what says nothing is not counted");
    }
}
