// The JSON this page reads from its server, as types; nothing here runs.
// Units are in the names; degrees are WGS 84; `null` means "not there yet" or "none".

export interface LatLng {
  lat: number;
  lng: number;
}

export interface Place extends LatLng {
  floor: number | null;
}

export interface Town {
  name: string;
  seed: number;
  center: LatLng;
  bounds: { south: number; west: number; north: number; east: number };
  transmitter_count: number;
  report_count: number;
}

export interface Progress {
  reports_sent: number;
  reports_total: number;
  queries_done: number;
  queries_total: number;
}

export interface TableRow {
  slice: string;
  asked: number;
  answered: number;
  p50_m: number | null;
  p68_m: number | null;
  p90_m: number | null;
  p95_m: number | null;
  inside_r68: number | null;
  inside_r95: number | null;
  median_r95_m: number | null;
}

export interface Rates {
  reports_per_s: number | null;
  queries_per_s: number | null;
  fresh_ms: number | null;
}

export const PHASES = ["simulate", "ingest", "learn", "ask", "done"] as const;
export type Phase = (typeof PHASES)[number];

export interface Summary {
  state: "running" | "done";
  phase: Phase;
  progress: Progress;
  town: Town | null;
  table: TableRow[] | null;
  rates: Rates | null;
}

export const KINDS = ["wifi", "ble", "cell"] as const;
export type Kind = (typeof KINDS)[number];

export type TransmitterRow = [
  kind: Kind,
  true_lat: number,
  true_lng: number,
  learned_lat: number | null,
  learned_lng: number | null,
  r95_m: number | null,
];

export interface Transmitters {
  columns: string[];
  rows: TransmitterRow[];
}

export const SLICES = ["outdoors", "indoors", "vehicle"] as const;
export type Slice = (typeof SLICES)[number];

export interface AnswerRow {
  truth: Place;
  answer: Place | null;
  refusal: string | null;
  r68_m: number | null;
  r95_m: number | null;
  error_m: number | null;
  slice: Slice;
  heard: number;
  known: number;
}

export interface Answers {
  rows: AnswerRow[];
}

export interface Version {
  name: string;
  version: string;
  commit: string | null;
}

/** Radii in metres that hold the truth with 50, 68, 90 and 95 percent. */
export interface Uncertainty {
  r50: number;
  r68: number;
  r90: number;
  r95: number;
}

/** What `POST /v1/geolocate` answers: `accuracy` is R95 in metres; `uncertainty` is Cairn's own addition. */
export interface Geolocated {
  location: LatLng;
  accuracy: number;
  uncertainty?: Uncertainty;
  fallback?: string;
}

export interface GeolocateError {
  error: { code: number; message: string; errors?: { reason?: string; message?: string }[] };
}
