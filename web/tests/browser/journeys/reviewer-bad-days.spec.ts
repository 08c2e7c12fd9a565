/** Review that meets others and bad luck: two on one queue, and a tab that is killed in the middle of a correction. */

import type { Locator, Page } from "@playwright/test";
import { expect, type Floor, test, told } from "./floor";
import { placeOf } from "./makings";

const GRAPH = {
  nodes: [
    { kind: "annotate", name: "label" },
    { kind: "review", name: "review" },
  ],
  edges: [
    { from: "label", to: "review" },
    { from: "review", to: "end" },
    { from: "review", to: "label", on: "return" },
  ],
};

interface Lease {
  readonly slot: number;
  readonly token: string;
}
interface Revision {
  readonly body: { readonly verdict?: string; readonly kind?: string };
}

/** A project whose items all wait for review. */
async function answered(floor: Floor, count: number): Promise<number> {
  const items = Array.from({ length: count }, (_, at) => ({ text: `Letter ${at} from Paris about France.` }));
  const project = await floor.project({ items, settings: { graph: GRAPH } });
  const anna = await floor.api("anna");
  const place = placeOf(floor, project);
  const { leases } = await told<{ leases: Lease[] }>(anna.post(`${place}/work/claim`, { data: { count } }));
  expect(leases).toHaveLength(count);
  for (const { slot, token } of leases) {
    const data = { slot, token, labels: { kind: "news" }, client_id: `anna.${slot}` };
    await told(anna.post(`${place}/work/submit`, { data }));
  }
  const waits = `${place}/items?limit=100&node=review`;
  await expect
    .poll(async () => (await told<{ items: unknown[] }>(floor.owner.get(waits))).items.length, { timeout: 60_000 })
    .toBe(count);
  return project;
}

/** What was said of each item, answers and verdicts, in order. */
async function said(floor: Floor, project: number): Promise<Revision["body"][][]> {
  const place = placeOf(floor, project);
  const { items } = await told<{ items: { item: string }[] }>(floor.owner.get(`${place}/items?limit=100`));
  return Promise.all(
    items.map(async ({ item }) => {
      const found = await told<{ revisions: Revision[] }>(
        floor.owner.get(`${place}/item?item=${encodeURIComponent(item)}`),
      );
      return found.revisions.map(({ body }) => body);
    }),
  );
}

const front = (page: Page): Locator => page.locator(".gw-bench-front");

async function shown(page: Page): Promise<string> {
  await expect(front(page).locator(".gw-form")).toBeVisible();
  const text = front(page).locator(".gw-object").first();
  await expect(text).toContainText("Paris");
  return /Letter \d+/.exec((await text.textContent()) ?? "")?.[0] ?? "";
}

test("two reviewers on one queue never have the same answer", async ({ floor, as }) => {
  test.setTimeout(180_000);
  const project = await answered(floor, 8);
  const [rui, mei] = [await as("rui", "zh"), await as("mei", "en")];
  const address = `/o/${floor.org}/p/${project}/review`;
  await Promise.all([rui.goto(address), mei.goto(address)]);
  const seen: string[] = [];
  for (let done = 0; done < 4; done += 1) {
    for (const page of [rui, mei]) {
      const text = await shown(page);
      seen.push(text);
      await page.keyboard.press("a");
      await expect(front(page).locator(".gw-object").filter({ hasText: text })).toHaveCount(0);
    }
  }
  expect(new Set(seen).size).toBe(8);
  await expect
    .poll(
      async () => (await said(floor, project)).map((one) => one.filter(({ verdict }) => verdict === "accept").length),
      {
        timeout: 60_000,
      },
    )
    .toEqual(Array(8).fill(1));
});

test("a correction that was begun stands as it was when the tab is killed and opened again", async ({ floor, as }) => {
  test.setTimeout(120_000);
  const project = await answered(floor, 2);
  const page = await as("rui", "en");
  const address = `/o/${floor.org}/p/${project}/review`;
  await page.goto(address);
  const text = await shown(page);
  await page.keyboard.press("f");
  await expect(page.getByText("You are correcting this answer")).toBeVisible();
  await front(page).getByRole("radio", { name: "other" }).click();
  await page.waitForTimeout(200); // a line of the log is on the disk within milliseconds
  const context = page.context();
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await again.goto(address);
  expect(await shown(again)).toBe(text);
  await expect(again.getByText("You are correcting this answer")).toBeVisible();
  await expect(front(again).getByRole("radio", { name: "other", checked: true })).toBeVisible();
  await again.keyboard.press("Control+Enter");
  await expect(again.getByText("1 decided here")).toBeVisible();
  const kinds = async (): Promise<string[]> =>
    (await said(floor, project)).map((one) => one.findLast(({ kind }) => kind !== undefined)?.kind ?? "").sort();
  await expect.poll(kinds, { timeout: 60_000 }).toEqual(["news", "other"]);
});
