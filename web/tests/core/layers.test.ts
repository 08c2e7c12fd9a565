import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const SRC = join(import.meta.dirname, "../../src");
/** What a folder may import besides itself; the shell may import everything. */
const MAY: { readonly [folder: string]: readonly string[] } = {
  core: [],
  kit: ["core"],
  labels: ["core"],
  api: ["core"],
  verify: ["core"],
  outbox: ["core", "api"],
  editors: ["core", "kit", "labels", "host"],
  host: ["core", "kit", "labels", "editors"],
  floor: ["core", "labels", "api", "host", "outbox", "kit"],
};

/** Of the host, editors know its API and what it lends them; none of that knows an editor. */
test("imports run downwards, and editors do not know one another", () => {
  const wrong: string[] = [];
  for (const name of readdirSync(SRC, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(name)) continue;
    const [folder = "", editor = ""] = name.split("/");
    const text = readFileSync(join(SRC, name), "utf8");
    for (const [, path = ""] of text.matchAll(/(?:from|import)\s*\(?\s*"((?:@\/|\.)[^"]+)"/g)) {
      const target = path.startsWith("@/") ? path.slice(2) : relative(SRC, join(SRC, dirname(name), path));
      const [there = "", other = ""] = target.split("/");
      const allowed = folder === "shell" || there === folder || (MAY[folder] ?? []).includes(there);
      const sibling = folder === "editors" && there === "editors" && other !== editor;
      const hostOnly =
        folder === "editors" && there === "host" && !/^host\/(editor|keyboard|media_watch|palette)$/.test(target);
      if (!allowed || sibling || hostOnly) wrong.push(`${name} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});
