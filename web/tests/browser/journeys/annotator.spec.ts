/** The annotator's day: label, undo, skip, lose the network, the tab, the server and the session, and lose no work. */

import type { Page } from "@playwright/test";
import { expect, type Floor, PASSWORD, test, told } from "./floor";

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
  return (await text.textContent()) ?? "";
}

async function choose(page: Page, answer: string): Promise<void> {
  await front(page).getByRole("radio", { name: answer }).or(front(page).getByRole("button", { name: answer })).first().click();
}

async function submit(page: Page): Promise<void> {
  const before = await front(page).locator(".gw-object").first().textContent();
  await page.keyboard.press("Control+Enter");
  await expect
    .poll(async () => (await front(page).count()) === 0 || (await front(page).locator(".gw-object").first().textContent()) !== before)
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
  await page.screenshot({ path: "test-results/annotator-home-en.png" });
  await page.getByRole("link", { name: "Start" }).click();
  await shown(page);
  await page.getByRole("button", { name: "Guideline" }).click();
  const guide = page.getByRole("complementary", { name: "Guideline" });
  await expect(guide.getByRole("table")).toBeVisible();
  await expect(guide.getByText("Worked examples")).toBeVisible();
  await page.screenshot({ path: "test-results/annotator-work-en.png" });
  await guide.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await page.screenshot({ path: "test-results/annotator-keys-en.png" });
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
    await submit(page);
  }
  await expect(page.getByText("10 done here")).toBeVisible();
  await expect.poll(() => answered(floor, project), { timeout: 15_000 }).toEqual(Array(10).fill(1));
});
