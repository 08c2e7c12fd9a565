/** Frames of the editors of the built app under real input: a long text, many shapes, a long recording. */

import { type Page, test } from "@playwright/test";
import type { ImageElement } from "@/editors/image/editor";
import { LABELS, longDocument } from "./documents";
import { longSound, serve } from "./long_sound";
import { drag, type Frames, framesOf, spread, steps, tell, tellFailures, untilShown, wordInView } from "./measure";
import { boxes, middleOf, picture, strewn } from "./pictures";
import { openOnStage, type StageServer, serveStage } from "./stage";

const ADDED = 20;
const SPANS = 2000;
const SECONDS = 7200;

let stage: StageServer;
test.beforeAll(async () => {
  stage = await serveStage();
});
test.afterAll(() => stage.end());
tellFailures(test);

const SIZE = "window.stage.editor.bench.store.size";
const control = (name: string, type: string, field: string, options: object): object => ({
  name,
  type,
  required: false,
  field,
  options,
});

/** Something is added or moved by a gesture, time and again: frames of all, and how long each took to be seen. */
async function each(
  page: Page,
  count: number,
  event: string,
  act: (at: number) => Promise<void>,
): Promise<{ frames: Frames; shown: object }> {
  const taken: number[] = [];
  const frames = await framesOf(page, () =>
    steps(count, async (at) => {
      const shown = await untilShown(page, event, SIZE);
      await act(at);
      const ms = await shown();
      if (ms !== null) taken.push(ms);
    }),
  );
  return { frames, shown: spread(taken) };
}

test("text", async ({ page }) => {
  test.setTimeout(120_000);
  const { text, spans } = longDocument(100_000, SPANS);
  const controls = [control("entity", "span@1", "text", { labels: LABELS })];
  const opened = await openOnStage(page, stage, {
    small: { controls, content: { text: "warm" } },
    shown: { controls, content: { text }, labels: { entity: spans as never } },
    ready: "document.querySelector('.gt-block') !== null",
  });
  const box = (await page.locator(".gt-scroller").boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const scroll = await framesOf(page, () => steps(120, () => page.mouse.wheel(0, 120)));
  const fling = await framesOf(page, () => steps(60, (at) => page.mouse.wheel(0, at < 30 ? 1500 : -1500)));
  await page.keyboard.press("1"); // a label in hand: what is marked becomes a span
  const { frames: add, shown } = await each(page, ADDED, "pointerup", async (at) => {
    const { from, by } = await wordInView(page, ".gt-scroller", at);
    await drag(page, from, by, { count: 4 });
  });
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/text.png` });
  tell("text", { opened, scroll, fling, add, shown });
});

/** Where a point of the picture lies on the page. */
function onPage(page: Page, x: number, y: number): Promise<[number, number]> {
  return page.evaluate(
    ([px, py]) => {
      const { element, view } = document.querySelector<ImageElement>(".gi")!.bench!.stage;
      const { left, top } = element.getBoundingClientRect();
      return [left + view.x + px! * view.scale, top + view.y + py! * view.scale] as [number, number];
    },
    [x, y],
  );
}

interface Drawn {
  readonly shapes: number;
  readonly size: readonly [number, number];
  readonly labels: object;
  /** The middle of the shape that is moved. */
  readonly shape: readonly [number, number];
  readonly media?: object;
}

async function image(page: Page, { shapes, size, labels, shape, media }: Drawn): Promise<void> {
  const [width, height] = size;
  const controls = [control("boxes", "box@1", "image", { labels: ["l0", "l1"] })].concat(
    "areas" in labels
      ? [
          control("areas", "polygon@1", "image", { labels: ["l0", "l1"] }),
          control("cells", "ellipse@1", "image", { labels: ["l0", "l1"] }),
        ]
      : [],
  );
  const opened = await openOnStage(page, stage, {
    small: { controls, content: { image: "/small.png" } },
    shown: {
      controls,
      content: { image: media === undefined ? "/large.png" : "blob:1" },
      labels: labels as never,
      ...(media === undefined ? {} : { media }),
    },
    ready: "!document.querySelector('.gi-message') && (document.querySelector('.gi')?.bench?.stage.paintsAll ?? false)",
  });
  const box = (await page.locator(".gi-stage").boundingBox())!;
  const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
  await page.locator(".gi-stage").focus();
  await page.keyboard.press("v");
  await page.mouse.click(...(await onPage(page, ...shape)));
  const from = await onPage(page, ...shape);
  const before = await page.evaluate(() => window.stage.editor!.operations().length);
  const move = await framesOf(page, () => drag(page, from, [180, 90], { count: 90 }));
  const moved = (await page.evaluate(() => window.stage.editor!.operations().length)) - before;
  await page.keyboard.press("Escape");
  const hover = await framesOf(page, () =>
    steps(90, (at) => page.mouse.move(middle[0] - 200 + at * 4, middle[1] + Math.sin(at / 8) * 120)),
  );
  await page.mouse.move(...middle);
  const zoom = await framesOf(page, () => steps(60, (at) => page.mouse.wheel(0, at < 30 ? -60 : 60)));
  await page.keyboard.press("0");
  await steps(12, () => page.mouse.wheel(0, -60));
  const pan = await framesOf(page, () => drag(page, middle, [-260, -130], { count: 90, button: "middle" }));
  tell("image", { shapes, megapixels: Math.round((width * height) / 1e6), opened, moved, move, hover, zoom, pan });
  if (process.env.SHOTS !== undefined)
    await page.screenshot({ path: `${process.env.SHOTS}/image-${shapes}-${width}.png` });
}

for (const shapes of [1000, 10_000]) {
  test(`image, ${shapes} boxes`, async ({ page }) => {
    test.setTimeout(120_000);
    const size = [3000, 2000] as const;
    stage.files.set("/small.png", picture(300, 200));
    stage.files.set("/large.png", picture(...size));
    const all = boxes(shapes, ...size);
    const one = middleOf(all, ...size);
    const labels = { boxes: all.map((box, at) => ({ ...box, label: `l${at % 2}` })) };
    await image(page, { shapes, size, labels, shape: [one.x + one.width / 2, one.y + one.height / 2] });
  });
}

const TILE = 512;

/** What the server says of a picture that it cut into tiles. */
function tiledFacts(width: number, height: number): object {
  const levels: object[] = [];
  for (let [wide, high] = [width, height]; ; [wide, high] = [Math.ceil(wide / 2), Math.ceil(high / 2)]) {
    levels.unshift({ width: wide, height: high, columns: Math.ceil(wide / TILE), rows: Math.ceil(high / TILE) });
    if (wide <= TILE && high <= TILE) break;
  }
  const tiles = { tile_size: TILE, levels, template: "/tile.png?{level}/{x}/{y}" };
  return { url: "/none", facts: { state: "ready", kind: "image", width, height, tiles } };
}

test("image, 10000 boxes, polygons and ellipses on 50 megapixels", async ({ page }) => {
  test.setTimeout(120_000);
  const [shapes, size] = [10_000, [8660, 5774] as const];
  stage.files.set("/small.png", picture(300, 200));
  stage.files.set("/tile.png", picture(TILE, TILE));
  const labels = strewn(shapes, ...size);
  const [width, height] = size;
  // One that lies on top of the others in the middle, so that it can be taken.
  const top = { x: width / 2 - 100, y: height / 2 - 100, width: 200, height: 200, label: "l0" };
  const drawn = { ...labels, boxes: [...labels.boxes, top] };
  await image(page, { shapes, size, labels: drawn, shape: [width / 2, height / 2], media: tiledFacts(...size) });
});

/** The wave is drawn: more than one shade in a row of its canvas. */
const WAVE = `(() => {
  const canvas = document.querySelector(".ga-board canvas");
  if (!canvas || canvas.width === 0) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 60, canvas.width, 1);
  return new Set(Array.from({ length: canvas.width }, (_, at) => data[at * 4])).size > 1;
})()`;

test("audio", async ({ page }) => {
  test.setTimeout(240_000);
  const served = await serve(longSound(SECONDS));
  try {
    const controls = [control("turns", "segment@1", "audio", { labels: ["speech", "noise"], transcribe: true })];
    const file = (name: string): string => `${served.address}/${name}`;
    const facts = {
      kind: "audio",
      state: "ready",
      duration: SECONDS,
      channels: 1,
      sample_rate: 8000,
      peaks: file("peaks.bin"),
      spectrogram: file("spectrogram.bin"),
    };
    const item = { controls, content: { audio: "blob:1" }, media: { url: file("long.wav"), facts } };
    const turns = Array.from({ length: 3000 }, (_, at) => ({ start: at * 2.4, end: at * 2.4 + 1.5, label: "speech" }));
    served.bytes.clear();
    const opened = await openOnStage(page, stage, { small: item, shown: { ...item, labels: { turns } }, ready: WAVE });
    const bytes = [...served.bytes.values()].reduce((sum, one) => sum + one, 0);
    const board = (await page.locator(".ga-board").boundingBox())!;
    await page.locator(".ga-board").focus();
    const [x, y] = [board.x + board.width / 2, board.y + 80];
    await page.mouse.move(x, y);
    const scroll = await framesOf(page, () => steps(120, () => page.mouse.wheel(40, 0)));
    await page.keyboard.down("Control");
    const zoom = await framesOf(page, () => steps(120, (at) => page.mouse.wheel(0, at % 60 < 30 ? 25 : -25)));
    await page.keyboard.up("Control");
    await page.evaluate(() =>
      window.stage.editor!.reveal({ control: "turns", start: 3_600_000, end: 3_601_000, unit: "time" }),
    );
    await page.waitForTimeout(500);
    const { frames: add, shown } = await each(page, 10, "pointerup", (at) =>
      drag(page, [board.x + 30 + at * 60, y], [30, 0], { count: 8 }),
    );
    tell("audio", { opened, bytes, scroll, zoom, add, shown });
    if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/audio.png` });
  } finally {
    served.end();
  }
});
