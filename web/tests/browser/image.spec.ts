import { expect, type Page, test } from "@playwright/test";
import AxeBuilder from "axe-core";
import type { Control } from "../../src/core/schema";
import type { ImageElement } from "../../src/editors/image/editor";

const TYPES = ["box", "rotated_box", "ellipse", "polygon", "polyline", "keypoint", "skeleton"] as const;

function control(type: string, options = {}): Control {
  return {
    name: type,
    type: `${type}@1`,
    required: false,
    field: "image",
    options: { labels: [`a ${type}`], ...options },
  };
}

const SKELETON = control("skeleton", {
  points: ["head", "neck", "hand"],
  edges: [
    [0, 1],
    [1, 2],
  ],
});

interface Opening {
  readonly controls?: unknown;
  readonly labels?: object;
  readonly width?: number;
  readonly height?: number;
  readonly language?: "en" | "zh";
  readonly readOnly?: boolean;
}

/** Open a picture with coloured squares on the stage. */
async function open(page: Page, opening: Opening = {}): Promise<void> {
  await page.goto("/tests/browser/stage.html");
  await page.waitForFunction(() => window.stage !== undefined);
  await page.evaluate(
    async (wanted) => {
      const canvas = document.createElement("canvas");
      canvas.width = wanted.width ?? 800;
      canvas.height = wanted.height ?? 600;
      const context = canvas.getContext("2d")!;
      context.fillStyle = "#204060";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.fillStyle = "#ff8000";
      context.fillRect(100, 100, 100, 100);
      const blob = await new Promise<Blob | null>((go) => canvas.toBlob(go, "image/png"));
      await window.stage.open({
        language: wanted.language ?? "en",
        readOnly: wanted.readOnly === true,
        schema: { name: "t", controls: (wanted.controls ?? []) as never },
        content: { image: URL.createObjectURL(blob!) },
        labels: (wanted.labels ?? {}) as never,
      });
    },
    { controls: [control("box")], ...opening },
  );
  await expect(page.locator(".gi-message")).toHaveCount(0);
}

function labels(page: Page): Promise<{ [name: string]: { [field: string]: unknown }[] }> {
  return page.evaluate(() => window.stage.editor!.save().labels as never);
}

/** Where a pixel of the picture lies on the page. */
async function at(page: Page, x: number, y: number): Promise<[number, number]> {
  return page.evaluate(
    async ([px, py]) => {
      const { stage } = document.querySelector<ImageElement>(".gi")!.bench!;
      const box = stage.element.getBoundingClientRect();
      return [box.left + stage.view.x + px! * stage.view.scale, box.top + stage.view.y + py! * stage.view.scale] as [
        number,
        number,
      ];
    },
    [x, y],
  );
}

async function drag(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  await page.mouse.move(...(await at(page, ...from)));
  await page.mouse.down();
  await page.mouse.move(...(await at(page, (from[0] + to[0]) / 2, (from[1] + to[1]) / 2)));
  await page.mouse.move(...(await at(page, ...to)));
  await page.mouse.up();
}

async function click(page: Page, x: number, y: number, modifiers: ("Alt" | "Shift")[] = []): Promise<void> {
  for (const key of modifiers) await page.keyboard.down(key);
  await page.mouse.click(...(await at(page, x, y)));
  for (const key of modifiers) await page.keyboard.up(key);
  // Two clicks in a row are no double click.
  await page.waitForTimeout(380);
}

const selectTool = (page: Page): Promise<void> => page.locator('[data-tool="select"]').click();

test("a box can be drawn, moved and deleted by the keyboard alone", async ({ page }) => {
  await open(page);
  await page.locator(".gi-stage").focus();
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
  for (let step = 0; step < 4; step += 1) await page.keyboard.press("Shift+ArrowRight");
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const [made] = (await labels(page)).box!;
  expect(made).toMatchObject({ width: 40, height: 3, label: "a box" });
  await page.keyboard.press("v");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowUp");
  const [moved] = (await labels(page)).box!;
  expect([Number(moved!.x) - Number(made!.x), Number(moved!.y) - Number(made!.y)]).toEqual([1, -10]);
  // The third corner in hand, one pixel to the right.
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("e");
  await page.keyboard.press("ArrowRight");
  expect((await labels(page)).box![0]!.width).toBe(41);
  // Six handles on there is the one that turns: a degree a press.
  for (let step = 0; step < 2; step += 1) await page.keyboard.press("e");
  await page.keyboard.press("ArrowRight");
  expect((await labels(page)).box![0]!.rotation).toBe(1);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Delete");
  expect((await labels(page)).box).toEqual([]);
});

test("every kind of shape is drawn with the pointer", async ({ page }) => {
  await open(page, { controls: TYPES.map((type) => (type === "skeleton" ? SKELETON : control(type))) });
  await drag(page, [20, 20], [120, 80]);
  await page.locator('[data-tool="ellipse"]').click();
  await drag(page, [200, 20], [300, 60]);
  await page.locator('[data-tool="rotated_box"]').click();
  for (const [x, y] of [
    [400, 100],
    [500, 100],
    [450, 140],
  ] as const)
    await click(page, x, y);
  await page.locator('[data-tool="polygon"]').click();
  for (const [x, y] of [
    [50, 200],
    [150, 200],
    [150, 300],
    [50, 200],
  ] as const)
    await click(page, x, y);
  await page.locator('[data-tool="polyline"]').click();
  for (const [x, y] of [
    [250, 200],
    [350, 200],
    [350, 300],
  ] as const)
    await click(page, x, y);
  await page.keyboard.press("f");
  await page.locator('[data-tool="keypoint"]').click();
  await click(page, 600, 300);
  await page.locator('[data-tool="skeleton"]').click();
  await click(page, 600, 400);
  await click(page, 650, 450, ["Alt"]);
  await page.keyboard.press("x");
  expect(await labels(page)).toEqual({
    box: [{ x: 20, y: 20, width: 100, height: 60, label: "a box" }],
    ellipse: [{ cx: 250, cy: 40, rx: 50, ry: 20, angle: 0, label: "a ellipse" }],
    rotated_box: [{ cx: 450, cy: 120, width: 100, height: 40, angle: 0, label: "a rotated_box" }],
    polygon: [
      {
        points: [
          [50, 200],
          [150, 200],
          [150, 300],
        ],
        label: "a polygon",
      },
    ],
    polyline: [
      {
        points: [
          [250, 200],
          [350, 200],
          [350, 300],
        ],
        label: "a polyline",
      },
    ],
    keypoint: [{ x: 600, y: 300, label: "a keypoint" }],
    skeleton: [
      {
        points: [
          [600, 400, 2],
          [650, 450, 1],
          [0, 0, 0],
        ],
        label: "a skeleton",
      },
    ],
  });
});

test("shapes are resized, turned, and their points put in and taken out; undo takes one step", async ({ page }) => {
  await open(page, {
    controls: [control("box"), control("polygon")],
    labels: {
      box: [{ x: 300, y: 300, width: 200, height: 100, label: "a box" }],
      polygon: [
        {
          points: [
            [50, 50],
            [250, 50],
            [250, 250],
          ],
          label: "a polygon",
        },
      ],
    },
  });
  await selectTool(page);
  await click(page, 400, 320);
  await drag(page, [500, 400], [560, 440]);
  expect((await labels(page)).box![0]).toMatchObject({ x: 300, y: 300, width: 260, height: 140 });
  await page.evaluate(() => window.stage.editor!.undo());
  expect((await labels(page)).box![0]).toMatchObject({ width: 200, height: 100 });
  await click(page, 150, 50);
  await drag(page, [150, 50], [150, 20]);
  expect((await labels(page)).polygon![0]!.points).toEqual([
    [50, 50],
    [150, 20],
    [250, 50],
    [250, 250],
  ]);
  await click(page, 150, 20, ["Alt"]);
  expect((await labels(page)).polygon![0]!.points).toEqual([
    [50, 50],
    [250, 50],
    [250, 250],
  ]);
});

test("a band selects; groups move, are copied and deleted together", async ({ page }) => {
  const box = (x: number) => ({ x, y: 300, width: 60, height: 40, label: "a box" });
  await open(page, { labels: { box: [box(100), box(200), box(500)] } });
  await selectTool(page);
  await drag(page, [60, 280], [300, 380]);
  await page.keyboard.press("Control+g");
  await page.keyboard.press("Escape");
  await drag(page, [130, 320], [140, 350]);
  expect((await labels(page)).box!.map(({ x, y, group }) => [x, y, group])).toEqual([
    [110, 330, "g1"],
    [210, 330, "g1"],
    [500, 300, undefined],
  ]);
  await page.keyboard.press("Control+d");
  const groups = (await labels(page)).box!.map(({ group }) => group);
  expect(groups).toEqual(["g1", "g1", undefined, "g2", "g2"]);
  await page.keyboard.press("Delete");
  expect((await labels(page)).box).toHaveLength(3);
});

test("points snap to the corners of others when that is on", async ({ page }) => {
  await open(page, { labels: { box: [{ x: 300, y: 300, width: 100, height: 100, label: "a box" }] } });
  await page.locator('[data-tool="box"]').click();
  await drag(page, [403, 398], [500, 500]);
  await page.getByRole("button", { name: "Snap to edges" }).click();
  await drag(page, [403, 402], [495, 560]);
  expect((await labels(page)).box!.slice(1).map(({ x, y }) => [x, y])).toEqual([
    [403, 398],
    [400, 400],
  ]);
});

test("four hundred shapes move together in one step", async ({ page }) => {
  const box = Array.from({ length: 400 }, (_, place) => ({
    x: 20 + (place % 20) * 30,
    y: 20 + Math.floor(place / 20) * 20,
    width: 20,
    height: 12,
    label: "a box",
  }));
  await open(page, { labels: { box } });
  await selectTool(page);
  await page.keyboard.press("Control+a");
  await drag(page, [30, 26], [80, 46]);
  const moved = (await labels(page)).box!;
  expect(moved.every(({ x, y }, place) => x === box[place]!.x + 50 && y === box[place]!.y + 20)).toBe(true);
  await page.evaluate(() => window.stage.editor!.undo());
  expect((await labels(page)).box![399]).toEqual(box[399]);
});

test("wheel, keys and two fingers zoom; the middle button pans", async ({ page }) => {
  await open(page);
  const percent = page.locator(".gi-percent");
  await page.locator(".gi-stage").focus();
  await page.keyboard.press("Alt+1");
  await expect(percent).toHaveText("100%");
  const before = await at(page, 150, 150);
  await page.mouse.move(...before);
  await page.mouse.wheel(0, -300);
  const after = await at(page, 150, 150);
  expect(Math.hypot(after[0] - before[0], after[1] - before[1])).toBeLessThan(1.5);
  await expect(percent).not.toHaveText("100%");
  await page.mouse.down({ button: "middle" });
  await page.mouse.move(before[0] + 40, before[1] + 10, { steps: 3 });
  await page.mouse.up({ button: "middle" });
  const panned = await at(page, 150, 150);
  expect(Math.round(panned[0] - after[0])).toBe(40);
  await expect(page.locator(".gi-minimap")).toBeVisible();
  await page.keyboard.press("0");
  await expect(page.locator(".gi-minimap")).toBeHidden();
  const fitted = await percent.textContent();
  const cdp = await page.context().newCDPSession(page);
  const touch = (type: string, apart: number) =>
    cdp.send("Input.dispatchTouchEvent", {
      type: type as "touchStart",
      touchPoints:
        apart === 0
          ? []
          : [
              { x: 400 - apart, y: 400, id: 0 },
              { x: 400 + apart, y: 400, id: 1 },
            ],
    });
  await touch("touchStart", 50);
  await touch("touchMove", 80);
  await touch("touchMove", 100);
  await touch("touchEnd", 0);
  await expect(percent).not.toHaveText(fitted!);
  expect((await labels(page)).box).toEqual([]);
});

test("one finger draws, on a screen with more pixels", async ({ browser }) => {
  const context = await browser.newContext({
    viewport: { width: 1180, height: 820 },
    deviceScaleFactor: 2,
    hasTouch: true,
  });
  const page = await context.newPage();
  await open(page);
  const cdp = await context.newCDPSession(page);
  const touch = async (type: string, x: number, y: number) => {
    const [px, py] = await at(page, x, y);
    await cdp.send("Input.dispatchTouchEvent", {
      type: type as "touchStart",
      touchPoints: type === "touchEnd" ? [] : [{ x: px, y: py, id: 0 }],
    });
  };
  await touch("touchStart", 100, 100);
  await touch("touchMove", 180, 160);
  await touch("touchMove", 200, 200);
  await touch("touchEnd", 0, 0);
  const [made] = (await labels(page)).box!;
  expect(Math.abs(Number(made!.width) - 100)).toBeLessThanOrEqual(2);
  const pixels = await page
    .locator(".gi-layer-live")
    .evaluate((canvas) => (canvas as HTMLCanvasElement).width / canvas.clientWidth);
  expect(pixels).toBeCloseTo(2, 2);
  await page.screenshot({ path: `${process.env.SHOTS ?? "test-results"}/image-tablet.png` });
  await context.close();
});

test("the strip tells place and colour under the pointer", async ({ page }) => {
  await open(page);
  await page.mouse.move(...(await at(page, 150, 150)));
  await expect(page.locator(".gi-status")).toContainText("150, 150");
  await expect(page.locator(".gi-status")).toContainText("#ff8000");
});

test("of a large picture only tiles that are seen are fetched", async ({ page }) => {
  const asked: string[] = [];
  await page.route("**/pyramid/**", async (route) => {
    asked.push(new URL(route.request().url()).pathname);
    await route.fulfill({ contentType: "image/svg+xml", status: 404, body: "" });
  });
  await page.route("**/whole.jpg", (route) => {
    asked.push("whole");
    return route.abort();
  });
  await page.goto("/tests/browser/stage.html");
  await page.waitForFunction(() => window.stage !== undefined);
  await page.evaluate(async () => {
    const levels: { width: number; height: number; columns: number; rows: number }[] = [];
    for (let [width, height] = [8660, 5774]; ; [width, height] = [Math.ceil(width / 2), Math.ceil(height / 2)]) {
      levels.unshift({ width, height, columns: Math.ceil(width / 512), rows: Math.ceil(height / 512) });
      if (width <= 512 && height <= 512) break;
    }
    await window.stage.open({
      language: "en",
      schema: { name: "t", controls: [{ name: "box", type: "box@1", required: false, field: "image", options: {} }] },
      content: { image: "whole" },
      media: () => ({
        url: "/whole.jpg",
        facts: {
          state: "ready",
          kind: "image",
          width: 8660,
          height: 5774,
          tiles: { tile_size: 512, levels, template: "/pyramid/{level}/{x}_{y}.webp" },
        },
      }),
    });
  });
  await page.waitForTimeout(500);
  const names = new Set(asked);
  expect(names.has("whole")).toBe(false);
  expect(names.has("/pyramid/0/0_0.webp")).toBe(true);
  // 1083 pixels wide on about a thousand of the screen: six tiles and the coarsest one.
  expect(names.size).toBeLessThanOrEqual(7);
  // What cannot be had is tried a few times, not for ever.
  expect(asked.length).toBeLessThanOrEqual(3 * names.size);
});

for (const [browser, refuses] of [
  ["", false],
  [", also in a browser that shows it and does not decode its bytes", true],
] as const)
  test(`a picture is shown upright, and its sizes are those of the upright one${browser}`, async ({ page }) => {
    if (refuses)
      await page.addInitScript(() => {
        const decode = createImageBitmap.bind(window) as (...asked: unknown[]) => Promise<ImageBitmap>;
        const refused = (): Promise<never> => Promise.reject(new DOMException("not decoded", "InvalidStateError"));
        window.createImageBitmap = (...asked: unknown[]) => (asked[0] instanceof Blob ? refused() : decode(...asked));
      });
    await page.goto("/tests/browser/stage.html");
    await page.waitForFunction(() => window.stage !== undefined);
    const size = await page.evaluate(async () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [300, 200];
      canvas.getContext("2d")!.fillRect(0, 0, 9, 9);
      const blob = await new Promise<Blob | null>((go) => canvas.toBlob(go, "image/jpeg"));
      const plain = new Uint8Array(await blob!.arrayBuffer());
      // EXIF with nothing but orientation 6: turned a quarter clockwise.
      const exif = [
        0xff, 0xe1, 0, 34, 69, 120, 105, 102, 0, 0, 77, 77, 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0,
        0, 0, 0, 0, 0,
      ];
      const turned = new Blob([plain.slice(0, 2), new Uint8Array(exif), plain.slice(2)], { type: "image/jpeg" });
      await window.stage.open({
        language: "en",
        schema: { name: "t", controls: [{ name: "box", type: "box@1", required: false, field: "image", options: {} }] },
        content: { image: URL.createObjectURL(turned) },
      });
      return document.querySelector<ImageElement>(".gi")!.bench!.picture.ready;
    });
    expect(size).toEqual({ width: 200, height: 300 });
  });

test("dragging one shape repaints none of the others", async ({ page }) => {
  const box = Array.from({ length: 400 }, (_, place) => ({
    x: (place % 20) * 40,
    y: Math.floor(place / 20) * 30,
    width: 30,
    height: 20,
    label: "a box",
  }));
  await open(page, { labels: { box } });
  await selectTool(page);
  await click(page, 410, 300);
  await page.waitForTimeout(300);
  const painted = (): Promise<number> =>
    page.evaluate(async () => {
      return document.querySelector<ImageElement>(".gi")!.bench!.still.painted;
    });
  const before = await painted();
  await page.mouse.move(...(await at(page, 415, 310)));
  await page.mouse.down();
  for (let step = 1; step <= 20; step += 1) await page.mouse.move(...(await at(page, 415 + 2 * step, 310 + step)));
  expect(await painted()).toBe(before);
  await page.mouse.up();
  expect((await labels(page)).box!.some(({ x, y }) => x === 440 && y === 320)).toBe(true);
});

test("a picture that is only classified can be looked at; one that cannot be had says so", async ({ page }) => {
  const topic: Control = {
    name: "topic",
    type: "classify@1",
    required: true,
    field: "image",
    options: { choices: ["a", "b"] },
  };
  const problems: string[] = [];
  page.on("pageerror", (problem) => problems.push(String(problem)));
  await page.goto("/tests/browser/stage.html");
  await page.waitForFunction(() => window.stage !== undefined);
  await page.evaluate(async (control) => {
    const media = () => ({ url: "/gone.png", facts: { state: "ready" as const, kind: "image" as const } });
    await window.stage.open({
      language: "en",
      schema: { name: "t", controls: [control] as never },
      content: { image: "x" },
      media,
    });
  }, topic as unknown);
  await expect(page.getByRole("alert")).toContainText("cannot be shown");
  await page.route("**/gone.png", (route) =>
    route.fulfill({
      contentType: "image/svg+xml",
      body: '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="300" height="200" fill="#00ff00"/></svg>',
    }),
  );
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator(".gi-message")).toHaveCount(0);
  await page.mouse.move(...(await at(page, 20, 20)));
  await expect(page.locator(".gi-status")).toContainText("#00ff00");
  expect(problems).toEqual([]);
});

test("nothing is left when it ends: no element, no bitmap, no key", async ({ page }) => {
  await page.addInitScript(() => {
    const counts = { open: 0 };
    const real = window.createImageBitmap.bind(window);
    window.createImageBitmap = (async (...given: Parameters<typeof createImageBitmap>) => {
      const bitmap = await real(...given);
      counts.open += 1;
      return bitmap;
    }) as typeof createImageBitmap;
    const take = OffscreenCanvas.prototype.transferToImageBitmap;
    OffscreenCanvas.prototype.transferToImageBitmap = function () {
      counts.open += 1;
      return take.call(this);
    };
    const close = ImageBitmap.prototype.close;
    ImageBitmap.prototype.close = function () {
      counts.open -= 1;
      close.call(this);
    };
    (window as unknown as { bitmaps: typeof counts }).bitmaps = counts;
  });
  await open(page, {
    labels: { box: [{ x: 10, y: 10, width: 500, height: 400, label: "a box" }] },
    width: 3000,
    height: 2000,
  });
  const count = (): Promise<number> =>
    page.evaluate(() => (window as unknown as { bitmaps: { open: number } }).bitmaps.open);
  await page.locator(".gi-stage").focus();
  await page.keyboard.press("+");
  await page.waitForTimeout(500);
  expect(await count()).toBeGreaterThan(0);
  const left = await page.evaluate(() => {
    const { keys } = window.stage.editor!.bench;
    window.stage.editor!.end();
    return {
      keys: keys.actions.filter(({ name }) => name.startsWith("image.")).length,
      elements: document.querySelectorAll("[class^=gi]").length,
    };
  });
  await page.waitForTimeout(300);
  expect(left).toEqual({ keys: 0, elements: 0 });
  expect(await count()).toBe(0);
});

test("read only: shapes are selected, revealed and marked, not changed", async ({ page }) => {
  await open(page, { readOnly: true, labels: { box: [{ x: 300, y: 300, width: 100, height: 100, label: "a box" }] } });
  await expect(page.locator('[data-tool="box"]')).toHaveCount(0);
  await drag(page, [350, 350], [450, 450]);
  await page.keyboard.press("Delete");
  await page.keyboard.press("ArrowRight");
  expect((await labels(page)).box).toEqual([{ x: 300, y: 300, width: 100, height: 100, label: "a box" }]);
  const shown = await page.evaluate(() => {
    const { bench } = window.stage.editor!;
    const [entity] = [...bench.store.all()];
    bench.mark([{ control: "box", id: entity!.id }]);
    bench.reveal({ control: "box", id: entity!.id });
    return bench.selection.focus === entity!.id;
  });
  expect(shown).toBe(true);
  await expect(page.locator(".gi-spoken")).toContainText("100 × 100");
});

for (const language of ["en", "zh"] as const) {
  for (const scheme of ["light", "dark"] as const) {
    test(`accessible in ${language}, ${scheme}`, async ({ page }) => {
      await open(page, {
        language,
        controls: TYPES.map((type) => (type === "skeleton" ? SKELETON : control(type))),
        labels: { box: [{ x: 300, y: 300, width: 100, height: 100, label: "a box" }] },
      });
      await page.evaluate((wanted) => {
        document.documentElement.dataset.mantineColorScheme = wanted;
      }, scheme);
      await selectTool(page);
      await click(page, 350, 350);
      await page.getByRole("button", { name: language === "en" ? "Brightness" : "亮度" }).click();
      await page.addScriptTag({ content: AxeBuilder.source });
      const problems = await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof AxeBuilder };
        const found = await axe.run({ include: [[".gi"], [".gi-toolbar"]] });
        return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
      });
      expect(problems).toEqual([]);
      await page.screenshot({ path: `${process.env.SHOTS ?? "test-results"}/image-${language}-${scheme}.png` });
    });
  }
}
