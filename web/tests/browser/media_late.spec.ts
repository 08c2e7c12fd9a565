import { expect, type Page, test } from "@playwright/test";
import type { ImageElement } from "@/editors/image/editor";
import type { EditorOptions } from "@/host/embed";
import { longSound, type Served, serve } from "../../bench/long_sound";

const DURATION = 7200;
let served: Served;
test.beforeAll(async () => {
  test.setTimeout(240_000);
  served = await serve(longSound(DURATION));
});
test.afterAll(() => served.end());

interface Late {
  /** How often it was asked for, and whether it is there. */
  asked: number;
  ready: boolean;
}
declare global {
  interface Window {
    late: Late;
  }
}

async function stage(page: Page): Promise<void> {
  await page.goto("/tests/browser/stage.html");
  await page.waitForFunction(() => window.stage !== undefined);
  await page.evaluate(() => {
    window.late = { asked: 0, ready: false };
  });
}

const asked = (page: Page): Promise<number> => page.evaluate(() => window.late.asked);

test("the wave of a recording appears when the server has made it, whatever is done meanwhile", async ({ page }) => {
  await stage(page);
  await page.evaluate(
    async ({ address, duration }) => {
      const kind = "audio" as const;
      let facts: object = { kind, state: "waiting" };
      const options: EditorOptions = {
        language: "en",
        schema: {
          name: "t",
          controls: [{ name: "turns", type: "segment@1", required: false, field: "audio", options: {} }],
        },
        content: { audio: "blob:1" },
        media: () => ({ url: `${address}/long.wav`, facts: facts as never }),
        renew: async () => {
          window.late.asked += 1;
          if (!window.late.ready) return;
          const [peaks, spectrogram] = [`${address}/peaks.bin`, `${address}/spectrogram.bin`];
          facts = { kind, state: "ready", duration, channels: 1, sample_rate: 8000, peaks, spectrogram };
        },
      };
      await window.stage.open(options);
    },
    { address: served.address, duration: DURATION },
  );
  await expect(page.locator(".ga-status")).toContainText("The waveform is being prepared");
  await expect(page.getByRole("button", { name: /Spectrogram/ })).toBeHidden();
  await page.waitForFunction(() => document.querySelector<HTMLMediaElement>(".ga-media")!.duration > 0);
  const board = (await page.locator(".ga-board").boundingBox())!;
  await page.mouse.move(board.x + 100, board.y + 60);
  await page.mouse.down();
  await page.mouse.move(board.x + 300, board.y + 60, { steps: 4 });
  await page.mouse.up();
  const before = await page.evaluate(() => window.stage.editor!.save().labels.turns);
  expect(before).toHaveLength(1);
  expect(served.requests.get("peaks.bin") ?? 0).toBe(0);
  await expect.poll(() => asked(page)).toBeGreaterThan(1); // it goes on asking
  await page.evaluate(() => {
    window.late.ready = true;
  });
  await expect(page.getByRole("button", { name: /Spectrogram/ })).toBeVisible();
  await expect.poll(() => served.requests.get("peaks.bin") ?? 0).toBeGreaterThan(0);
  await page.keyboard.press("Escape");
  await expect(page.locator(".ga-status")).not.toContainText("prepared");
  const inked = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".ga-board canvas")!;
    const { data } = canvas.getContext("2d")!.getImageData(0, canvas.height / 2, canvas.width, 2);
    return data.filter((value, at) => at % 4 === 0 && value < 120 && data[at + 3]! > 0).length;
  });
  expect(inked).toBeGreaterThan(100);
  expect(await page.evaluate(() => window.stage.editor!.save().labels.turns)).toEqual(before);
  const last = await asked(page);
  await page.waitForTimeout(2500);
  expect(await asked(page)).toBe(last); // what is there is asked for no more
});

const LEVELS = [
  { width: 300, height: 200, columns: 1, rows: 1 },
  { width: 600, height: 400, columns: 2, rows: 1 },
];
const BOX = { x: 10, y: 20, width: 30, height: 40, rotation: 0 };

async function openLate(page: Page, broken: boolean): Promise<string[]> {
  const tiles: string[] = [];
  const red = await page.evaluate(async (width) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, width];
    const context = canvas.getContext("2d")!;
    context.fillStyle = "#ff0000";
    context.fillRect(0, 0, width, width);
    return canvas.toDataURL("image/png");
  }, 512);
  await page.route("**/pyramid/**", async (route) => {
    tiles.push(new URL(route.request().url()).pathname);
    await route.fulfill({ contentType: "image/png", body: Buffer.from(red.split(",")[1]!, "base64") });
  });
  await page.evaluate(
    async ({ levels, unseen, box }) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [600, 400];
      const context = canvas.getContext("2d")!;
      context.fillStyle = "#0000ff";
      context.fillRect(0, 0, 600, 400);
      const kind = "image" as const;
      let facts: object = { kind, state: "making" };
      await window.stage.open({
        language: "en",
        schema: { name: "t", controls: [{ name: "box", type: "box@1", required: false, field: "image", options: {} }] },
        content: { image: "blob:1" },
        labels: { box: [box] },
        media: () => ({ url: unseen ? "data:image/png;base64,AAAA" : canvas.toDataURL(), facts: facts as never }),
        renew: async () => {
          window.late.asked += 1;
          const made = { tile_size: 512, levels, template: "/pyramid/{level}/{x}_{y}.webp" };
          if (window.late.ready) facts = { kind, state: "ready", width: 600, height: 400, tiles: made };
        },
      });
    },
    { levels: LEVELS, unseen: broken, box: BOX },
  );
  return tiles;
}

const colour = (page: Page): Promise<readonly number[] | null> =>
  page.evaluate(() => document.querySelector<ImageElement>(".gi")!.bench!.picture.colorAt([300, 200]));
const view = (page: Page): Promise<object> =>
  page.evaluate(() => ({ ...document.querySelector<ImageElement>(".gi")!.bench!.stage.view }));

test("a picture opened whole goes over to tiles when there are any, with view and work as they were", async ({
  page,
}) => {
  await stage(page);
  const tiles = await openLate(page, false);
  await expect.poll(() => colour(page)).toEqual([0, 0, 255]);
  await page.locator(".gi-stage").focus();
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("+");
  const before = await view(page);
  expect(tiles).toEqual([]);
  await page.evaluate(() => {
    window.late.ready = true;
  });
  await expect.poll(() => colour(page)).toEqual([255, 0, 0]);
  expect(tiles).toContain("/pyramid/0/0_0.webp");
  expect(await view(page)).toEqual(before);
  expect(await page.evaluate(() => window.stage.editor!.save().labels.box)).toEqual([BOX]);
});

test("a picture that browsers do not show appears when its tiles are made", async ({ page }) => {
  await stage(page);
  await openLate(page, true);
  await expect(page.getByRole("alert")).toContainText("This picture is being prepared");
  await page.evaluate(() => {
    window.late.ready = true;
  });
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect.poll(() => colour(page)).toEqual([255, 0, 0]);
});
