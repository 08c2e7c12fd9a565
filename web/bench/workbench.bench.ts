/** The workbench on a real server: bytes of its first load, the first item, one item after another, a day in one tab. */

import type { Browser, Page } from "@playwright/test";
import { expect, type Floor, PASSWORD, test } from "../tests/browser/journeys/floor";
import { dataOf, type Heap, heapOf, heapSession, listenToWire, loadOf, spread, tell, tellFailures } from "./measure";

const ITEMS = Number(process.env.BENCH_ITEMS ?? 2000);
/** How many at each pace: as long as the quickest person takes, as quick as two keys are pressed, and without a pause. */
const PACED = Math.min(300, Math.floor(ITEMS / 3));
const BRISK = Math.min(300, Math.floor(ITEMS / 3));
const ROUNDS = ITEMS < 100 ? 3 : 7;
const PACED_MS = 350;
const BRISK_MS = 100;
/** Parts of the way at which it is asked what the tab holds. */
const STOPS = [0.05, 0.25, 0.5, 0.75, 1];
const REQUESTS_AN_ITEM = 2;
/** Besides those: what is asked for once, or by the clock. */
const REQUESTS_BESIDES = 20;

tellFailures(test);

/** One question about a text, as Label Studio is asked beside. */
const SCHEMA = `title: {en: Topics, zh: 主题}
controls:
  - {name: topic, type: classify, title: {en: Topic, zh: 主题}, field: text, choices: [World, Sports, Business, Tech]}
`;

const texts = (count: number): object[] =>
  Array.from({ length: count }, (_, at) => ({ text: `news item ${at}${" lorem ipsum dolor sit amet".repeat(6)}` }));

test("first load", async ({ floor, browser }) => {
  test.setTimeout(60_000);
  const context = await browser.newContext({ baseURL: floor.address });
  const page = await context.newPage();
  const wire = await listenToWire(page);
  await page.goto("/sign-in");
  await page.waitForLoadState("networkidle");
  const signIn = loadOf(wire.taken());
  await page.locator('input[autocomplete="username"]').fill("anna");
  await page.locator('input[type="password"]').fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page
    .getByRole("heading", { level: 1 })
    .or(page.getByRole("heading", { level: 2 }))
    .first()
    .waitFor();
  await page.waitForTimeout(2000);
  const work = loadOf(wire.taken());
  const encodings = [...new Set(wire.taken().map(({ encoding }) => encoding))];
  tell("first load", { signIn, work, encodings });
  await context.close();
});

/** A page in a browser of its own with nothing in its cache, signed in. */
async function anna(browser: Browser, floor: Floor): Promise<Page> {
  const storageState = await (await floor.api("anna")).storageState();
  const context = await browser.newContext({ baseURL: floor.address, storageState, locale: "en-US" });
  return context.newPage();
}

async function firstItem(page: Page): Promise<number> {
  await page.waitForFunction(() => performance.getEntriesByName("galley:shown").length > 0);
  return page.evaluate(() => performance.getEntriesByName("galley:shown")[0]!.startTime);
}

test("first item", async ({ floor, browser }) => {
  test.setTimeout(180_000);
  const project = await floor.project({ schema: SCHEMA, items: texts(40) });
  const [cold, warm]: [number[], number[]] = [[], []];
  const bytes: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const page = await anna(browser, floor);
    const wire = await listenToWire(page);
    await page.goto(`/o/${floor.org}/p/${project}/work`);
    cold.push(await firstItem(page));
    await page.waitForLoadState("networkidle");
    bytes.push(loadOf(wire.taken()).bytes);
    await page.reload();
    warm.push(await firstItem(page));
    await page.context().close();
  }
  tell("first item", { cold: spread(cold), warm: spread(warm), bytes: Math.max(...bytes) });
});

/** Answer the item in front and hand it in; the time until the next one was on the screen. */
async function answer(page: Page, done: number): Promise<number> {
  await page.keyboard.press("1");
  await page.keyboard.press("Control+Enter");
  return page.evaluate(
    (before) =>
      new Promise<number>((resolve) => {
        const { galleyTimes: times } = window as unknown as { galleyTimes: number[] };
        const look = (): void => (times.length > before ? resolve(times[before]!) : void setTimeout(look, 2));
        look();
      }),
    done,
  );
}

test("one item after another", async ({ floor, browser }) => {
  test.setTimeout(180_000 + ITEMS * 300);
  const project = await floor.project({ schema: SCHEMA, items: texts(ITEMS + 10) });
  const page = await anna(browser, floor);
  await page.addInitScript(() => {
    const times: number[] = [];
    Object.assign(window, { galleyTimes: times });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntriesByName("galley:next")) times.push(entry.duration);
    }).observe({ type: "measure" });
  });
  let submits = 0;
  let requests = 0;
  page.on("request", (request) => {
    if (!request.url().includes("/api/")) return;
    requests += 1;
    if (request.url().endsWith("/submit")) submits += 1;
  });
  await page.goto(`/o/${floor.org}/p/${project}/work`);
  await firstItem(page);
  const session = await heapSession(page);
  const [paced, brisk, quick]: [number[], number[], number[]] = [[], [], []];
  const heaps: Heap[] = [];
  const began = Date.now();
  requests = 0;
  for (let done = 0; done < ITEMS; done += 1) {
    const into = done < PACED ? paced : done < PACED + BRISK ? brisk : quick;
    if (into !== quick) await page.waitForTimeout(into === paced ? PACED_MS : BRISK_MS);
    into.push(await answer(page, done));
    if (STOPS.some((part) => Math.round(part * ITEMS) === done + 1)) {
      await page.waitForTimeout(2000); // what was taken off the page is let go of
      heaps.push({ ...(await heapOf(session, done + 1)), data: await dataOf(session) });
    }
  }
  const seconds = (Date.now() - began) / 1000;
  await expect.poll(() => submits, { timeout: 30_000 }).toBeGreaterThanOrEqual(ITEMS);
  tell("next", {
    paced: spread(paced),
    brisk: spread(brisk),
    quick: spread(quick),
    requests: requests / ITEMS,
    seconds,
  });
  tell("heap", { heaps });
  expect(requests).toBeLessThanOrEqual(REQUESTS_AN_ITEM * ITEMS + REQUESTS_BESIDES);
  const [first, last] = [heaps[0]!, heaps.at(-1)!];
  expect([last.nodes - first.nodes, last.listeners - first.listeners].every((more) => more < 100)).toBe(true);
  await page.context().close();
});
