import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { filtersOf, queryOf } from "@/shell/manage/explorer/filters";
import { nameOf } from "@/shell/manage/parts/dropped";
import { formOf, pasted } from "@/shell/manage/parts/pasted";
import { tarParts } from "@/shell/manage/parts/tar";
import { bandPath, linePath, scale, thinned, ticks, wilson } from "@/shell/parts/charts/scale";

describe("a folder as an archive", () => {
  test("the system's tar reads it: long names, Chinese names, empty files", async () => {
    const files: Record<string, string> = {
      "a.txt": "hello",
      "文件夹/图 1.txt": "你好".repeat(300),
      [`${"deep/".repeat(40)}x.txt`]: "x".repeat(512),
      "empty.txt": "",
    };
    const encoder = new TextEncoder();
    const entries = Object.entries(files).map(([path, text]) => {
      const part = encoder.encode(text);
      return { path, size: part.byteLength, part };
    });
    const folder = mkdtempSync(join(tmpdir(), "galley-tar-"));
    try {
      const bytes = Buffer.from(await new Blob(tarParts(entries)).arrayBuffer());
      expect(bytes.length % 512).toBe(0);
      writeFileSync(join(folder, "all.tar"), bytes);
      execFileSync("tar", ["-xf", "all.tar"], { cwd: folder, env: { ...process.env, LC_ALL: "C.UTF-8" } });
      for (const [path, text] of Object.entries(files)) expect(readFileSync(join(folder, path), "utf8")).toBe(text);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("what was pasted", () => {
  test.each([
    ["one text\nanother, with a comma", "lines"],
    ['{"text": "a"}\n{"text": "b"}', "jsonl"],
    ['[{"text": "a"}]', "json"],
    ['{\n "text": "a"\n}', "json"],
    ["text,source\nhello,web", "table"],
    ["a\tb\n1\t2", "table"],
    ["Well, yes\nNo", "lines"],
  ])("%j is %s", (text, form) => {
    expect(formOf(text)).toBe(form);
  });

  test("every line becomes a row that says the same", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[\p{L}"\\ ]+$/u).filter((line) => line.trim() !== "")), (lines) => {
        const told = pasted(lines.join("\n"), "text", "lines");
        expect(told.rows).toBe(lines.length);
        const rows = told.body === "" ? [] : told.body.split("\n").map((row) => JSON.parse(row) as { text: string });
        expect(rows.map(({ text }) => text)).toEqual(lines.map((line) => line.trim()));
      }),
    );
  });

  test("a table counts its rows without the header", () => {
    expect(pasted("text,n\na,1\nb,2\n", "text")).toMatchObject({ name: "pasted.csv", rows: 2 });
  });
});

describe("charts", () => {
  test("ticks are round, rise, and cover the values", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), (most) => {
        const marks = ticks(0, most);
        expect(marks[0]).toBe(0);
        expect(marks[marks.length - 1]! * (1 + 1e-9)).toBeGreaterThanOrEqual(most);
        expect(marks.length).toBeLessThanOrEqual(7);
        expect([...marks].sort((a, b) => a - b)).toEqual(marks);
        expect(new Set(marks).size).toBe(marks.length);
      }),
    );
  });

  test("a missing value breaks the line", () => {
    expect(linePath([{ x: 0, y: 0 }, { x: 1, y: 1 }, null, { x: 3, y: 1 }])).toBe("M0 0L1 1M3 1");
  });

  test("a band goes out and back", () => {
    const upper = [
      { x: 0, y: 1 },
      { x: 1, y: 1 },
    ];
    const lower = [
      { x: 0, y: 2 },
      { x: 1, y: 2 },
    ];
    expect(bandPath(upper, lower)).toBe("M0 1L1 1L1 2L0 2Z");
  });

  test("the interval holds the share, and narrows with more tries", () => {
    const few = wilson(8, 10)!;
    const many = wilson(800, 1000)!;
    expect(few[0]).toBeLessThan(0.8);
    expect(few[1]).toBeGreaterThan(0.8);
    expect(many[1] - many[0]).toBeLessThan(few[1] - few[0]);
    expect(wilson(0, 0)).toBeNull();
  });

  test("scales and thinning", () => {
    expect(scale([0, 10], [0, 100])(5)).toBe(50);
    expect(scale([3, 3], [0, 100])(3)).toBe(50);
    expect([0, 1, 2, 3, 4, 5].filter(thinned(6, 3))).toEqual([0, 2, 4]);
  });
});

test("an archive of files is called as what was chosen", () => {
  const named = (...paths: string[]): string => nameOf(paths.map((path) => ({ path })));
  expect(named("a.txt")).toBe("a.txt");
  expect(named("a.txt", "b.txt", "c.txt")).toBe("a.txt +2");
  expect(named("scans/a.png", "scans/more/b.png")).toBe("scans");
  expect(named("scans/a.png", "others/b.png")).toBe("a.png +1");
});

test("an address written by hand asks nothing that cannot be asked", () => {
  const asked = (search: string) => queryOf(filtersOf(new URLSearchParams(search)));
  expect(asked("since=notadate&until=2026-13-45&labeler=abc&status=wrong&node=%00&prefix=%00")).toEqual({});
  expect(asked("labeler=7&status=done&prefix=%25%27%00")).toEqual({ labeler: 7, status: "done", prefix: "%'" });
  expect(asked("since=2026-02-03")).toHaveProperty("since");
});
