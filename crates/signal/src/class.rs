//! Kinds of answers.

/// Kinds of answers that are wrong in different ways, each with factors of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// Two boxes of Wi-Fi (or Wi-Fi and Bluetooth) agree.
    WifiTwo = 0,
    /// Three to five agree.
    WifiFew = 1,
    /// Six or more agree.
    WifiMany = 2,
    /// Bluetooth alone.
    Ble = 3,
    /// One cell.
    CellOne = 4,
    /// Several cells.
    CellMany = 5,
}

impl Class {
    /// All classes, in the order of their numbers.
    pub const ALL: [Self; 6] =
        [Self::WifiTwo, Self::WifiFew, Self::WifiMany, Self::Ble, Self::CellOne, Self::CellMany];

    /// The class of a Wi-Fi or Bluetooth answer.
    pub const fn near(only_ble: bool, n_devices: usize) -> Self {
        match (only_ble, n_devices) {
            (true, _) => Self::Ble,
            (false, 0..=2) => Self::WifiTwo,
            (false, 3..=5) => Self::WifiFew,
            (false, _) => Self::WifiMany,
        }
    }

    /// The class of an answer from cells.
    pub const fn cells(n_cells: usize) -> Self {
        if n_cells <= 1 { Self::CellOne } else { Self::CellMany }
    }

    /// Those that differ from it by how many answer, by rising number, itself among them.
    pub(crate) const fn alike(self) -> &'static [Self] {
        match self {
            Self::WifiTwo | Self::WifiFew | Self::WifiMany => {
                &[Self::WifiTwo, Self::WifiFew, Self::WifiMany]
            }
            Self::Ble => &[Self::Ble],
            Self::CellOne | Self::CellMany => &[Self::CellOne, Self::CellMany],
        }
    }

    /// The class whose number is `n`.
    pub fn from_number(n: u8) -> Option<Self> {
        Self::ALL.get(usize::from(n)).copied()
    }

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WifiTwo => "wifi, two boxes",
            Self::WifiFew => "wifi, three to five boxes",
            Self::WifiMany => "wifi, six boxes or more",
            Self::Ble => "bluetooth",
            Self::CellOne => "one cell",
            Self::CellMany => "several cells",
        }
    }

    /// True for the two cellular classes, which borrow from each other when evidence is thin.
    pub(crate) const fn is_cell(self) -> bool {
        matches!(self, Self::CellOne | Self::CellMany)
    }
}
