// The map view: one MapLibre map over bundled data, refusing politely where WebGL is missing.
// It knows sources and layers, not what the demo means; demo.ts and service.ts tell it what to show.

import "maplibre-gl/dist/maplibre-gl.css";
import { type GeoJSONSource, Map as MapLibreMap, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import type { FilterSpecification, LngLatBoundsLike } from "maplibre-gl";
import { boundsAround } from "./circle";
import type { LatLng } from "./contracts";
import { byId, make } from "./dom";
import { type Collection, marked } from "./features";
import { FitControl } from "./map_fit";
import { layers, type SourceName, style } from "./map_style";
import { onThemeChange } from "./theme";

const FIT = { padding: 32, maxZoom: 18, duration: 0 };
const PICK_PX = 6;

/** What may be drawn in full: an answer, a truth, and the two radii around the answer. */
export interface Mark {
  answer: LatLng | null;
  truth: LatLng | null;
  r68_m: number | null;
  r95_m: number | null;
}

export class MapView {
  private home: LngLatBoundsLike = [[-168, -56], [190, 76]];

  private transmitter_count = 0;

  private constructor(private readonly map: MapLibreMap) {
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new FitControl(() => this.goHome()), "top-right");
    map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-left");
    onThemeChange(() => this.repaint());
  }

  /** The map once its style is loaded, or `null` with a note in its place. */
  static async create(): Promise<MapView | null> {
    try {
      if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL 2");
      setWorkerUrl(new URL("map-worker.js", document.baseURI).href);
      const map = new MapLibreMap({
        container: "map", style: style(), center: [10, 25], zoom: 0.6, maxZoom: 21,
        cooperativeGestures: window.matchMedia("(pointer: coarse)").matches, attributionControl: false,
        dragRotate: false, pitchWithRotate: false, touchPitch: false,
      });
      map.touchZoomRotate.disableRotation();
      map.keyboard.disableRotation();
      await map.once("load");
      return new MapView(map);
    } catch {
      const note = "This browser gives no WebGL, so there is no map. The tables and charts below need none.";
      byId("map").replaceChildren(make("p", { class: "map-note", role: "note" }, note));
      return null;
    }
  }

  setData(source: SourceName, data: Collection): void {
    void this.map.getSource<GeoJSONSource>(source)?.setData(data);
  }

  /** Tells how many transmitters there are, so that many are drawn fainter from afar. */
  setTransmitterCount(transmitter_count: number): void {
    this.transmitter_count = transmitter_count;
    this.repaint();
  }

  setShown(layerIds: string[], shown: boolean): void {
    for (const id of layerIds) this.map.setLayoutProperty(id, "visibility", shown ? "visible" : "none");
  }

  setFilter(layerId: string, filter: FilterSpecification): void {
    this.map.setFilter(layerId, filter);
  }

  setHome(bounds: LngLatBoundsLike): void {
    this.home = bounds;
    this.goHome();
  }

  goHome(): void {
    this.map.fitBounds(this.home, FIT);
  }

  mark(mark: Mark | null): void {
    const shown = mark ?? { answer: null, truth: null, r68_m: null, r95_m: null };
    this.setData("marked", marked(shown.answer, shown.truth, shown.r68_m, shown.r95_m));
  }

  /** Brings a mark into view: its larger circle and its truth. */
  fit({ answer, truth, r68_m, r95_m }: Mark, maxZoom = 18): void {
    const center = answer ?? truth;
    if (!center) return;
    const bounds = boundsAround(center, Math.max(r95_m ?? 0, r68_m ?? 0, 20), truth ? [truth] : []);
    this.map.fitBounds(bounds, { ...FIT, padding: 56, maxZoom });
  }

  /** Resolves when everything asked for so far has been drawn. */
  async idle(): Promise<void> {
    this.map.triggerRepaint();
    await this.map.once("idle");
  }

  /** Tells which feature of a layer the pointer is near, on hover and on click; `null` when none. */
  onPick(layerId: string, hovered: (index: number | null) => void, clicked: (index: number | null) => void): void {
    this.map.on("mousemove", ({ point }) => {
      const index = this.pick(layerId, point);
      this.map.getCanvas().style.cursor = index === null ? "" : "pointer";
      hovered(index);
    });
    this.map.on("mouseout", () => hovered(null));
    this.map.on("click", ({ point }) => clicked(this.pick(layerId, point)));
  }

  private pick(layerId: string, { x, y }: { x: number; y: number }): number | null {
    const box: [[number, number], [number, number]] = [[x - PICK_PX, y - PICK_PX], [x + PICK_PX, y + PICK_PX]];
    const [found] = this.map.queryRenderedFeatures(box, { layers: [layerId] });
    const index: unknown = found?.properties["index"];
    return typeof index === "number" ? index : null;
  }

  private repaint(): void {
    for (const { id, paint } of layers(this.transmitter_count)) {
      for (const [name, value] of Object.entries(paint ?? {})) {
        this.map.setPaintProperty(id, name as Parameters<MapLibreMap["setPaintProperty"]>[1], value);
      }
    }
  }
}
