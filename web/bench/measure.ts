/** What the measurements of the workbench share: bytes of the wire, times, heaps, and the file that results go to. */

import { appendFileSync } from "node:fs";
import type { CDPSession, Page } from "@playwright/test";

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
 * Times between frames while a pointer drags from a place to another, as a person would: real input, a step a frame.
 * The same for every program that is measured.
 */
export async function dragFrames(page: Page, from: readonly [number, number], steps = 60): Promise<Spread> {
  await page.evaluate(() => {
    const gaps: number[] = [];
    let [last, going] = [0, true];
    const frame = (now: number): void => {
      if (last > 0) gaps.push(now - last);
      last = now;
      if (going) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(window, {
      benchStop: (): number[] => {
        going = false;
        return gaps;
      },
    });
  });
  const [x, y] = from;
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 1; step <= steps; step += 1) await page.mouse.move(x + 2 * step, y + step);
  await page.waitForTimeout(100);
  const gaps = await page.evaluate(() => (window as unknown as { benchStop(): number[] }).benchStop());
  await page.mouse.up();
  return spread(gaps);
}
