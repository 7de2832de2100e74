// A small picture of the world with one place marked: where a close-up without streets is.

import type { LatLng } from "./contracts";
import { makeSvg } from "./dom";
import { landPolygons } from "./world";

const NORTH = 84;
const SOUTH = -58;

/** Plate carrée: one unit a degree, north up. */
const at = ([lng, lat]: number[]): string => `${lng!.toFixed(1)} ${(-lat!).toFixed(1)}`;

const ring = (places: number[][]): string => `M${places.map(at).join("L")}Z`;

/** The land three times over, a turn apart, because rings may pass the antimeridian. */
function outline(): SVGElement[] {
  const d = landPolygons().flat().map(ring).join("");
  return [-360, 0, 360].map((shift) => makeSvg("path", { class: "locator-land", d, transform: `translate(${shift} 0)` }));
}

export function locator(place: LatLng): SVGElement {
  const [x, y] = [place.lng, -Math.min(NORTH, Math.max(SOUTH, place.lat))];
  return makeSvg(
    "svg",
    { class: "locator", viewBox: `-180 ${-NORTH} 360 ${NORTH - SOUTH}`, role: "img", "aria-label": "The place on a map of the world" },
    ...outline(),
    makeSvg("circle", { class: "locator-halo", cx: x, cy: y, r: 11 }),
    makeSvg("circle", { class: "locator-place", cx: x, cy: y, r: 4 }),
  );
}
