// A map button that goes back to the view the page began with.

import type { IControl } from "maplibre-gl";
import { make, makeSvg } from "./dom";

const CORNERS = "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4";

export class FitControl implements IControl {
  private readonly element: HTMLElement;

  constructor(clicked: () => void) {
    const icon = makeSvg(
      "svg",
      { viewBox: "0 0 20 20", width: 17, height: 17, "aria-hidden": "true" },
      makeSvg("path", { d: CORNERS, fill: "none", stroke: "currentColor", "stroke-width": 2 }),
    );
    const title = "Show everything";
    const button = make("button", { type: "button", title, "aria-label": title, class: "fit", click: clicked }, icon);
    this.element = make("div", { class: "maplibregl-ctrl maplibregl-ctrl-group" }, button);
  }

  onAdd(): HTMLElement {
    return this.element;
  }

  onRemove(): void {
    this.element.remove();
  }
}
