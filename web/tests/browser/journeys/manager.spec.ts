/** A manager's day: a project from the gallery, a thousand rows, people, progress and filters; a Label Studio export. */

import type { Page } from "@playwright/test";
import { axe, expect, test, told } from "./floor";

const ROWS = 1000;
const BAD = 7;

function rows(): string {
  return Array.from({ length: ROWS }, (_, at) =>
    at % 140 === 100
      ? `{"text": "broken ${at}`
      : JSON.stringify({ text: `Report ${at}: the match ended ${at % 7} to 2.` }),
  ).join("\n");
}

async function accessible(page: Page): Promise<void> {
  await page.waitForTimeout(300);
  expect(await axe(page)).toEqual([]);
}

test("from the gallery to people at work", async ({ floor, as }) => {
  test.setTimeout(300_000);
  const page = await as("mei", "en");
  page.setDefaultTimeout(20_000);
  await page.goto(`/o/${floor.org}/projects`);
  await accessible(page);
  await page.getByRole("link", { name: "New project" }).first().click();
  await page.locator("[data-template=text-classification]").click();
  await expect(page.locator(".gm-preview .gw")).toBeVisible();
  await accessible(page);
  await page.getByLabel("Name of the project").fill("Sports reports");
  await page.getByRole("button", { name: "Create the project" }).click();

  // Data: a file with rows that are no rows.
  await expect(page.getByText("Drop a folder, files")).toBeVisible();
  await page
    .getByTestId("files")
    .setInputFiles({ name: "reports.jsonl", mimeType: "application/jsonl", buffer: Buffer.from(rows()) });
  await expect(page.getByText(`${ROWS - BAD} added`)).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: `${BAD} could not be taken` }).click();
  await expect(page.getByRole("dialog").getByRole("row")).toHaveCount(BAD + 1);
  await accessible(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Go on" }).click();

  // People.
  await page.getByRole("button", { name: "Make an invitation link" }).click();
  await expect(page.getByTestId("invitation")).toHaveValue(/\/invitation#/);
  await accessible(page);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("button", { name: "To the project" }).click();
  await expect(page.getByTestId("done")).toContainText(`0 of ${ROWS - BAD}`, { timeout: 60_000 });
  const project = Number(/\/p\/(\d+)/.exec(page.url())![1]);

  // Somebody labels; the picture follows by itself.
  const place = `/api/v1/orgs/${floor.org}/projects/${project}`;
  const anna = await floor.api("anna");
  let done = 0;
  while (done < 20) {
    const { leases } = await told<{ leases: { slot: number; token: string; label_schema: string }[] }>(
      anna.post(`${place}/work/claim`, { data: { count: 10 } }),
    );
    for (const { slot, token } of leases) {
      const labels = { topic: done % 2 === 0 ? "sport" : "science" };
      await told(anna.post(`${place}/work/submit`, { data: { slot, token, labels, client_id: `m-${done}` } }));
      done += 1;
    }
  }
  await expect(page.getByTestId("done")).toContainText(`20 of ${ROWS - BAD}`, { timeout: 60_000 });
  await accessible(page);
  await page.screenshot({ path: "test-results/manager-overview-en.png" });

  await explore(page, floor.org, project);
});

/** Filters over an index: pages by their keys, and nobody counts. */
async function explore(page: Page, org: number, project: number): Promise<void> {
  const asked: URL[] = [];
  page.on("request", (request) => {
    const address = new URL(request.url());
    if (address.pathname.endsWith("/explorer") && address.pathname.startsWith("/api/")) asked.push(address);
  });
  await page.goto(`/o/${org}/p/${project}/explorer`);
  const items = page.locator("tr[data-item]");
  await expect(items).toHaveCount(50);
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(items).toHaveCount(100);
  expect(asked.some((address) => address.searchParams.has("after"))).toBe(true);
  await page.getByRole("combobox", { name: "State" }).click();
  await page.getByRole("option", { name: "done", exact: true }).click();
  await expect(items).toHaveCount(20, { timeout: 30_000 });
  for (const { searchParams } of asked) {
    expect(Number(searchParams.get("limit"))).toBeLessThanOrEqual(50);
    for (const name of ["count", "total", "offset", "page"]) expect(searchParams.has(name)).toBe(false);
  }
}

const CONFIG = `<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text"><Choice value="good"/><Choice value="bad"/></Choices>
</View>`;

test("一个 Label Studio 导出迁入", async ({ floor, as }) => {
  const page = await as("mei", "zh");
  const tasks = ["很好", "很差", "一般"].map((text, at) => ({
    id: at + 1,
    data: { text },
    annotations:
      at < 2
        ? [{ result: [{ from_name: "mood", to_name: "text", type: "choices", value: { choices: ["good"] } }] }]
        : [],
  }));
  await page.goto(`/o/${floor.org}/new`);
  await page.getByRole("tab", { name: "Label Studio" }).click();
  await page.getByLabel("标签体系（YAML、JSON 或 Label Studio XML）").fill(CONFIG);
  await expect(page.getByText("标签体系有效")).toBeVisible();
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "export.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(tasks)) });
  await page.getByLabel("项目名称").fill("情绪");
  await accessible(page);
  await page.screenshot({ path: "test-results/manager-studio-zh.png" });
  await page.getByRole("button", { name: "迁入项目" }).click();
  await page.getByRole("button", { name: "下一步" }).click();
  await expect(page.getByText("新增 3")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("随带 2 条标注")).toBeVisible();
});
