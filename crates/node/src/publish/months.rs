//! How many transmitters were ever heard, month by month: numbers, never which.

use cairn_ground::{Day, TransmitterId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Wi-Fi.
    Wifi,
    /// Bluetooth.
    Ble,
    /// Cells of all radios.
    Cell,
}

impl Group {
    /// The group of a transmitter.
    pub(super) const fn of(id: TransmitterId) -> Self {
        match id {
            TransmitterId::Wifi(_) => Self::Wifi,
            TransmitterId::Ble(_) => Self::Ble,
            TransmitterId::Cell(_) => Self::Cell,
        }
    }
}

/// Transmitters by the month they were first heard in: the day number of its first to how many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Months {
    wifi: BTreeMap<u16, u64>,
    ble: BTreeMap<u16, u64>,
    cell: BTreeMap<u16, u64>,
}

impl Months {
    /// Counts one transmitter.
    pub(super) fn add(&mut self, group: Group, first_heard: Day) {
        let (_, _, day_of_month) = first_heard.civil();
        let before = u16::try_from(day_of_month.saturating_sub(1)).unwrap_or(0);
        let first_of_month = first_heard.get().saturating_sub(before);
        *self.of_mut(group).entry(first_of_month).or_default() += 1;
    }

    /// First of the month, ms since the epoch, and how many were heard until its end.
    pub fn series(&self, group: Group) -> Vec<(i64, u64)> {
        let mut sum = 0;
        let add = |(day, n): (&u16, &u64)| {
            sum += n;
            (Day::new(*day).start().ms(), sum)
        };
        self.of(group).iter().map(add).collect()
    }

    /// All of a group.
    pub fn total(&self, group: Group) -> u64 {
        self.of(group).values().sum()
    }

    const fn of(&self, group: Group) -> &BTreeMap<u16, u64> {
        match group {
            Group::Wifi => &self.wifi,
            Group::Ble => &self.ble,
            Group::Cell => &self.cell,
        }
    }

    const fn of_mut(&mut self, group: Group) -> &mut BTreeMap<u16, u64> {
        match group {
            Group::Wifi => &mut self.wifi,
            Group::Ble => &mut self.ble,
            Group::Cell => &mut self.cell,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_grows_from_month_to_month() {
        let mut months = Months::default();
        // 2020-02-29, 2020-02-01, 2020-03-01
        for day in [18_321, 18_293, 18_322] {
            months.add(Group::Wifi, Day::new(day));
        }
        let at = |day: u16| Day::new(day).start().ms();
        assert_eq!(months.series(Group::Wifi), [(at(18_293), 2), (at(18_322), 3)]);
        assert_eq!((months.total(Group::Wifi), months.total(Group::Cell)), (3, 0));
        assert!(months.series(Group::Ble).is_empty());
    }
}
