// The map's layers, bottom to top, in the theme's colours: fills, lines and circles only.
// No text and no icons, so that no glyphs or sprites are ever asked for.

import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { EMPTY } from "./features";
import { color } from "./theme";
import { borders, land } from "./world";

export const SOURCES = ["ground", "town", "transmitters", "answers", "marked"] as const;
export type SourceName = (typeof SOURCES)[number];

const DENSE_COUNT = 4000; // Measured by eye on a town of 1.5 km: past this the streets are hard to see.

export const role = (name: string): FilterSpecification => ["==", ["get", "role"], name];

const byZoom = (...stops: number[]): ExpressionSpecification =>
  ["interpolate", ["exponential", 1.6], ["zoom"], ...stops] as unknown as ExpressionSpecification;

const byKind = (): ExpressionSpecification => [
  "match", ["get", "kind"], "wifi", color("wifi"), "ble", color("ble"), color("cell"),
];

const byVerdict = (): ExpressionSpecification => [
  "match", ["get", "verdict"], "inside", color("inside"), "outside", color("outside"), color("refused"),
];

function worldLayers(): LayerSpecification[] {
  return [
    { id: "sea", type: "background", paint: { "background-color": color("sea") } },
    { id: "land", type: "fill", source: "land", paint: { "fill-color": color("land"), "fill-outline-color": color("coast") } },
    { id: "borders", type: "line", source: "borders", paint: { "line-color": color("coast"), "line-width": 0.7 } },
  ];
}

function townLayers(): LayerSpecification[] {
  return [
    { id: "ground", type: "fill", source: "ground", paint: { "fill-color": color("land") } },
    {
      id: "streets", type: "line", source: "town", filter: ["==", ["get", "kind"], "street"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": color("street"), "line-width": byZoom(12, 0.8, 15, 3, 18, 16) },
    },
    {
      id: "buildings", type: "fill", source: "town", filter: ["==", ["get", "kind"], "building"],
      paint: {
        "fill-color": color("building"),
        "fill-opacity": ["interpolate", ["linear"], ["coalesce", ["get", "floors"], 1], 1, 0.6, 8, 1],
        "fill-outline-color": color("building-edge"),
      },
    },
  ];
}

/** Many transmitters in one view would hide the town; they start faint, and come out on zooming in. */
function fading(opacity: number, transmitter_count: number): ExpressionSpecification {
  const share = Math.max(0.12, Math.min(1, DENSE_COUNT / Math.max(transmitter_count, 1)));
  return ["interpolate", ["linear"], ["zoom"], 14.5, opacity * share, 16.5, opacity];
}

function transmitterLayers(transmitter_count: number): LayerSpecification[] {
  return [
    {
      id: "transmitter-shift", type: "line", source: "transmitters", filter: role("shift"),
      paint: { "line-color": byKind(), "line-width": byZoom(13, 0.4, 17, 1.2), "line-opacity": fading(0.55, transmitter_count) },
    },
    {
      id: "transmitter-true", type: "circle", source: "transmitters", filter: role("true"),
      paint: {
        "circle-color": "rgba(0,0,0,0)", "circle-radius": byZoom(13, 0.9, 15, 1.8, 18, 4.5),
        "circle-stroke-color": byKind(), "circle-stroke-width": byZoom(13, 0.5, 17, 1.3), "circle-stroke-opacity": fading(0.8, transmitter_count),
      },
    },
    {
      id: "transmitter-learned", type: "circle", source: "transmitters", filter: role("learned"),
      paint: { "circle-color": byKind(), "circle-radius": byZoom(13, 0.9, 15, 1.7, 18, 4), "circle-opacity": fading(0.8, transmitter_count) },
    },
  ];
}

function answerLayers(): LayerSpecification[] {
  return [
    {
      id: "answer-error", type: "line", source: "answers", filter: role("error"),
      paint: { "line-color": byVerdict(), "line-width": byZoom(13, 0.6, 17, 1.6), "line-opacity": 0.6 },
    },
    {
      id: "answer-points", type: "circle", source: "answers", filter: role("answer"),
      paint: {
        "circle-color": byVerdict(), "circle-radius": byZoom(13, 2.2, 15, 3.8, 18, 7),
        "circle-stroke-color": color("halo"), "circle-stroke-width": byZoom(13, 0.5, 16, 1.2),
      },
    },
  ];
}

function markedLayers(): LayerSpecification[] {
  const mark = color("mark");
  return [
    { id: "marked-r95", type: "fill", source: "marked", filter: role("r95"), paint: { "fill-color": mark, "fill-opacity": 0.1 } },
    { id: "marked-r68", type: "fill", source: "marked", filter: role("r68"), paint: { "fill-color": mark, "fill-opacity": 0.16 } },
    {
      id: "marked-r95-edge", type: "line", source: "marked", filter: role("r95"),
      paint: { "line-color": mark, "line-width": 1.8, "line-dasharray": [3, 2] },
    },
    { id: "marked-r68-edge", type: "line", source: "marked", filter: role("r68"), paint: { "line-color": mark, "line-width": 1.8 } },
    { id: "marked-error", type: "line", source: "marked", filter: role("error"), paint: { "line-color": mark, "line-width": 2.2 } },
    {
      id: "marked-truth", type: "circle", source: "marked", filter: role("truth"),
      paint: { "circle-color": color("halo"), "circle-radius": 6, "circle-stroke-color": mark, "circle-stroke-width": 2.5 },
    },
    {
      id: "marked-answer", type: "circle", source: "marked", filter: role("answer"),
      paint: { "circle-color": mark, "circle-radius": 6.5, "circle-stroke-color": color("halo"), "circle-stroke-width": 2 },
    },
  ];
}

export function layers(transmitter_count = 0): LayerSpecification[] {
  return [...worldLayers(), ...townLayers(), ...transmitterLayers(transmitter_count), ...answerLayers(), ...markedLayers()];
}

export function style(): StyleSpecification {
  const empty = { type: "geojson", data: EMPTY } as const;
  const sources = Object.fromEntries(SOURCES.map((name) => [name, { ...empty, maxzoom: 17, tolerance: 0.2 }]));
  return {
    version: 8,
    sources: {
      ...sources,
      land: { type: "geojson", data: land(), maxzoom: 8 },
      borders: { type: "geojson", data: borders(), maxzoom: 8 },
    },
    layers: layers(),
  };
}
