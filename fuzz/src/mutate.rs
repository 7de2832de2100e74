//! Changes to an input: bits, bytes, splices, tokens, numbers, cuts.

use crate::rng::Rng;

/// Largest input made.
pub(crate) const INPUT_BYTES_MAX: usize = 64 << 10;

/// Numbers at which formats and machines change their mind.
const NUMBERS: [&str; 18] = [
    "0",
    "-0",
    "-1",
    "1",
    "127",
    "128",
    "255",
    "65533",
    "65535",
    "65536",
    "2147483647",
    "-2147483648",
    "4294967296",
    "68719476735",
    "9007199254740993",
    "18446744073709551616",
    "1e308",
    "1e999",
];

/// A new input from one or two of the pool: one to four changes in a row.
pub(crate) fn mutate(pool: &[Vec<u8>], dictionary: &[&str], rng: &mut Rng) -> Vec<u8> {
    let mut input = rng.pick(pool).clone();
    for _ in 0..=rng.below(4) {
        change(&mut input, pool, dictionary, rng);
        input.truncate(INPUT_BYTES_MAX);
    }
    input
}

fn change(input: &mut Vec<u8>, pool: &[Vec<u8>], dictionary: &[&str], rng: &mut Rng) {
    let at = rng.below(input.len() + 1);
    match rng.below(10) {
        0 => flip(input, at, rng),
        1 => input.truncate(at),
        2 => input.insert(at, rng.next().to_le_bytes()[0]),
        3 => drop(input.drain(at..(at + 1 + rng.below(16)).min(input.len()))),
        4 => {
            let end = (at + 1 + rng.below(200)).min(input.len());
            let again = input[at..end].repeat(1 + rng.below(20));
            insert(input, at, &again);
        }
        5 => {
            let other = rng.pick(pool);
            let from = rng.below(other.len() + 1);
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        6 | 7 if !dictionary.is_empty() => insert(input, at, rng.pick(dictionary).as_bytes()),
        8 => number(input, at, rng),
        _ => {
            if let Some(byte) = input.get_mut(at) {
                *byte = *rng.pick(b"{}[],:\"\\0-eE.\n\r \x00\xff_;");
            }
        }
    }
}

fn flip(input: &mut [u8], at: usize, rng: &mut Rng) {
    if let Some(byte) = input.get_mut(at) {
        *byte ^= 1 << rng.below(8);
    }
}

fn insert(input: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    input.splice(at..at, bytes.iter().copied());
}

/// Writes another number over the first run of digits after `at`.
fn number(input: &mut Vec<u8>, at: usize, rng: &mut Rng) {
    let Some(start) = input.iter().skip(at).position(u8::is_ascii_digit) else { return };
    let start = at + start;
    let n = input[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    input.splice(start..start + n, rng.pick(&NUMBERS).bytes());
}
