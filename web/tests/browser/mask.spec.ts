import { expect, type Page, test } from "@playwright/test";
import AxeBuilder from "axe-core";
import type { ImageElement } from "../../src/editors/image/editor";

const MASKS = {
  name: "mask",
  type: "mask@1",
  required: false,
  field: "image",
  options: { labels: [{ value: "cat" }, { value: "dog", title: { en: "Dog", zh: "狗" } }] },
};

interface Opening {
  readonly width?: number;
  readonly height?: number;
  readonly labels?: object;
  readonly language?: "en" | "zh";
}

/** A picture with an orange disc on blue ground. */
async function open(page: Page, opening: Opening = {}): Promise<void> {
  await page.goto("/tests/browser/stage.html");
  await page.waitForFunction(() => window.stage !== undefined);
  await page.evaluate(
    async ({ control, wanted }) => {
      const canvas = document.createElement("canvas");
      canvas.width = wanted.width ?? 800;
      canvas.height = wanted.height ?? 600;
      const context = canvas.getContext("2d")!;
      context.fillStyle = "#204060";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.fillStyle = "#ff8000";
      context.beginPath();
      context.arc(500, 300, 90, 0, 7);
      context.fill();
      const blob = await new Promise<Blob | null>((go) => canvas.toBlob(go, "image/png"));
      await window.stage.open({
        language: wanted.language ?? "en",
        schema: { name: "t", controls: [control as never] },
        content: { image: URL.createObjectURL(blob!) },
        labels: (wanted.labels ?? {}) as never,
      });
    },
    { control: MASKS, wanted: opening },
  );
  await expect(page.locator(".gi-message")).toHaveCount(0);
  await expect(page.locator('[data-tool="mask_brush"]')).toBeVisible();
}

interface Said {
  readonly label: string;
  readonly size: [number, number];
  readonly counts: string;
  readonly area: number;
}

/** The masks as they would be handed in, with their areas. */
function masks(page: Page): Promise<Said[]> {
  return page.evaluate(async () => {
    const { decodeCounts } = await import("/src/labels/mask.ts" as string);
    const found = (window.stage.editor!.save().labels.mask ?? []) as unknown as Said[];
    return found.map((one) => ({
      ...one,
      area: (decodeCounts(one.counts) as number[]).reduce((sum, length, at) => sum + (at % 2 === 1 ? length : 0), 0),
    }));
  });
}

function operations(page: Page): Promise<{ name: string; changes: number; bytes: number }[]> {
  return page.evaluate(() =>
    window.stage.editor!.operations().map(({ name, changes }) => ({
      name,
      changes: changes.length,
      bytes: JSON.stringify(changes).length,
    })),
  );
}

function at(page: Page, x: number, y: number): Promise<[number, number]> {
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

async function stroke(page: Page, points: readonly [number, number][]): Promise<void> {
  await page.mouse.move(...(await at(page, ...points[0]!)));
  await page.mouse.down();
  for (const point of points.slice(1)) await page.mouse.move(...(await at(page, ...point)), { steps: 4 });
  await page.mouse.up();
}

async function brushSize(page: Page, size: number): Promise<void> {
  await page.locator(".gi-size").evaluate((input, log) => {
    (input as HTMLInputElement).value = String(log);
    input.dispatchEvent(new Event("input"));
  }, Math.log2(size));
}

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

test("strokes paint one mask, each a transaction of the tiles it touched; undo takes them back exactly", async ({
  page,
}) => {
  await open(page);
  await brushSize(page, 32);
  await stroke(page, [
    [100, 100],
    [200, 100],
  ]);
  const [first] = await masks(page);
  expect(first).toMatchObject({ label: "cat", size: [600, 800] });
  expect(first!.area).toBeGreaterThan(100 * 32 * 0.95);
  await stroke(page, [
    [150, 100],
    [150, 300],
  ]);
  const [second] = await masks(page);
  expect(await masks(page)).toHaveLength(1);
  expect((await operations(page)).map(({ name, changes }) => `${name} ${changes}`)).toEqual(["brush 2", "brush 2"]);
  // Alt erases.
  await page.keyboard.down("Alt");
  await stroke(page, [
    [120, 100],
    [130, 100],
  ]);
  await page.keyboard.up("Alt");
  expect((await masks(page))[0]!.area).toBeLessThan(second!.area);
  await page.evaluate(() => window.stage.editor!.undo());
  expect((await masks(page))[0]).toEqual(second);
  await page.evaluate(() => window.stage.editor!.undo());
  expect((await masks(page))[0]).toEqual(first);
  await page.evaluate(() => window.stage.editor!.undo());
  expect(await masks(page)).toEqual([]);
  for (let step = 0; step < 2; step += 1) await page.evaluate(() => window.stage.editor!.redo());
  expect((await masks(page))[0]).toEqual(second);
  // Another one: nothing selected, the other label.
  await page.keyboard.press("n");
  await page.keyboard.press("2");
  await stroke(page, [
    [400, 100],
    [480, 160],
  ]);
  expect((await masks(page)).map(({ label }) => label)).toEqual(["cat", "dog"]);
  // The canvas shows it: the colour of the label where it was painted.
  const shown = await page.evaluate(() => {
    const { stage } = document.querySelector<ImageElement>(".gi")!.bench!;
    const canvas = document.querySelector<HTMLCanvasElement>(".gi-layer-masks")!;
    const spot = (x: number, y: number): number => {
      const [left, top] = [x * stage.view.scale + stage.view.x, y * stage.view.scale + stage.view.y];
      return canvas.getContext("2d")!.getImageData(left * stage.ratio, top * stage.ratio, 1, 1).data[3]!;
    };
    return [spot(440, 130) > 60, spot(700, 500)];
  });
  expect(shown).toEqual([true, 0]);
  await page.screenshot({ path: test.info().outputPath("mask-brush.png") });
});

test("outline, holes, pieces, flood and eraser", async ({ page }) => {
  await open(page);
  await page.locator('[data-tool="mask_outline"]').click();
  for (const point of [
    [100, 100],
    [300, 100],
    [300, 300],
    [100, 300],
  ] as const) {
    await page.mouse.click(...(await at(page, point[0], point[1])));
    await page.waitForTimeout(380);
  }
  await page.keyboard.press("f");
  const square = (await masks(page))[0]!.area;
  expect(square).toBe(200 * 200);
  // A hole, and a piece of its own.
  await page.keyboard.press("r");
  await brushSize(page, 40);
  await stroke(page, [
    [200, 200],
    [200, 201],
  ]);
  expect((await masks(page))[0]!.area).toBeLessThan(square - 1000);
  await page.keyboard.press("j");
  expect((await masks(page))[0]!.area).toBe(square);
  await page.keyboard.press("b");
  await stroke(page, [
    [500, 500],
    [520, 500],
  ]);
  expect((await masks(page))[0]!.area).toBeGreaterThan(square);
  await page.keyboard.press("k");
  expect((await masks(page))[0]!.area).toBe(square);
  await page.keyboard.press("g");
  await page.mouse.click(...(await at(page, 700, 500)));
  expect((await masks(page))[0]!.area).toBe(800 * 600);
  // All of it in one tile after the other is encoded, and taken away as a piece: the mask is gone.
  await page.keyboard.down("Alt");
  await page.mouse.click(...(await at(page, 700, 500)));
  await page.keyboard.up("Alt");
  expect(await masks(page)).toEqual([]);
  await page.evaluate(() => window.stage.editor!.undo());
  expect((await masks(page))[0]!.area).toBe(800 * 600);
});

test("without a mouse: the pen begins in the middle of what is seen", async ({ page }) => {
  await open(page);
  await brushSize(page, 10);
  await page.locator(".gi-stage").focus();
  await page.keyboard.press("Space");
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Space");
  const [made] = await masks(page);
  expect(made?.area ?? 0).toBeGreaterThan(300);
});

test("without a mouse: the crosshair and the pen", async ({ page }) => {
  await open(page);
  await brushSize(page, 10);
  await page.locator(".gi-stage").focus();
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Space");
  for (let step = 0; step < 5; step += 1) await page.keyboard.press("Shift+ArrowRight");
  expect(await masks(page)).toEqual([]);
  await page.keyboard.press("Space");
  const [made] = await masks(page);
  expect(made!.area).toBeGreaterThan(500);
  expect(made!.area).toBeLessThan(640);
  await page.keyboard.press("Enter");
  expect((await operations(page)).length).toBe(1); // a dot where it is painted already changes nothing
  await page.keyboard.press(".");
  await page.keyboard.press(".");
  await page.keyboard.press("Enter");
  expect((await masks(page))[0]!.area).toBeGreaterThan(made!.area);
  await page.keyboard.press("Delete");
  expect(await masks(page)).toEqual([]);
});

test("a mask from before is shown, picked on the canvas and handed in as it was", async ({ page }) => {
  const before = { label: "dog", size: [600, 800], counts: "" };
  await open(page);
  await stroke(page, [
    [300, 250],
    [400, 300],
  ]);
  const [{ counts }] = (await masks(page)) as [Said];
  await open(page, { labels: { mask: [{ ...before, counts }] } as never, language: "zh" });
  await page.locator('[data-tool="select"]').click();
  await page.mouse.click(...(await at(page, 350, 275)));
  expect(await page.evaluate(() => window.stage.editor!.bench.selection.ids.size)).toBe(1);
  expect((await masks(page))[0]).toMatchObject({ ...before, counts });
  await page.screenshot({ path: test.info().outputPath("mask-zh.png") });
});

test("superpixels follow the edge of what is seen", async ({ page }) => {
  await open(page);
  await brushSize(page, 40);
  await page.locator(".gi-stage").focus();
  await page.keyboard.press("s");
  await expect(page.locator(".gi-status")).toContainText(/\d+ superpixels/, { timeout: 20_000 });
  const points: [number, number][] = [];
  for (let y = 225; y <= 375; y += 15) for (let x = 420; x <= 580; x += 20) points.push([x, y]);
  const inside = points.filter(([x, y]) => Math.hypot(x - 500, y - 300) < 80);
  await stroke(page, inside);
  await page.screenshot({ path: test.info().outputPath("mask-superpixels.png") });
  const [made] = await masks(page);
  const disc = Math.PI * 90 * 90;
  expect(made!.area).toBeGreaterThan(disc * 0.8);
  expect(made!.area).toBeLessThan(disc * 1.08);
  expect((await operations(page)).length).toBe(1);
});

for (const { language, scheme } of LOOKS) {
  test(`the panel over the stage is accessible in ${language}, ${scheme}`, async ({ page }) => {
    await open(page, { language });
    await page.evaluate((wanted) => {
      document.documentElement.dataset.mantineColorScheme = wanted;
    }, scheme);
    await stroke(page, [
      [300, 250],
      [400, 300],
    ]);
    await expect(page.locator(".gi-mask")).toBeVisible();
    expect(await axe(page)).toEqual([]);
    await page.screenshot({ path: test.info().outputPath(`mask-${language}-${scheme}.png`) });
    // On a narrow stage it takes lines of its own, and hides none of its buttons.
    await page.setViewportSize({ width: 760, height: 600 });
    const stage = (await page.locator(".gi-stage").boundingBox())!;
    for (const part of await page.locator(".gi-mask button, .gi-mask input").all()) {
      const box = (await part.boundingBox())!;
      expect(box.x + box.width).toBeLessThanOrEqual(stage.x + stage.width);
    }
    await page.screenshot({ path: test.info().outputPath(`mask-narrow-${language}-${scheme}.png`) });
  });
}

test("six masks on a 4k picture: strokes keep up with frames, and handing in does not wait", { tag: "@long" }, async ({
  page,
}) => {
  test.setTimeout(240_000);
  await open(page, { width: 4096, height: 2304 });
  await brushSize(page, 160);
  for (let one = 0; one < 6; one += 1) {
    const y = 300 + one * 320;
    const points: [number, number][] = [];
    for (let x = 300; x <= 3800; x += 250) points.push([x, y + (x % 500 === 0 ? 150 : -150)]);
    await page.evaluate(() => {
      const frames: number[] = [];
      let last = performance.now();
      const tick = (now: number): void => {
        frames.push(now - last);
        last = now;
        if (!(window as never as { stopped: boolean }).stopped) requestAnimationFrame(tick);
      };
      Object.assign(window, { frames, stopped: false });
      requestAnimationFrame(tick);
    });
    await stroke(page, points);
    await page.keyboard.press("n");
  }
  const told = await page.evaluate(async (control) => {
    Object.assign(window, { stopped: true });
    const frames = [...(window as never as { frames: number[] }).frames].sort((one, other) => one - other);
    const { bench } = document.querySelector<ImageElement>(".gi")!;
    const begun = performance.now();
    const { labels } = window.stage.editor!.save();
    const first = performance.now() - begun;
    const again = performance.now();
    window.stage.editor!.save();
    const second = performance.now() - again;
    // Everything encoded at once, as after a reload: entities that nobody has written before.
    const { writeLabels } = await import("/src/labels/kinds.ts" as string);
    const entities = structuredClone([...window.stage.editor!.bench.store.all()]);
    const cold = performance.now();
    const written = writeLabels({ name: "t", controls: [control] }, entities);
    const third = performance.now() - cold;
    const operations = window.stage.editor!.operations();
    const bytes = operations.map(({ changes }) => JSON.stringify(changes).length);
    // The view is moved: what is there is shifted, not painted anew.
    const pans: number[] = [];
    for (let step = 0; step < 60; step += 1) {
      bench!.stage.setView({ ...bench!.stage.view, x: bench!.stage.view.x + (step % 20 < 10 ? 4 : -4) });
      await new Promise((go) => requestAnimationFrame(go));
      pans.push(bench!.stage.lastPaint);
    }
    pans.sort((one, other) => one - other);
    return {
      masks: (labels.mask as unknown[]).length,
      tiles: operations.map(({ changes }) => changes.length - 1),
      bytes,
      frame: { median: frames[frames.length >> 1], p95: frames[Math.floor(frames.length * 0.95)] },
      pan: { median: pans[30], p95: pans[57] },
      save: { first, second, cold: third },
      same: JSON.stringify(written) === JSON.stringify(labels),
    };
  }, MASKS);
  console.info(JSON.stringify(told));
  await page.screenshot({ path: test.info().outputPath("mask-4k.png") });
  expect(told.masks).toBe(6);
  expect(told.same).toBe(true);
  // Only the tiles that a stroke passed are in the log, and they are small.
  expect(Math.max(...told.tiles)).toBeLessThan(60);
  expect(Math.max(...told.bytes)).toBeLessThan(60 * 1500);
  const problems = await page.evaluate(() => window.stage.editor!.save().problems);
  expect(problems).toEqual([]);
});
