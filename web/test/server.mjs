// A tiny server for tests: the built page under a strict policy, and a demo or a service behind it.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const TYPES = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
};

/** The strictest policy the page is known to work under; a real server should send the same. */
export const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

async function file(path) {
  const name = path === "/" ? "index.html" : path.slice(1);
  if (!/^[\w.-]+$/.test(name)) return null;
  const body = await readFile(join(DIST, name)).catch(() => null);
  return body && { status: 200, type: TYPES[extname(name)] ?? "application/octet-stream", body };
}

const json = (value, status = 200) => ({ status, type: "application/json", body: JSON.stringify(value) });

/** `routes` maps "GET /path" to a function of the request's body that returns `json(…)`. */
export async function serve(routes) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const route = routes[`${request.method} ${pathname}`];
    const reply = route ? route(Buffer.concat(chunks).toString()) : await file(pathname);
    const { status, type, body } = reply ?? json({ error: { code: 404, message: "Not found" } }, 404);
    response.writeHead(status, { ...HEADERS, "content-type": type }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

/** A demo; `summaries` are told one a poll, the last one for ever. */
export function demoRoutes(data, summaries = [data.summary]) {
  let asked = 0;
  return {
    "GET /demo/summary.json": () => json(summaries[Math.min(asked++, summaries.length - 1)]),
    "GET /demo/town.json": () => json(data.town),
    "GET /demo/transmitters.json": () => json(data.transmitters),
    "GET /demo/answers.json": () => json(data.answers),
  };
}

/** An ordinary server: no demo, and an answer in Karlstad for anything that is JSON. */
export function serviceRoutes() {
  return {
    "GET /version": () => json({ name: "cairn", version: "0.1.0", commit: "0f4c2a9d71b3" }),
    "GET /readyz": () => json({ ready: true }),
    "POST /v1/geolocate": (body) => {
      try {
        JSON.parse(body);
        const uncertainty = { r50: 38.2, r68: 51, r90: 76.4, r95: 92 };
        return json({ location: { lat: 59.3793, lng: 13.5036 }, accuracy: uncertainty.r95, uncertainty });
      } catch {
        const told = { domain: "global", reason: "parseError", message: "Parse Error" };
        return json({ error: { errors: [told], code: 400, message: "Parse Error" } }, 400);
      }
    },
  };
}
