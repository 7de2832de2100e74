//! Where it is trained: on the processor, by one thread.

use burn_tensor::Device;

/// What trains: it stands in the record of every run, because bytes may differ by it.
pub const fn backend() -> &'static str {
    "burn-tensor 0.22 on flex"
}

/// The device.
pub(super) fn device() -> Device {
    Device::flex()
}
