/** What leads do on bad days, with rows that are really there: late answers, stuck items, lots taken back and returned. */

import type { Page } from "@playwright/test";
import { axe, expect, type Floor, test, told } from "./floor";
import { behind, placeOf } from "./makings";

const GRAPH = {
  nodes: [
    { kind: "annotate", name: "label" },
    { kind: "review", name: "review" },
  ],
  edges: [
    { from: "label", to: "review" },
    { from: "review", to: "end" },
  ],
};

interface Lease {
  readonly slot: number;
  readonly token: string;
  readonly item: string;
}

const texts = (count: number): object[] =>
  Array.from({ length: count }, (_, at) => ({ text: `${at}: a letter from Paris about France.` }));

async function claim(floor: Floor, project: number, who: string, count: number): Promise<Lease[]> {
  const api = await floor.api(who);
  const place = `${placeOf(floor, project)}/work/claim`;
  return (await told<{ leases: Lease[] }>(api.post(place, { data: { count } }))).leases;
}

async function submit(floor: Floor, project: number, who: string, leases: readonly Lease[], kind: string) {
  const api = await floor.api(who);
  for (const { slot, token } of leases) {
    const data = { slot, token, labels: { kind }, client_id: `${who}.${slot}.${kind}` };
    await told(api.post(`${placeOf(floor, project)}/work/submit`, { data }));
  }
}

async function look(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

test("late answers are adopted or dismissed; stuck items are tried again", async ({ floor, as }) => {
  test.setTimeout(180_000);
  const project = await floor.project({ items: texts(3), settings: { graph: GRAPH } });
  const leases = await claim(floor, project, "anna", 3);
  behind(floor, `UPDATE annotate.slot SET lease_until = now() - interval '1 hour' WHERE project = ${project}`);
  const taken = await claim(floor, project, "bo", 2);
  expect(taken.length).toBe(2);
  const lost = leases.filter(({ slot }) => taken.some((one) => one.slot === slot));
  expect(lost.length).toBe(2);
  behind(floor, `UPDATE annotate.item SET node = 'gone' WHERE project = ${project} AND id = '${taken[0]!.item}'`);
  await submit(floor, project, "bo", taken, "news");
  await submit(floor, project, "anna", lost, "letter");

  const page = await as("mei", "en");
  await page.goto(`/o/${floor.org}/p/${project}/held`);
  const late = page.getByTestId("late").locator("tbody tr");
  await expect(late).toHaveCount(2);
  const stuck = page.getByTestId("stuck");
  await expect
    .poll(
      async () => {
        await page.reload();
        await expect(late).toHaveCount(2);
        return stuck.locator("tbody tr").count();
      },
      { timeout: 30_000 },
    )
    .toBe(1);
  await expect(late.first()).toContainText("somebody else had answered");
  await look(page, "held-rows-en");
  expect(await axe(page)).toEqual([]);
  await late.first().getByRole("button", { name: "See" }).click();
  const dialog = page.getByRole("dialog");
  await expect(
    dialog.getByRole("button", { name: "letter" }).or(dialog.getByRole("radio", { name: "letter" })),
  ).toBeVisible();
  await look(page, "held-look-en");
  await dialog.getByRole("button", { name: "Adopt" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(late).toHaveCount(1);
  await late.first().getByRole("button", { name: "Dismiss" }).click();
  await expect(page.getByText("No late answer waits.")).toBeVisible();

  behind(floor, `UPDATE annotate.item SET node = 'label' WHERE project = ${project} AND node = 'gone'`);
  await stuck.getByRole("button").click();
  await expect(page.getByText("Nothing is stuck.")).toBeVisible();
  await expect
    .poll(async () => {
      const asked = floor.owner.get(`${placeOf(floor, project)}/items?limit=100&node=review`);
      return (await told<{ items: unknown[] }>(asked)).items.length;
    })
    .toBe(2);
});

test("a lot of one person's answers is taken back; another goes back by the name of who answered", async ({
  floor,
  as,
}) => {
  test.setTimeout(180_000);
  const project = await floor.project({ items: texts(12) });
  await submit(floor, project, "anna", await claim(floor, project, "anna", 6), "news");
  await submit(floor, project, "bo", await claim(floor, project, "bo", 6), "letter");
  const page = await as("mei", "en");
  await page.goto(`/o/${floor.org}/p/${project}/lots`);
  await page.getByRole("button", { name: "New lot" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Anna's");
  // People are listed when duties have counted them.
  await expect
    .poll(
      async () => {
        await dialog.getByRole("combobox", { name: "Person" }).click();
        const found = await page.getByRole("option", { name: "anna" }).count();
        if (found === 0) {
          await page.reload();
          await page.getByRole("button", { name: "New lot" }).first().click();
          await dialog.getByLabel("Name").fill("Anna's");
        }
        return found;
      },
      { timeout: 40_000 },
    )
    .toBe(1);
  await page.getByRole("option", { name: "anna" }).click();
  await dialog.getByLabel("Answered from").fill("2020-01-01T00:00");
  await look(page, "lot-new-pick-en");
  await dialog.getByRole("button", { name: "Make the lot" }).click();
  await expect(page.getByTestId("lot-state")).toHaveText("to be drawn");
  await expect(page.getByText("Items: 6")).toBeVisible();
  await page.getByRole("button", { name: "Withdraw" }).click();
  await page.getByRole("dialog").getByLabel("Why").fill("Too early.");
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await expect(page.getByTestId("lot-state")).toHaveText("withdrawn");
  await expect(page.getByText("Too early.")).toBeVisible();
  await look(page, "lot-withdrawn-en");

  // Its items are free again: all twelve make the next one.
  const api = await floor.api("ines");
  const lots = `${placeOf(floor, project)}/lots`;
  const terms = { kind: "exact", accuracy: 0.9, confidence: 0.9, expected: 0.95, early: false };
  const { lot } = await told<{ lot: { id: number; size: number } }>(api.post(lots, { data: { name: "All", terms } }));
  expect(lot.size).toBe(12);
  await told(api.post(`${lots}/${lot.id}/draw`, { data: {} }));
  const sample = await told<{ items: { item: string }[] }>(api.get(`${lots}/${lot.id}/sample?limit=100`));
  for (const { item } of sample.items) {
    const data = { item, wrong: true, reason: "wrong" };
    const { judged } = await told<{ judged: { verdict: string } }>(api.post(`${lots}/${lot.id}/marks`, { data }));
    if (judged.verdict === "rejected") break;
  }
  await told(api.post(`${lots}/${lot.id}/close`, { data: {} }));
  await page.goto(`/o/${floor.org}/p/${project}/lots/${lot.id}`);
  await page.getByRole("button", { name: "Return answers" }).click();
  await page.getByRole("radio", { name: "All answers of one person" }).click();
  await page.getByRole("combobox", { name: "Person" }).click();
  await expect(page.getByRole("option")).toHaveCount(2);
  await look(page, "lot-return-person-en");
  await page.getByRole("option", { name: /^bo: 6 answers/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Return answers" }).click();
  await expect(page.getByText("6 answers of this lot went back.")).toBeVisible();
  // An inspector is not told names.
  const other = await as("ines", "zh");
  await other.goto(`/o/${floor.org}/p/${project}/lots/${lot.id}`);
  await other.getByRole("button", { name: "退回答案" }).click();
  await other.getByRole("radio", { name: "某一人的全部答案" }).click();
  await other.getByRole("combobox", { name: "作答者" }).click();
  await expect(other.getByRole("option", { name: /号：6 个答案/ })).toHaveCount(1);
  await look(other, "lot-return-person-zh");
});
