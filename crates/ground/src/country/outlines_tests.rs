//! Tests of the outlines' bytes: they are the codes', and every square can be read to its end.

use super::*;

fn squares() -> impl Iterator<Item = Square> {
    (-ROWS / 2..ROWS / 2)
        .flat_map(|row| (-COLUMNS / 2..COLUMNS / 2).map(move |column| Square { row, column }))
}

#[test]
fn the_bytes_were_made_for_these_countries() {
    let n = usize::from(u16_at(0));
    let codes: Vec<&str> =
        BYTES[2..HEAD].chunks_exact(2).map(|code| std::str::from_utf8(code).unwrap()).collect();
    let ours: Vec<&str> = Country::ALL.iter().map(|country| country.code()).collect();
    assert_eq!((n, codes), (ours.len(), ours), "run `cargo xtask outlines`");
    assert!(BYTES.len() < 700_000, "{}", BYTES.len());
}

#[test]
fn every_square_names_known_sides_and_its_pieces_pass_near_it() {
    let known = |side: Side| usize::from(side.0) <= Country::ALL.len();
    let mut n_segments = 0;
    for square in squares() {
        match square.drawn() {
            Drawn::Whole(side) => assert!(known(side), "{square:?}"),
            Drawn::Pieces(pieces) => {
                assert!(known(pieces.corner));
                let origin = pieces.origin;
                for segment in pieces {
                    n_segments += 1;
                    assert!(
                        segment.sides.into_iter().all(known)
                            && segment.sides[0] != segment.sides[1]
                    );
                    let touches =
                        |least: i64, a: i64, b: i64| a.min(b) <= least + FINE && a.max(b) >= least;
                    assert!(touches(origin.x, segment.a.x, segment.b.x), "{square:?}");
                    assert!(touches(origin.y, segment.a.y, segment.b.y), "{square:?}");
                }
            }
        }
    }
    assert!(n_segments > 50_000, "{n_segments}");
}
