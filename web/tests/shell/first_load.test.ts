/** What the built app sends before an editor is opened; skipped where it was not built (`npm run build`). */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const DIST = process.env.GALLEY_SITE ?? join(import.meta.dirname, "../../dist");
const BUDGET_BYTES = 350_000;
const built = existsSync(join(DIST, "index.html")) && existsSync(join(DIST, "assets"));

/** What a file needs at once: its static imports; what it imports when asked to is not needed at once. */
function needs(name: string, known: Set<string>): void {
  if (known.has(name)) return;
  known.add(name);
  if (!name.endsWith(".js")) return;
  const source = readFileSync(join(DIST, "assets", name), "utf8");
  for (const [, file] of source.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+)["']/g)) needs(file!, known);
}

/** Files of the first load and of the page that is asked for (`home-page`, `sign-in`, …) with their own imports and styles. */
function firstLoad(page: string): Set<string> {
  const known = new Set<string>();
  const index = readFileSync(join(DIST, "index.html"), "utf8");
  for (const [, file] of index.matchAll(/(?:src|href)="\/?assets\/([\w.-]+)"/g)) needs(file!, known);
  for (const file of readdirSync(join(DIST, "assets")))
    if (new RegExp(`^${page}-[\\w-]+\\.(js|css)$`).test(file)) needs(file, known);
  return known;
}

/** As sent to a browser that takes the worse of the two packings; brotli is smaller still. */
function bytes(files: Iterable<string>): number {
  let sum = gzipSync(readFileSync(join(DIST, "index.html"))).length;
  for (const file of files) sum += gzipSync(readFileSync(join(DIST, "assets", file)), { level: 6 }).length;
  return sum;
}

describe.skipIf(!built)("the first load (needs web/dist: npm run build)", () => {
  it.each(["sign-in", "home-page"])(
    "of %s is within the budget",
    (page) => {
      const files = firstLoad(page);
      expect([...files].some((file) => file.startsWith(`${page}-`))).toBe(true);
      expect(files.size).toBeGreaterThan(5);
      expect(bytes(files)).toBeLessThanOrEqual(BUDGET_BYTES);
    },
    30_000,
  );

  it("holds no editor and no workbench", () => {
    const files = [...firstLoad("home-page"), ...firstLoad("sign-in")];
    expect(files.filter((file) => /^(editor|work-page|review-page|verify|embed|galley-editor)\b/.test(file))).toEqual(
      [],
    );
    const source = files.map((file) => readFileSync(join(DIST, "assets", file), "utf8")).join("\n");
    // Class names that the editors alone use.
    for (const word of ["gt-block", "gi-message", "ga-board", "gd-turn"]) expect(source).not.toContain(word);
  });

  it("goes with the licences of what is bundled in it", () => {
    const told = readFileSync(join(DIST, "third-party.txt"), "utf8");
    const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
    expect(Object.keys(dependencies).filter((name) => !told.includes(`## ${name} - `))).toEqual([]);
  });
});
