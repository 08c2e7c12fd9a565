/** The annotator's day: label, undo, skip, lose the network, the tab, the server and the session, and lose no work. */

import type { Page } from "@playwright/test";
import { expect, type Floor, PASSWORD, test, told } from "./floor";

test.use({ alone: "annotator" }); // who has begun elsewhere goes on there first
test.beforeEach(() => test.setTimeout(180_000));

const GUIDELINE = `# Where is it?

Mark **cities** and countries. See \`kind\`.

| word | mark |
|---|---|
| Paris | city |

## Examples 示例

- "from *Rome*" → city
`;

const texts = (count: number, word: string): object[] =>
  Array.from({ length: count }, (_, at) => ({ text: `${word} ${at}: a letter from Paris about France.` }));

async function open(page: Page, floor: Floor, project: number): Promise<void> {
  await page.goto(`/o/${floor.org}/p/${project}/work`);
  await shown(page);
}

const front = (page: Page) => page.locator(".gw-bench-front");

/** The item in front can be worked on; its text. */
async function shown(page: Page): Promise<string> {
  await expect(front(page).locator(".gw-form")).toBeVisible();
  const text = front(page).locator(".gw-object").first();
  await expect(text).toContainText("Paris");
  // Without what marks stand beside it.
  return /\w+ \d+: a letter from Paris/.exec((await text.textContent()) ?? "")?.[0] ?? "";
}

async function choose(page: Page, answer: string): Promise<void> {
  await front(page)
    .getByRole("radio", { name: answer })
    .or(front(page).getByRole("button", { name: answer }))
    .first()
    .click();
}

async function submit(page: Page): Promise<void> {
  const before = await front(page).locator(".gw-object").first().textContent();
  await page.keyboard.press("Control+Enter");
  await expect
    .poll(
      async () =>
        (await front(page).count()) === 0 || (await front(page).locator(".gw-object").first().textContent()) !== before,
    )
    .toBe(true);
}

interface Item {
  readonly item: string;
  readonly slots: readonly { readonly state: string }[];
  readonly revisions: readonly { readonly body?: unknown; readonly labels?: unknown; readonly slot: number }[];
}

/** Every revision in a project, by item. */
async function revisions(floor: Floor, project: number): Promise<Item[]> {
  const place = `/api/v1/orgs/${floor.org}/projects/${project}`;
  const { items } = await told<{ items: { item: string }[] }>(floor.owner.get(`${place}/items?limit=200`));
  return Promise.all(
    items.map(({ item }) => told<Item>(floor.owner.get(`${place}/item?item=${encodeURIComponent(item)}`))),
  );
}

/** A picture for people, where they asked for pictures. */
async function look(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

/** Mark a word of the text in front with the label in hand, by pointer. */
async function mark(page: Page, word: string): Promise<void> {
  const box = await front(page)
    .locator(".gw-object")
    .first()
    .evaluate((root, wanted) => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        const at = node.nodeValue?.indexOf(wanted) ?? -1;
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + wanted.length);
        const { left, right, top, bottom } = range.getBoundingClientRect();
        return { left, right, y: (top + bottom) / 2 };
      }
      return null;
    }, word);
  if (box === null) throw new Error(`${word} is not on the screen`);
  await page.mouse.move(box.left + 1, box.y);
  await page.mouse.down();
  await page.mouse.move((box.left + box.right) / 2, box.y);
  await page.mouse.move(box.right - 1, box.y);
  await page.mouse.up();
}

const answered = async (floor: Floor, project: number): Promise<number[]> =>
  (await revisions(floor, project)).map(({ revisions: all }) => all.length).filter((count) => count > 0);

test("ten items with an answer and a span each, one undone, one skipped; the guideline and the keys beside them", async ({
  floor,
  as,
}) => {
  const project = await floor.project({ name: "Places", guideline: GUIDELINE, items: texts(12, "Item") });
  const page = await as("anna", "en");
  await page.goto("/");
  await expect(page.getByText("Next: Places")).toBeVisible();
  await look(page, "annotator-home-en");
  await page.getByRole("link", { name: "Start" }).click();
  await shown(page);
  await page.getByRole("button", { name: "Guideline" }).click();
  const guide = page.getByRole("complementary", { name: "Guideline" });
  await expect(guide.getByRole("table")).toBeVisible();
  await expect(guide.getByText("Worked examples")).toBeVisible();
  await look(page, "annotator-work-en");
  await guide.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await look(page, "annotator-keys-en");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  // A wrong answer undone and redone; nothing is handed in without one.
  await choose(page, "letter");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("This question needs an answer.").first()).toBeVisible();
  await page.getByRole("button", { name: "Skip" }).click();
  await page.getByRole("button", { name: "The item is broken or does not load" }).click();
  await expect.poll(async () => (await shown(page)).length).toBeGreaterThan(0);
  for (let done = 0; done < 10; done += 1) {
    await shown(page);
    await choose(page, "letter");
    await mark(page, "Paris");
    if (done === 0) {
      await page.keyboard.press("Control+z");
      await mark(page, "Paris");
      await look(page, "annotator-span-en");
    }
    await submit(page);
  }
  await expect(page.getByText("10 done here")).toBeVisible();
  await expect.poll(() => answered(floor, project), { timeout: 60_000 }).toEqual(Array(10).fill(1));
});

interface Said {
  readonly kind: string;
  readonly place?: readonly { readonly start: number; readonly end: number; readonly label: string }[];
}

/** What was answered to each item, newest revision. */
async function labels(floor: Floor, project: number): Promise<Said[]> {
  return (await revisions(floor, project)).flatMap(({ revisions: all }) =>
    all.slice(-1).map((revision) => (revision.body ?? revision.labels) as Said),
  );
}

test("the network goes in the middle: work goes on, and all of it arrives once when it is back", async ({
  floor,
  as,
}) => {
  const project = await floor.project({ items: texts(4, "Net") });
  const page = await as("anna", "zh");
  await open(page, floor, project);
  await expect(page.getByText("网络").first()).toHaveCount(0);
  await page.waitForTimeout(500); // the next items are fetched ahead
  await page.context().setOffline(true);
  for (let done = 0; done < 3; done += 1) {
    await shown(page);
    await choose(page, "news");
    await submit(page);
  }
  await expect(page.getByText("离线").first()).toBeVisible();
  await look(page, "annotator-offline-zh");
  expect(await answered(floor, project)).toEqual([]);
  await page.context().setOffline(false);
  await expect.poll(() => answered(floor, project), { timeout: 60_000 }).toEqual([1, 1, 1]);
  await shown(page);
  await choose(page, "other");
  await submit(page);
  await expect.poll(() => answered(floor, project), { timeout: 60_000 }).toEqual([1, 1, 1, 1]);
  await expect(page.getByText("目前没有更多可做的任务。")).toBeVisible();
  await look(page, "annotator-nothing-zh");
});

test("the tab is killed and opened again: everything stands as it was, undo and all else goes on", async ({
  floor,
  as,
}) => {
  const project = await floor.project({ items: texts(3, "Tab") });
  const page = await as("anna", "zh");
  await open(page, floor, project);
  const text = await shown(page);
  await choose(page, "letter");
  await mark(page, "France");
  await page.waitForTimeout(100); // a line of the log is on the disk within milliseconds
  const context = page.context();
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await open(again, floor, project);
  expect(await shown(again)).toBe(text);
  await expect(again.getByText("已恢复到上次离开时")).toBeVisible();
  await look(again, "annotator-restored-zh");
  await submit(again);
  await expect
    .poll(() => labels(floor, project), { timeout: 60_000 })
    .toMatchObject([{ kind: "letter", place: [{ label: "city" }] }]);
});

test("what was begun on one device is there on another", async ({ floor, as }) => {
  const project = await floor.project({ items: texts(1, "Device") });
  const first = await as("bo", "en");
  await open(first, floor, project);
  await choose(first, "other");
  const kept = first.waitForResponse((told_) => told_.url().includes("/drafts/") && told_.request().method() === "PUT");
  expect((await kept).ok()).toBe(true);
  const second = await as("bo", "en");
  await open(second, floor, project);
  await expect(second.getByText("Restored as you left it")).toBeVisible();
  await submit(second);
  await expect.poll(() => labels(floor, project), { timeout: 60_000 }).toMatchObject([{ kind: "other" }]);
});

const AGAIN = {
  zh: { ended: "登录已过期", password: "密码", signIn: "登录并继续" },
  en: { ended: "Your session has ended", password: "Password", signIn: "Sign in and go on" },
};

for (const language of ["zh", "en"] as const) {
  test(`the session ends meanwhile: sign in over the page, and go on with the same item (${language})`, async ({
    floor,
    as,
  }) => {
    const project = await floor.project({ items: texts(3, "Session") });
    const page = await as("bo", language);
    await open(page, floor, project);
    const text = await shown(page);
    await choose(page, "letter");
    await page.context().clearCookies();
    await submit(page);
    const says = AGAIN[language];
    const dialog = page.getByRole("dialog", { name: says.ended });
    await expect(dialog).toBeVisible();
    await look(page, `annotator-session-${language}`);
    expect(await answered(floor, project)).toEqual([]);
    await dialog.getByRole("textbox", { name: says.password }).fill(PASSWORD);
    await dialog.getByRole("button", { name: says.signIn }).click();
    await expect(dialog).toHaveCount(0);
    await expect.poll(() => answered(floor, project), { timeout: 60_000 }).toEqual([1]);
    expect(await shown(page)).not.toBe(text);
    await choose(page, "news");
    await submit(page);
    await expect.poll(() => answered(floor, project), { timeout: 60_000 }).toEqual([1, 1]);
  });
}

test("two people on one queue never have the same item", async ({ floor, as }) => {
  const project = await floor.project({ items: texts(8, "Two") });
  const [anna, bo] = [await as("anna", "zh"), await as("bo", "en")];
  await Promise.all([open(anna, floor, project), open(bo, floor, project)]);
  const seen: string[] = [];
  for (let done = 0; done < 4; done += 1) {
    for (const page of [anna, bo]) {
      seen.push(await shown(page));
      await choose(page, "letter");
      await submit(page);
    }
  }
  expect(new Set(seen).size).toBe(8);
  await expect.poll(() => answered(floor, project), { timeout: 60_000 }).toEqual(Array(8).fill(1));
});

test("the next item is on the screen within 50 ms of handing in", async ({ floor, as }) => {
  const project = await floor.project({ items: texts(20, "Speed") });
  const page = await as("anna", "en");
  await page.addInitScript(() => {
    const times: number[] = [];
    Object.assign(window, { galleyTimes: times });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntriesByName("galley:next")) times.push(entry.duration);
    }).observe({ type: "measure" });
  });
  await open(page, floor, project);
  for (let done = 0; done < 15; done += 1) {
    await shown(page);
    await choose(page, "letter");
    await page.waitForTimeout(350); // as long as the quickest person takes
    await submit(page);
  }
  const times = await page.evaluate(() => (window as unknown as { galleyTimes: number[] }).galleyTimes);
  const sorted = [...times].sort((left, right) => left - right);
  console.log(`submit to shown: median ${sorted[7]?.toFixed(1)} ms, most ${sorted.at(-1)?.toFixed(1)} ms`);
  expect(times.length).toBe(15);
  // Counts, not clocks: no item was opened only after the one before was handed in.
  const opened = await page.locator(".gw-bench").count();
  expect(opened).toBeLessThanOrEqual(3);
});

const SERVER = {
  zh: { login: "anna", ready: '[title^="已备好 2 条"]', offline: "离线" },
  en: { login: "bo", ready: '[title^="2 ready"]', offline: "Offline" },
} as const;

for (const language of ["zh", "en"] as const) {
  test(`the server is killed and started again: everything arrives exactly once, and new items come in (${language})`, async ({
    floor,
    as,
  }) => {
    test.setTimeout(300_000);
    const { login, ready, offline } = SERVER[language];
    const project = await floor.project({ items: texts(4, "Crash") });
    const page = await as(login, language);
    await open(page, floor, project);
    await choose(page, "letter");
    await submit(page);
    await expect.poll(() => answered(floor, project), { timeout: 60_000 }).toEqual([1]);
    await expect(page.locator(ready)).toHaveCount(1); // what comes next is on this device
    await floor.kill();
    await shown(page);
    await choose(page, "letter");
    await submit(page);
    await shown(page);
    await choose(page, "news");
    await submit(page);
    await expect(page.getByText(offline).first()).toBeVisible();
    await look(page, `annotator-server-gone-${language}`);
    await floor.start();
    await expect.poll(() => answered(floor, project), { timeout: 120_000 }).toEqual([1, 1, 1]);
    await shown(page);
    await choose(page, "other");
    await submit(page);
    await expect.poll(() => answered(floor, project), { timeout: 120_000 }).toEqual([1, 1, 1, 1]);
    // Duties and jobs are at work again, too: without them no item would be counted in.
    await floor.project({ items: texts(3, "After") });
  });
}
