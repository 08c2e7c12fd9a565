/** The lead's known answers, by keys alone: made of an accepted answer, hit by others, doubted, and retired. */

import type { Locator, Page } from "@playwright/test";
import { axe, expect, type Floor, test, told } from "./floor";
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
  readonly item: string;
}

/** What is claimed at a desk, as soon as there is something. */
async function claimed(floor: Floor, project: number, login: string, desk: string): Promise<Lease> {
  const api = await floor.api(login);
  const place = `${placeOf(floor, project)}/${desk}/claim`;
  let found: Lease | undefined;
  await expect
    .poll(
      async () => {
        [found] = (await told<{ leases: Lease[] }>(api.post(place, { data: { count: 1 } }))).leases;
        return found !== undefined;
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  return found!;
}

async function answer(floor: Floor, project: number, login: string, kind: string): Promise<Lease> {
  const lease = await claimed(floor, project, login, "work");
  const { slot, token } = lease;
  const data = { slot, token, labels: { kind }, client_id: `${login}.${slot}` };
  await told((await floor.api(login)).post(`${placeOf(floor, project)}/work/submit`, { data }));
  return lease;
}

async function accepted(floor: Floor, project: number): Promise<void> {
  const { slot, token } = await claimed(floor, project, "rui", "reviews");
  const verdicts = [{ slot, token, client_id: `rui.${slot}`, verdict: "accept" }];
  const api = await floor.api("rui");
  const [given] = await told<{ problem?: unknown }[]>(
    api.post(`${placeOf(floor, project)}/reviews/verdicts`, { data: { verdicts } }),
  );
  expect(given?.problem ?? null).toBeNull();
}

/** Whether a finished item is to be answered again: gold is mixed into somebody's work once he has begun. */
async function planted(floor: Floor, project: number, item: string): Promise<boolean> {
  const { slots } = await told<{ slots: { state: string }[] }>(
    floor.owner.get(`${placeOf(floor, project)}/item?item=${encodeURIComponent(item)}`),
  );
  return slots.some(({ state }) => state === "ready");
}

/** Press Tab until something has the focus. */
async function tabTo(page: Page, to: Locator): Promise<void> {
  await expect(to).toBeVisible();
  for (let presses = 0; presses < 80; presses += 1) {
    if (await to.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("Tab does not come there");
}

async function look(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

test("an accepted answer becomes gold by keys, others meet it, and it is retired", async ({ floor, as }) => {
  test.setTimeout(240_000);
  const items = Array.from({ length: 6 }, (_, at) => ({ text: `Letter ${at} from Paris about France.` }));
  const settings = { graph: GRAPH, gold: { rate: 1, floor: 1 } };
  const project = await floor.project({ name: "Known answers", items, settings });
  const { item } = await answer(floor, project, "anna", "letter");
  await accepted(floor, project);
  const page = await as("mei", "en");
  await page.goto(`/o/${floor.org}/p/${project}/gold`);
  await expect(page.getByText("No gold yet.")).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Add gold" }).first());
  await page.keyboard.press("Enter");
  const use = page.getByRole("dialog").getByRole("button", { name: "Use" });
  await tabTo(page, use.first());
  await page.keyboard.press("Enter");
  // It begins with what was accepted; the lead has another opinion, by the answers' own keys.
  const bench = page.getByTestId("gold-bench");
  await expect(bench.getByRole("radio", { name: "letter", checked: true })).toBeVisible();
  await tabTo(page, bench.getByRole("radio", { name: "letter" }));
  await page.keyboard.press("ArrowLeft");
  await expect(bench.getByRole("radio", { name: "news", checked: true })).toBeVisible();
  await look(page, "gold-bench-keys-en");
  expect(await axe(page)).toEqual([]);
  await tabTo(page, page.getByRole("button", { name: "Keep as gold" }));
  await page.keyboard.press("Enter");
  const row = page.locator("main tbody tr");
  await expect(row).toHaveCount(1);
  await expect(row).toContainText(item);

  // Somebody else meets it among other work and is wrong; what there is to see is that he did.
  const met = [(await answer(floor, project, "bo", "letter")).item];
  await expect.poll(() => planted(floor, project, item), { timeout: 60_000 }).toBe(true);
  for (let turn = 0; turn < 2; turn += 1) met.push((await answer(floor, project, "bo", "letter")).item);
  expect(met).toContain(item);
  await expect(async () => {
    await page.reload();
    await expect(row.getByRole("cell").nth(2)).toHaveText("1", { timeout: 2000 });
    await expect(row.getByRole("cell").nth(3)).toHaveText("0%", { timeout: 2000 });
  }).toPass({ timeout: 60_000 });
  await look(page, "gold-hit-en");

  await tabTo(page, page.getByRole("button", { name: `Forget ${item}` }));
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await tabTo(page, dialog.getByRole("button", { name: "Forget" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("No gold yet.")).toBeVisible();
  const left = await told<{ items: unknown[] }>(floor.owner.get(`${placeOf(floor, project)}/gold`));
  expect(left.items).toEqual([]);
});
