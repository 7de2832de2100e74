// Circles in metres as polygons on the sphere, so that a radius on the map is a radius on the ground.

import type { LatLng } from "./contracts";

// Source: IUGG mean radius R1 of the GRS 80 ellipsoid; the page draws, it does not measure.
const EARTH_RADIUS_M = 6_371_008.8;
const VERTEX_COUNT = 96;
const DEGREES = 180 / Math.PI;

function destination(from: LatLng, distance_m: number, azimuth: number): [number, number] {
  const angle = distance_m / EARTH_RADIUS_M;
  const lat = from.lat / DEGREES;
  const sin = Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(azimuth);
  const east = Math.sin(azimuth) * Math.sin(angle) * Math.cos(lat);
  const lng = from.lng / DEGREES + Math.atan2(east, Math.cos(angle) - Math.sin(lat) * sin);
  return [lng * DEGREES, Math.asin(sin) * DEGREES];
}

/** A closed GeoJSON ring around `center`, longitude first. */
export function circle(center: LatLng, radius_m: number): GeoJSON.Polygon {
  const ring: [number, number][] = [];
  for (let index = 0; index < VERTEX_COUNT; index += 1) {
    ring.push(destination(center, radius_m, (-2 * Math.PI * index) / VERTEX_COUNT));
  }
  ring.push(ring[0]!);
  return { type: "Polygon", coordinates: [ring] };
}

/** South-west and north-east corners around every given point and circle, for fitting a view. */
export function boundsAround(center: LatLng, radius_m: number, also: LatLng[] = []): [[number, number], [number, number]] {
  const ring = circle(center, Math.max(radius_m, 1)).coordinates[0]!;
  const lngs = [...ring.map((vertex) => vertex[0]!), ...also.map((place) => place.lng)];
  const lats = [...ring.map((vertex) => vertex[1]!), ...also.map((place) => place.lat)];
  return [
    [Math.min(...lngs), Math.min(...lats)],
    [Math.max(...lngs), Math.max(...lats)],
  ];
}
