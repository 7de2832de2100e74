// Rows of the demo's JSON as GeoJSON features, longitude first as that format has it.

import { circle } from "./circle";
import type { AnswerRow, LatLng, Place, Town, Transmitters } from "./contracts";

type Feature = GeoJSON.Feature;
export type Collection = GeoJSON.FeatureCollection;

export const EMPTY: Collection = { type: "FeatureCollection", features: [] };

const at = (place: LatLng): [number, number] => [place.lng, place.lat];

const collection = (features: Feature[]): Collection => ({ type: "FeatureCollection", features });

function point(place: LatLng, properties: Record<string, unknown>): Feature {
  return { type: "Feature", properties, geometry: { type: "Point", coordinates: at(place) } };
}

function line(from: LatLng, to: LatLng, properties: Record<string, unknown>): Feature {
  return { type: "Feature", properties, geometry: { type: "LineString", coordinates: [at(from), at(to)] } };
}

/** The town's own ground: the coast at 1:110m may run through a small town, so it gets land of its own. */
export function ground({ bounds }: Town): Collection {
  const { south, west, north, east } = bounds;
  const [x, y] = [(east - west) * 2, (north - south) * 2];
  const ring = [
    [west - x, south - y],
    [east + x, south - y],
    [east + x, north + y],
    [west - x, north + y],
    [west - x, south - y],
  ];
  return collection([{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } }]);
}

/** True points, learned points and the lines between them, told apart by `role`. */
export function transmitters({ rows }: Transmitters): Collection {
  const features: Feature[] = [];
  for (const [kind, true_lat, true_lng, learned_lat, learned_lng] of rows) {
    const truth = { lat: true_lat, lng: true_lng };
    features.push(point(truth, { kind, role: "true" }));
    if (learned_lat === null || learned_lng === null) continue;
    const learned = { lat: learned_lat, lng: learned_lng };
    features.push(point(learned, { kind, role: "learned" }), line(truth, learned, { kind, role: "shift" }));
  }
  return collection(features);
}

export type Verdict = "inside" | "outside" | "refused";

export function verdict(row: AnswerRow): Verdict {
  if (!row.answer) return "refused";
  return (row.error_m ?? Infinity) <= (row.r95_m ?? 0) ? "inside" : "outside";
}

/** Answers at their place, refusals at the truth, and a line from each answer to its truth. */
export function answers(rows: AnswerRow[]): Collection {
  const features: Feature[] = [];
  rows.forEach((row, index) => {
    const properties = { index, verdict: verdict(row) };
    if (row.answer) features.push(line(row.truth, row.answer, { ...properties, role: "error" }));
    features.push(point(row.answer ?? row.truth, { ...properties, role: "answer" }));
  });
  return collection(features);
}

/** One answer drawn in full: its circles, its truth and the line between. */
export function marked(answer: Place | LatLng | null, truth: LatLng | null, r68_m: number | null, r95_m: number | null): Collection {
  const features: Feature[] = [];
  const ring = (radius_m: number | null, role: string) => {
    if (!answer || radius_m === null || !(radius_m > 0)) return;
    features.push({ type: "Feature", properties: { role }, geometry: circle(answer, radius_m) });
  };
  ring(r95_m, "r95");
  ring(r68_m, "r68");
  if (answer && truth) features.push(line(truth, answer, { role: "error" }));
  if (truth) features.push(point(truth, { role: "truth" }));
  if (answer) features.push(point(answer, { role: "answer" }));
  return collection(features);
}
