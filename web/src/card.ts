// The side card of one answer: what was claimed, what was true, and a ruler with both.

import type { AnswerRow } from "./contracts";
import { make, makeSvg } from "./dom";
import { verdict } from "./features";
import { count, degrees, floor, meters } from "./format";

const RULER = { width: 280, height: 34, y: 12 };

const VERDICTS = {
  inside: "The truth is inside R95.",
  outside: "The truth is outside R95.",
  refused: "Refused: no answer given.",
};

/** Distances from the answer to the right: R68, R95, and a tick where the truth was. */
function ruler({ r68_m, r95_m, error_m }: AnswerRow): SVGElement | null {
  if (r68_m === null || r95_m === null || error_m === null) return null;
  const far_m = Math.max(r95_m, error_m, 1) * 1.04;
  const x = (distance_m: number) => ((distance_m / far_m) * RULER.width).toFixed(1);
  const rect = (radius_m: number, part: string) =>
    makeSvg("rect", { class: part, x: 0, y: RULER.y, width: x(radius_m), height: 12, rx: 2 });
  const tick = makeSvg("path", { class: "ruler-truth", d: `M${x(error_m)} ${RULER.y - 7}v26` });
  const viewBox = `-3 0 ${RULER.width + 6} ${RULER.height}`;
  return makeSvg("svg", { class: "ruler", viewBox, "aria-hidden": "true" }, rect(r95_m, "ruler-r95"), rect(r68_m, "ruler-r68"), tick);
}

function fact(name: string, value: string, mark?: string): HTMLElement {
  const swatch = mark ? make("span", { class: `swatch swatch-${mark}`, "aria-hidden": "true" }) : null;
  return make("div", {}, make("dt", {}, swatch, name), make("dd", {}, value));
}

/** Floors are told only where one was true or claimed. */
function floors({ truth, answer }: AnswerRow): HTMLElement[] {
  if (truth.floor === null && (answer?.floor ?? null) === null) return [];
  return [fact("floor, true", floor(truth.floor)), fact("floor, answered", answer ? floor(answer.floor) : "–")];
}

export function facts(row: AnswerRow): HTMLElement {
  return make(
    "dl",
    { class: "facts" },
    fact("error", meters(row.error_m), "mark-truth"),
    fact("R68", meters(row.r68_m), "mark-r68"),
    fact("R95", meters(row.r95_m), "mark-r95"),
    ...floors(row),
    fact("transmitters heard", count(row.heard)),
    fact("of those known", count(row.known)),
    fact("truth", degrees(row.truth)),
    fact("answer", row.answer ? degrees(row.answer) : "–"),
  );
}

export function card(row: AnswerRow, index: number, total: number): Node[] {
  const kind = verdict(row);
  const title = make("h3", {}, `Answer ${index + 1} `, make("span", { class: "muted" }, `of ${total} · ${row.slice}`));
  const line = make("p", { class: `verdict ${kind}` }, row.refusal ? `Refused: ${row.refusal}` : VERDICTS[kind]);
  return [title, line, ruler(row), facts(row)].filter((node) => node !== null);
}
