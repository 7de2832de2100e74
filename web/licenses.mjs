// Writes the license text of every package whose code or data ends up in dist.
// MapLibre ships its own dependencies inside its bundle; its source maps name them, so they are listed too.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)/g;
const PREBUNDLED_MAPS = [
  "node_modules/maplibre-gl/dist/maplibre-gl.mjs.map",
  "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs.map",
];

const innermost = (path) => [...path.matchAll(PACKAGE)].at(-1)?.[1];

async function packageNames(web, inputs) {
  const names = new Set(inputs.map(innermost));
  for (const map of PREBUNDLED_MAPS) {
    const { sources } = JSON.parse(await readFile(join(web, map), "utf8"));
    for (const source of sources) names.add(innermost(source));
  }
  names.delete(undefined);
  return [...names].sort();
}

/** The license file, or the license section of the README where a package ships no file. */
async function licenseText(folder) {
  const names = (await readdir(folder)).sort();
  const file = names.find((name) => /^licen[cs]e/i.test(name));
  if (file) return readFile(join(folder, file), "utf8");
  const readme = names.find((name) => /^readme/i.test(name));
  const text = readme ? await readFile(join(folder, readme), "utf8") : "";
  const section = text.search(/^#+ *licen[cs]e/im);
  if (section < 0) throw new Error(`no license text in ${folder}`);
  return text.slice(section);
}

const HEAD = `Cairn's page bundles the packages below; each is followed by its license.
The world outline is Natural Earth's, which is in the public domain, as packed by world-atlas.
`;

export async function licenses(web, inputs) {
  const parts = [HEAD];
  for (const name of await packageNames(web, inputs)) {
    const folder = join(web, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const text = (await licenseText(folder)).replace(/\r\n/g, "\n").trim();
    parts.push(`${"=".repeat(80)}\n${name} ${version} (${license})\n${"=".repeat(80)}\n\n${text}\n`);
  }
  return parts.join("\n");
}
