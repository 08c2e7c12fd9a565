/** A manager's day: a project from the gallery, a thousand rows, people, progress and filters; a Label Studio export. */

import type { APIRequestContext, Page } from "@playwright/test";
import { axe, expect, type Floor, test, told } from "./floor";

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
  await answered(await floor.api("anna"), `/api/v1/orgs/${floor.org}/projects/${project}`, 20);
  await expect(page.getByTestId("done")).toContainText(`20 of ${ROWS - BAD}`, { timeout: 60_000 });
  await accessible(page);
  await page.screenshot({ path: "test-results/manager-overview-en.png" });
});

/** Answers in the name of somebody, sport and science by turns. */
async function answered(api: APIRequestContext, place: string, count: number): Promise<void> {
  let done = 0;
  while (done < count) {
    const { leases } = await told<{ leases: { slot: number; token: string }[] }>(
      api.post(`${place}/work/claim`, { data: { count: Math.min(10, count - done) } }),
    );
    for (const { slot, token } of leases) {
      const labels = { topic: done % 2 === 0 ? "sport" : "science" };
      const client_id = `${place} ${done}`.replaceAll(/[^\w]/g, "-");
      await told(api.post(`${place}/work/submit`, { data: { slot, token, labels, client_id } }));
      done += 1;
    }
  }
}

const TOPICS = `title: {en: Topics, zh: 主题}
controls:
  - {name: topic, type: classify, title: {en: Topic, zh: 主题}, field: text, choices: [sport, science, other]}
`;

/** A project of as many items, with answers to the first of them. */
async function topics(floor: Floor, name: string, items: number, answers: number): Promise<number> {
  const texts = Array.from({ length: items }, (_, at) => ({ text: `Report ${at}: the match ended ${at % 7} to 2.` }));
  const project = await floor.project({ name, schema: TOPICS, items: texts });
  await answered(await floor.api("anna"), `/api/v1/orgs/${floor.org}/projects/${project}`, answers);
  return project;
}

test("filters over an index: pages by their keys, and nobody counts", async ({ floor, as }) => {
  test.setTimeout(180_000);
  const project = await topics(floor, "Explored", 120, 20);
  const page = await as("mei", "en");
  const asked: URL[] = [];
  page.on("request", (request) => {
    const address = new URL(request.url());
    if (address.pathname.endsWith("/explorer") && address.pathname.startsWith("/api/")) asked.push(address);
  });
  await page.goto(`/o/${floor.org}/p/${project}/explorer`);
  const items = page.locator("tr[data-item]");
  await expect(items).toHaveCount(50);
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(items).toHaveCount(100);
  expect(asked.some((address) => address.searchParams.has("after"))).toBe(true);
  const choose = async (name: string, option: string): Promise<void> => {
    await page.getByRole("combobox", { name, exact: true }).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };
  // What reads the answers into the index is a duty: it may be a moment behind.
  await expect
    .poll(async () => {
      await page.goto(`/o/${floor.org}/p/${project}/explorer?status=done`);
      await expect(items.first().or(page.getByText("Nothing fits"))).toBeVisible();
      return items.count();
    })
    .toBe(20);
  await choose("Question", "Topic");
  await choose("Answer", "sport");
  await expect(items).toHaveCount(10);
  await expect(page.getByRole("row").getByText("science")).toHaveCount(0);

  // An item opened beside the list: its record in the workbench, who said what.
  await items.first().getByRole("button").click();
  const panel = page.getByRole("dialog");
  await expect(panel.locator(".gw")).toBeVisible();
  await expect(panel.getByText("anna · Annotate, revision 1")).toBeVisible();
  await accessible(page);
  await page.screenshot({ path: "test-results/manager-item-en.png" });
  await page.keyboard.press("Escape");
  await expect(panel).toHaveCount(0);
  for (const { searchParams } of asked) {
    expect(Number(searchParams.get("limit"))).toBeLessThanOrEqual(50);
    for (const name of ["count", "total", "offset", "page"]) expect(searchParams.has(name)).toBe(false);
  }
});

test("a schema is changed, after what would become of the answers is told", async ({ floor, as }) => {
  test.setTimeout(180_000);
  const project = await topics(floor, "Changed", 30, 20);
  const page = await as("mei", "en");
  await page.goto(`/o/${floor.org}/p/${project}/schema`);
  const text = page.getByLabel("Schema (YAML, JSON or Label Studio XML)");
  await expect(page.getByText("This is a label schema")).toBeVisible();
  const before = await text.inputValue();
  await text.fill(`${before}\n  nonsense: [`);
  await expect(page.locator(".gm-yaml-wrong")).toHaveCount(1);
  await text.fill(before.replaceAll("sport", "games"));
  await page.getByRole("button", { name: "What would change?" }).click();
  await expect(page.getByText("10 of 20 answers no longer fit")).toBeVisible();
  await accessible(page);
  await page.screenshot({ path: "test-results/manager-schema-en.png" });
  await page.getByRole("button", { name: "Save as a new version" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save as a new version" }).click();
  await expect(page.getByText("Compared with version 1")).toBeVisible();
});

test("a project is paused, and goes on", async ({ floor, as }) => {
  const project = await topics(floor, "Paused", 5, 0);
  const anna = await floor.api("anna");
  const page = await as("mei", "en");
  await page.goto(`/o/${floor.org}/p/${project}`);
  for (const [act, state] of [
    ["Pause", "Paused"],
    ["Reopen", "Open"],
  ] as const) {
    await page.getByRole("button", { name: "State of the project" }).click();
    await page.getByRole("menuitem", { name: act }).click();
    await page.getByRole("dialog").getByRole("button", { name: act }).click();
    await expect(page.getByRole("heading", { level: 1 }).locator("..").locator("..")).toContainText(state);
    const { refused } = await told<{ refused: string | null }>(
      anna.post(`/api/v1/orgs/${floor.org}/projects/${project}/work/claim`, { data: { count: 1 } }),
    );
    expect(refused).toBe(act === "Pause" ? "project-paused" : null);
  }
});

test("every page of a project can be reached and read", async ({ floor, as }) => {
  test.setTimeout(240_000);
  const project = await topics(floor, "各页", 12, 6);
  const page = await as("mei", "zh");
  const wrong: (readonly [string, string[]])[] = [];
  const names = ["", "/explorer", "/people", "/people?tab=access", "/people?tab=teams", "/people?tab=batches"];
  names.push("/quality", "/quality?tab=rules", "/quality?tab=actions", "/quality?tab=appeals", "/schema", "/guideline");
  names.push("/data", "/data?tab=out", "/data?tab=models", "/data?tab=hooks", "/settings");
  for (const name of names) {
    await page.goto(`/o/${floor.org}/p/${project}${name}`);
    await expect(page.locator("h1")).toBeVisible();
    await page.waitForTimeout(1200);
    wrong.push([name, await axe(page)]);
    const shot = `manager-page${name.replaceAll(/\W+/g, "-")}-zh.png`;
    await page.screenshot({ path: `test-results/${shot}`, fullPage: true });
  }
  expect(wrong.filter(([, found]) => found.length > 0)).toEqual([]);
  await page.goto(`/o/${floor.org}/lines`);
  await expect(page.getByText("还没有产线运行过")).toBeVisible();
  await accessible(page);
});

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
