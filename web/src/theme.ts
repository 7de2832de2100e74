// Colours for what CSS cannot reach: the map's layers and the charts' canvases.
// The values live in app.css as custom properties, once for light and once for dark.

const DARK = window.matchMedia("(prefers-color-scheme: dark)");

/** Reads one custom property, such as `color("inside")` for `--inside`. */
export function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The same colour with an alpha, for canvases that cannot mix. Properties are written `#rrggbb`. */
export function faded(name: string, alpha: number): string {
  const hex = color(name);
  const part = (start: number) => Number.parseInt(hex.slice(start, start + 2), 16);
  return `rgba(${part(1)}, ${part(3)}, ${part(5)}, ${alpha})`;
}

export function onThemeChange(redraw: () => void): void {
  DARK.addEventListener("change", redraw);
}
