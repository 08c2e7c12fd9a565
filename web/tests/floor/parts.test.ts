import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { Entity } from "@/core/entity";
import { Activity, type Report } from "@/floor/activity";
import { type DraftBody, DraftSync, readDraft } from "@/floor/drafts";
import { addressesOf } from "@/floor/prefetch";
import { assisted, startOf } from "@/floor/start";
import { leaseOf, SCHEMA } from "./fake_server";

const prelabel = (id: string, value: string): Entity => ({
  id,
  control: "kind",
  value: { value },
  from: { kind: "prelabel", name: "m@1", value: { value } },
});

describe("what became of prelabels", () => {
  test("counts kept, edited, rejected and added", () => {
    const start = [prelabel("a", "x"), prelabel("b", "x"), prelabel("c", "x")];
    const end: Entity[] = [start[0]!, { ...start[1]!, value: { value: "y" } }, { id: "n", control: "kind", value: {} }];
    expect(assisted(start, end)).toEqual({ shown: 3, kept: 1, edited: 1, rejected: 1, added: 1 });
  });

  test("a mask counts once, and is edited when one of its tiles is", () => {
    const tile = (x: number, counts: string): Entity => ({
      ...prelabel(`a/${x},0`, ""),
      of: "a",
      value: { x, counts },
    });
    const start = [prelabel("a", "x"), tile(0, "0"), tile(1, "1")];
    const told = (end: Entity[]): object => assisted(start, end);
    expect(told([start[2]!, start[0]!, start[1]!])).toEqual({ shown: 1, kept: 1, edited: 0, rejected: 0, added: 0 });
    expect(told([start[0]!, start[1]!, tile(1, "2")])).toEqual({ shown: 1, kept: 0, edited: 1, rejected: 0, added: 0 });
    expect(told([start[0]!, start[1]!])).toMatchObject({ kept: 0, edited: 1 });
    expect(told([])).toMatchObject({ rejected: 1 });
  });

  test("adds up for any end, whatever was done in between", () => {
    const ids = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 5 });
    fc.assert(
      fc.property(ids, ids, fc.boolean(), (offered, left, change) => {
        const start = offered.map((id) => prelabel(id, "x"));
        const end = left.map((id) => ({ ...prelabel(id, change ? "y" : "x") }));
        const told = assisted(start, end);
        expect(told.shown).toBe(told.kept + told.edited + told.rejected);
        expect(told.kept + told.edited + told.added).toBe(end.length);
      }),
    );
  });

  test("an answer that came back is where work starts, and no help", () => {
    const lease = { ...leaseOf(1), before: { slot: 1, revision: 1, body: { kind: "b" } } };
    const start = startOf(lease, SCHEMA, [], () => "id");
    expect(start).toEqual([{ id: "=kind", control: "kind", value: { value: "b" } }]);
    expect(assisted(start, start).shown).toBe(0);
  });
});

type Interval = readonly [number, number];

/** Rule `active_time@1` for one item, after `docs/reference/active-time.md`. */
function counted(report: Report, heldMs: number): number {
  const from = Math.max(report.duration_ms - heldMs, 0);
  const signs: Interval[] = [
    [0, 0],
    ...["input", "pointer", "scroll", "media"].flatMap((kind) => [...(report[kind as "input"] ?? [])]),
  ];
  const worked = new Set<number>();
  for (const [begin, end] of signs) {
    for (let at = begin; at < Math.min(end + 30_000, report.duration_ms); at += 100) worked.add(Math.floor(at / 100));
  }
  for (const [begin, end] of report.hidden ?? []) {
    for (let at = begin; at < end; at += 100) worked.delete(Math.floor(at / 100));
  }
  return [...worked].filter((at) => at * 100 >= from).length / 10;
}

/** Acts out a report with a clock: signs at every half second of their intervals. */
function acted(report: Report): Report {
  let now = 0;
  const activity = new Activity(() => now);
  const steps: { at: number; run: () => void }[] = [];
  for (const sign of ["input", "pointer", "scroll", "media"] as const) {
    for (const [from, to] of report[sign] ?? []) {
      for (let at = from; at < to; at += 500) steps.push({ at, run: () => activity.sign(sign) });
      steps.push({ at: to, run: () => activity.sign(sign) });
    }
  }
  for (const [from, to] of report.hidden ?? []) {
    steps.push({ at: from, run: () => activity.away("hidden", true) });
    steps.push({ at: to, run: () => activity.away("hidden", false) });
  }
  for (const { at, run } of steps.sort((left, right) => left.at - right.at)) {
    now = at;
    run();
  }
  now = report.duration_ms;
  return activity.report();
}

describe("activity", () => {
  const text = readFileSync(resolve(import.meta.dirname, "../../../docs/reference/active-time.md"), "utf8");
  const examples = [...text.matchAll(/```json\n(\{[\s\S]*?\})\n```/g)].map(([, json]) => JSON.parse(json!));

  test("what somebody does comes out as the published examples say, and counts as much", () => {
    const alone = examples.filter((one) => one.activity !== undefined && one.counted_before_ms_ago === undefined);
    expect(alone.length).toBeGreaterThanOrEqual(4);
    for (const example of alone) {
      const report = acted(example.activity);
      for (const kind of ["input", "pointer", "scroll", "media", "hidden"] as const)
        expect(report[kind] ?? []).toEqual(example.activity[kind] ?? []);
      if (example.activity.waited_ms === undefined)
        expect(counted(report, example.held_seconds * 1000)).toBeCloseTo(example.counted_seconds, 0);
    }
  });

  test("intervals are in order, apart by a second or more, and within the time for any doings", () => {
    const step = fc.tuple(
      fc.nat(5000),
      fc.constantFrom("input", "pointer", "scroll", "media", "hide", "show", "blur", "focus" as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = 0;
        const activity = new Activity(() => now);
        for (const [wait, what] of steps) {
          now += wait;
          if (what === "hide" || what === "show") activity.away("hidden", what === "hide");
          else if (what === "blur" || what === "focus") activity.away("blurred", what === "blur");
          else activity.sign(what as "input");
        }
        const report = activity.report();
        expect(report.duration_ms).toBe(now);
        for (const kind of ["input", "pointer", "scroll", "media", "hidden", "blurred"] as const) {
          let last = Number.NEGATIVE_INFINITY;
          for (const [from, to] of report[kind] ?? []) {
            expect(from).toBeLessThanOrEqual(to);
            expect(from - last).toBeGreaterThanOrEqual(1000);
            expect(to).toBeLessThanOrEqual(report.duration_ms);
            last = to;
          }
        }
      }),
    );
  });
});

describe("drafts", () => {
  const body: DraftBody = { v: 1, attempt: 2, entities: [] };

  test("are of this attempt and this version, or none", () => {
    expect(readDraft(body as never, 2)).toBe(body);
    expect(readDraft(body as never, 1)).toBeNull();
    expect(readDraft({ ...body, v: 2 } as never, 2)).toBeNull();
    expect(readDraft(undefined, 2)).toBeNull();
  });

  test("are sent once for many changes, and again when another device was newer", async () => {
    vi.useFakeTimers();
    try {
      const sent: number[] = [];
      const sync = new DraftSync({
        now: () => 100,
        state: () => body,
        put: async (seq) => {
          sent.push(seq);
          return seq < 500 ? { outcome: "known", expected: 500 } : { outcome: "stored", expected: seq + 1 };
        },
      });
      for (let change = 0; change < 20; change += 1) sync.changed();
      await vi.advanceTimersByTimeAsync(4000);
      expect(sent).toEqual([100, 500]);
      sync.changed();
      await vi.advanceTimersByTimeAsync(4000);
      expect(sent).toEqual([100, 500, 501]);
      sync.changed();
      sync.end();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(sent.length).toBe(3);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("what is fetched ahead", () => {
  test("whole small pictures, the overview of large ones, peaks and no sounds", () => {
    const image = { state: "ready", kind: "image", width: 100, height: 100 } as const;
    const tiles = { tile_size: 256, levels: [], template: "/t/{level}/{x}_{y}.webp" };
    const media = new Map([
      ["a", { url: "/a", facts: image }],
      ["b", { url: "/b", facts: { ...image, width: 9000, height: 6000, thumbnail: "/b-small", tiles } }],
      ["c", { url: "/c", facts: { state: "ready", kind: "audio", peaks: "/c-peaks" } as const }],
      ["d", { url: "/d" }],
    ]);
    expect(addressesOf(media)).toEqual([
      { is: "image", url: "/a" },
      { is: "other", url: "/t/0/0_0.webp" },
      { is: "other", url: "/c-peaks" },
    ]);
  });
});
