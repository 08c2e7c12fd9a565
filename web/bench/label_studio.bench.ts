/**
 * Label Studio's own pages, driven the same way: real input in the same browser, over its own server.
 * `LABEL_STUDIO` is the address of one that `bench/peers/label_studio_serve.sh` serves; without it nothing is measured.
 */

import { type Browser, type Page, test } from "@playwright/test";
import { LABELS, longDocument } from "./documents";
import { longSound, serve } from "./long_sound";
import {
  dataOf,
  drag,
  framesOf,
  type Heap,
  heapOf,
  heapSession,
  listenToWire,
  loadOf,
  spread,
  steps,
  tell,
  tellFailures,
  untilShown,
  wordInView,
} from "./measure";
import { boxes, middleOf, picture } from "./pictures";

const BASE = process.env.LABEL_STUDIO ?? "";
const ITEMS = Number(process.env.BENCH_PEER_ITEMS ?? 100);
const ROUNDS = 5;
const PATIENCE_MS = 120_000;
const [WIDTH, HEIGHT] = [3000, 2000];

test.skip(BASE === "", "no Label Studio is served");
tellFailures(test);

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
  test.setTimeout(240_000);
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
  test.setTimeout(120_000 + ITEMS * 3000);
  const id = await project(TOPICS, texts(ITEMS + 10));
  const page = await signIn(browser);
  await page.goto(`/projects/${id}/data?labeling=1`);
  await firstItem(page);
  const session = await heapSession(page);
  const [times, heaps]: [number[], Heap[]] = [[], []];
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
      heaps.push({ ...(await heapOf(session, done + 1)), data: await dataOf(session) });
    }
  }
  tell("peer next", { paced: spread(times) });
  tell("peer heap", { heaps });
  await page.context().close();
});

const REGIONS = "(window.Htx?.annotationStore?.selected?.regions?.length ?? 0)";
const QUIET_MS = 500;

/**
 * Open a task with what is marked on it; seconds from the start of the navigation until all of it is on the screen and the
 * page has come to rest, or null when that takes too long.
 */
async function opened(page: Page, project_: number, ready: string): Promise<number | null> {
  const headers = { Authorization: "Token owner-token" };
  const { tasks } = (await (await fetch(`${BASE}/api/tasks?project=${project_}`, { headers })).json()) as {
    tasks: { id: number }[];
  };
  const began = Date.now();
  await page.goto(`/projects/${project_}/data?task=${tasks[0]!.id}`, { timeout: PATIENCE_MS });
  try {
    await page.waitForFunction(ready, undefined, { timeout: PATIENCE_MS - (Date.now() - began) });
    // What is marked is known; it is drawn when the main thread is free again.
    await page.evaluate(() => new Promise((go) => requestAnimationFrame(() => setTimeout(go))));
    return (Date.now() - began) / 1000;
  } catch {
    return null; // broad: it did not open in time, or the tab died of it
  } finally {
    if (process.env.SHOTS !== undefined)
      await page
        .screenshot({ path: `${process.env.SHOTS}/peer-${project_}.png`, timeout: 10_000 })
        .catch(() => undefined);
  }
}

const BOXES =
  '<View><Image name="image" value="$image"/><RectangleLabels name="label" toName="image">' +
  '<Label value="l0"/><Label value="l1"/></RectangleLabels></View>';

function measureBoxes(shapes: number): void {
  test(`image, ${shapes} boxes`, async ({ browser }) => {
    test.setTimeout(PATIENCE_MS + 150_000);
    const all = boxes(shapes, WIDTH, HEIGHT);
    const result = all.map((box, at) => ({
      id: `r${at}`,
      from_name: "label",
      to_name: "image",
      type: "rectanglelabels",
      original_width: WIDTH,
      original_height: HEIGHT,
      value: {
        x: (box.x * 100) / WIDTH,
        y: (box.y * 100) / HEIGHT,
        width: (box.width * 100) / WIDTH,
        height: (box.height * 100) / HEIGHT,
        rotation: 0,
        rectanglelabels: [`l${at % 2}`],
      },
    }));
    const image = `data:image/png;base64,${picture(WIDTH, HEIGHT).toString("base64")}`;
    const id = await project(BOXES, [{ data: { image }, annotations: [{ result }] }]);
    const page = await signIn(browser);
    const seconds = await opened(
      page,
      id,
      `${REGIONS} >= ${shapes} && document.querySelector(".konvajs-content canvas") !== null`,
    );
    if (seconds === null) {
      tell("peer image", { shapes, limit: PATIENCE_MS / 1000 });
      return page.context().close();
    }
    await page.waitForTimeout(QUIET_MS);
    const canvas = (await page.locator(".konvajs-content").first().boundingBox())!;
    const one = middleOf(all, WIDTH, HEIGHT);
    const from = [
      canvas.x + ((one.x + one.width / 2) / WIDTH) * canvas.width,
      canvas.y + ((one.y + one.height / 2) / HEIGHT) * canvas.height,
    ] as const;
    const told: { [gesture: string]: unknown } = { shapes, opened: seconds * 1000 };
    // Told after each: what stands still later spoils nothing.
    try {
      await page.mouse.click(...from);
      told.move = await framesOf(page, () => drag(page, from, [120, 60], { count: 90 }));
      await page.keyboard.press("Escape");
      told.hover = await framesOf(page, () =>
        steps(90, (at) => page.mouse.move(from[0] - 200 + at * 4, from[1] + Math.sin(at / 8) * 120)),
      );
      await page.mouse.move(...from);
      await page.keyboard.down("Control");
      told.zoom = await framesOf(page, () => steps(60, (at) => page.mouse.wheel(0, at < 30 ? -60 : 60)));
      await steps(12, () => page.mouse.wheel(0, -60));
      await page.keyboard.up("Control");
      await page.keyboard.press("h");
      told.pan = await framesOf(page, () => drag(page, from, [-160, -80], { count: 90 }));
    } finally {
      tell("peer image", told);
    }
    await page.context().close();
  });
}

measureBoxes(1000);

test("text", async ({ browser }) => {
  test.setTimeout(PATIENCE_MS + 180_000);
  const { text, spans } = longDocument(100_000, 2000);
  const labels = LABELS.map((name) => `<Label value="${name}"/>`).join("");
  const config = `<View><Labels name="label" toName="text">${labels}</Labels><Text name="text" value="$text"/></View>`;
  const result = spans.map(({ start, end, label }, at) => ({
    id: `s${at}`,
    from_name: "label",
    to_name: "text",
    type: "labels",
    value: { start, end, text: text.slice(start, end), labels: [label] },
  }));
  const id = await project(config, [{ data: { text }, annotations: [{ result }] }]);
  const page = await signIn(browser);
  const highlights = 'document.querySelectorAll(".htx-highlight").length';
  const seconds = await opened(page, id, `${REGIONS} >= ${spans.length} && ${highlights} >= ${spans.length}`);
  if (seconds === null) {
    tell("peer text", { limit: PATIENCE_MS / 1000 });
    return page.context().close();
  }
  await page.waitForTimeout(QUIET_MS);
  const told: { [gesture: string]: unknown } = { opened: seconds * 1000 };
  try {
    const box = (await page.locator(".lsf-main-content").first().boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    told.scroll = await framesOf(page, () => steps(120, () => page.mouse.wheel(0, 120)));
    told.fling = await framesOf(page, () => steps(60, (at) => page.mouse.wheel(0, at < 30 ? 1500 : -1500)));
    const taken: number[] = [];
    told.add = await framesOf(page, () =>
      steps(10, async (at) => {
        await page.keyboard.press("Escape");
        await page.keyboard.press("1");
        const shown = await untilShown(page, "mouseup", highlights);
        const { from, by } = await wordInView(page, ".lsf-main-content", at * 2);
        await drag(page, from, by, { count: 4 });
        const ms = await shown();
        if (ms !== null) taken.push(ms);
      }),
    );
    told.shown = spread(taken);
  } finally {
    tell("peer text", told);
  }
  await page.context().close();
});

/** Zoom, scroll and mark on the wave, as `frames.bench.ts` does on ours. */
async function audioGestures(page: Page, told: { [gesture: string]: unknown }): Promise<void> {
  const wave = (await page.locator(".lsf-main-view canvas, canvas").first().boundingBox())!;
  const [x, y] = [wave.x + wave.width / 2, wave.y + wave.height * 0.6];
  await page.mouse.move(x, y);
  await page.keyboard.down("Control");
  told.zoom = await framesOf(page, () => steps(120, (at) => page.mouse.wheel(0, at % 60 < 30 ? -25 : 25)));
  await steps(30, () => page.mouse.wheel(0, -50));
  await page.keyboard.up("Control");
  told.scroll = await framesOf(page, () => steps(120, () => page.mouse.wheel(40, 0)));
  const taken: number[] = [];
  told.add = await framesOf(page, () =>
    steps(10, async (at) => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("1");
      const shown = await untilShown(page, "mouseup", REGIONS);
      await drag(page, [wave.x + 30 + at * 60, y], [30, 0], { count: 8 });
      const ms = await shown();
      if (ms !== null) taken.push(ms);
    }),
  );
  told.shown = spread(taken);
}

test("audio", async ({ browser }) => {
  test.setTimeout(PATIENCE_MS * 2 + 60_000);
  const served = await serve(longSound(7200));
  try {
    for (const decoder of ["webaudio", "ffmpeg"]) {
      const config =
        '<View><Labels name="label" toName="audio"><Label value="speech"/><Label value="noise"/></Labels>' +
        `<Audio name="audio" value="$audio" decoder="${decoder}"/></View>`;
      const id = await project(config, [{ data: { audio: `${served.address}/long.wav` } }]);
      const page = await signIn(browser);
      served.bytes.clear();
      const failed = 'document.body.innerText.includes("Error while loading audio")';
      const wave = `[...document.querySelectorAll("canvas")].some((one) => one.height > 0 && !/chunks|%\\)/.test(document.body.innerText) && one.getContext("2d") && new Set(one.getContext("2d").getImageData(0, one.height / 2, one.width, 1).data).size > 2)`;
      const seconds = await opened(page, id, `${failed} || ${wave}`);
      const bytes = served.bytes.get("long.wav") ?? 0;
      const refused = seconds !== null && (await page.evaluate(failed).catch(() => true));
      if (seconds === null || refused === true) {
        tell("peer audio", { decoder, bytes, ...(refused ? { refused: true } : { limit: PATIENCE_MS / 1000 }) });
        await page.context().close();
        continue;
      }
      const told: { [gesture: string]: unknown } = { decoder, bytes, opened: seconds * 1000 };
      try {
        await audioGestures(page, told);
      } finally {
        tell("peer audio", told);
      }
      await page.context().close();
      return;
    }
  } finally {
    served.end();
  }
});

// The last: what does not open takes nothing from the others.
measureBoxes(10_000);
