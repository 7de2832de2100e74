//! Where it is trained: on the processor, or on a graphics card where the build asks for one and there is one.

/// A card's file. Source: the driver of NVIDIA makes it at start.
#[cfg(feature = "cuda")]
const CARD: &str = "/dev/nvidia0";
/// What trains without a card.
const PROCESSOR: &str = "burn-tensor 0.21 on flex";

/// What trains: it stands in the record of every run, because bytes may differ by it.
#[cfg(feature = "cuda")]
pub fn backend() -> &'static str {
    if has_card() { "burn-tensor 0.21 on cuda" } else { PROCESSOR }
}

/// What trains: it stands in the record of every run.
#[cfg(not(feature = "cuda"))]
pub const fn backend() -> &'static str {
    PROCESSOR
}

/// Whether there is a card that this build can use.
#[cfg(feature = "cuda")]
pub(super) fn has_card() -> bool {
    std::path::Path::new(CARD).exists()
}
