// The legend that is also the switchboard: each row names a colour and shows or hides its layer.

import type { FilterSpecification } from "maplibre-gl";
import { KINDS, type Kind } from "./contracts";
import { byId, make } from "./dom";
import type { Verdict } from "./features";
import type { MapView } from "./map";
import { role } from "./map_style";

interface Switch {
  label: string;
  swatch: string;
  set: (map: MapView, on: boolean) => void;
}

const TRANSMITTER_LAYERS: [string, string][] = [
  ["transmitter-true", "true"], ["transmitter-learned", "learned"], ["transmitter-shift", "shift"],
];
const KIND_LABELS: Record<Kind, string> = { wifi: "Wi‑Fi", ble: "Bluetooth", cell: "Cell" };

const kindsShown = new Set<string>(KINDS);
const verdictsShown = new Set<string>(["inside", "outside", "refused"]);

const within = (base: FilterSpecification, property: string, shown: Set<string>): FilterSpecification =>
  ["all", base, ["in", ["get", property], ["literal", [...shown]]]] as FilterSpecification;

function setIn(set: Set<string>, value: string, on: boolean): void {
  if (on) set.add(value);
  else set.delete(value);
}

function layer(label: string, swatch: string, ...ids: string[]): Switch {
  return { label, swatch, set: (map, on) => map.setShown(ids, on) };
}

function kind(name: Kind): Switch {
  const set = (map: MapView, on: boolean) => {
    setIn(kindsShown, name, on);
    for (const [id, part] of TRANSMITTER_LAYERS) map.setFilter(id, within(role(part), "kind", kindsShown));
  };
  return { label: KIND_LABELS[name], swatch: name, set };
}

function answer(name: Verdict, label: string): Switch {
  const set = (map: MapView, on: boolean) => {
    setIn(verdictsShown, name, on);
    map.setFilter("answer-points", within(role("answer"), "verdict", verdictsShown));
    map.setFilter("answer-error", within(role("error"), "verdict", verdictsShown));
  };
  return { label, swatch: name, set };
}

const GROUPS: [string, Switch[]][] = [
  ["Answers", [
    answer("inside", "truth inside R95"), answer("outside", "truth outside R95"),
    answer("refused", "refused"), layer("line to the truth", "line-answer", "answer-error"),
  ]],
  ["Transmitters", [
    ...KINDS.map(kind), layer("true position", "hollow", "transmitter-true"),
    layer("learned position", "filled", "transmitter-learned"), layer("line between", "line", "transmitter-shift"),
  ]],
  ["Town", [layer("streets", "street", "streets"), layer("buildings", "building", "buildings")]],
];

function row(map: MapView, { label, swatch, set }: Switch): HTMLElement {
  const changed = (event: Event) => set(map, (event.target as HTMLInputElement).checked);
  const box = make("input", { type: "checkbox", checked: true, change: changed });
  return make("label", {}, box, make("span", { class: `swatch swatch-${swatch}`, "aria-hidden": "true" }), label);
}

export function drawLegend(map: MapView): void {
  const groups = GROUPS.map(([title, switches]) =>
    make("fieldset", {}, make("legend", {}, title), ...switches.map((each) => row(map, each))),
  );
  byId("legend").replaceChildren(...groups);
}
