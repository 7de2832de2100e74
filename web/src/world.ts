// The world's land and borders, bundled, so that a map has a ground without any network.
// Natural Earth 1:110m by way of world-atlas; good for the globe, never for a street.
// Its rings cross the antimeridian and circle the south pole; on a flat map both must be unrolled first.

import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import countries from "world-atlas/countries-110m.json";

type World = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
type Line = GeoJSON.Position[];

const WORLD = countries as unknown as World;

/** Longitudes without jumps: a step of more than half a turn goes the other way around. */
function unrolled(line: Line): Line {
  let turns = 0;
  return line.map(([lng, lat], index) => {
    const step = index === 0 ? 0 : lng! - line[index - 1]![0]!;
    if (step > 180) turns -= 1;
    if (step < -180) turns += 1;
    return [lng! + 360 * turns, lat!];
  });
}

/** A ring around a pole does not close when unrolled; it is closed along that pole. */
function ring(line: Line): Line {
  const flat = unrolled(line);
  const [first, last] = [flat[0]!, flat.at(-1)!];
  if (Math.abs(last[0]! - first[0]!) < 180) return flat;
  const pole = first[1]! < 0 ? -90 : 90;
  return [...flat, [last[0]!, pole], [first[0]!, pole], first];
}

/** Every polygon of the land, as rings ready for a flat map; longitudes may pass ±180. */
export function landPolygons(): Line[][] {
  const polygons = feature(WORLD, WORLD.objects.land).features.flatMap(({ geometry }) =>
    geometry.type === "MultiPolygon" ? geometry.coordinates : geometry.type === "Polygon" ? [geometry.coordinates] : [],
  );
  return polygons.map((rings) => rings.map(ring));
}

export function land(): GeoJSON.Feature {
  return { type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: landPolygons() } };
}

/** Lines between countries only; coasts come from the land's own edge. */
export function borders(): GeoJSON.Feature {
  const { coordinates } = mesh(WORLD, WORLD.objects.countries, (a, b) => a !== b);
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: coordinates.map(unrolled) } };
}
