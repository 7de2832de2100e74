// Starts the page: a demo where the server has one, the service's own panel where it has none.

import "./app.css";
import { getJson, StatusError } from "./api";
import type { Summary } from "./contracts";
import { byId, show } from "./dom";
import { runDemo } from "./demo";
import { MapView } from "./map";
import { runService } from "./service";

/** The demo's summary, or `null` on an ordinary server. */
async function findDemo(): Promise<Summary | null> {
  try {
    return await getJson<Summary>("/demo/summary.json");
  } catch (error) {
    if (error instanceof StatusError && error.status === 404) return null;
    throw error;
  }
}

async function start(): Promise<void> {
  const summary = await findDemo();
  show(byId("stage"));
  const map = await MapView.create();
  await (summary ? runDemo(summary, map) : runService(map));
}

start().catch((error: unknown) => {
  document.body.dataset["state"] = "failed";
  const failure = byId("failure");
  failure.textContent = `This page could not be drawn: ${error instanceof Error ? error.message : String(error)}.`;
  show(failure);
  console.error(error);
});
