//! Bytes that are not exactly a network's are refused; those that are score as before.

use super::*;

/// A network of two features that tells what is missing, three sums and two scores.
fn network() -> Network {
    let numbers = |n: usize, from: f32| (0..n).map(|at| from + at as f32 / 8.0).collect();
    Network {
        inputs: vec![Input { mean: 1.0, scale: 0.5 }, Input { mean: -2.0, scale: 2.0 }],
        tells_missing: true,
        reach: 3.0,
        layers: vec![
            Layer { curve: Curve::Relu, bias: numbers(3, -0.5), weights: numbers(12, -0.75) },
            Layer { curve: Curve::Straight, bias: numbers(2, 0.25), weights: numbers(6, -0.25) },
        ],
    }
}

#[test]
fn a_network_comes_back_from_its_bytes_and_says_the_same() {
    let network = network();
    let bytes = network.to_bytes();
    let read = Network::from_bytes(&bytes).unwrap();
    assert_eq!(read, network);
    assert_eq!(read.to_bytes(), bytes);
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    // invariant: L2
    let bytes = network().to_bytes();
    for end in 0..bytes.len() {
        assert!(Network::from_bytes(&bytes[..end]).is_err(), "cut at {end}");
    }
    for at in 0..8 * bytes.len() {
        let mut changed = bytes.clone();
        changed[at / 8] ^= 1 << (at % 8);
        assert!(Network::from_bytes(&changed).is_err(), "bit {at}");
    }
    assert!(Network::from_bytes(&[bytes.as_slice(), b"x"].concat()).is_err());
}

#[test]
fn what_cannot_score_is_refused_by_what_is_wrong_though_its_checksum_is_right() {
    // invariant: L2
    let said = |change: fn(&mut Network)| {
        let mut bad = network();
        change(&mut bad);
        Network::from_bytes(&bad.to_bytes()).unwrap_err().to_string()
    };
    assert!(said(|it| it.layers[1].weights[3] = f32::NAN).contains("layer 2"));
    assert!(said(|it| it.layers[0].bias[0] = f32::INFINITY).contains("layer 1"));
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let mut bad = network();
        bad.inputs[1].scale = scale;
        let said = Network::from_bytes(&bad.to_bytes()).unwrap_err().to_string();
        assert!(said.contains("layer 0"), "{scale}: {said}");
    }
    assert!(said(|it| it.reach = 0.0).contains("reach"));
    assert!(said(|it| it.layers.clear()).contains("0 layers: 1 to 8"));
    assert!(said(|it| it.layers = vec![it.layers[0].clone(); 9]).contains("9 layers: 1 to 8"));
    assert!(said(|it| it.layers[0].weights.truncate(11)).contains("where"));
}

#[test]
fn as_wide_as_may_be_is_read_and_one_wider_is_not() {
    let wide = |n: usize| Network {
        inputs: vec![Input { mean: 0.0, scale: 1.0 }],
        tells_missing: false,
        reach: 1.0,
        layers: vec![Layer { curve: Curve::Tanh, bias: vec![0.0; n], weights: vec![1.0; n] }],
    };
    assert!(Network::from_bytes(&wide(WIDTH_MAX).to_bytes()).is_ok());
    let said = Network::from_bytes(&wide(WIDTH_MAX + 1).to_bytes()).unwrap_err().to_string();
    assert!(said.contains("513 sums in a layer: 1 to 512"), "{said}");
}
