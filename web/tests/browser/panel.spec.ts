import { expect, type Page, test } from "@playwright/test";
import type { EditorOptions } from "@/host/embed";

const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const control = (name: string, type: string, field: string, options: object = {}): object => ({
  name,
  type: `${type}@1`,
  required: false,
  field,
  options,
});

async function open(page: Page, options: object): Promise<void> {
  await page.goto("/tests/browser/stage.html");
  await page.waitForFunction(() => window.stage !== undefined);
  await page.evaluate(async (told) => {
    await window.stage.open({ language: "en", ...told } as EditorOptions);
  }, options);
}

const spans = [
  { start: 0, end: 3, label: "PER" },
  { start: 4, end: 7, label: "PER" },
  { start: 8, end: 13, label: "PER" },
];
const from = (confidence: number | undefined, value: object): object => ({
  kind: "prelabel",
  name: "tagger 2",
  ...(confidence === undefined ? {} : { confidence }),
  value,
});
const REGIONS = [
  { id: "a", control: "who", value: spans[0], from: from(0.873, { label: "PER", end: 3, start: 0 }) },
  { id: "b", control: "who", value: spans[1], from: from(undefined, { start: 4, end: 6, label: "PER" }) },
  { id: "c", control: "who", value: spans[2] },
];
const TEXT = {
  schema: { name: "t", controls: [control("who", "span", "text", { labels: ["PER"] })] },
  content: { text: "Ann Bob Carol came" },
  entities: REGIONS,
};

test("the list of regions says what each row shows, and hides by keys", async ({ page }) => {
  await open(page, TEXT);
  const option = (name: string | RegExp) => page.getByRole("option", { name, exact: true });
  await expect(option("PER Ann Suggested by tagger 2, 87% sure, as suggested")).toBeVisible();
  await expect(option("PER Bob Suggested by tagger 2, changed by you")).toBeVisible();
  await option("PER Carol").click();
  await page.keyboard.press("h");
  await expect(option("PER Carol hidden")).toBeVisible();
  await expect(page.locator(".gw-regions [role=status]")).toHaveText("1 of 3 hidden.");
  await page.evaluate(() => window.stage.editor!.bench.selection.lock(["c"]));
  await expect(option("PER Carol hidden, locked")).toBeVisible();
  await page.keyboard.press("Shift+H");
  await expect(option("PER Carol locked")).toBeVisible();
  await expect(option(/^PER Ann hidden, Suggested/)).toBeVisible();
  await expect(page.locator(".gw-regions [role=status]")).toHaveText("2 of 3 hidden.");
  await page.keyboard.press("Shift+H");
  await expect(page.getByRole("option", { name: /hidden/ })).toHaveCount(0);
  // Hidden is not gone: all three are handed in.
  await page.keyboard.press("h");
  expect(await page.evaluate(() => window.stage.editor!.save().labels.who)).toEqual(spans);
});

test("H is the editor's where it has it, and the list's in the list", async ({ page }) => {
  const box = { x: 0, y: 0, width: 1, height: 1, rotation: 0, label: "cat" };
  await open(page, {
    schema: { name: "t", controls: [control("cats", "box", "image", { labels: ["cat"] })] },
    content: { image: PIXEL },
    labels: { cats: [box] },
  });
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.getByRole("option").click();
  await page.locator(".gi-stage").focus();
  await page.keyboard.press("h");
  await expect(page.getByRole("button", { name: /^Hand|Move the view/ })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("option", { name: /hidden/ })).toHaveCount(0);
  await page.getByRole("listbox").focus();
  await page.keyboard.press("h");
  await expect(page.getByRole("option", { name: /hidden/ })).toHaveCount(1);
});

test("labels that are clicked leave Space to the editor, buttons reached by keys keep it", async ({ page }) => {
  await open(page, {
    schema: {
      name: "t",
      controls: [
        control("turns", "segment", "audio", { labels: ["speech", "noise"], transcribe: true }),
        control("sure", "classify", "audio", { choices: ["yes", "no"] }),
      ],
    },
    content: { audio: "data:audio/wav;base64,UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=" },
    labels: { turns: [{ start: 0, end: 0.5, label: "speech", text: "" }] },
  });
  const plays = (): Promise<number> => page.evaluate(() => (window as unknown as { plays: number }).plays);
  await page.evaluate(() => {
    const counted = window as unknown as { plays: number };
    counted.plays = 0;
    const media = document.querySelector<HTMLMediaElement>(".ga-media")!;
    media.play = async () => {
      counted.plays += 1;
    };
  });
  const noise = page.locator(".gw-palette").getByRole("button", { name: /noise/ });
  await page.locator(".ga-board").focus();
  await noise.click();
  await expect(noise).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Space");
  expect(await plays()).toBe(1);
  const speech = page.locator(".gw-palette").getByRole("button", { name: /speech/ });
  await speech.focus();
  for (const key of ["Space", "Enter"]) {
    await noise.evaluate((button) => (button as HTMLElement).click());
    await page.keyboard.press(key);
    await expect(speech).toHaveAttribute("aria-pressed", "true");
  }
  await page.getByRole("radio", { name: "no" }).focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("radio", { name: "no" })).toBeChecked();
  expect(await plays()).toBe(1);
  await page.keyboard.press("k"); // a letter is nobody else's
  expect(await plays()).toBe(2);
});
