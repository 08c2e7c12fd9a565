/** Work that meets a dead tab, two tabs, hidden answers, items given back, and pictures fetched ahead. */

import type { BrowserContext, Page } from "@playwright/test";
import { expect, type Floor, test, told } from "./floor";

const front = (page: Page) => page.locator(".gw-bench-front");

/** The text in front; the number that our items carry. */
async function shown(page: Page): Promise<string> {
  await expect(front(page).locator(".gw-form")).toBeVisible();
  const text = front(page).locator(".gw-object").first();
  await expect(text).toContainText("Paris");
  return /\w+ \d+/.exec((await text.textContent()) ?? "")?.[0] ?? "";
}

async function choose(page: Page, answer: string): Promise<void> {
  const { keyboard } = page;
  await front(page)
    .getByRole("radio", { name: answer })
    .or(front(page).getByRole("button", { name: answer }))
    .first()
    .click();
  await keyboard.press("Control+z");
  await keyboard.press("Control+Shift+z");
}

/** Hand in, and wait until what was in front is not any more. */
async function submit(page: Page): Promise<void> {
  const before = await shown(page);
  await page.keyboard.press("Control+Enter");
  await expect(front(page).locator(".gw-object").filter({ hasText: before })).toHaveCount(0);
}

const texts = (count: number, word: string): object[] =>
  Array.from({ length: count }, (_, at) => ({ text: `${word} ${at}: a letter from Paris.` }));

/** How many revisions each answered item has. */
async function answered(floor: Floor, project: number): Promise<number[]> {
  const place = `/api/v1/orgs/${floor.org}/projects/${project}`;
  const { items } = await told<{ items: { item: string }[] }>(floor.owner.get(`${place}/items?limit=200`));
  const all = await Promise.all(
    items.map(({ item }) =>
      told<{ revisions: object[] }>(floor.owner.get(`${place}/item?item=${encodeURIComponent(item)}`)),
    ),
  );
  return all.map(({ revisions }) => revisions.length).filter((count) => count > 0);
}

/** The browser's process of a page dies, as when memory runs out: no event of the page's end is heard. */
async function crash(page: Page, context: BrowserContext): Promise<void> {
  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  void session.send("Page.crash").catch(() => undefined); // it never answers
  await crashed;
  await page.close();
}

test("without a network for several items, then the tab crashes: nothing is lost and nothing arrives twice", async ({
  floor,
  as,
}) => {
  test.setTimeout(180_000);
  const project = await floor.project({ items: texts(6, "Bad") });
  const page = await as("anna", "en");
  const context = page.context();
  const address = `/o/${floor.org}/p/${project}/work`;
  await page.goto(address);
  await shown(page);
  await expect(page.locator('[title^="3 ready"]')).toHaveCount(1); // the next ones are on this device
  await context.setOffline(true);
  for (let done = 0; done < 3; done += 1) {
    await choose(page, "news");
    await submit(page);
  }
  const begun = await shown(page);
  await choose(page, "letter");
  await expect(page.getByText("Offline").first()).toBeVisible();
  expect(await answered(floor, project)).toEqual([]);
  await page.waitForTimeout(200); // a line of the log is on the disk within milliseconds
  await crash(page, context);
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(address);
  expect(await shown(again)).toBe(begun);
  await expect(again.getByText("Restored as you left it")).toBeVisible();
  await expect.poll(() => answered(floor, project), { timeout: 60_000 }).toEqual([1, 1, 1]);
  await submit(again);
  for (let done = 0; done < 2; done += 1) {
    await shown(again);
    await choose(again, "other");
    await submit(again);
  }
  await expect.poll(() => answered(floor, project), { timeout: 60_000 }).toEqual(Array(6).fill(1));
  await expect(again.getByText("Nothing more for you to do here now.")).toBeVisible();
});

test("one desk, two tabs: the second may take it over, and goes on with what the first began", async ({
  floor,
  as,
}) => {
  test.setTimeout(120_000);
  const project = await floor.project({ items: texts(3, "Desk") });
  const first = await as("bo", "zh");
  const address = `/o/${floor.org}/p/${project}/work`;
  await first.goto(address);
  const text = await shown(first);
  await choose(first, "letter");
  const second = await first.context().newPage();
  await second.goto(address);
  await expect(second.getByText("本工作台已在另一个标签页中打开。")).toBeVisible();
  await second.getByRole("button", { name: "在此继续" }).click();
  expect(await shown(second)).toBe(text);
  await expect(front(second).getByRole("radio", { name: "letter", checked: true })).toBeVisible();
  await expect(first.getByText("本工作台已在另一个标签页中打开。")).toBeVisible();
  await submit(second);
  await expect.poll(() => answered(floor, project), { timeout: 60_000 }).toEqual([1]);
  const next = await shown(second);
  await first.getByRole("button", { name: "在此继续" }).click();
  expect(await shown(first)).toBe(next);
  await expect(second.getByText("本工作台已在另一个标签页中打开。")).toBeVisible();
});

const PUZZLE = `controls:
  - {name: final, type: text, title: {en: Answer, zh: 答案}, field: problem}
`;

for (const language of ["zh", "en"] as const) {
  test(`an answer is checked against a hidden one that never leaves the server (${language})`, async ({
    floor,
    as,
  }) => {
    test.setTimeout(120_000);
    const secret = "4242137";
    const settings = {
      hidden_fields: ["gold"],
      verifiers: [{ kind: "exact", name: "sum", control: "final", field: "gold" }],
    };
    const items = [{ problem: "How many letters from Paris are there?", gold: secret }];
    const project = await floor.project({ schema: PUZZLE, settings, items });
    const page = await as("anna", language);
    const heard: Promise<string>[] = [];
    page.on("response", (response) => heard.push(response.text().catch(() => "")));
    await page.goto(`/o/${floor.org}/p/${project}/work`);
    const answer = front(page).getByRole("textbox", { name: language === "zh" ? "答案" : "Answer" });
    await answer.fill("17");
    await page.getByRole("button", { name: language === "zh" ? "校验" : "Check" }).click();
    const panel = page.getByRole("status").filter({ hasText: "sum" });
    await expect(panel).toContainText(
      language === "zh" ? "答案与标准答案不符。" : "The answer is not the expected one.",
    );
    if (process.env.SHOTS !== undefined)
      await page.screenshot({ path: `${process.env.SHOTS}/annotator-check-${language}.png` });
    const stored = await page.evaluate(async () => {
      const all: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
      for (const { name } of await indexedDB.databases()) {
        const opened = indexedDB.open(name!);
        await new Promise((done) => opened.addEventListener("success", done));
        for (const table of opened.result.objectStoreNames) {
          const asked = opened.result.transaction(table).objectStore(table).getAll();
          await new Promise((done) => asked.addEventListener("success", done));
          all.push(asked.result);
        }
        opened.result.close();
      }
      return JSON.stringify(all);
    });
    expect(stored).toContain("letters from Paris"); // it is looked where the item is kept
    const bodies = await Promise.all(heard);
    expect(bodies.some((body) => body.includes("letters from Paris"))).toBe(true);
    for (const place of [...bodies, stored, await page.content()]) expect(place).not.toContain(secret);
    await answer.fill(secret);
    await page.keyboard.press("Control+Shift+k");
    await expect(panel).toContainText(language === "zh" ? "答案正确。" : "The answer is right.");
  });
}

test("leaving gives everything back, and somebody else has it at once", async ({ floor, as }) => {
  test.setTimeout(120_000);
  const project = await floor.project({ items: texts(3, "Leave") });
  const page = await as("anna", "en");
  await page.goto(`/o/${floor.org}/p/${project}/work`);
  await shown(page);
  await expect(page.locator('[title^="2 ready"]')).toHaveCount(1);
  const bo = await floor.api("bo");
  const claim = `/api/v1/orgs/${floor.org}/projects/${project}/work/claim`;
  const claimed = async (): Promise<number> =>
    (await told<{ leases: object[] }>(bo.post(claim, { data: { count: 3 } }))).leases.length;
  expect(await claimed()).toBe(0);
  await choose(page, "letter");
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Give everything back and leave" }).click();
  const dialog = page.getByRole("dialog", { name: "Give the items back?" });
  await expect(dialog.getByText("unsubmitted work")).toBeVisible();
  await dialog.getByRole("button", { name: "Give everything back and leave" }).click();
  await expect(page.getByText("3 given back.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "My work" })).toBeVisible();
  expect(await claimed()).toBe(3);
});
