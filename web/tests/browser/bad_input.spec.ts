/** Bad input: whatever records and prelabels bring, nothing is thrown, nothing is lost, and what is wrong is said in both languages. */

import { expect, type Page, test } from "@playwright/test";
import type { ImageElement } from "@/editors/image/editor";
import type { EditorOptions } from "@/host/embed";

const PICTURES = {
  one: "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
  wide: "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAdTAAAAACCAIAAAAepzbHAAAAzUlEQVR4nO3OgQkAAAQAMPz/M1dIabtgGR0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAv1XUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABgywDHwgED/CqUogAAAABJRU5ErkJggg==",
  sixteen:
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAB4AAAAUEAAAAADvUA5bAAAAHElEQVR4nGOc48BANmAiX+uo5lHNo5pHNVNDMwB7pAEEtggFnwAAAABJRU5ErkJggg==",
  cmyk: "data:image/jpeg;base64,/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAIBgYHBgUIBwcHCQkICgwUDQwLCwwZEhMPFB0aHx4dGhwcICQuJyAiLCMcHCg3KSwwMTQ0NB8nOT04MjwuMzQy/8AAFAgAHgAoBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD3+vn+vn+vf6KKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK//2Q==",
  empty: "data:image/png;base64,",
  corrupt: "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==",
} as const;

/** A WAV file of a tone, as an address. */
function wav(rate: number, channels: number, seconds: number): string {
  const samples = Math.round(rate * seconds);
  const data = Buffer.alloc(44 + samples * channels * 2);
  data.write("RIFF", 0);
  data.writeUInt32LE(data.length - 8, 4);
  data.write("WAVEfmt ", 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(channels, 22);
  data.writeUInt32LE(rate, 24);
  data.writeUInt32LE(rate * channels * 2, 28);
  data.writeUInt16LE(channels * 2, 32);
  data.writeUInt16LE(16, 34);
  data.write("data", 36);
  data.writeUInt32LE(data.length - 44, 40);
  for (let at = 0; at < samples * channels; at += 1)
    data.writeInt16LE(Math.round(9000 * Math.sin(at / 9)), 44 + at * 2);
  return `data:audio/wav;base64,${data.toString("base64")}`;
}

const control = (name: string, type: string, field: string, options: object = {}): object => ({
  name,
  type: `${type}@1`,
  required: false,
  field,
  options,
});

let thrown: string[] = [];
test.beforeEach(async ({ page }) => {
  thrown = [];
  page.on("pageerror", (problem) => thrown.push(problem.message));
  await page.goto("/tests/browser/stage.html");
  await page.waitForFunction(() => window.stage !== undefined);
});
test.afterEach(() => expect(thrown).toEqual([]));

interface Bad {
  readonly controls: readonly object[];
  readonly content: object;
  readonly labels?: object;
  readonly language?: "en" | "zh";
  readonly facts?: object;
}

async function open(page: Page, { controls, content, labels = {}, language = "en", facts }: Bad): Promise<void> {
  await page.evaluate(
    async ({ told, known }) => {
      const media = (url: string) => ({ url, facts: known as never });
      await window.stage.open({ ...told, ...(known === null ? {} : { media }) } as unknown as EditorOptions);
      window.stage.editor!.bench.focus();
    },
    { told: { schema: { name: "t", controls }, content, labels, language }, known: facts ?? null },
  );
}

const saved = (page: Page): Promise<{ labels: unknown; problems: readonly string[] }> =>
  page.evaluate(() => {
    const { labels, problems } = window.stage.editor!.save();
    return { labels, problems: problems.map(({ text }) => text.en) };
  });

/** Opens it in both languages and looks for what is said there. */
async function says(page: Page, bad: Bad, en: string, zh: string): Promise<void> {
  for (const [language, words] of [
    ["en", en],
    ["zh", zh],
  ] as const) {
    await open(page, { ...bad, language });
    await expect(page.locator("#stage")).toContainText(words);
  }
}

test("text of emoji, of both directions, with marks and line ends of all kinds is marked by code points", async ({
  page,
}) => {
  const text = "👩‍👩‍👧 hi שלום e\u0301\r\ntwo\u2028three\u0000 🇨🇳 a\ud83d";
  const points = Array.from(text);
  const who = [
    { start: 0, end: 5, label: "P" },
    { start: points.indexOf("ש"), end: points.indexOf("ש") + 4, label: "P" },
    { start: points.indexOf("🇨"), end: points.indexOf("🇨") + 2, label: "P" },
  ];
  await open(page, {
    controls: [control("who", "span", "text", { labels: ["P"] })],
    content: { text },
    labels: { who },
  });
  expect((await saved(page)).labels).toEqual({ who });
  for (const key of ["ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown", "1"]) await page.keyboard.press(key);
  expect((await saved(page)).problems).toEqual([]);
  await page.evaluate(() => window.stage.editor!.undo());
  expect(await saved(page)).toEqual({ labels: { who }, problems: [] });
  const wanted = ["👩‍👩‍👧", "שלום", "🇨🇳"];
  await expect(page.locator(".gw-row:not([hidden]) .gw-row-about")).toHaveText(wanted);
});

test("an empty or missing text says so", async ({ page }) => {
  for (const text of ["", null]) {
    const controls = [control("who", "span", "text", { labels: ["P"] })];
    await says(page, { controls, content: { text } }, "This text is empty", "文本为空");
    for (const key of ["ArrowRight", "Control+a", "Shift+ArrowDown", "1", "Enter"]) await page.keyboard.press(key);
    expect(await saved(page)).toEqual({ labels: { who: [] }, problems: [] });
  }
});

test("pictures of a pixel, of a line, of ink and of sixteen bits are shown and drawn on", async ({ page }) => {
  const sizes = { one: [1, 1], wide: [30000, 2], sixteen: [30, 20], cmyk: [40, 30] } as const;
  for (const [name, [width, height]] of Object.entries(sizes)) {
    const image = PICTURES[name as keyof typeof PICTURES];
    const controls = [control("box", "box", "image"), control("mask", "mask", "image")];
    await open(page, { controls, content: { image } });
    const size = await page.evaluate(() => document.querySelector<ImageElement>(".gi")!.bench!.picture.ready);
    expect([name, size]).toEqual([name, { width, height }]);
    await page.locator(".gi-stage").focus();
    for (const key of ["d", "+", "-", "0", "ArrowRight", "Enter", "ArrowRight", "ArrowDown", "Enter", "Escape"])
      await page.keyboard.press(key);
    const { problems } = await saved(page);
    expect([name, problems]).toEqual([name, []]);
  }
});

test("all eight orientations are shown upright", async ({ page }) => {
  // Red in the stored picture's upper left quarter: where it is seen tells how it was turned.
  const corners = [
    "left top",
    "right top",
    "right bottom",
    "left bottom",
    "left top",
    "right top",
    "right bottom",
    "left bottom",
  ];
  for (const [at, corner] of corners.entries()) {
    await page.evaluate(async (orientation) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [80, 40];
      const context = canvas.getContext("2d")!;
      context.fillStyle = "#0000ff";
      context.fillRect(0, 0, 80, 40);
      context.fillStyle = "#ff0000";
      context.fillRect(0, 0, 40, 20);
      const blob = await new Promise<Blob | null>((go) => canvas.toBlob(go, "image/jpeg", 0.95));
      const plain = new Uint8Array(await blob!.arrayBuffer());
      const exif = [
        0xff,
        0xe1,
        0,
        34,
        69,
        120,
        105,
        102,
        0,
        0,
        77,
        77,
        0,
        42,
        0,
        0,
        0,
        8,
        0,
        1,
        1,
        18,
        0,
        3,
        0,
        0,
        0,
        1,
        0,
        orientation,
        0,
        0,
        0,
        0,
        0,
        0,
      ];
      const turned = new Blob([plain.slice(0, 2), new Uint8Array(exif), plain.slice(2)], { type: "image/jpeg" });
      await window.stage.open({
        language: "en",
        schema: { name: "t", controls: [{ name: "box", type: "box@1", required: false, field: "image", options: {} }] },
        content: { image: URL.createObjectURL(turned) },
      });
    }, at + 1);
    const seen = await page.evaluate(async () => {
      const { picture } = document.querySelector<ImageElement>(".gi")!.bench!;
      const { width, height } = await picture.ready;
      for (const [across, x] of [
        ["left", 0.2],
        ["right", 0.8],
      ] as const)
        for (const [down, y] of [
          ["top", 0.2],
          ["bottom", 0.8],
        ] as const) {
          const [red = 0] = picture.colorAt([width * x, height * y]) ?? [];
          if (red > 200) return [width, height, `${across} ${down}`];
        }
      return [width, height, ""];
    });
    expect([at + 1, ...seen]).toEqual([at + 1, ...(at < 4 ? [80, 40] : [40, 80]), corner]);
  }
});

test("a picture of no or of broken bytes says so, with what the server found; what was said stays", async ({
  page,
}) => {
  const problem = {
    code: "GLY-ANN-330",
    message: "It is cut off. Send it again.",
    message_zh: "文件不完整。请重新提供。",
  };
  const labels = { box: [{ x: 1, y: 2, width: 3, height: 4, rotation: 0 }], sharp: "no" };
  for (const name of ["empty", "corrupt"] as const) {
    const bad: Bad = {
      controls: [control("box", "box", "image"), control("sharp", "classify", "image", { choices: ["yes", "no"] })],
      content: { image: PICTURES[name] },
      labels,
      facts: { state: "failed", kind: "image", problem },
    };
    await says(page, bad, "This picture cannot be shown. It is cut off. Send it again.", "文件不完整。请重新提供。");
    for (const key of ["d", "ArrowRight", "Enter", "ArrowRight", "ArrowDown", "Enter", "Escape"])
      await page.keyboard.press(key);
    expect((await saved(page)).labels).toEqual(labels);
  }
});

test("shapes that models got wrong are listed, told and deleted; the others stay", async ({ page }) => {
  const right = { x: 1, y: 1, width: 5, height: 5, rotation: 0, label: "cat" };
  const labels = {
    box: [right, { ...right, x: -500, width: 1e6 }, { ...right, label: "dog" }, { x: "a", y: null, label: 3 }],
    outline: [{ points: [] }, { points: "x" }, { points: [[1, 2], null, [3]] }, {}],
    joints: [{ points: [[1, 1, 2]] }, {}],
    area: [{ size: [30, 40], counts: "garbage!!" }, { size: [1e9, 1e9], counts: [1, 2] }, {}],
    round: [{ cx: 1, cy: 1, rx: -1, ry: 0, angle: 900 }, {}],
  };
  await open(page, {
    controls: [
      control("box", "box", "image", { labels: ["cat"] }),
      control("outline", "polygon", "image"),
      control("joints", "skeleton", "image", { points: ["a", "b"], edges: [[0, 1]] }),
      control("area", "mask", "image"),
      control("round", "ellipse", "image"),
    ],
    content: { image: PICTURES.cmyk, width: 40, height: 30 },
    labels,
  });
  const { problems } = await saved(page);
  expect(problems.some((text) => text.startsWith("This lies outside"))).toBe(true);
  expect(problems.some((text) => text.startsWith("This question has no such label"))).toBe(true);
  const ids = await page.evaluate(() => {
    const { bench } = window.stage.editor!;
    const wrong = bench.problems().flatMap(({ id }) => id ?? []);
    for (const id of wrong) window.stage.editor!.reveal({ id });
    bench.selection.set(wrong);
    bench.focus();
    return wrong.length;
  });
  expect(ids).toBeGreaterThan(8);
  await page.locator(".gw-detail").getByRole("button", { name: "Delete" }).click();
  expect(await saved(page)).toEqual({
    labels: { box: [right], outline: [], joints: [], area: [], round: [] },
    problems: [],
  });
});

test("recordings of no length, of 8 kHz and of six channels open and are marked as far as they go", async ({
  page,
}) => {
  const controls = [control("turns", "segment", "audio", { labels: ["speech"], transcribe: true })];
  const turns = [{ start: 0, end: 0.5, label: "speech", text: "x" }];
  for (const [rate, channels, seconds] of [
    [8000, 1, 2],
    [96000, 6, 1],
  ] as const) {
    await open(page, { controls, content: { audio: wav(rate, channels, seconds) }, labels: { turns } });
    await page.waitForFunction(
      (length) => document.querySelector<HTMLMediaElement>(".ga-media")!.duration === length,
      seconds,
    );
    await expect(page.locator(".ga-clock")).toContainText(`/ 0:0${seconds}`);
    for (const key of ["End", "i", "Home", "o", "s", "r", "Escape"]) await page.keyboard.press(key);
    expect((await saved(page)).problems).toEqual([]);
  }
  await says(page, { controls, content: { audio: wav(8000, 1, 0) } }, "This recording is empty", "录音为空");
  for (const key of ["Space", "l", "i", "l", "o", "End", "+", "-"]) await page.keyboard.press(key);
  await expect(page.locator(".ga-status")).not.toContainText("NaN");
  expect((await saved(page)).labels).toEqual({ turns: [] });
  const problem = {
    code: "GLY-ANN-332",
    message: "Not decoded here. Convert it.",
    message_zh: "此处不解码。请转换格式。",
  };
  const facts = { state: "failed", kind: "audio", duration: 900, problem };
  const long = { controls, content: { audio: wav(8000, 1, 1) }, labels: { turns }, facts };
  await says(
    page,
    long,
    "it can be played and marked all the same. Not decoded here. Convert it.",
    "仍可播放和标注。 此处不解码",
  );
  expect((await saved(page)).labels).toEqual({ turns });
});

test("segments without times are listed, and nothing plays at no place", async ({ page }) => {
  const turns = [
    { start: -4, end: 1e9, label: "q" },
    { start: "x", end: null },
    { start: 1, end: 1, label: "speech" },
    {},
  ];
  const controls = [control("turns", "segment", "audio", { labels: ["speech"], transcribe: true })];
  await open(page, { controls, content: { audio: wav(8000, 1, 2) }, labels: { turns } });
  expect((await saved(page)).problems.length).toBeGreaterThan(3);
  await expect(page.getByRole("option")).toHaveCount(4);
  for (let at = 0; at < 4; at += 1) {
    await page.getByRole("option").nth(at).click();
    await page.locator(".ga-board").focus();
    for (const key of ["r", "z", "Enter", "Escape", "Shift+r", "Shift+r"]) await page.keyboard.press(key);
  }
  expect((await saved(page)).labels).toEqual({ turns: expect.arrayContaining(turns) });
});

test("messages without a role, with calls of any form: all of it is shown, nothing changed unasked", async ({
  page,
}) => {
  const messages = [
    { content: "no role" },
    { role: "assistant", content: null, tool_calls: [{}, null, "odd", { function: { name: 3, arguments: { a: 1 } } }] },
    { role: "assistant", content: "x", tool_calls: { broken: "whole" } },
    {
      role: "tool",
      content: [{ type: "image_url", image_url: { url: "javascript:alert(1)" } }, { type: "text" }, null, 4],
    },
    { role: 7, content: { a: 1 } },
  ];
  await open(page, { controls: [control("chat", "dialogue", "messages", { edit: true })], content: { messages } });
  for (const words of ["no role", "odd", "broken", "whole"]) await expect(page.locator("#stage")).toContainText(words);
  for (const key of ["ArrowDown", "ArrowDown", "Enter", "Escape", "ArrowDown"]) await page.keyboard.press(key);
  expect(await saved(page)).toEqual({ labels: {}, problems: [] });
  const none: Bad = { controls: [control("chat", "dialogue", "messages", {})], content: { messages: "hello" } };
  await says(page, none, "has no conversation", "没有");
});

test("nothing to rank, nothing to score: it is said; one candidate is ranked", async ({ page }) => {
  const ranking = (responses: unknown): Bad => ({
    controls: [control("r", "ranking", "responses")],
    content: { responses },
  });
  await says(page, ranking([]), "Nothing to rank", "无可排序内容");
  await says(page, ranking([{ id: "a" }, { id: "a" }]), "Nothing to rank", "无可排序内容");
  await open(page, ranking(["only"]));
  await page.keyboard.press("1");
  expect(await saved(page)).toEqual({ labels: { r: [["0"]] }, problems: [] });
  const rubric: Bad = { controls: [control("r", "rubric", "answer", { criteria: [] })], content: { answer: "x" } };
  await says(page, rubric, "This question has no criteria", "此题没有评分标准");
});

test("an answer of a kind that is not known is shown and kept; what is not offered goes with the next choice", async ({
  page,
}) => {
  const strange = { depth: [1, 2] };
  const several = { mode: "multi", choices: ["a", "b"] };
  const bad: Bad = {
    controls: [control("x", "hologram", "text"), control("topics", "classify", "text", several)],
    content: { text: "t" },
    labels: { x: strange, topics: ["a", "gone"] },
  };
  await says(page, bad, "cannot be answered here: hologram@1", "此处无法回答该类型：hologram@1");
  await expect(page.locator(".gf-raw")).toContainText('"depth"');
  expect((await saved(page)).problems).toEqual(["This question does not offer this answer: {answer}. Choose again."]);
  await page.getByRole("checkbox", { name: "b" }).click();
  expect(await saved(page)).toEqual({ labels: { x: strange, topics: ["a", "b"] }, problems: [] });
});
