/** Those who run and watch: isolation proposed and approved, the audit proved line by line in the browser. */

import { expect, test, told } from "./floor";

test("a manager proposes a rule, the client approves it, and it is in force", async ({ floor, as }) => {
  const mei = await as("mei", "en");
  await mei.goto(`/o/${floor.org}/isolation`);
  await mei.getByRole("button", { name: "Propose a rule" }).click();
  await mei.getByLabel(/Networks/).fill("127.0.0.0/8");
  await mei.getByLabel(/viewed, not exported/).check();
  await mei.getByRole("dialog").getByRole("button", { name: "Propose a rule" }).click();
  const row = mei.locator('tr[data-state="proposed"]');
  await expect(row).toContainText("127.0.0.0/8");
  await expect(row.getByRole("button", { name: "Approve" })).toHaveCount(0);

  const carl = await as("carl", "zh");
  await carl.goto(`/o/${floor.org}/isolation`);
  await carl.getByRole("button", { name: "批准" }).click();
  await carl.getByRole("dialog").getByRole("button", { name: "批准" }).click();
  await expect(carl.locator('tr[data-state="approved"]')).toContainText("数据不得带出");
  await carl.screenshot({ path: "test-results/isolation-zh.png" });
  const rules = await told<{ items: { state: string; view_only: boolean }[] }>(
    floor.owner.get(`/api/v1/orgs/${floor.org}/isolation`),
  );
  expect(rules.items[0]).toMatchObject({ state: "approved", view_only: true });
});

test("an auditor reads the audit and has a line proved by script", async ({ floor, as }) => {
  test.setTimeout(180_000);
  const ada = await as("ada", "en");
  const line = async (): Promise<number | null> => {
    const { items } = await told<{ items: { id: number; seal: number | null }[] }>(
      floor.owner.get(`/api/v1/orgs/${floor.org}/audit?limit=200`),
    );
    return items.find(({ seal }) => seal !== null)?.id ?? null;
  };
  await expect.poll(line, { timeout: 120_000, intervals: [2_000] }).not.toBeNull();
  await ada.goto(`/o/${floor.org}/audit`);
  await ada.locator("button:has-text('Prove'):not([disabled])").first().click();
  await expect(ada.locator('tr[data-check="line"]')).toHaveAttribute("data-outcome", "passed");
  await expect(ada.locator('tr[data-check="root"]')).toHaveAttribute("data-outcome", "passed");
  await expect(ada.locator('tr[data-check="statement"]')).toHaveAttribute("data-outcome", "skipped");
  await ada.getByRole("button", { name: "Fill in the keys that this server publishes" }).click();
  for (const check of ["line", "root", "statement", "log"])
    await expect(ada.locator(`tr[data-check="${check}"]`)).toHaveAttribute("data-outcome", "passed");
  await ada.screenshot({ path: "test-results/audit-proof.png" });
});
