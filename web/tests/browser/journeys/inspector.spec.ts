/** The inspector's day: a lot from its plan to its acceptance, with the running bound; and the lead's gold. */

import type { Page } from "@playwright/test";
import { axe, expect, type Floor, test, told } from "./floor";

async function finished(floor: Floor, count: number): Promise<number> {
  const items = Array.from({ length: count }, (_, at) => ({ text: `${at}: a letter from Paris about France.` }));
  const project = await floor.project({ items });
  const anna = await floor.api("anna");
  const place = `/api/v1/orgs/${floor.org}/projects/${project}/work`;
  for (let done = 0; done < count; ) {
    const { leases } = await told<{ leases: { slot: number; token: string }[] }>(
      anna.post(`${place}/claim`, { data: { count: 20 } }),
    );
    for (const { slot, token } of leases) {
      const labels = { kind: "letter", place: [{ start: 18, end: 23, label: "city" }] };
      await told(anna.post(`${place}/submit`, { data: { slot, token, labels, client_id: `a.${slot}` } }));
      done += 1;
    }
  }
  return project;
}

async function look(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

test("a lot from creation to acceptance, with the running bound", async ({ floor, as }) => {
  test.setTimeout(240_000);
  const project = await finished(floor, 40);
  const page = await as("ines", "en");
  await page.goto(`/o/${floor.org}/p/${project}/lots`);
  await expect(page.getByText("No lots yet.")).toBeVisible();
  expect(await axe(page)).toEqual([]);
  await page.getByRole("button", { name: "New lot" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("First week");
  await dialog.getByLabel("Lot size to plan for").fill("40");
  await expect(dialog.getByTestId("plan")).toContainText("Inspect up to");
  await look(page, "lot-new-exact-en");
  await dialog.getByText("GB/T 2828.1").click();
  await dialog.getByLabel("AQL, % wrong").click();
  await page.getByRole("option", { name: "2.5", exact: true }).click();
  await expect(dialog.getByTestId("plan")).toContainText("Accept with");
  await look(page, "lot-new-standard-en");
  await dialog.getByRole("button", { name: "Make the lot" }).click();
  await expect(page.getByTestId("lot-state")).toHaveText("to be drawn");
  await page.getByRole("button", { name: "Draw the sample" }).click();
  await expect(page.getByTestId("lot-state")).toHaveText("in inspection");
  await expect(page.getByTestId("proof")).toContainText("Place in the log");
  await look(page, "lot-drawn-en");
  expect(await axe(page)).toEqual([]);
  await page.getByRole("link", { name: "Inspect" }).last().click();
  await expect(page.locator(".gw-form")).toBeVisible();
  const gauge = page.getByTestId("gauge");
  const { sample } = (
    await told<{ preview: { sample: number } }>(floor.owner.get(`/api/v1/orgs/${floor.org}/projects/${project}/lots/1`))
  ).preview;
  await page.keyboard.press("a");
  await expect(gauge).toContainText(`1 of ${sample} inspected, 0 wrong`);
  const early = (await gauge.textContent()) ?? "";
  await expect(page.getByText("Item 2 of the sample")).toBeVisible();
  await look(page, "lot-inspect-en");
  for (let done = 2; done <= sample; done += 1) {
    await page.keyboard.press("a");
    if ((await page.getByText("Decided: accepted").count()) > 0) break;
    await expect(gauge).toContainText(`${done} of ${sample} inspected`);
  }
  await expect(gauge).toContainText("Decided: accepted");
  expect(await gauge.textContent()).not.toBe(early);
  await look(page, "lot-decided-en");
  await page.getByRole("link", { name: "Back to the lot" }).last().click();
  await page.getByRole("button", { name: "Close the lot: accepted" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Close the lot: accepted" }).click();
  await expect(page.getByTestId("lot-state")).toHaveText("accepted");
  await look(page, "lot-accepted-en");
});

test("a bad lot is rejected by reasons, and what failed goes back", async ({ floor, as }) => {
  test.setTimeout(180_000);
  const project = await finished(floor, 20);
  const api = await floor.api("ines");
  const place = `/api/v1/orgs/${floor.org}/projects/${project}/lots`;
  const terms = { kind: "exact", accuracy: 0.9, confidence: 0.9, expected: 0.95, early: false };
  const { lot } = await told<{ lot: { id: number } }>(api.post(place, { data: { name: "坏批", terms } }));
  await told(api.post(`${place}/${lot.id}/draw`, { data: {} }));
  const page = await as("ines", "zh");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`/o/${floor.org}/p/${project}/lots/${lot.id}/inspect`);
  await expect(page.locator(".gw-form")).toBeVisible();
  let marked = 0;
  for (let wrong = 1; wrong <= 20; wrong += 1) {
    await page.keyboard.press("w");
    await expect(page.getByRole("dialog")).toContainText("错误类型");
    await page.keyboard.press("2");
    if (wrong === 1) await look(page, "lot-wrong-zh-dark");
    // Pressed twice it marks one item: the dialog is gone at once.
    await page.keyboard.press("Control+Enter");
    await page.keyboard.press("Control+Enter");
    await expect(page.getByTestId("gauge")).toContainText(`错误 ${wrong}`);
    marked = wrong;
    if ((await page.getByText("已可判定：拒收").count()) > 0) break;
  }
  const { judged } = await told<{ judged: { inspected: number } }>(api.get(`${place}/${lot.id}`));
  expect(judged.inspected).toBe(marked);
  await look(page, "lot-rejected-zh-dark");
  await page.goto(`/o/${floor.org}/p/${project}/lots/${lot.id}`);
  await page.getByRole("button", { name: "关闭批次：拒收" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "关闭批次：拒收" }).click();
  await expect(page.getByTestId("lot-state")).toHaveText("拒收");
  await page.getByRole("button", { name: "退回答案" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "退回答案" }).click();
  await expect(page.getByText(/本批已退回 [1-9]\d* 个答案/)).toBeVisible();
  await look(page, "lot-returned-zh-dark");
  expect(await axe(page)).toEqual([]);
});

test("gold is made of an answer, edited and forgotten; nothing is late or stuck", async ({ floor, as }) => {
  test.setTimeout(120_000);
  const project = await finished(floor, 3);
  const page = await as("mei", "en");
  await page.goto(`/o/${floor.org}/p/${project}/gold`);
  await expect(page.getByText("No gold yet.")).toBeVisible();
  await page.getByRole("button", { name: "Add gold" }).first().click();
  const use = page.getByRole("dialog").getByRole("button", { name: "Use" });
  await expect
    .poll(
      async () => {
        if ((await use.count()) > 0) return true;
        await page.reload();
        await page.getByRole("button", { name: "Add gold" }).first().click();
        await page.waitForTimeout(500);
        return false;
      },
      { timeout: 40_000 },
    )
    .toBe(true);
  await use.first().click();
  await expect(page.getByTestId("gold-bench").locator(".gw-form")).toBeVisible();
  await look(page, "gold-edit-en");
  await page.getByRole("button", { name: "Keep as gold" }).click();
  await expect(page.getByRole("button", { name: "Edit" })).toBeVisible();
  await look(page, "gold-en");
  expect(await axe(page)).toEqual([]);
  await page.getByRole("button", { name: /^Forget/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Forget" }).click();
  await expect(page.getByText("No gold yet.")).toBeVisible();
  await page.goto(`/o/${floor.org}/p/${project}/held`);
  await expect(page.getByText("No late answer waits.")).toBeVisible();
  await expect(page.getByText("Nothing is stuck.")).toBeVisible();
  await look(page, "held-en");
});
