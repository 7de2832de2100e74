//! Small drawings.

use std::fmt::Write as _;

/// Width and height of a drawing.
const SIDE: f64 = 320.0;
/// Space around it.
const EDGE: f64 = 34.0;

/// Points as a line through a square from `(0, 0)` to `most`, with the diagonal where `with_diagonal`.
pub(super) fn line(
    points: &[(f64, f64)],
    most: (f64, f64),
    axes: (&str, &str),
    with_diagonal: bool,
) -> String {
    let mut svg = frame(axes, most);
    if with_diagonal {
        let (a, b) = (at((0.0, 0.0), most), at(most, most));
        push(
            &mut svg,
            format_args!(
                "<line x1='{:.1}' y1='{:.1}' x2='{:.1}' y2='{:.1}' stroke='#bbb' stroke-dasharray='4'/>",
                a.0, a.1, b.0, b.1
            ),
        );
    }
    let path: Vec<String> = points
        .iter()
        .map(|point| at(*point, most))
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    push(
        &mut svg,
        format_args!(
            "<polyline points='{}' fill='none' stroke='#0a58ca' stroke-width='2'/>",
            path.join(" ")
        ),
    );
    for (x, y) in points.iter().filter(|_| points.len() <= 12).map(|point| at(*point, most)) {
        push(&mut svg, format_args!("<circle cx='{x:.1}' cy='{y:.1}' r='3' fill='#0a58ca'/>"));
    }
    svg + "</svg>"
}

/// Places with a size each, in metres around their middle: a map without ground.
pub(super) fn places(places: &[(f64, f64, f64)]) -> String {
    let span = |pick: fn(&(f64, f64, f64)) -> f64| {
        let all = places.iter().map(pick);
        (all.clone().fold(f64::MAX, f64::min), all.fold(f64::MIN, f64::max))
    };
    let ((west, east), (south, north)) = (span(|it| it.0), span(|it| it.1));
    let wide = (east - west).max(north - south).max(1.0);
    let largest = places.iter().map(|it| it.2).fold(1e-9, f64::max);
    let mut svg = frame(("metres east", "metres north"), (wide, wide));
    for (x, y, size) in places {
        let (x, y) = at((x - west, y - south), (wide, wide));
        push(
            &mut svg,
            format_args!(
                "<circle cx='{x:.1}' cy='{y:.1}' r='{:.1}' fill='#c0392b' fill-opacity='.45'/>",
                2.0 + 10.0 * size / largest
            ),
        );
    }
    svg + "</svg>"
}

fn frame((x, y): (&str, &str), most: (f64, f64)) -> String {
    let (whole, bottom) = (SIDE + 2.0 * EDGE, SIDE + EDGE);
    format!(
        "<svg viewBox='0 0 {whole} {whole}' width='{whole}' role='img'>\
         <rect x='{EDGE}' y='{EDGE}' width='{SIDE}' height='{SIDE}' fill='none' stroke='#999'/>\
         <text x='{EDGE}' y='{:.0}'>0</text><text x='{:.0}' y='{:.0}' text-anchor='end'>{x}: {:.0}</text>\
         <text x='{EDGE}' y='{:.0}'>{y}: {:.0}</text>",
        bottom + 16.0,
        SIDE + EDGE,
        bottom + 16.0,
        most.0,
        EDGE - 8.0,
        most.1,
    )
}

fn at(point: (f64, f64), most: (f64, f64)) -> (f64, f64) {
    let share = |x: f64, most: f64| (x / most.max(1e-9)).clamp(0.0, 1.0);
    (EDGE + SIDE * share(point.0, most.0), EDGE + SIDE * (1.0 - share(point.1, most.1)))
}

fn push(svg: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _never_fails = svg.write_fmt(what);
}
