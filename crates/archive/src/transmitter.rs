//! A transmitter as three numbers that sort as transmitters do, and the shard it belongs to.

use crate::limits::SHARDS_MAX;
use cairn_ground::{Bssid, CellId, CellRadio, TransmitterId, TransmitterKind};

/// The number of a network that was not stated; stated ones are at most 999.
const NETWORK_UNKNOWN: i64 = 0xffff;

/// A transmitter as the columns `kind`, `tx_hi`, `tx_lo`.
///
/// Wi-Fi and Bluetooth: 0 and the 48-bit address. Cells: `mcc << 48 | mnc << 32 | area` (network
/// 65,535 when not stated) and the cell's number. The triples sort as [`TransmitterId`] does.
pub fn key_of(transmitter: TransmitterId) -> (i8, i64, i64) {
    let kind = transmitter.kind() as i8;
    match transmitter {
        TransmitterId::Wifi(address) | TransmitterId::Ble(address) => {
            (kind, 0, address.to_u48().cast_signed())
        }
        TransmitterId::Cell(cell) => {
            let network = cell.mnc().map_or(NETWORK_UNKNOWN, i64::from);
            let area = i64::from(cell.mcc()) << 48 | network << 32 | i64::from(cell.area());
            (kind, area, cell.cell().cast_signed())
        }
    }
}

/// The transmitter of such a triple; `None` for numbers that no transmitter has.
pub fn transmitter_of((kind, hi, lo): (i8, i64, i64)) -> Option<TransmitterId> {
    let lo = u64::try_from(lo).ok()?;
    let radio = match TransmitterKind::from_number(u8::try_from(kind).ok()?)? {
        TransmitterKind::Wifi => return address(hi, lo).map(TransmitterId::Wifi),
        TransmitterKind::Ble => return address(hi, lo).map(TransmitterId::Ble),
        TransmitterKind::Gsm => CellRadio::Gsm,
        TransmitterKind::Wcdma => CellRadio::Wcdma,
        TransmitterKind::Lte => CellRadio::Lte,
        TransmitterKind::Nr => CellRadio::Nr,
    };
    let part = |shift: u32, mask: i64| u32::try_from(hi >> shift & mask).ok();
    let (mcc, network, area) = (part(48, 0xffff)?, part(32, 0xffff)?, part(0, 0xffff_ffff)?);
    let cell = if i64::from(network) == NETWORK_UNKNOWN {
        CellId::of_unknown_network(radio, mcc, area, lo)
    } else {
        CellId::new(radio, mcc, network, area, lo)
    };
    cell.ok().filter(|cell| cell.radio() == radio).map(TransmitterId::Cell)
}

fn address(hi: i64, lo: u64) -> Option<Bssid> {
    (hi == 0 && lo < 1 << 48).then(|| Bssid::from_u48(lo))
}

/// The shard of a transmitter among `n_shards`, a power of two: the high bits of a mix of its key.
///
/// Half of the shards halve each shard: what is in shard `k` of `n` is in shard `k / 2` of `n / 2`.
pub fn shard_of(transmitter: TransmitterId, n_shards: u32) -> u32 {
    let n_shards = n_shards.clamp(1, SHARDS_MAX).next_power_of_two();
    let (kind, hi, lo) = key_of(transmitter);
    let number =
        mix(mix(hi.cast_unsigned() ^ u64::from(kind.cast_unsigned())) ^ lo.cast_unsigned());
    u32::try_from((u128::from(number) * u128::from(n_shards)) >> 64).unwrap_or(0)
}

/// Source: Steele, Lea, Flood, *Fast splittable pseudorandom number generators* (2014), `mix64`,
/// with David Stafford's variant 13 constants.
const fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 30;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 27;
    x = x.wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::transmitters;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_transmitter_comes_back_from_its_numbers_and_they_sort_as_it_does(
            one in transmitters(), other in transmitters(),
        ) {
            prop_assert_eq!(transmitter_of(key_of(one)), Some(one));
            prop_assert_eq!(key_of(one).cmp(&key_of(other)), one.cmp(&other));
        }

        #[test]
        fn halving_the_shards_halves_a_shard_s_number(one in transmitters(), bits in 1_u32..=12) {
            prop_assert_eq!(shard_of(one, 1 << bits) / 2, shard_of(one, 1 << (bits - 1)));
            prop_assert_eq!(shard_of(one, 1), 0);
        }
    }

    #[test]
    fn shards_are_filled_evenly() {
        let mut filled = [0_u32; 16];
        for n in 0..16_000 {
            let id = TransmitterId::Wifi(Bssid::from_u48(0x0200_0000_0000 + n));
            filled[shard_of(id, 16) as usize] += 1;
        }
        assert!(filled.iter().all(|n| (850..1_150).contains(n)), "{filled:?}");
    }

    #[test]
    fn numbers_of_no_transmitter_are_refused() {
        for triple in [(6, 0, 1), (-1, 0, 1), (0, 1, 1), (0, 0, 1 << 48), (0, 0, -1), (4, 0, 1)] {
            assert_eq!(transmitter_of(triple), None, "{triple:?}");
        }
        let (_, hi, _) =
            key_of(TransmitterId::Cell(CellId::new(CellRadio::Wcdma, 234, 30, 7, 70_000).unwrap()));
        assert_eq!(transmitter_of((2, hi, 70_000)), None, "no GSM cell has that number");
    }
}
