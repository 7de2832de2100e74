// Builds web/dist from web/src: one page, one script, one style sheet, one worker, one license file.
// The same lock file and sources give the same bytes, so dist is committed and compared.
// `node build.mjs` writes dist; `node build.mjs --fresh` builds beside it and fails when they differ.

import { build } from "esbuild";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { licenses } from "./licenses.mjs";

const WEB = dirname(fileURLToPath(import.meta.url));
const DIST = join(WEB, "dist");
const DIST_BYTES_MAX = 2_500_000;
const COPIED = ["index.html", "favicon.svg"];

const SETTINGS = {
  absWorkingDir: WEB,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  banner: { js: "/* Cairn. Licenses of the bundled packages: LICENSES.txt */", css: "/* Cairn. Licenses: LICENSES.txt */" },
  metafile: true,
  write: false,
  logLevel: "warning",
};

async function outputs() {
  const page = await build({ ...SETTINGS, entryPoints: { app: "src/main.ts" }, outdir: DIST });
  const worker = await build({
    ...SETTINGS,
    entryPoints: { "map-worker": "maplibre-gl/dist/maplibre-gl-worker.mjs" },
    outdir: DIST,
  });
  const files = new Map();
  for (const { path, contents } of [...page.outputFiles, ...worker.outputFiles]) {
    files.set(path.slice(DIST.length + 1), Buffer.from(contents));
  }
  for (const name of COPIED) files.set(name, await readFile(join(WEB, "src", name)));
  const inputs = [page, worker].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  files.set("LICENSES.txt", Buffer.from(await licenses(WEB, inputs)));
  return files;
}

async function write(folder, files) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
}

async function differences(files) {
  const there = await readdir(DIST).catch(() => []);
  const names = [...new Set([...there, ...files.keys()])].sort();
  const differs = await Promise.all(
    names.map(async (name) => {
      const built = files.get(name);
      if (!built || !there.includes(name)) return true;
      return !built.equals(await readFile(join(DIST, name)));
    }),
  );
  return names.filter((_, index) => differs[index]);
}

const files = await outputs();
const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
if (bytes > DIST_BYTES_MAX) throw new Error(`dist is ${bytes} bytes, over ${DIST_BYTES_MAX}`);

if (process.argv.includes("--fresh")) {
  const stale = await differences(files);
  if (stale.length > 0) {
    const folder = await mkdtemp(join(tmpdir(), "cairn-web-"));
    await write(folder, files);
    console.error(`web/dist is stale: ${stale.join(", ")} (fresh build kept in ${folder}); run npm run build`);
    process.exit(1);
  }
  console.log(`web/dist is fresh: ${files.size} files, ${bytes} bytes`);
} else {
  await write(DIST, files);
  for (const [name, content] of [...files].sort()) console.log(`${String(content.length).padStart(9)}  ${name}`);
  console.log(`${String(bytes).padStart(9)}  in all, of ${DIST_BYTES_MAX}`);
}
