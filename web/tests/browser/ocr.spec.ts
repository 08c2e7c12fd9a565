import { expect, type Page, test } from "@playwright/test";
import AxeBuilder from "axe-core";
import type { ImageElement } from "../../src/editors/image/editor";

const TEXTS = { name: "text", type: "ocr@1", required: false, field: "image", options: { labels: ["line", "title"] } };

async function open(page: Page, labels: object = {}, language: "en" | "zh" = "en"): Promise<void> {
  await page.goto("/tests/browser/stage.html");
  await page.waitForFunction(() => window.stage !== undefined);
  await page.evaluate(
    async ({ control, labels: given, language: wanted }) => {
      const canvas = document.createElement("canvas");
      canvas.width = 800;
      canvas.height = 600;
      const context = canvas.getContext("2d")!;
      context.fillStyle = "#f4f0e4";
      context.fillRect(0, 0, 800, 600);
      context.fillStyle = "#222";
      context.font = "32px sans-serif";
      for (const [at, text] of ["Dover Beach", "The sea is calm tonight", "大海今夜平静"].entries()) {
        context.fillText(text, 100, 120 + at * 120);
      }
      const blob = await new Promise<Blob | null>((go) => canvas.toBlob(go, "image/png"));
      await window.stage.open({
        language: wanted,
        schema: { name: "t", controls: [control as never] },
        content: { image: URL.createObjectURL(blob!) },
        labels: given as never,
      });
    },
    { control: TEXTS, labels, language },
  );
  await expect(page.locator(".gi-message")).toHaveCount(0);
  await expect(page.locator('[data-tool="ocr_quad"]')).toBeVisible();
}

interface Said {
  readonly text: string;
  readonly points: number[][];
}

function texts(page: Page): Promise<Said[]> {
  return page.evaluate(() => window.stage.editor!.save().labels.text as never);
}

async function at(page: Page, x: number, y: number): Promise<[number, number]> {
  return page.evaluate(
    ([px, py]) => {
      const { stage } = document.querySelector<ImageElement>(".gi")!.bench!;
      const box = stage.element.getBoundingClientRect();
      const [left, top] = [box.left + stage.view.x, box.top + stage.view.y];
      return [left + px! * stage.view.scale, top + py! * stage.view.scale] as [number, number];
    },
    [x, y],
  );
}

async function drag(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  await page.mouse.move(...(await at(page, ...from)));
  await page.mouse.down();
  await page.mouse.move(...(await at(page, ...to)), { steps: 3 });
  await page.mouse.up();
}

const line = (text: string, top: number): object => ({
  text,
  label: "line",
  points: [
    [100, top],
    [480, top],
    [480, top + 40],
    [100, top + 40],
  ],
});

async function axe(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: AxeBuilder.source });
  return page.evaluate(async () => {
    const { axe: run } = window as unknown as { axe: typeof AxeBuilder };
    const { violations } = await run.run({ include: [[".gi"], [".gi-toolbar"], [".gw-side"]] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

const LOOKS = [
  { language: "zh", scheme: "light" },
  { language: "en", scheme: "dark" },
] as const;

test("a box and four points are drawn, and what they say is typed where they are", async ({ page }) => {
  await open(page);
  await drag(page, [90, 90], [300, 130]);
  await expect(page.locator(".gi-text-input")).toBeFocused();
  await page.keyboard.type("Dover Beach");
  await page.keyboard.press("Enter");
  await expect(page.locator(".gi-stage")).toBeFocused();
  await page.keyboard.press("q");
  for (const [x, y] of [
    [90, 210],
    [500, 205],
    [502, 250],
    [92, 255],
  ] as const) {
    await page.mouse.click(...(await at(page, x, y)));
    await page.waitForTimeout(380);
  }
  await expect(page.locator(".gi-text-input")).toBeFocused();
  // An input method: what is not settled yet is not in the answer, and its Enter is its own.
  const session = await page.context().newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "da hai", selectionStart: 6, selectionEnd: 6 });
  expect((await page.evaluate(() => [...window.stage.editor!.bench.store.all()][1]!.value.text)) as string).toBe("");
  await session.send("Input.insertText", { text: "大海" });
  await page.screenshot({ path: test.info().outputPath("ocr-typing.png") });
  await page.keyboard.press("Escape");
  expect((await texts(page)).map(({ text }) => text)).toEqual(["Dover Beach", "大海"]);
  expect((await texts(page))[1]!.points).toHaveLength(4);
  // Drawn and said: two steps each, taken back one after the other.
  await page.evaluate(() => window.stage.editor!.undo());
  expect((await texts(page)).map(({ text }) => text)).toEqual(["Dover Beach", ""]);
});

test("the reading order is changed by keys and by clicking in sequence", async ({ page }) => {
  await open(page, { text: [line("two", 90), line("three", 210), line("one", 330)] }, "zh");
  const order = async (): Promise<string> => (await texts(page)).map(({ text }) => text).join(" ");
  expect(await order()).toBe("two three one");
  await page.mouse.click(...(await at(page, 120, 350)));
  await page.keyboard.press("Alt+ArrowUp");
  expect(await order()).toBe("two one three");
  await page.keyboard.press("Alt+ArrowUp");
  expect(await order()).toBe("one two three");
  await page.evaluate(() => window.stage.editor!.undo());
  expect(await order()).toBe("two one three");
  await page.keyboard.press("w");
  await page.mouse.click(...(await at(page, 300, 230))); // three
  await page.mouse.click(...(await at(page, 300, 110))); // two
  await page.screenshot({ path: test.info().outputPath("ocr-order.png") });
  await page.mouse.click(...(await at(page, 300, 350))); // one
  expect(await order()).toBe("three two one");
  expect(await page.evaluate(() => document.querySelector<ImageElement>(".gi")!.bench!.tools.current?.name)).toBe(
    "select",
  );
  for (const one of await texts(page)) expect(Object.keys(one)).not.toContain("order");
  // One after the other, by Enter alone.
  await page.keyboard.press("t");
  await page.mouse.click(...(await at(page, 300, 230)));
  await page.keyboard.press("t");
  await page.keyboard.type("Drei");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Zwei");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Eins");
  await page.keyboard.press("Enter");
  expect(await order()).toBe("Drei Zwei Eins");
});

for (const { language, scheme } of LOOKS) {
  test(`numbers and field are accessible in ${language}, ${scheme}`, async ({ page }) => {
    const given = [line("Dover Beach", 90), line("The sea is calm tonight", 210), line("大海今夜平静", 330)];
    await open(page, { text: given }, language);
    await page.evaluate((wanted) => {
      document.documentElement.dataset.mantineColorScheme = wanted;
    }, scheme);
    await page.screenshot({ path: test.info().outputPath(`ocr-numbers-${language}-${scheme}.png`) });
    await page.mouse.click(...(await at(page, 300, 230)));
    await page.keyboard.press("t");
    await expect(page.locator(".gi-text-input")).toBeFocused();
    expect(await axe(page)).toEqual([]);
    await page.screenshot({ path: test.info().outputPath(`ocr-field-${language}-${scheme}.png`) });
  });
}
