// Writes NAME.br and NAME.gz beside every file of a built app that gains by it, and removes those of files that are gone.
// Used at the end of `npm run build`: node tools/compress.mjs dist
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TEXTS = new Set([".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".wasm", ".webmanifest"]);
const LEAST_BYTES = 512; // below it the headers weigh more than what is saved
const WORTH = 0.95;
const LARGE_BYTES = 4_000_000; // a tenth more of bytes for a tenth of the time

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}

function brotli(bytes, isText) {
  const mode = isText ? constants.BROTLI_MODE_TEXT : constants.BROTLI_MODE_GENERIC;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: bytes.length < LARGE_BYTES ? constants.BROTLI_MAX_QUALITY : 9,
    [constants.BROTLI_PARAM_MODE]: mode,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params });
}

const folder = process.argv[2];
if (!folder || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
  console.error("usage: node tools/compress.mjs FOLDER (of a built app)");
  process.exit(2);
}
let before = 0;
let after = 0;
for (const path of filesOf(folder)) {
  if (path.endsWith(".br") || path.endsWith(".gz")) rmSync(path);
}
for (const path of filesOf(folder)) {
  // index.html gets a nonce with each answer: it is not sent from a file.
  if (!TEXTS.has(extname(path)) || path === join(folder, "index.html")) continue;
  const bytes = readFileSync(path);
  if (bytes.length < LEAST_BYTES) continue;
  const isText = extname(path) !== ".wasm";
  // Two copies of WebAssembly would only make the package larger: every browser that runs it takes Brotli.
  const packed = { ".br": brotli(bytes, isText), ...(isText ? { ".gz": gzipSync(bytes, { level: 9 }) } : {}) };
  for (const [ending, made] of Object.entries(packed)) {
    if (made.length < bytes.length * WORTH) writeFileSync(path + ending, made);
  }
  before += bytes.length;
  after += Math.min(bytes.length, packed[".br"].length);
}
const kilobytes = (count) => `${(count / 1000).toFixed(1)} kB`;
console.log(`compressed ${kilobytes(before)} to ${kilobytes(after)} (brotli)`);
