//! What an operator decides about learning.

/// The settings of a map. They decide what is believed, never what is kept: a map learned under one
/// setting is the same map under another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Voices a transmitter needs before it is believed at all: 1 for a self-hoster, 2 or more for a
    /// public service.
    pub voices_min: u32,
}

impl Settings {
    /// A self-hoster's settings: one voice is enough.
    pub const fn standard() -> Self {
        Self { voices_min: 1 }
    }

    /// A hash of the settings, for a snapshot to name what it was made under.
    pub fn digest(self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"cairn radiomap settings 1");
        hasher.update(&self.voices_min.to_le_bytes());
        *hasher.finalize().as_bytes()
    }
}
