//! Group addresses: no single lasting transmitter sends from one.
//!
//! Locally administered addresses are kept: enterprise access points and mesh systems use them, and a
//! rule that drops them throws whole venues away. Random ones prove themselves by moving.

use cairn_ground::TransmitterId;
use cairn_report::{Observation, Reason};

/// The group bit of an address' first octet. Source: IEEE 802-2014 §8.2.2, figure 9.
const GROUP_BIT: u8 = 0x01;

/// Refuses a Wi-Fi address with the group bit, and addresses no radio has.
///
/// A Bluetooth random address has its top two bits for its type and no group bit (Bluetooth Core 5.4,
/// vol. 6 part B §1.3), so that bit refuses no Bluetooth device.
pub(crate) fn refuses(observation: &Observation) -> Option<Reason> {
    let refused = match observation.transmitter {
        TransmitterId::Wifi(address) => {
            address.octets()[0] & GROUP_BIT != 0 || !address.is_usable()
        }
        TransmitterId::Ble(address) => !address.is_usable(),
        TransmitterId::Cell(_) => false,
    };
    refused.then_some(Reason::EvidenceAddress)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_ground::Bssid;

    #[test]
    fn group_addresses_are_refused_and_locally_administered_ones_kept() {
        let wifi = |u48| refuses(&Observation::of(TransmitterId::Wifi(Bssid::from_u48(u48))));
        assert_eq!(wifi(0x0100_5e00_0001), Some(Reason::EvidenceAddress));
        assert_eq!(wifi(0), Some(Reason::EvidenceAddress));
        assert_eq!(wifi(0x0200_5e00_0001), None);
        assert_eq!(wifi(0xa820_66ff_014d), None);
        let ble = Observation::of(TransmitterId::Ble(Bssid::from_u48(0xc100_5e00_0001)));
        assert_eq!(refuses(&ble), None, "a static random address may be odd");
    }
}
