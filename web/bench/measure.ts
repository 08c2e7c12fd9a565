/** What the measurements of the workbench share: bytes of the wire, times, heaps, and the file that results go to. */

import { appendFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import type { CDPSession, Page, TestType } from "@playwright/test";

export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (part: number): number =>
    Math.round((sorted[Math.min(Math.floor(part * sorted.length), sorted.length - 1)] ?? Number.NaN) * 10) / 10;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** One line of JSON a result, for who started this; on the screen when nobody did. */
export function tell(name: string, result: object): void {
  const line = JSON.stringify({ name, ...result });
  if (process.env.BENCH_OUT !== undefined) appendFileSync(process.env.BENCH_OUT, `${line}\n`);
  else console.log(line);
}

export interface Fetched {
  readonly url: string;
  /** As sent: head and compressed body. */
  readonly bytes: number;
  readonly type: string;
  readonly encoding: string;
}

/** What a page fetches from now on, in bytes of the wire. */
export async function listenToWire(page: Page): Promise<{ taken(): Fetched[]; clear(): void }> {
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  const known = new Map<string, Fetched>();
  wire.on("Network.responseReceived", ({ requestId, response, type }) => {
    const encoding = response.headers["content-encoding"] ?? response.headers["Content-Encoding"] ?? "";
    known.set(requestId, { url: response.url, bytes: 0, type, encoding });
  });
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const found = known.get(requestId);
    if (found !== undefined) known.set(requestId, { ...found, bytes: encodedDataLength });
  });
  return { taken: () => [...known.values()], clear: () => known.clear() };
}

export interface Load {
  readonly bytes: number;
  readonly requests: number;
  readonly scripts: number;
  readonly styles: number;
}

export function loadOf(fetched: readonly Fetched[]): Load {
  const sum = (of: readonly Fetched[]): number => of.reduce((all, { bytes }) => all + bytes, 0);
  return {
    bytes: sum(fetched),
    requests: fetched.length,
    scripts: sum(fetched.filter(({ type }) => type === "Script")),
    styles: sum(fetched.filter(({ type }) => type === "Stylesheet")),
  };
}

export interface Heap {
  readonly items: number;
  /** Bytes of JavaScript objects that something still holds. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly documents: number;
  /** Bytes of it that are no machine code of the engine, as `dataOf` counts; not asked for every time. */
  readonly data?: number;
}

/** What a tab holds when all that nothing needs is thrown away. */
export async function heapOf(session: CDPSession, items: number): Promise<Heap> {
  for (let round = 0; round < 3; round += 1) await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string): number => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
  return {
    items,
    heap: of("JSHeapUsedSize"),
    nodes: of("Nodes"),
    listeners: of("JSEventListeners"),
    documents: of("Documents"),
  };
}

export async function heapSession(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.enable");
  return session;
}

/**
 * Bytes of what the page's own code keeps: objects, arrays, strings, closures. Without the engine's machine code, which grows
 * until everything was compiled, and without the browser's records of requests, which it keeps for who measures.
 */
export async function dataOf(session: CDPSession): Promise<number> {
  const parts: string[] = [];
  const hear = ({ chunk }: { readonly chunk: string }): void => void parts.push(chunk);
  session.on("HeapProfiler.addHeapSnapshotChunk", hear);
  await session.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  session.off("HeapProfiler.addHeapSnapshotChunk", hear);
  const { snapshot, nodes } = JSON.parse(parts.join("")) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [kind, size] = [fields.indexOf("type"), fields.indexOf("self_size")];
  let sum = 0;
  for (let at = 0; at < nodes.length; at += fields.length)
    if (!NO_DATA.has(types[0][nodes[at + kind]!]!)) sum += nodes[at + size]!;
  return sum;
}

interface Snapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] };
  };
  readonly nodes: readonly number[];
}

const NO_DATA = new Set(["code", "native", "synthetic", "hidden", "object shape"]);

/** Times between frames in milliseconds, and what the main thread had to do for them. */
export interface Frames extends Spread {
  /** Share of frames that came later than a screen of 60 Hz shows them, the clock's jitter aside. */
  readonly late: number;
  /** Milliseconds of work of the main thread a frame: scripts, layout, painting. */
  readonly work: number;
}

const FRAME_MS = 1000 / 60;
const LATE_MS = FRAME_MS * 1.05;

/** Frames while something is done to a page by real input: the same for every program that is measured. */
export async function framesOf(page: Page, act: () => Promise<void>): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const busy = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
  };
  await page.evaluate(() => {
    const gaps: number[] = [];
    let [last, going] = [0, true];
    const frame = (now: number): void => {
      if (last > 0) gaps.push(now - last);
      last = now;
      if (going) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    const stop = (): Promise<number[]> =>
      new Promise((resolve) => {
        // What was asked for last is drawn, too.
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            going = false;
            resolve(gaps);
          }),
        );
      });
    Object.assign(window, { benchStop: stop });
  });
  const before = await busy();
  await act();
  const gaps = await page.evaluate(() => (window as unknown as { benchStop(): Promise<number[]> }).benchStop());
  const work = (await busy()) - before;
  await session.detach();
  const late = gaps.filter((gap) => gap > LATE_MS).length / gaps.length;
  return { ...spread(gaps), late: Math.round(late * 1000) / 1000, work: Math.round((work / gaps.length) * 10) / 10 };
}

const MOST_MS = 15_000;

/** So many steps of a gesture, or as many as there is time for: a program that stands still is measured as well. */
export async function steps(count: number, step: (at: number) => Promise<void>): Promise<void> {
  const until = Date.now() + MOST_MS;
  for (let at = 0; at < count && Date.now() < until; at += 1) await step(at);
}

export type Point = readonly [number, number];

/** A drag from a place by some pixels, a step a frame. */
export async function drag(
  page: Page,
  [x, y]: Point,
  [by, down]: Point,
  how: { count?: number; button?: "left" | "middle" } = {},
): Promise<void> {
  const { count = 60, button = "left" } = how;
  await page.mouse.move(x, y);
  await page.mouse.down({ button });
  await steps(count, (at) => page.mouse.move(x + (by * (at + 1)) / count, y + (down * (at + 1)) / count));
  await page.mouse.up({ button });
}

/**
 * Milliseconds from the next event of a kind until the frame that shows another value of an expression is painted; null
 * when none is shown in time. Returns once it listens; what it returns waits.
 */
export async function untilShown(page: Page, event: string, expression: string): Promise<() => Promise<number | null>> {
  await page.evaluate(
    ([kind, code, most]) => {
      const read = new Function(`return ${code}`) as () => unknown;
      const before = read();
      const told = new Promise<number | null>((resolve) => {
        setTimeout(() => resolve(null), most);
        const hear = ({ timeStamp }: Event): void => {
          const look = (): void => {
            if (read() === before) return void requestAnimationFrame(look);
            const painted = new MessageChannel();
            painted.port1.onmessage = () => {
              painted.port1.close();
              resolve(performance.now() - timeStamp);
            };
            requestAnimationFrame(() => painted.port2.postMessage(null));
          };
          look();
        };
        addEventListener(kind, hear, { capture: true, once: true });
      });
      Object.assign(window, { benchShown: told });
    },
    [event, expression, MOST_MS] as const,
  );
  return () => page.evaluate(() => (window as unknown as { benchShown: Promise<number | null> }).benchShown);
}

/** The place of a word in view under an element, from left to right: the one so many words further on. */
export function wordInView(page: Page, root: string, at: number): Promise<{ from: Point; by: Point }> {
  return page.evaluate(
    ([selector, place]) => {
      const walker = document.createTreeWalker(document.querySelector(selector)!, NodeFilter.SHOW_TEXT);
      const found: DOMRect[] = [];
      for (let node = walker.nextNode(); node !== null && found.length <= place; node = walker.nextNode()) {
        for (const { index, 0: word } of (node as Text).data.matchAll(/harbour/g)) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          const box = range.getBoundingClientRect();
          if (box.top > 200 && box.bottom < innerHeight - 80 && box.height < 40) found.push(box);
        }
      }
      const { left, top, width, height } = found[place % found.length]!;
      return { from: [left + 3, top + height / 2] as Point, by: [width - 6, 0] as Point };
    },
    [root, at] as const,
  );
}

/** Say of every test that fails what failed, for the table: a part that cannot be measured spoils no other. */
export function tellFailures(test: TestType<object, object>): void {
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  test.afterEach(({}, info) => {
    if (info.status === info.expectedStatus || info.status === "skipped") return;
    const lines = stripVTControlCharacters(info.error?.message ?? info.status ?? "").split("\n");
    const said = lines
      .filter((line) => line.trim() !== "")
      .slice(0, 4)
      .join("; ");
    tell("failed", { title: info.title, why: said.slice(0, 160) });
  });
}
