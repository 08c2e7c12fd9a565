/** A real release, made by a real line: it verifies; with any byte of any file changed it does not, and the file is named. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { verifyLine } from "@/verify/audit";
import { textOf, unbase64, utf8 } from "@/verify/bytes";
import { parseKeys } from "@/verify/notes";
import { verifyRelease } from "@/verify/release";
import { checked, type Files, sourceOf } from "./folder";

const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));
const RELEASE: Files = new Map(
  Object.entries(read("release.json") as Record<string, string>).map(([path, data]) => [path, unbase64(data)!]),
);
const PATHS = [...RELEASE.keys()];

function changed(path: string, edit: (data: Uint8Array) => Uint8Array | null): Files {
  const files = new Map(RELEASE);
  const data = edit(RELEASE.get(path)!.slice());
  if (data === null) files.delete(path);
  else files.set(path, data);
  return files;
}

describe("a release", () => {
  test("verifies in eleven checks; the twelfth says why it is not done", async () => {
    const found = await checked(RELEASE);
    expect(found.map(({ number, outcome }) => [number, outcome])).toEqual([
      ...Array.from({ length: 11 }, (_, at) => [at + 1, "passed"]),
      [12, "skipped"],
    ]);
    for (const { detail } of found) expect([detail.en, detail.zh].every((said) => !/[{}]/.test(said))).toBe(true);
  });

  test("fails with any byte flipped anywhere, and names the file", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PATHS),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (path, place, mask) => {
          const files = changed(path, (data) => {
            data[place % data.length]! ^= mask;
            return data;
          });
          const failed = (await checked(files)).filter(({ outcome }) => outcome === "failed");
          expect(failed.map(({ file }) => file)).toContain(path);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(PATHS)("fails without %s, with it longer, and with it emptied", async (path) => {
    for (const edit of [() => null, (data: Uint8Array) => new Uint8Array([...data, 10]), () => new Uint8Array()]) {
      const failed = (await checked(changed(path, edit))).filter(({ outcome }) => outcome === "failed");
      expect(failed.map(({ file }) => file)).toContain(path);
    }
  });

  test("fails with a file more", async () => {
    const files = new Map([...RELEASE, ["evidence/more.json", utf8("{}")]]);
    const failed = (await checked(files)).filter(({ outcome }) => outcome === "failed");
    expect(failed.map(({ name, file }) => [name, file])).toEqual([["presence", "evidence/more.json"]]);
  });

  test("is believed by its own keys when they are pinned, and by no others", async () => {
    const own = ["trust/signers.vkeys", "trust/log.vkeys"].map((path) => textOf(RELEASE.get(path)!)!).join("");
    expect((await checked(RELEASE, { trusted: parseKeys(own) })).every(({ outcome }) => outcome !== "failed")).toBe(
      true,
    );
    const strangers = parseKeys((read("vectors.json").audit.keys as string[]).join("\n"));
    const failed = (await checked(RELEASE, { trusted: strangers })).filter(({ outcome }) => outcome === "failed");
    expect(new Set(failed.map(({ name }) => name))).toEqual(new Set(["signatures", "log"]));
  });

  test("is not another one than was expected", async () => {
    const [first] = await checked(RELEASE, { root: "0".repeat(64) });
    expect(first).toMatchObject({ name: "layout", outcome: "failed" });
  });

  test("whose data is withheld is checked as far as it can be, and called passed nowhere else", async () => {
    const whole = sourceOf(RELEASE);
    const source = {
      paths: null,
      open: async (path: string) => (path.startsWith("data/") ? ("withheld" as const) : whole.open(path)),
    };
    const outcomes: Record<string, string> = {};
    for await (const { name, outcome } of verifyRelease(source)) outcomes[name] = outcome;
    expect(outcomes).toMatchObject({ presence: "skipped", files: "skipped", root: "skipped", signatures: "passed" });
    expect(Object.values(outcomes)).not.toContain("failed");
  });
});

describe("a line of the audit", () => {
  const { proof, shown, keys } = read("vectors.json").audit;
  const known = parseKeys(keys.join("\n"));

  test("is proved down to the log", async () => {
    const found = await verifyLine(proof, shown, known);
    expect(found.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["line", "passed"],
      ["root", "passed"],
      ["statement", "passed"],
      ["log", "passed"],
    ]);
  });

  test.each([
    ["line", proof, { ...shown, facts: { roles: ["owner"] } }],
    ["line", proof, { ...shown, at: "2026-05-04T03:02:05Z" }],
    ["root", { ...proof, entry: proof.entry.replace("梅", "李") }, shown],
    ["root", { ...proof, index: 3 }, shown],
    ["statement", { ...proof, rows: 8 }, shown],
    ["statement", { ...proof, statement: proof.statement.replace("YX", "YY") }, shown],
    ["log", { ...proof, proof: proof.proof.replace("index 1", "index 0") }, shown],
  ])("fails %s when it is not so", async (name, told, seen) => {
    const failed = (await verifyLine(told, seen, known)).filter(({ outcome }) => outcome === "failed");
    expect(failed.map((check) => check.name)).toContain(name);
  });

  test("without keys nothing is said of signature and log", async () => {
    const found = await verifyLine(proof, shown, []);
    expect(found.map(({ outcome }) => outcome)).toEqual(["passed", "passed", "skipped", "skipped"]);
  });
});
