// The table of results, one row a slice, and the tiles with the run's rates.

import type { Rates, Summary, TableRow } from "./contracts";
import { byId, make } from "./dom";
import { count, meters, milliseconds, percent, perSecond } from "./format";

const AIM = 0.95;
const AIM_BAND = 0.02; // Source: the project's calibration aim, 95 ± 2 %.
const ROUNDING = 0.0005; // What the table shows as 97.0 % is within the aim.

interface Column {
  head: string;
  title: string;
  cell: (row: TableRow) => string | HTMLElement;
}

/** R95 claims off their aim are marked in words as well as in color. */
function calibration({ inside_r95 }: TableRow): string | HTMLElement {
  const text = percent(inside_r95);
  if (inside_r95 === null || Math.abs(inside_r95 - AIM) < AIM_BAND + ROUNDING) return text;
  const low = inside_r95 < AIM;
  const title = low ? "below 93 %: the circles are too small" : "above 97 %: the circles are too large";
  return make("span", { class: low ? "off low" : "off high", title }, text, low ? " ▾" : " ▴");
}

const COLUMNS: Column[] = [
  { head: "asked", title: "queries asked", cell: (row) => count(row.asked) },
  { head: "answered", title: "queries answered; the rest were refused", cell: (row) => count(row.answered) },
  { head: "p50", title: "half of the errors are below", cell: (row) => meters(row.p50_m) },
  { head: "p68", title: "68 % of the errors are below", cell: (row) => meters(row.p68_m) },
  { head: "p90", title: "90 % of the errors are below", cell: (row) => meters(row.p90_m) },
  { head: "p95", title: "95 % of the errors are below", cell: (row) => meters(row.p95_m) },
  { head: "in R68", title: "share of truths inside R68; 68 % is right", cell: (row) => percent(row.inside_r68) },
  { head: "in R95", title: "share of truths inside R95; 95 ± 2 % is right", cell: calibration },
  { head: "median R95", title: "half of the claimed R95 are below", cell: (row) => meters(row.median_r95_m) },
];

export function drawTable(rows: TableRow[]): void {
  const heads = COLUMNS.map(({ head, title }) => make("th", { scope: "col", title }, head));
  const body = rows.map((row) =>
    make("tr", {}, make("th", { scope: "row" }, row.slice), ...COLUMNS.map(({ cell }) => make("td", {}, cell(row)))),
  );
  byId("table").replaceChildren(
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "slice"), ...heads)),
    make("tbody", {}, ...body),
  );
}

function tile(value: string, label: string): HTMLElement {
  return make("div", { class: "tile" }, make("dd", {}, value), make("dt", {}, label));
}

function rateTiles(rates: Rates | null): HTMLElement[] {
  if (!rates) return [];
  return [
    tile(perSecond(rates.reports_per_s), "reports taken in"),
    tile(perSecond(rates.queries_per_s), "queries answered"),
    tile(milliseconds(rates.fresh_ms), "from report to answer"),
  ];
}

export function drawTiles({ town, rates }: Summary): void {
  const townTiles = town
    ? [tile(count(town.transmitter_count), "transmitters in town"), tile(count(town.report_count), "reports sent")]
    : [];
  byId("tiles").replaceChildren(...townTiles, ...rateTiles(rates));
}
