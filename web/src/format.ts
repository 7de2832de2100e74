// Numbers as people read them; the page's one place for rounding.

const NONE = "–";
const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function count(value: number | null | undefined): string {
  return value == null || !Number.isFinite(value) ? NONE : WHOLE.format(value);
}

/** Metres, with a decimal only where it says something. */
export function meters(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return NONE;
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} km`;
  return value < 10 ? `${value.toFixed(1)} m` : `${WHOLE.format(value)} m`;
}

export function percent(share: number | null | undefined, digits = 1): string {
  return share == null || !Number.isFinite(share) ? NONE : `${(share * 100).toFixed(digits)} %`;
}

export function milliseconds(value: number | null | undefined): string {
  if (value == null || !Number.isFinite(value)) return NONE;
  return value < 1000 ? `${value.toFixed(value < 10 ? 1 : 0)} ms` : `${(value / 1000).toFixed(1)} s`;
}

export function perSecond(value: number | null | undefined): string {
  return value == null || !Number.isFinite(value) ? NONE : `${count(value)}/s`;
}

export function degrees(place: { lat: number; lng: number }): string {
  return `${place.lat.toFixed(6)}, ${place.lng.toFixed(6)}`;
}

export function floor(value: number | null | undefined): string {
  return value == null ? "unknown" : String(value);
}
