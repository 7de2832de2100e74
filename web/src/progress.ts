// Where a running demo is: the phase it is in, and how far the reports and queries are.

import { PHASES, type Phase, type Summary } from "./contracts";
import { byId, make, show } from "./dom";
import { count } from "./format";

const PHASE_LABELS: Record<Phase, string> = {
  simulate: "simulate a town", ingest: "take in reports", learn: "learn the radio map", ask: "ask where", done: "done",
};

function step(phase: Phase, now: Phase): HTMLElement {
  const [index, current] = [PHASES.indexOf(phase), PHASES.indexOf(now)];
  const state = index < current ? "past" : index === current ? "current" : "next";
  const props = { class: state, "aria-current": state === "current" ? "step" : null };
  return make("li", props, PHASE_LABELS[phase]);
}

function bar(label: string, done: number, total: number): HTMLElement {
  const text = `${count(done)} of ${count(total)}`;
  const progress = make("progress", { max: Math.max(total, 1), value: Math.min(done, Math.max(total, 1)), "aria-label": label });
  return make("div", { class: "bar" }, make("span", {}, label), progress, make("span", { class: "bar-count" }, text));
}

export function drawProgress({ state, phase, progress }: Summary): void {
  const section = byId("progress");
  show(section, state === "running");
  if (state !== "running") return;
  const steps = PHASES.filter((each) => each !== "done").map((each) => step(each, phase));
  section.replaceChildren(
    make("ol", { class: "steps", "aria-label": "Phases" }, ...steps),
    bar("reports", progress.reports_sent, progress.reports_total),
    bar("queries", progress.queries_done, progress.queries_total),
  );
}
