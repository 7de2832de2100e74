// A seeded town with transmitters and answers in the shape of the demo's JSON, for tests without a server.
// Nothing here is a simulation of radio: errors are drawn so that the claimed radii are about right.

const SEED = 7;
const CENTER = { lat: 59.402, lng: 13.511 };
const COLUMN_COUNT = 16;
const ROW_COUNT = 12;
const BLOCK_M = 96;
const TURN = 0.28;
const METERS_PER_DEGREE = 111_195;

function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const uniform = random(SEED);
const between = (low, high) => low + (high - low) * uniform();
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
const pick = (list) => list[Math.floor(uniform() * list.length)];
const rounded = (value, digits = 7) => Number(value.toFixed(digits));

/** East and north in metres from the town's middle, turned a little, as latitude and longitude. */
function place(x_m, y_m) {
  const bent_m = y_m + 40 * Math.sin(x_m / 330);
  const east_m = x_m * Math.cos(TURN) - bent_m * Math.sin(TURN);
  const north_m = x_m * Math.sin(TURN) + bent_m * Math.cos(TURN);
  const lng = CENTER.lng + east_m / (METERS_PER_DEGREE * Math.cos((CENTER.lat * Math.PI) / 180));
  return { lat: rounded(CENTER.lat + north_m / METERS_PER_DEGREE), lng: rounded(lng) };
}

const coordinates = ({ lat, lng }) => [lng, lat];
const HALF_X_M = (COLUMN_COUNT * BLOCK_M) / 2;
const HALF_Y_M = (ROW_COUNT * BLOCK_M) / 2;

function street(from, to, steps = 24) {
  const line = Array.from({ length: steps + 1 }, (_, step) => {
    const part = step / steps;
    return coordinates(place(from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part));
  });
  return { type: "Feature", properties: { kind: "street" }, geometry: { type: "LineString", coordinates: line } };
}

function building(x_m, y_m, width_m, depth_m) {
  const corners = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]];
  const ring = corners.map(([x, y]) => coordinates(place(x_m + x * width_m, y_m + y * depth_m)));
  const floors = 1 + Math.floor(uniform() * 6);
  return { type: "Feature", properties: { kind: "building", floors }, geometry: { type: "Polygon", coordinates: [ring] } };
}

function town() {
  const features = [];
  for (let column = 0; column <= COLUMN_COUNT; column += 1) {
    const x_m = column * BLOCK_M - HALF_X_M;
    features.push(street([x_m, -HALF_Y_M], [x_m, HALF_Y_M]));
  }
  for (let row = 0; row <= ROW_COUNT; row += 1) {
    const y_m = row * BLOCK_M - HALF_Y_M;
    features.push(street([-HALF_X_M, y_m], [HALF_X_M, y_m]));
  }
  for (let column = 0; column < COLUMN_COUNT; column += 1) {
    for (let row = 0; row < ROW_COUNT; row += 1) {
      if (uniform() < 0.08) continue;
      const [x_m, y_m] = [column * BLOCK_M - HALF_X_M, row * BLOCK_M - HALF_Y_M];
      for (const [x, y] of [[12, 12], [50, 12], [12, 52], [50, 52]]) {
        if (uniform() < 0.2) continue;
        features.push(building(x_m + x, y_m + y, between(18, 34), between(16, 32)));
      }
    }
  }
  return { type: "FeatureCollection", features };
}

const somewhere = () => [between(-HALF_X_M, HALF_X_M), between(-HALF_Y_M, HALF_Y_M)];

function transmitters(count) {
  const kinds = [["wifi", 0.82, 8], ["ble", 0.15, 5], ["cell", 0.03, 45]];
  const rows = [];
  for (const [kind, share, sigma_m] of kinds) {
    for (let index = 0; index < count * share; index += 1) {
      const [x_m, y_m] = somewhere();
      const truth = place(x_m, y_m);
      const learned = uniform() < 0.9 ? place(x_m + sigma_m * normal(), y_m + sigma_m * normal()) : null;
      rows.push([kind, truth.lat, truth.lng, learned?.lat ?? null, learned?.lng ?? null, learned ? rounded(sigma_m * 2.45, 2) : null]);
    }
  }
  return { columns: ["kind", "true_lat", "true_lng", "learned_lat", "learned_lng", "r95_m"], rows };
}

const SIGMA_M = { outdoors: 8, indoors: 13, vehicle: 24 };

function answer() {
  const slice = pick(["outdoors", "outdoors", "indoors", "indoors", "vehicle"]);
  const floor = slice === "indoors" ? Math.floor(uniform() * 5) : null;
  const [x_m, y_m] = somewhere();
  const truth = { ...place(x_m, y_m), floor };
  const heard = 2 + Math.floor(uniform() * 18);
  const known = Math.floor(heard * between(0.4, 1));
  if (known < 2) {
    return { truth, answer: null, refusal: "fewer than two known transmitters", r68_m: null, r95_m: null, error_m: null, slice, heard, known };
  }
  const sigma_m = (SIGMA_M[slice] * 2.4) / Math.sqrt(known);
  const [dx_m, dy_m] = [sigma_m * normal(), sigma_m * normal()];
  const given = { ...place(x_m + dx_m, y_m + dy_m), floor: floor === null ? null : Math.max(0, floor + Math.round(0.4 * normal())) };
  const [r68_m, r95_m] = [1.51 * sigma_m, 2.45 * sigma_m].map((radius_m) => rounded(radius_m, 2));
  return { truth, answer: given, refusal: null, r68_m, r95_m, error_m: rounded(Math.hypot(dx_m, dy_m), 2), slice, heard, known };
}

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;

function tableRow(slice, rows) {
  const answered = rows.filter((row) => row.answer);
  const errors_m = answered.map((row) => row.error_m).sort((a, b) => a - b);
  const share = (radius) => answered.filter((row) => row.error_m <= row[radius]).length / answered.length;
  return {
    slice, asked: rows.length, answered: answered.length,
    p50_m: quantile(errors_m, 0.5), p68_m: quantile(errors_m, 0.68), p90_m: quantile(errors_m, 0.9), p95_m: quantile(errors_m, 0.95),
    inside_r68: share("r68_m"), inside_r95: share("r95_m"),
    median_r95_m: quantile(answered.map((row) => row.r95_m).sort((a, b) => a - b), 0.5),
  };
}

function table(rows) {
  const slices = [["all", () => true]];
  for (const slice of ["outdoors", "indoors", "vehicle"]) {
    slices.push([`${slice}, ≥ 5 known`, (row) => row.slice === slice && row.known >= 5]);
    slices.push([`${slice}, 2–4 known`, (row) => row.slice === slice && row.known < 5]);
  }
  return slices.map(([name, has]) => tableRow(name, rows.filter(has)));
}

function bounds({ features }) {
  const places = features.flatMap(({ geometry }) => (geometry.type === "Polygon" ? geometry.coordinates[0] : geometry.coordinates));
  const [lngs, lats] = [places.map(([lng]) => lng), places.map(([, lat]) => lat)];
  return { south: Math.min(...lats), west: Math.min(...lngs), north: Math.max(...lats), east: Math.max(...lngs) };
}

/** The four JSON bodies of a finished demo. */
export function demo({ transmitter_count = 3000, answer_count = 600 } = {}) {
  const streets = town();
  const radio = transmitters(transmitter_count);
  const rows = Array.from({ length: answer_count }, answer);
  const progress = { reports_sent: 48_000, reports_total: 48_000, queries_done: answer_count, queries_total: answer_count };
  const place = { name: "Holmvik", seed: SEED, center: CENTER, bounds: bounds(streets), transmitter_count: radio.rows.length, report_count: 48_000 };
  const rates = { reports_per_s: 21_400, queries_per_s: 38_900, fresh_ms: 740 };
  const summary = { state: "done", phase: "done", progress, town: place, table: table(rows), rates };
  return { summary, town: streets, transmitters: radio, answers: { rows } };
}

/** The same demo part of the way, as a running server tells it. */
export function running({ summary }, phase, part) {
  const { reports_total, queries_total } = summary.progress;
  const asking = phase === "ask";
  const progress = {
    reports_sent: asking ? reports_total : Math.round(reports_total * part), reports_total,
    queries_done: asking ? Math.round(queries_total * part) : 0, queries_total,
  };
  return { ...summary, state: "running", phase, progress, table: null, rates: null };
}
