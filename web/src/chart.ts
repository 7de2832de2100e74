// What the charts share: a canvas that follows its box and the theme, and axes in the page's type.

import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";
import { byId } from "./dom";
import { color, onThemeChange } from "./theme";

const FONT_PX = 12;

export const font = (): string => `${FONT_PX}px ${getComputedStyle(document.body).fontFamily}`;

export function axis(more: uPlot.Axis): uPlot.Axis {
  const line = color("line");
  return { font: font(), stroke: color("muted"), ticks: { show: false }, grid: { stroke: line, width: 1 }, gap: 6, ...more };
}

export type Build = (width_px: number) => [uPlot.Options, uPlot.AlignedData];

/** Draws into `#id` now, and again whenever its width or the theme changes. */
export function mount(id: string, label: string, build: Build): void {
  const box = byId(id);
  let plot: uPlot | null = null;
  let width_px = 0;
  const draw = () => {
    plot?.destroy();
    const [options, data] = build(width_px);
    plot = new uPlot(options, data, box);
    const canvas = box.querySelector("canvas");
    canvas?.setAttribute("role", "img");
    canvas?.setAttribute("aria-label", label);
  };
  const resize = () => {
    const next = Math.floor(box.clientWidth);
    if (next === width_px || next === 0) return;
    width_px = next;
    draw();
  };
  box.replaceChildren();
  resize();
  new ResizeObserver(resize).observe(box);
  onThemeChange(() => draw());
}
