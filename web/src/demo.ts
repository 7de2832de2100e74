// Demo mode: follows a running demo, then draws what it measured.
// The body's data-state goes from "running" to "ready" once everything is on the page and the map is still.

import { AnswerBook } from "./answers";
import { getJson } from "./api";
import { drawCdf } from "./cdf";
import type { Answers, Phase, Summary, Town, Transmitters } from "./contracts";
import { byId, show } from "./dom";
import { answers, type Collection, ground, transmitters } from "./features";
import { drawLegend } from "./legend";
import type { MapView } from "./map";
import { drawProgress } from "./progress";
import { drawReliability } from "./reliability";
import { drawTable, drawTiles } from "./table";

const POLL_MS = 1000;

let townDrawnAt: Phase | null = null;

function title({ town, state }: Summary): void {
  const name = town ? `${town.name}, a simulated town (seed ${town.seed})` : "a simulated town";
  byId("subtitle").textContent = state === "done" ? name : `${name}, being measured`;
}

async function drawTown(map: MapView, town: Town): Promise<void> {
  const { south, west, north, east } = town.bounds;
  map.setData("ground", ground(town));
  map.setHome([[west, south], [east, north]]);
  map.setData("town", await getJson<Collection>("/demo/town.json"));
}

/** Draws the town as soon as it is simulated; asks again in the next phase when it was not there yet. */
async function drawTownOnce(map: MapView | null, { town, phase }: Summary): Promise<void> {
  if (!map || !town || phase === "simulate" || townDrawnAt !== null) return;
  townDrawnAt = phase;
  try {
    await drawTown(map, town);
  } catch (error) {
    townDrawnAt = null;
    if (phase === "done") throw error;
  }
}

async function drawResults(map: MapView | null, summary: Summary): Promise<void> {
  const [radio, asked] = await Promise.all([
    getJson<Transmitters>("/demo/transmitters.json"),
    getJson<Answers>("/demo/answers.json"),
  ]);
  show(byId("results"));
  show(byId("book"));
  drawTiles(summary);
  drawTable(summary.table ?? []);
  drawCdf(asked.rows);
  drawReliability(summary.table ?? []);
  new AnswerBook(asked.rows, map);
  if (!map) return;
  drawLegend(map);
  show(byId("legend"));
  map.setTransmitterCount(radio.rows.length);
  map.setData("transmitters", transmitters(radio));
  map.setData("answers", answers(asked.rows));
  await nextFrame();
  map.goHome(); // the page's columns have changed, and with them the map's width
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The next summary; a lost contact is said on the page and tried again. */
async function nextSummary(): Promise<Summary> {
  for (;;) {
    await pause(POLL_MS);
    try {
      const summary = await getJson<Summary>("/demo/summary.json");
      show(byId("lost"), false);
      return summary;
    } catch {
      show(byId("lost"));
    }
  }
}

export async function runDemo(first: Summary, map: MapView | null): Promise<void> {
  let summary = first;
  show(byId("stage"));
  while (summary.state === "running") {
    document.body.dataset["state"] = "running";
    title(summary);
    drawProgress(summary);
    await drawTownOnce(map, summary);
    summary = await nextSummary();
  }
  title(summary);
  drawProgress(summary);
  await drawTownOnce(map, summary);
  await drawResults(map, summary);
  await map?.idle();
  document.body.dataset["state"] = "ready";
}
