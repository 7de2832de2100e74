// Service mode: an ordinary server without a demo. Says what runs, and answers "Where am I?".

import { getJson, postJson, StatusError, statusOf } from "./api";
import type { Geolocated, GeolocateError, Version } from "./contracts";
import { byId, make, show } from "./dom";
import { degrees, meters } from "./format";
import { locator } from "./locator";
import type { MapView, Mark } from "./map";

// Made-up transmitters: a person replaces them with what their own device hears.
const SAMPLE = `{
  "considerIp": false,
  "uncertainty": true,
  "wifiAccessPoints": [
    {"macAddress":"94:b4:0f:31:a2:10", "signalStrength":-52},
    {"macAddress":"94:b4:0f:31:a2:30", "signalStrength":-61},
    {"macAddress":"e0:28:6d:5b:07:c4", "signalStrength":-70}
  ],
  "cellTowers": [
    {
      "radioType": "lte",
      "mobileCountryCode": 240, "mobileNetworkCode": 1,
      "locationAreaCode": 3021, "cellId": 8214532,
      "signalStrength": -97
    }
  ]
}`;

const fact = (name: string, value: string): HTMLElement => make("div", {}, make("dt", {}, name), make("dd", {}, value));

async function drawService(): Promise<void> {
  const [version, ready] = await Promise.all([getJson<Version>("/version").catch(() => null), statusOf("/readyz")]);
  const state = ready === 200 ? "ready" : ready === 0 ? "no answer" : `not ready (${ready})`;
  const dot = make("span", { class: `lamp ${ready === 200 ? "on" : "off"}`, "aria-hidden": "true" });
  byId("service").replaceChildren(
    make("h2", {}, "This server"),
    make("p", { class: "lamp-line" }, dot, `The service is ${state}.`),
    make("dl", { class: "facts" }, fact("name", version?.name ?? "–"), fact("version", version?.version ?? "–"),
      fact("commit", version?.commit?.slice(0, 12) || "–")),
  );
}

/** The server's own words where it gave any, in the error shape of `/v1/geolocate`. */
function problem(error: unknown): string {
  if (!(error instanceof StatusError)) return "The server did not answer.";
  try {
    const { error: told } = JSON.parse(error.body) as GeolocateError;
    const reason = told.errors?.[0]?.reason;
    return `${told.message}${reason ? ` (${reason}, ${told.code})` : ` (${told.code})`}`;
  } catch {
    return `${error.message}. ${error.body.slice(0, 200)}`;
  }
}

function markOf(body: Geolocated): Mark {
  return { answer: body.location, truth: null, r68_m: body.uncertainty?.r68 ?? null, r95_m: body.uncertainty?.r95 ?? body.accuracy };
}

function drawAnswer(body: Geolocated, map: MapView | null): void {
  const mark = markOf(body);
  map?.mark(mark);
  map?.fit(mark, 16);
  byId("ask-answer").replaceChildren(
    make("p", { class: "verdict inside" }, body.fallback ? `A rough answer (fallback: ${body.fallback}).` : "You are here."),
    make("dl", { class: "facts" }, fact("place", degrees(mark.answer!)), fact("R68", meters(mark.r68_m)), fact("R95", meters(mark.r95_m))),
    locator(body.location),
  );
}

async function askWhere(map: MapView | null): Promise<void> {
  const key = byId<HTMLInputElement>("ask-key").value.trim();
  const path = key ? `/v1/geolocate?key=${encodeURIComponent(key)}` : "/v1/geolocate";
  const button = byId<HTMLButtonElement>("ask-button");
  button.disabled = true;
  try {
    drawAnswer(await postJson<Geolocated>(path, byId<HTMLTextAreaElement>("ask-text").value), map);
  } catch (error) {
    map?.mark(null);
    byId("ask-answer").replaceChildren(make("p", { class: "verdict outside" }, problem(error)));
  } finally {
    button.disabled = false;
  }
}

export async function runService(map: MapView | null): Promise<void> {
  byId("subtitle").textContent = "an open location service";
  byId<HTMLTextAreaElement>("ask-text").value = SAMPLE;
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    void askWhere(map);
  });
  byId("stage").classList.add("wide-side");
  for (const id of ["stage", "service", "ask"]) show(byId(id));
  await drawService();
  map?.goHome();
  await map?.idle();
  document.body.dataset["state"] = "service";
}
