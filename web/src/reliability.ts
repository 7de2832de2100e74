// The reliability chart: per slice, how many truths fall inside the claimed R68 and R95,
// against the shares those radii promise, with the doubt that the number of answers leaves.

import uPlot from "uplot";
import { axis, font, mount } from "./chart";
import type { TableRow } from "./contracts";
import { percent } from "./format";
import { color, faded } from "./theme";

const ROW_PX = 34;
const LABEL_PX_MAX = 190;
const BAND = 0.02; // Source: the project's calibration aim, 95 ± 2 % of truths inside R95.

interface Claim {
  name: string;
  share: number;
  offset: number;
  inside: (row: TableRow) => number | null;
}

const CLAIMS: Claim[] = [
  { name: "r68", share: 0.68, offset: -0.13, inside: (row) => row.inside_r68 },
  { name: "r95", share: 0.95, offset: 0.13, inside: (row) => row.inside_r95 },
];

/** Wilson's 95 % interval for a share seen in `n` trials. Source: Wilson 1927, JASA 22, eq. for the score interval. */
export function wilson(share: number, n: number): [number, number] {
  const z = 1.96;
  const scale = 1 + (z * z) / n;
  const middle = (share + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

function drawPromises(plot: uPlot): void {
  const { ctx, bbox } = plot;
  const x = (share: number) => plot.valToPos(share * 100, "y", true);
  ctx.save();
  for (const { name, share } of CLAIMS) {
    ctx.fillStyle = faded(name, 0.13);
    ctx.fillRect(x(share - BAND), bbox.top, x(share + BAND) - x(share - BAND), bbox.height);
    ctx.strokeStyle = color(name);
    ctx.lineWidth = uPlot.pxRatio;
    ctx.setLineDash([4 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    ctx.beginPath();
    ctx.moveTo(x(share), bbox.top);
    ctx.lineTo(x(share), bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function drawShare(plot: uPlot, row: TableRow, index: number, claim: Claim): void {
  const inside = claim.inside(row);
  if (inside === null || row.answered === 0) return;
  const { ctx } = plot;
  const ratio = uPlot.pxRatio;
  const y = plot.valToPos(index + claim.offset, "x", true);
  const [low, high] = wilson(inside, row.answered).map((share) => plot.valToPos(share * 100, "y", true)) as [number, number];
  ctx.strokeStyle = ctx.fillStyle = color(claim.name);
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  ctx.moveTo(low, y);
  ctx.lineTo(high, y);
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(plot.valToPos(inside * 100, "y", true), y, 4.5 * ratio, 0, 2 * Math.PI);
  ctx.fill();
}

function drawShares(plot: uPlot, rows: TableRow[]): void {
  plot.ctx.save();
  rows.forEach((row, index) => CLAIMS.forEach((claim) => drawShare(plot, row, index, claim)));
  plot.ctx.restore();
}

function labelWidth(rows: TableRow[], width_px: number): number {
  const ctx = document.createElement("canvas").getContext("2d");
  if (!ctx) return LABEL_PX_MAX;
  ctx.font = font();
  const widest = Math.max(...rows.map(({ slice }) => ctx.measureText(slice).width));
  return Math.ceil(Math.min(widest + 14, LABEL_PX_MAX, width_px * 0.5));
}

/** Room for the lowest whisker, in steps of ten percent, and never less than 40 to 100. */
function shareMin(rows: TableRow[]): number {
  const lows = rows.flatMap((row) =>
    CLAIMS.map(({ inside }) => (row.answered > 0 ? wilson(inside(row) ?? 1, row.answered)[0] : 1)),
  );
  return Math.max(0, Math.min(40, Math.floor(Math.min(...lows) * 10) * 10));
}

function options(rows: TableRow[], width_px: number): uPlot.Options {
  const last = rows.length - 1;
  return {
    width: width_px,
    height: rows.length * ROW_PX + 44,
    padding: [6, 18, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, ori: 1, dir: -1, range: [-0.5, last + 0.5] },
      y: { ori: 0, dir: 1, range: [shareMin(rows), 100] },
    },
    axes: [
      axis({
        side: 3, size: labelWidth(rows, width_px), grid: { show: false },
        splits: rows.map((_, index) => index), values: (_plot, splits) => splits.map((index) => rows[index]?.slice ?? ""),
      }),
      axis({ side: 2, size: 30, space: 46, incrs: [10, 20], values: (_plot, splits) => splits.map((split) => `${split} %`) }),
    ],
    series: [{}, { show: true, paths: () => null, points: { show: false } }],
    hooks: { drawAxes: [drawPromises], draw: [(plot) => drawShares(plot, rows)] },
  };
}

export function drawReliability(rows: TableRow[]): void {
  const shares = rows.map(({ slice, inside_r68, inside_r95 }) => `${slice} ${percent(inside_r68)} and ${percent(inside_r95)}`);
  const label = `Share of truths inside R68 and R95: ${shares.join("; ")}.`;
  const data: uPlot.AlignedData = [rows.map((_, index) => index), rows.map(() => 50)];
  mount("reliability", label, (width_px) => [options(rows, width_px), data]);
}
