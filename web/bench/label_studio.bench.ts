/**
 * Label Studio's own pages, driven the same way: real input in the same browser, over its own server.
 * `LABEL_STUDIO` is the address of one that `bench/peers/label_studio_serve.sh` serves; without it nothing is measured.
 */

import { deflateSync } from "node:zlib";
import { type Browser, type Page, test } from "@playwright/test";
import { dragFrames, type Heap, heapOf, heapSession, listenToWire, loadOf, spread, tell } from "./measure";
import { longDocument } from "./text_frames.mjs";

const BASE = process.env.LABEL_STUDIO ?? "";
const ITEMS = Number(process.env.BENCH_PEER_ITEMS ?? 100);
const ROUNDS = 5;
const PATIENCE_MS = 120_000;
const [WIDTH, HEIGHT] = [3000, 2000];

test.skip(BASE === "", "no Label Studio is served");

async function api<T>(path: string, body: unknown): Promise<T> {
  const headers = { Authorization: "Token owner-token", "Content-Type": "application/json" };
  const answer = await fetch(`${BASE}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${answer.status} ${path}: ${(await answer.text()).slice(0, 500)}`);
  return (await answer.json()) as T;
}

async function project(config: string, tasks: readonly object[]): Promise<number> {
  const made = { title: "bench", label_config: config, maximum_annotations: 1 };
  const { id } = await api<{ id: number }>("/api/projects/", made);
  await api(`/api/projects/${id}/import`, tasks);
  return id;
}

async function signIn(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: BASE });
  const page = await context.newPage();
  await page.goto("/user/login/");
  await page.locator("input[name=email]").fill("owner@example.org");
  await page.locator("input[name=password]").fill("owner-password");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.includes("login"));
  return page;
}

/** The same kind of page, signed in, with an empty cache. */
async function fresh(browser: Browser, from: Page): Promise<Page> {
  const storageState = await from.context().storageState();
  return (await browser.newContext({ baseURL: BASE, storageState })).newPage();
}

const TEXT = ".lsf-main-view .lsf-richtext__line";

/** Milliseconds from the start of the navigation until the text of a task is on the screen. */
async function firstItem(page: Page): Promise<number> {
  await page.waitForFunction((text) => document.querySelector(text)?.textContent?.includes("news item"), TEXT);
  return page.evaluate(() => new Promise<number>((go) => requestAnimationFrame(() => go(performance.now()))));
}

const TOPICS =
  '<View><Text name="text" value="$text"/><Choices name="topic" toName="text">' +
  '<Choice value="World"/><Choice value="Sports"/><Choice value="Business"/><Choice value="Tech"/></Choices></View>';

const texts = (count: number): object[] =>
  Array.from({ length: count }, (_, at) => ({
    data: { text: `news item ${at}${" lorem ipsum dolor sit amet".repeat(6)}` },
  }));

test("first load and first item", async ({ browser }) => {
  const id = await project(TOPICS, texts(20));
  const context = await browser.newContext({ baseURL: BASE });
  const bare = await context.newPage();
  const bareWire = await listenToWire(bare);
  await bare.goto("/user/login/");
  await bare.waitForLoadState("networkidle");
  const login = loadOf(bareWire.taken());
  await context.close();
  const page = await signIn(browser);
  const home = await fresh(browser, page);
  const homeWire = await listenToWire(home);
  await home.goto("/");
  await home.waitForTimeout(5000);
  const start = loadOf(homeWire.taken());
  await home.context().close();
  const [cold, warm, bytes]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    const one = await fresh(browser, page);
    const wire = await listenToWire(one);
    await one.goto(`/projects/${id}/data?labeling=1`);
    cold.push(await firstItem(one));
    await one.waitForTimeout(3000);
    bytes.push(loadOf(wire.taken()).bytes);
    await one.reload();
    warm.push(await firstItem(one));
    await one.context().close();
  }
  tell("peer first load", { login, start, labelling: Math.max(...bytes) });
  tell("peer first item", { cold: spread(cold), warm: spread(warm) });
  await page.context().close();
});

test("one item after another", async ({ browser }) => {
  const id = await project(TOPICS, texts(ITEMS + 10));
  const page = await signIn(browser);
  await page.goto(`/projects/${id}/data?labeling=1`);
  await firstItem(page);
  const session = await heapSession(page);
  const [times, heaps]: [number[], Heap[]] = [[], []];
  heaps.push(await heapOf(session, 0));
  for (let done = 0; done < ITEMS; done += 1) {
    await page.waitForTimeout(350);
    await page.keyboard.press("1");
    await page.locator('[aria-label="Submit current annotation"]:not([disabled])').waitFor();
    // The click's own time is the start, the frame that holds another text the end: both told by the page.
    await page.evaluate((text) => {
      const before = document.querySelector(text)?.textContent;
      const told = new Promise<number>((resolve) => {
        addEventListener(
          "click",
          ({ timeStamp }) => {
            const look = (): void => {
              const now = document.querySelector(text)?.textContent;
              if (now !== undefined && now !== before) resolve(performance.now() - timeStamp);
              else requestAnimationFrame(look);
            };
            look();
          },
          { capture: true, once: true },
        );
      });
      Object.assign(window, { benchNext: told });
    }, TEXT);
    await page.locator('[aria-label="Submit current annotation"]').click();
    times.push(await page.evaluate(() => (window as unknown as { benchNext: Promise<number> }).benchNext));
    if (done + 1 === Math.floor(ITEMS / 2) || done + 1 === ITEMS) {
      await page.waitForTimeout(2000);
      heaps.push(await heapOf(session, done + 1));
    }
  }
  tell("peer next", { paced: spread(times) });
  tell("peer heap", { heaps });
  await page.context().close();
});

/** A PNG of one colour: both programs get the same large picture, and none has to fetch it from elsewhere. */
export function plainPicture(width: number, height: number): string {
  const crc = (bytes: Buffer): number => {
    let sum = ~0;
    for (const byte of bytes) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
    }
    return ~sum >>> 0;
  };
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [head, tail] = [Buffer.alloc(4), Buffer.alloc(4)];
    head.writeUInt32BE(data.length);
    tail.writeUInt32BE(crc(body));
    return Buffer.concat([head, body, tail]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((width + 1) * height, 0x80).map((byte, at) => (at % (width + 1) ? byte : 0)));
  const parts = [chunk("IHDR", size), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))];
  return `data:image/png;base64,${Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...parts]).toString("base64")}`;
}

const BOXES =
  '<View><Image name="image" value="$image"/><RectangleLabels name="label" toName="image">' +
  '<Label value="l0"/><Label value="l1"/></RectangleLabels></View>';

function boxes(count: number): object[] {
  const across = Math.ceil(Math.sqrt(count * 1.5));
  return Array.from({ length: count }, (_, at) => ({
    id: `r${at}`,
    from_name: "label",
    to_name: "image",
    type: "rectanglelabels",
    original_width: WIDTH,
    original_height: HEIGHT,
    value: {
      x: ((at % across) * 100) / across,
      y: (Math.floor(at / across) * 150) / across,
      width: 60 / across,
      height: 80 / across,
      rotation: 0,
      rectanglelabels: [`l${at % 2}`],
    },
  }));
}

for (const count of [1000, 10_000]) {
  test(`${count} boxes`, async ({ browser }) => {
    const image = plainPicture(WIDTH, HEIGHT);
    const annotations = [{ result: boxes(count) }];
    const id = await project(BOXES, [{ data: { image }, annotations }]);
    const page = await signIn(browser);
    const began = Date.now();
    await page.goto(`/projects/${id}/data`);
    await page.locator(".dm-table__virual .dm-table-row, [class*=table-row]").first().click({ timeout: 30_000 });
    const opened = await page
      .waitForFunction(
        (wanted) => document.querySelectorAll("[class*=outliner-item], [class*=outliner] [class*=tree-node]").length >= Math.min(wanted, 5) && document.querySelector(".konvajs-content canvas") !== null,
        count,
        { timeout: PATIENCE_MS },
      )
      .then(() => true)
      .catch(() => false);
    const seconds = (Date.now() - began) / 1000;
    if (!opened) {
      tell("peer boxes", { count, opened, seconds });
      return page.context().close();
    }
    if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/peer-boxes-${count}.png` });
    const canvas = (await page.locator(".konvajs-content").first().boundingBox())!;
    await page.mouse.click(canvas.x + canvas.width * 0.5, canvas.y + canvas.height * 0.5);
    const frames = await dragFrames(page, [canvas.x + canvas.width * 0.5, canvas.y + canvas.height * 0.5]);
    tell("peer boxes", { count, opened, seconds, frames });
    await page.context().close();
  });
}

test("a long text", async ({ browser }) => {
  const { text, spans } = longDocument(100_000, 2000);
  const config =
    '<View><Labels name="label" toName="text"><Label value="PER"/><Label value="LOC"/><Label value="ORG"/>' +
    '<Label value="DATE"/><Label value="EVENT"/></Labels><Text name="text" value="$text"/></View>';
  const result = spans.map(({ start, end, label }, at) => ({
    id: `s${at}`,
    from_name: "label",
    to_name: "text",
    type: "labels",
    value: { start, end, text: text.slice(start, end), labels: [label] },
  }));
  const id = await project(config, [{ data: { text }, annotations: [{ result }] }]);
  const page = await signIn(browser);
  await page.goto(`/projects/${id}/data`);
  const began = Date.now();
  await page.locator("[class*=table-row]").first().click({ timeout: 30_000 });
  const opened = await page
    .waitForFunction(() => document.querySelectorAll(".lsf-main-view .htx-highlight").length >= 100, undefined, {
      timeout: PATIENCE_MS,
    })
    .then(() => true)
    .catch(() => false);
  const seconds = (Date.now() - began) / 1000;
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  tell("peer text", { opened, seconds, elements });
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/peer-text.png` });
  await page.context().close();
});
