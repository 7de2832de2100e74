//! Where it is trained: on the processor, or on a graphics card where the build asks for one and there is one.

use burn_tensor::Device;

/// A card's file. Source: the driver of NVIDIA makes it at start.
#[cfg(feature = "cuda")]
const CARD: &str = "/dev/nvidia0";

/// What trains: it stands in the record of every run, because bytes may differ by it.
pub fn backend() -> &'static str {
    if has_card() { "burn-tensor 0.22 on cuda" } else { "burn-tensor 0.22 on flex" }
}

/// The device.
pub(super) fn device() -> Device {
    #[cfg(feature = "cuda")]
    if has_card() {
        return Device::cuda(0_usize);
    }
    Device::flex()
}

#[cfg(feature = "cuda")]
fn has_card() -> bool {
    std::path::Path::new(CARD).exists()
}

#[cfg(not(feature = "cuda"))]
const fn has_card() -> bool {
    false
}
