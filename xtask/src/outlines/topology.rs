//! `TopoJSON`: arcs that polygons share, and the polygons as lists of them.

use anyhow::{Context as _, Result};
use serde_json::Value;

/// Longitude and latitude in degrees. An arc may go past ±180 so that its points stay together.
pub(super) type Point = (f64, f64);

/// Lines and who uses them.
#[derive(Debug)]
pub(super) struct Topology {
    pub(super) arcs: Vec<Vec<Point>>,
    pub(super) polygons: Vec<Polygon>,
}

/// One polygon of a country.
#[derive(Debug)]
pub(super) struct Polygon {
    /// ISO 3166-1 numeric code, when the source has one.
    pub(super) number: Option<u16>,
    pub(super) name: String,
    /// The arcs of all its rings.
    pub(super) arcs: Vec<usize>,
    /// A point of its outer ring.
    pub(super) first: Point,
}

impl Topology {
    /// Reads the object `countries`.
    ///
    /// # Errors
    /// The text is no such topology.
    pub(super) fn read(text: &str) -> Result<Self> {
        let root: Value = serde_json::from_str(text).context("parse the topology")?;
        let scale = pair(&root["transform"]["scale"])?;
        let shift = pair(&root["transform"]["translate"])?;
        let arcs = list(&root["arcs"])?.iter().map(|arc| decoded(arc, scale, shift));
        let arcs: Vec<_> = arcs.collect::<Result<_>>()?;
        let mut polygons = Vec::new();
        for country in list(&root["objects"]["countries"]["geometries"])? {
            let name =
                country["properties"]["name"].as_str().context("a country without a name")?;
            let number = country["id"].as_str().and_then(|id| id.parse().ok());
            for rings in rings_of(country)? {
                let arcs_of = list(rings)?.iter().map(list).collect::<Result<Vec<_>>>()?;
                let used: Option<Vec<_>> = arcs_of.into_iter().flatten().map(arc_index).collect();
                let used = used.context("an arc that is no number")?;
                let first = used.first().and_then(|arc| arcs.get(*arc)).and_then(|arc| arc.first());
                let first = *first.with_context(|| format!("{name}: a polygon without a point"))?;
                polygons.push(Polygon { number, name: name.to_owned(), arcs: used, first });
            }
        }
        Ok(Self { arcs, polygons })
    }
}

/// The polygons of a geometry, each a list of rings.
fn rings_of(country: &Value) -> Result<Vec<&Value>> {
    Ok(match country["type"].as_str() {
        Some("Polygon") => vec![&country["arcs"]],
        Some("MultiPolygon") => list(&country["arcs"])?.iter().collect(),
        other => anyhow::bail!("a geometry of type {other:?}"),
    })
}

/// `~n` is arc `n` backwards; which way it is used does not matter here.
fn arc_index(arc: &Value) -> Option<usize> {
    let index = arc.as_i64()?;
    usize::try_from(if index < 0 { !index } else { index }).ok()
}

fn decoded(arc: &Value, scale: Point, shift: Point) -> Result<Vec<Point>> {
    let (mut x, mut y) = (0.0, 0.0);
    let mut points: Vec<Point> = Vec::new();
    for delta in list(arc)? {
        let (dx, dy) = pair(delta)?;
        (x, y) = (x + dx, y + dy);
        let mut lng = x.mul_add(scale.0, shift.0);
        if let Some((before, _)) = points.last() {
            lng -= 360.0 * ((lng - before) / 360.0).round();
        }
        points.push((lng, y.mul_add(scale.1, shift.1)));
    }
    Ok(points)
}

fn list(value: &Value) -> Result<&Vec<Value>> {
    value.as_array().context("not a list")
}

fn pair(value: &Value) -> Result<Point> {
    let numbers = (value[0].as_f64(), value[1].as_f64());
    numbers.0.zip(numbers.1).context("not a pair of numbers")
}
