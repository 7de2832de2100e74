// The error chart: for each slice, the share of answers whose horizontal error is below a distance.

import type uPlot from "uplot";
import { axis, mount } from "./chart";
import { type AnswerRow, SLICES, type Slice } from "./contracts";
import { meters, percent } from "./format";
import { color } from "./theme";

const STEP_COUNT = 240;
const ERROR_M_MIN = 1;
const HEIGHT_PX = 300;
const SHARES = [0, 25, 50, 68, 95];
const DASHES: Record<Slice, number[]> = { outdoors: [], indoors: [9, 4], vehicle: [2, 3] };

interface Curve {
  slice: Slice;
  errors_m: number[];
}

function curves(rows: AnswerRow[]): Curve[] {
  return SLICES.map((slice) => {
    const errors_m = rows.filter((row) => row.slice === slice && row.error_m !== null).map((row) => row.error_m!);
    return { slice, errors_m: errors_m.sort((a, b) => a - b) };
  }).filter(({ errors_m }) => errors_m.length > 0);
}

/** Distances evenly spaced in logarithm, from one metre to past the largest error. */
function distances(all: Curve[]): number[] {
  const largest = Math.max(10, ...all.map(({ errors_m }) => errors_m.at(-1)!));
  const ratio = largest / ERROR_M_MIN;
  return Array.from({ length: STEP_COUNT }, (_, step) => ERROR_M_MIN * ratio ** (step / (STEP_COUNT - 1)));
}

function sharesBelow(errors_m: number[], grid_m: number[]): number[] {
  let passed = 0;
  return grid_m.map((limit_m) => {
    while (passed < errors_m.length && errors_m[passed]! <= limit_m * (1 + 1e-9)) passed += 1;
    return (100 * passed) / errors_m.length;
  });
}

function series({ slice, errors_m }: Curve): uPlot.Series {
  return {
    label: `${slice} (${errors_m.length})`,
    stroke: color(`slice-${slice}`),
    width: 2.2,
    dash: DASHES[slice],
    points: { show: false },
    value: (_plot, share) => (share == null ? "–" : percent(share / 100, 0)),
  };
}

/** Labels 1, 2, 5, 10 … where there is room, else the decades alone; the other grid lines stay bare. */
function distanceLabel(split_m: number | null, leading: number[]): string {
  if (!split_m) return "";
  const digit = Math.round(split_m / 10 ** Math.floor(Math.log10(split_m) + 1e-9));
  return leading.includes(digit) ? meters(split_m).replace(".0", "") : "";
}

function options(all: Curve[], width_px: number): uPlot.Options {
  const leading = width_px > 440 ? [1, 2, 5] : [1];
  return {
    width: width_px,
    height: HEIGHT_PX,
    padding: [10, 22, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { time: false, distr: 3 }, y: { range: [0, 102] } },
    axes: [
      axis({ size: 30, values: (_plot, splits) => splits.map((split) => distanceLabel(split, leading)) }),
      axis({ splits: SHARES, values: (_plot, splits) => splits.map((split) => `${split} %`), size: 46 }),
    ],
    series: [{ label: "error up to", value: (_plot, error_m) => meters(error_m) }, ...all.map(series)],
  };
}

const median = (errors_m: number[]): number => errors_m[Math.floor((errors_m.length - 1) / 2)]!;

export function drawCdf(rows: AnswerRow[]): void {
  const all = curves(rows);
  const grid_m = distances(all);
  const shares = all.map(({ errors_m }) => sharesBelow(errors_m, grid_m));
  const label = `Share of answers by error. Medians: ${all.map(({ slice, errors_m }) => `${slice} ${meters(median(errors_m))}`).join(", ")}.`;
  mount("cdf", label, (width_px) => [options(all, width_px), [grid_m, ...shares]]);
}
