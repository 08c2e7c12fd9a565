/** A model that the operator installed: points and boxes become masks in the browser, under the server's real policy. */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import type { ImageElement } from "../../../src/editors/image/editor";
import { decodeCounts, runsOf } from "../../../src/labels/mask";
import { axe, expect, type Floor, test } from "./floor";
import { answers, archive, bringIn, picture } from "./makings";

const MODELS = mkdtempSync(join(tmpdir(), "galley-models-"));
const SCHEMA = `title: {en: Things, zh: 物体}
controls:
  - {name: thing, type: mask, title: {en: Things, zh: 物体}, field: image, labels: [square, ground]}
`;

cpSync(join(import.meta.dirname, "../../fixtures/models/colours"), join(MODELS, "colours"), { recursive: true });
cpSync(join(MODELS, "colours"), join(MODELS, "torn"), { recursive: true });
writeFileSync(join(MODELS, "torn", "encoder.onnx"), Buffer.concat([Buffer.from([8]), Buffer.alloc(4000, 7)]));
writeFileSync(
  join(MODELS, "torn", "model.toml"),
  'title = { en = "Torn", zh = "残缺" }\nkind = "segment-anything"\nlicence = "Apache-2.0"\n',
);

test.use({ models: MODELS });
test.afterAll(() => rmSync(MODELS, { recursive: true, force: true }));

const front = (page: Page): Locator => page.locator(".gw-bench-front");
const tool = (page: Page): Locator => front(page).locator('[data-tool="mask_model"]');
const status = (page: Page): Locator => front(page).locator(".gi-status");

/** Where a pixel of the picture is on the screen. */
async function at(page: Page, x: number, y: number): Promise<[number, number]> {
  return front(page)
    .locator(".gi")
    .evaluate(
      (element: ImageElement, [px, py]) => {
        const { stage } = element.bench!;
        const box = stage.element.getBoundingClientRect();
        return [box.left + stage.view.x + px * stage.view.scale, box.top + stage.view.y + py * stage.view.scale];
      },
      [x, y] as const,
    );
}

async function click(page: Page, x: number, y: number): Promise<void> {
  await page.mouse.click(...(await at(page, x, y)));
}

async function look(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

interface Said {
  readonly label: string;
  readonly size: readonly [number, number];
  readonly counts: string;
}

/** How well a mask agrees with a rectangle: common pixels by all pixels of either. */
function agreement({ size: [height, width], counts }: Said, [left, top, right, bottom]: readonly number[]): number {
  const runs = runsOf(decodeCounts(counts)!, height * width)!;
  let [common, area] = [0, 0];
  for (let place = 0; place < runs.length; place += 2) {
    for (let pixel = runs[place]!; pixel < runs[place + 1]!; pixel += 1) {
      const [x, y] = [Math.floor(pixel / height), pixel % height];
      area += 1;
      if (x >= left! && x < right! && y >= top! && y < bottom!) common += 1;
    }
  }
  return common / (area + (right! - left!) * (bottom! - top!) - common);
}

async function project(floor: Floor): Promise<number> {
  const id = await floor.project({ name: `Models ${Date.now() % 1_000_000}`, schema: SCHEMA, items: [] });
  await bringIn(floor, id, archive([picture("square.png")]), 1);
  return id;
}

async function open(page: Page, floor: Floor, id: number): Promise<void> {
  await page.goto(`/o/${floor.org}/p/${id}/work`);
  await expect(front(page).locator('[data-tool="mask_brush"]')).toBeVisible({ timeout: 20_000 });
  await expect(front(page).locator(".gi-message, .gi-problem")).toHaveCount(0, { timeout: 20_000 });
}

const SQUARE = [100, 100, 200, 200] as const;
const READY = { zh: "请点选物体", en: "Click on an object" };
const FOUND = { zh: "回车采用", en: "Enter: take" };

test("a click on a square becomes its mask, is handed in, and nothing leaves the server's origin", async ({
  floor,
  as,
}) => {
  const id = await project(floor);
  const page = await as("anna", "zh");
  const asked: string[] = [];
  page.context().on("request", (request) => asked.push(request.url()));
  await open(page, floor, id);
  await expect(tool(page)).toBeVisible();
  const before = asked.filter((url) => /\.wasm|models\/files|model_worker/.test(url));
  expect(before, "nothing of it is fetched before somebody uses it").toEqual([]);
  await tool(page).click();
  await expect(status(page)).toContainText(READY.zh, { timeout: 30_000 });
  await look(page, "model-ready-zh");
  await click(page, 150, 150);
  await expect(status(page)).toContainText(FOUND.zh);
  await look(page, "model-found-zh");
  await page.keyboard.press("Enter");
  await expect(front(page).locator(".gw-row:not([hidden])")).toHaveCount(1);
  await look(page, "model-taken-zh");
  await page.keyboard.press("Control+Enter");
  await expect.poll(async () => (await answers(floor, id)).length, { timeout: 20_000 }).toBe(1);
  const [answer] = await answers(floor, id);
  const [mask, ...others] = answer!.thing as Said[];
  expect(others).toEqual([]);
  expect([mask!.label, ...mask!.size]).toEqual(["square", 600, 800]);
  expect(agreement(mask!, SQUARE)).toBeGreaterThan(0.9);
  expect(asked.filter((url) => url.endsWith("/api/v1/models"))).toHaveLength(1);
  expect(asked.filter((url) => new URL(url).origin !== floor.address && !url.startsWith("blob:"))).toEqual([]);
  expect(asked.filter((url) => url.includes("/models/files/"))).toHaveLength(2);
});

test("boxes, points that are not meant, taking back and dropping; by keyboard, too", async ({ floor, as }) => {
  const id = await project(floor);
  const page = await as("bo", "en");
  await open(page, floor, id);
  await page.keyboard.press("m");
  await expect(status(page)).toContainText(READY.en, { timeout: 30_000 });
  // A box around the square.
  await page.mouse.move(...(await at(page, 85, 85)));
  await page.mouse.down();
  await page.mouse.move(...(await at(page, 215, 215)), { steps: 4 });
  await look(page, "model-box-en");
  await page.mouse.up();
  await expect(status(page)).toContainText("box, points: 0");
  // The square is not meant: nothing is left. Taken back, it is there again.
  await page.keyboard.down("Alt");
  await click(page, 150, 150);
  await page.keyboard.up("Alt");
  await expect(status(page)).toContainText("finds nothing");
  await page.keyboard.press("Backspace");
  await expect(status(page)).toContainText(FOUND.en);
  await look(page, "model-found-en");
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(status(page)).toContainText(READY.en);
  await expect(front(page).locator(".gw-row:not([hidden])")).toHaveCount(0);
  // The crosshair goes from where the pointer is; Enter sets a point, Enter again takes the mask.
  await page.mouse.move(...(await at(page, 150, 220)));
  for (let presses = 0; presses < 6; presses += 1) await page.keyboard.press("Shift+ArrowUp");
  await page.keyboard.press("Enter");
  await expect(status(page)).toContainText("points: 1");
  await page.keyboard.press("Enter");
  await expect(front(page).locator(".gw-row:not([hidden])")).toHaveCount(1);
  // Two corners are a box: around the ground's upper part, which the square is not.
  await page.keyboard.press("Shift+Enter");
  for (let presses = 0; presses < 10; presses += 1) await page.keyboard.press("Shift+ArrowRight");
  for (let presses = 0; presses < 10; presses += 1) await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+Enter");
  await expect(status(page)).toContainText("box, points: 0");
  await page.keyboard.press("Control+Enter"); // takes what is shown; handing in is the next
  await expect(front(page).locator(".gw-row:not([hidden])")).toHaveCount(2);
  await page.keyboard.press("Control+z");
  await expect(front(page).locator(".gw-row:not([hidden])")).toHaveCount(1);
  await page.keyboard.press("Control+Enter");
  await expect.poll(async () => (await answers(floor, id)).length, { timeout: 20_000 }).toBe(1);
  const said = (await answers(floor, id))[0]!.thing as Said[];
  expect(said.map((mask) => agreement(mask, SQUARE) > 0.9)).toEqual([true]);
});

test("a model that does not work says so in both languages, and the rest of the editor goes on", async ({
  floor,
  as,
}) => {
  for (const [login, language, told, because] of [
    ["anna", "zh", "模型 残缺 无法运行。", /模型 残缺 无法运行：.*其他功能不受影响/],
    ["bo", "en", "The model Torn does not work.", /The model Torn does not work: .*Everything else does/],
  ] as const) {
    const page = await as(login, language);
    await open(page, floor, await project(floor));
    await tool(page).click();
    await front(page).locator(".gi-model-choice").selectOption("torn");
    await expect(status(page)).toContainText(told, { timeout: 30_000 });
    await expect(page.getByText(because)).toBeVisible();
    await look(page, `model-broken-${language}`);
    await front(page).locator(".gi-model-choice").selectOption("colours");
    await expect(status(page)).toContainText(READY[language], { timeout: 30_000 });
    await front(page).locator('[data-tool="mask_brush"]').click();
    await click(page, 400, 300);
    await expect(front(page).locator(".gw-row:not([hidden])")).toHaveCount(1);
  }
});
