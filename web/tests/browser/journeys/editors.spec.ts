/** One journey an editor: real data in, real pointer and keyboard, and what the server keeps is what was drawn. */

import type { Locator, Page } from "@playwright/test";
import type { LabelSchema } from "../../../src/core/schema";
import type { ImageElement } from "../../../src/editors/image/editor";
import { readLabels } from "../../../src/labels/kinds";
import { expect, type Floor, test, told } from "./floor";
import {
  allTemplates,
  answers,
  archive,
  bringIn,
  fromTemplate,
  picture,
  placeOf,
  silence,
  sound,
  type Template,
} from "./makings";

const front = (page: Page): Locator => page.locator(".gw-bench-front");
/** The rows of the list of regions. */
const rows = (page: Page): Locator => front(page).locator(".gw-row:not([hidden])");

async function open(page: Page, floor: Floor, project: number): Promise<void> {
  await page.goto(`/o/${floor.org}/p/${project}/work`);
  await expect(front(page).locator(".gw-field").first()).toBeVisible({ timeout: 15_000 });
  await expect(front(page).locator(".gi-message, .gi-problem")).toHaveCount(0, { timeout: 20_000 });
}

/** A picture for people, where they asked for pictures: in the page's language and colours, and in dark. */
async function look(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS === undefined) return;
  for (const scheme of ["light", "dark"] as const) {
    await page.evaluate((told_) => document.documentElement.setAttribute("data-mantine-color-scheme", told_), scheme);
    await page.waitForTimeout(250);
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${scheme}.png` });
  }
  await page.evaluate(() => document.documentElement.setAttribute("data-mantine-color-scheme", "light"));
}

const submit = (page: Page): Promise<void> => page.keyboard.press("Control+Enter");

/** What the server has when there are as many answers as handed in. */
async function kept(floor: Floor, project: number, count = 1): Promise<{ [control: string]: unknown }[]> {
  await expect.poll(async () => (await answers(floor, project)).length, { timeout: 20_000 }).toBe(count);
  return answers(floor, project);
}

async function project(floor: Floor, schema: string, what: readonly object[] | Buffer, count = 1): Promise<number> {
  const id = await floor.project({ name: `Editors ${Date.now() % 1_000_000}`, schema, items: [] });
  await bringIn(floor, id, what, count);
  return id;
}

interface Lease {
  readonly slot: number;
  readonly attempt: number;
  readonly schema_version: number;
  readonly content: { readonly [field: string]: unknown };
}

/** Put an answer before somebody as the draft they left, and say how the server writes it. */
async function begun(floor: Floor, login: string, id: number, template: Template): Promise<unknown> {
  const [api, place] = [await floor.api(login), placeOf(floor, id)];
  const { leases } = await told<{ leases: Lease[] }>(api.post(`${place}/work/claim`, { data: { count: 1 } }));
  const lease = leases[0]!;
  const { schema } = await told<{ schema: LabelSchema }>(api.get(`${place}/schemas/${lease.schema_version}`));
  const checked = await told<{ answer?: object; answer_problem?: object }>(
    floor.owner.post("/api/v1/schemas/check", {
      data: { data: schema, record: lease.content, answer: template.answer },
    }),
  );
  expect(checked.answer_problem ?? null, template.name).toBeNull();
  const entities = readLabels(schema, template.answer as never, () => crypto.randomUUID());
  expect(entities.length, template.name).toBeGreaterThan(0);
  const body = { v: 1, attempt: lease.attempt, entities };
  await told(api.put(`${place}/work/drafts/${lease.slot}`, { data: { seq: Date.now(), whole: true, body } }));
  return checked.answer;
}

test("every template of the gallery opens, shows its example answer, and what is handed in is that answer", async ({
  floor,
  as,
}) => {
  test.setTimeout(300_000);
  const templates = await allTemplates(floor.owner);
  expect(templates.length).toBeGreaterThanOrEqual(19);
  const page = await as("anna", "zh");
  const wrong: string[] = [];
  for (const template of templates) {
    const id = await fromTemplate(floor, template);
    const answer = await begun(floor, "anna", id, template);
    await open(page, floor, id);
    await expect(page.getByText("已恢复到上次离开时")).toBeVisible();
    const shown = { image: ".gi", audio: ".ga-board" }[template.modality];
    if (shown !== undefined) await expect(front(page).locator(shown), template.name).toBeVisible();
    await look(page, `template-${template.name}-zh`);
    await submit(page);
    try {
      const [got] = await kept(floor, id);
      expect(got).toEqual(answer);
    } catch (problem) {
      wrong.push(
        `${template.name}: ${String(problem).slice(0, 1500)} ${await page.getByRole("alert").allInnerTexts()}`,
      );
    }
  }
  expect(wrong).toEqual([]);
});

/** What comes within a pixel and a half of what was meant: numbers are compared loosely, all else exactly. */
function near(got: unknown, meant: unknown, reach = 1.5): void {
  if (typeof meant === "number")
    expect(Math.abs(Number(got) - meant), `${got} for ${meant}`).toBeLessThanOrEqual(reach);
  else if (Array.isArray(meant)) {
    expect((got as unknown[]).length).toBe(meant.length);
    for (const [at, one] of meant.entries()) near((got as unknown[])[at], one, reach);
  } else if (typeof meant === "object" && meant !== null) {
    expect(Object.keys(got as object).sort()).toEqual(Object.keys(meant).sort());
    for (const [name, one] of Object.entries(meant)) near((got as { [name: string]: unknown })[name], one, reach);
  } else expect(got).toEqual(meant);
}

const TEXT = `controls:
  - {name: kind, type: classify, field: text, choices: [news, letter, other]}
  - {name: entity, type: span, title: {en: Entities, zh: 实体}, labels: [{value: PER, title: {en: Person, zh: 人物}}, {value: LOC, title: {en: Place, zh: 地点}}]}
  - {name: link, type: relation, spans: entity, required: false, labels: [born in, works for]}
`;

/** The middle of a character of the text in front, on the screen. */
async function letter(page: Page, wanted: string, at = 0): Promise<[number, number]> {
  return page.evaluate(
    ([text, offset]) => {
      for (const block of document.querySelectorAll(".gw-bench-front .gt-text")) {
        const node = block.firstChild as Text | null;
        const found = node?.data.indexOf(text as string) ?? -1;
        if (node === null || found < 0) continue;
        const range = document.createRange();
        range.setStart(node, found + (offset as number));
        range.setEnd(node, found + (offset as number) + 1);
        const { left, top, width, height } = range.getBoundingClientRect();
        return [left + width / 2, top + height / 2] as [number, number];
      }
      throw new Error(`not shown: ${text}`);
    },
    [wanted, at] as const,
  );
}

async function pull(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 3 });
  await page.mouse.move(...to, { steps: 3 });
  await page.mouse.up();
}

test("text: a question, spans and a relation by pointer and keys; a span that goes takes its relation along", async ({
  floor,
  as,
}) => {
  const id = await project(floor, TEXT, [{ text: "𠮷 Ada Lovelace was born in London. 她在伦敦出生。" }]);
  const page = await as("anna", "en");
  await open(page, floor, id);
  await front(page).getByRole("radio", { name: "letter" }).click();
  await pull(page, await letter(page, "Ada"), await letter(page, "Lovelace", 5));
  await page.keyboard.press("Escape");
  await page.keyboard.press("2");
  await pull(page, await letter(page, "London"), await letter(page, "London", 4));
  await page.mouse.click(...(await letter(page, "Lovelace", 3)));
  await page.keyboard.press("r");
  await page.mouse.click(...(await letter(page, "London", 3)));
  await look(page, "editor-text-en");
  // The place goes and comes back with what hangs on it: the list of regions deletes as the text does.
  await rows(page).filter({ hasText: "Place" }).click();
  await front(page).getByRole("button", { name: "Delete" }).click();
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press("Control+z");
  await expect(rows(page)).toHaveCount(2);
  await submit(page);
  const [person, place] = [
    { start: 2, end: 14, label: "PER" },
    { start: 27, end: 33, label: "LOC" },
  ];
  expect(await kept(floor, id)).toEqual([
    {
      kind: "letter",
      entity: [person, place],
      link: [{ head: person, tail: place, label: "born in", direction: "one" }],
    },
  ]);
});

const SHAPES = `controls:
  - {name: box, type: box, required: false, labels: [a]}
  - {name: ellipse, type: ellipse, required: false, labels: [b]}
  - {name: rotated, type: rotated_box, required: false, labels: [c]}
  - {name: polygon, type: polygon, required: false, labels: [d]}
  - {name: line, type: polyline, required: false, labels: [e]}
  - {name: point, type: keypoint, required: false, labels: [f]}
  - {name: pose, type: skeleton, required: false, labels: [g], points: [head, neck, hand], edges: [[0, 1], [1, 2]]}
`;
const BOXES = "controls:\n  - {name: box, type: box, labels: [{value: thing, title: {en: Thing, zh: 东西}}]}\n";

/** Where a pixel of the picture in front lies on the page. */
async function at(page: Page, x: number, y: number): Promise<[number, number]> {
  return page.evaluate(
    ([px, py]) => {
      const { stage } = document.querySelector<ImageElement>(".gw-bench-front .gi")!.bench!;
      const box = stage.element.getBoundingClientRect();
      return [box.left + stage.view.x + px! * stage.view.scale, box.top + stage.view.y + py! * stage.view.scale] as [
        number,
        number,
      ];
    },
    [x, y],
  );
}

/** Red, green and blue of a pixel of the picture in front, as it is drawn. */
const color = (page: Page, x: number, y: number): Promise<readonly number[] | null> =>
  page.evaluate(
    ([px, py]) => document.querySelector<ImageElement>(".gw-bench-front .gi")!.bench!.picture.colorAt([px!, py!]),
    [x, y],
  );

const ORANGE = [255, 128, 0];

async function clicks(page: Page, points: readonly (readonly [number, number])[]): Promise<void> {
  for (const [x, y] of points) {
    await page.mouse.click(...(await at(page, x, y)));
    await page.waitForTimeout(400); // two clicks in a row are no double click
  }
}

test("image: every kind of shape on a picture out of an archive", async ({ floor, as }) => {
  const id = await project(floor, SHAPES, archive([picture("square.png")]));
  const page = await as("anna", "zh");
  await open(page, floor, id);
  near(await color(page, 150, 150), ORANGE, 8);
  const tool = (name: string): Promise<void> => front(page).locator(`[data-tool="${name}"]`).click();
  await tool("box");
  await pull(page, await at(page, 20, 20), await at(page, 120, 80));
  await tool("ellipse");
  await pull(page, await at(page, 200, 20), await at(page, 300, 60));
  await tool("rotated_box");
  await clicks(page, [
    [400, 100],
    [500, 100],
    [450, 140],
  ]);
  await tool("polygon");
  await clicks(page, [
    [50, 200],
    [150, 200],
    [150, 300],
    [50, 200],
  ]);
  await tool("polyline");
  await clicks(page, [
    [250, 200],
    [350, 200],
    [350, 300],
  ]);
  // While a line is being drawn the chord ends it; afterwards it hands in.
  await page.keyboard.press("Control+Enter");
  await tool("keypoint");
  await clicks(page, [[600, 300]]);
  await tool("skeleton");
  await clicks(page, [[600, 400]]);
  await page.keyboard.down("Alt");
  await clicks(page, [[650, 450]]);
  await page.keyboard.up("Alt");
  await page.keyboard.press("x");
  await expect(rows(page)).toHaveCount(7);
  await look(page, "editor-image-zh");
  await submit(page);
  near((await kept(floor, id))[0], {
    box: [{ x: 20, y: 20, width: 100, height: 60, rotation: 0, label: "a" }],
    ellipse: [{ cx: 250, cy: 40, rx: 50, ry: 20, angle: 0, label: "b" }],
    rotated: [{ cx: 450, cy: 120, width: 100, height: 40, angle: 0, label: "c" }],
    polygon: [
      {
        points: [
          [50, 200],
          [150, 200],
          [150, 300],
        ],
        label: "d",
      },
    ],
    line: [
      {
        points: [
          [250, 200],
          [350, 200],
          [350, 300],
        ],
        label: "e",
      },
    ],
    point: [{ x: 600, y: 300, label: "f" }],
    pose: [
      {
        points: [
          [600, 400, 2],
          [650, 450, 1],
          [0, 0, 0],
        ],
        label: "g",
      },
    ],
  });
});

test("image: what a camera turned is shown upright, and a box is in upright pixels", async ({ floor, as }) => {
  const turned = picture("turned.jpg", { format: "JPEG", orientation: 6 });
  const id = await project(floor, BOXES, archive([turned]));
  const page = await as("anna", "en");
  await open(page, floor, id);
  near(await color(page, 450, 150), ORANGE, 12);
  // Beyond the 600 rows that are stored, within the 800 that are seen.
  await pull(page, await at(page, 50, 640), await at(page, 150, 780));
  await look(page, "editor-image-turned-en");
  await submit(page);
  near(await kept(floor, id), [{ box: [{ x: 50, y: 640, width: 100, height: 140, rotation: 0, label: "thing" }] }], 2);
});

test("image: a picture of ten megapixels comes in tiles, and is not fetched whole", async ({ floor, as }) => {
  const id = await project(floor, BOXES, archive([picture("large.png", { width: 4000, height: 2500 })]));
  // Tiles are made by a duty behind the import; whoever comes before it is shown the picture whole.
  const [api, place] = [await floor.api("anna"), placeOf(floor, id)];
  const { leases } = await told<{ leases: Lease[] }>(api.post(`${place}/work/claim`, { data: { count: 1 } }));
  const slots = leases.map(({ slot }) => slot);
  const ready = async (): Promise<boolean> => {
    const { facts } = await told<{ facts: { [reference: string]: { tiles?: object | null } } }>(
      api.post(`${place}/work/media`, { data: { slots } }),
    );
    return Object.values(facts).every(({ tiles }) => (tiles ?? null) !== null);
  };
  await expect.poll(ready, { timeout: 40_000 }).toBe(true);
  const page = await as("anna", "en");
  const fetched: string[] = [];
  page.on("response", (answer) => answer.url().includes("/api/v1/media/") && fetched.push(answer.url()));
  await open(page, floor, id);
  await expect.poll(() => fetched.filter((url) => /\/\d+\/\d+_\d+\.webp/.test(url)).length).toBeGreaterThan(1);
  await expect.poll(() => color(page, 150, 150)).not.toBeNull();
  near(await color(page, 150, 150), ORANGE, 24);
  await pull(page, await at(page, 3000, 2000), await at(page, 3900, 2400));
  await look(page, "editor-image-large-en");
  await submit(page);
  near(
    await kept(floor, id),
    [{ box: [{ x: 3000, y: 2000, width: 900, height: 400, rotation: 0, label: "thing" }] }],
    6,
  );
  expect(fetched.filter((url) => !/\.webp/.test(url) && !/thumbnail/.test(url))).toEqual([]);
});

const SOUND = `controls:
  - name: turns
    type: segment
    labels: [{value: speech, title: {en: Speech, zh: 说话}}, {value: noise, title: {en: Noise, zh: 噪声}}]
    transcribe: true
    diarise: true
    speakers: [甲, 乙]
`;

test("audio: segments with text and speakers on a recording whose wave the server made", async ({ floor, as }) => {
  const id = await project(floor, SOUND, archive([sound("talk.wav", 8)]));
  const page = await as("anna", "zh");
  const asked: string[] = [];
  page.on("response", (answer) => answer.url().includes("/api/v1/media/") && asked.push(`${answer.status()}`));
  await open(page, floor, id);
  const board = front(page).locator(".ga-board");
  await board.focus();
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  const drawn = (): Promise<number> =>
    page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>(".gw-bench-front .ga-board canvas")!;
      const { data } = canvas.getContext("2d")!.getImageData(0, 60, canvas.width, 1);
      return new Set(Array.from({ length: canvas.width }, (_, x) => data[x * 4])).size;
    });
  await expect.poll(drawn).toBeGreaterThan(1);
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(
    () => document.querySelector<HTMLMediaElement>(".gw-bench-front .ga-media")!.readyState > 0,
  );
  await page.keyboard.press("Home");
  for (const key of ["i", "l", "o", "Alt+1", "Enter"]) await page.keyboard.press(key); // to 3 seconds
  await page.keyboard.type("大家好 hello");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  const box = (await board.boundingBox())!;
  const x = (seconds: number): number => box.x + (seconds / 8) * box.width;
  await page.keyboard.press("0");
  await page.waitForTimeout(300);
  await pull(page, [x(4), box.y + 80], [x(6), box.y + 80]);
  for (const key of ["2", "Alt+2"]) await page.keyboard.press(key);
  await expect(rows(page)).toHaveCount(2);
  await look(page, "editor-audio-zh");
  await submit(page);
  near(
    (await kept(floor, id))[0],
    {
      turns: [
        { start: 0, end: 3, label: "speech", speaker: "甲", text: "大家好 hello" },
        { start: 4, end: 6, label: "noise", speaker: "乙" },
      ],
    },
    0.06,
  );
});

test("audio: an MP3 is as long as the server measured, and is marked by keys", async ({ floor, as }) => {
  const id = await project(floor, SOUND, archive([silence("quiet.mp3", 400)])); // 10.45 s
  const page = await as("anna", "en");
  await open(page, floor, id);
  await front(page).locator(".ga-board").focus();
  await expect(front(page).locator(".ga-clock")).toContainText("0:10");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(
    () => document.querySelector<HTMLMediaElement>(".gw-bench-front .ga-media")!.readyState > 0,
  );
  await page.keyboard.press("Home");
  for (const key of ["l", "l", "i", "l", "o"]) await page.keyboard.press(key);
  await submit(page);
  near((await kept(floor, id))[0], { turns: [{ start: 6, end: 9, label: "speech" }] }, 0.06);
});

const MESSAGES = [
  { role: "user", content: "How many legs has a spider? 蜘蛛有几条腿？" },
  { role: "assistant", content: "Six.", id: "m1" },
  { role: "user", content: "Thanks!" },
];

test("dialogue: a conversation is edited, grown and labelled", async ({ floor, as }) => {
  const schema = `controls:
  - {name: talk, type: dialogue, field: messages, edit: true, labels: {tone: {words: [kind, rude], roles: [assistant]}}}
`;
  const id = await project(floor, schema, [{ messages: MESSAGES }]);
  const page = await as("anna", "en");
  await open(page, floor, id);
  await expect(front(page).locator(".gw-side")).toHaveCount(0); // everything is asked in the conversation
  await front(page).locator(".gd-message").nth(1).focus();
  await page.keyboard.press("1");
  await page.keyboard.press("Enter");
  await front(page).locator(".gd-area").fill("Eight. 八条。");
  await page.keyboard.press("Escape");
  await front(page).locator(".gd-message").nth(2).focus();
  await page.keyboard.press("o");
  await page.keyboard.type("You are welcome.");
  await page.keyboard.press("Escape");
  await look(page, "editor-dialogue-en");
  await submit(page);
  const [user, assistant, thanks] = MESSAGES;
  expect(await kept(floor, id)).toEqual([
    {
      talk: {
        messages: [
          user,
          { ...assistant, content: "Eight. 八条。", labels: { tone: "kind" } },
          thanks,
          { role: "assistant", content: "You are welcome." },
        ],
      },
    },
  ]);
});

test("dialogue: a pair is judged blind with scores and reasons, four are ranked with a tie", async ({ floor, as }) => {
  const pair = `controls:
  - {name: best, type: ranking, field: responses, blind: true}
  - name: quality
    type: rubric
    field: responses
    criteria:
      - {name: help, title: {en: Helpful, zh: 有用}, min: 1, max: 5, reason: required}
      - {name: safe, title: {en: Safe, zh: 安全}, min: 0, max: 2, reason: none}
`;
  const responses = [
    { id: "one", content: "Sydney." },
    { id: "two", content: "Canberra." },
  ];
  const first = await project(floor, pair, [{ prompt: "The capital of Australia?", responses }]);
  const page = await as("anna", "zh");
  await open(page, floor, first);
  const texts = await front(page).locator(".gd-candidate .gd-text").allInnerTexts();
  await page.keyboard.press(texts[0]!.includes("Canberra") ? "1" : "2");
  await front(page).locator(".gd-criterion").first().focus();
  await page.keyboard.press("4");
  await page.keyboard.type("对 right");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("2");
  await look(page, "editor-pair-zh");
  await submit(page);
  expect(await kept(floor, first)).toEqual([
    { best: [["two"], ["one"]], quality: { help: { score: 4, reason: "对 right" }, safe: { score: 2 } } },
  ]);

  const many = ["Two.", "Nine.", "7", "Eleven."];
  const second = await project(floor, "controls:\n  - {name: order, type: ranking, field: responses}\n", [
    { prompt: "Name a prime.", responses: many },
  ]);
  await open(page, floor, second);
  const seen = await front(page).locator(".gd-candidate .gd-text").allInnerTexts();
  const key = (text: string): string => String(seen.findIndex((one) => one.trim() === text) + 1);
  for (const text of ["Two.", "7", "Eleven."]) await page.keyboard.press(key(text));
  await submit(page); // one is not ranked yet: it is told, and stays
  await expect(page.getByText("3 / 4").or(page.getByText("尚未").first()).first()).toBeVisible();
  await page.keyboard.press(key("Nine."));
  await page.keyboard.press("=");
  await look(page, "editor-ranking-zh");
  await submit(page);
  expect(await kept(floor, second)).toEqual([{ order: [["0"], ["2"], ["1", "3"]] }]);
});

test("dialogue: steps are marked up to the first error, with a reason and a better wording", async ({ floor, as }) => {
  const schema = "controls:\n  - {name: marks, type: steps, field: steps, stop_at_error: true}\n";
  const record = { problem: "What is 6 × 7 + 1?", steps: ["6 × 7 = 42", "42 + 1 = 44", "So 44."], answer: "43" };
  const id = await project(floor, schema, [record]);
  const page = await as("anna", "en");
  await open(page, floor, id);
  await page.keyboard.press("+");
  await page.keyboard.press("-");
  await page.keyboard.press("r");
  await page.keyboard.type("42 + 1 = 43");
  await page.keyboard.press("Escape");
  await page.keyboard.press("w");
  await front(page).locator(".gd-area").last().fill("42 + 1 = 43, so 43.");
  await page.keyboard.press("Escape");
  await look(page, "editor-steps-en");
  await submit(page);
  expect(await kept(floor, id)).toEqual([
    { marks: [{ mark: "right" }, { mark: "wrong", reason: "42 + 1 = 43", rewrite: "42 + 1 = 43, so 43." }, null] },
  ]);
});

const FORM = `controls:
  - {name: kind, type: classify, field: text, choices: [complaint, praise]}
  - {name: why, type: text, field: text, title: {en: Why, zh: 原因}, when: {control: kind, is: [complaint]}}
  - {name: stars, type: rating, field: text, max: 5, title: {en: Stars, zh: 星级}}
  - {name: amount, type: number, field: text, title: {en: Amount, zh: 金额}, min: 0, max: 100, step: 0.5}
  - {name: day, type: date, field: text, title: {en: Day, zh: 日期}}
  - name: topic
    type: classify
    mode: hierarchical
    field: text
    title: {en: Topic, zh: 主题}
    choices:
      - {value: goods, title: {en: Goods, zh: 商品}, children: [{value: kettle, title: {en: Kettle, zh: 水壶}}, lamp]}
      - {value: delivery, title: {en: Delivery, zh: 配送}}
`;

test("forms: conditions, a taxonomy, stars, a number and a day; what is hidden again is not handed in", async ({
  floor,
  as,
}) => {
  const id = await project(floor, FORM, [{ text: "On 3 May the kettle broke. 五月三日水壶坏了。" }]);
  const page = await as("anna", "zh");
  await open(page, floor, id);
  const form = front(page).locator(".gw-form");
  await submit(page);
  await expect(page.getByText("此项必填。").first()).toBeVisible();
  await expect(form.getByRole("textbox", { name: "原因" })).toHaveCount(0);
  await form.getByRole("radio", { name: "complaint" }).click();
  await form.getByRole("textbox", { name: "原因" }).fill("坏了");
  await form.getByRole("radio", { name: "praise" }).click();
  await expect(form.getByRole("textbox", { name: "原因" })).toHaveCount(0);
  await form.getByRole("radiogroup", { name: "星级" }).getByRole("radio").nth(3).click();
  await form.getByRole("spinbutton", { name: "金额" }).fill("20.5");
  await form.getByLabel("日期").fill("2026-05-03");
  await form.getByRole("tree", { name: "主题" }).locator("..").getByRole("searchbox").fill("水壶");
  await form.getByRole("button", { name: "水壶" }).click();
  await look(page, "editor-form-zh");
  await submit(page);
  expect(await kept(floor, id)).toEqual([
    { kind: "praise", stars: 4, amount: 20.5, day: "2026-05-03", topic: [["goods", "kettle"]] },
  ]);
});

test("the column beside the editors is made wider by dragging and by keys, and stays so", async ({ floor, as }) => {
  const id = await project(floor, FORM, [{ text: "One." }]);
  const page = await as("anna", "en");
  await open(page, floor, id);
  const width = (): Promise<number> =>
    front(page)
      .locator(".gw-side")
      .evaluate((side) => Math.round(side.getBoundingClientRect().width));
  expect(await width()).toBe(340);
  const edge = front(page).getByRole("separator");
  const { x, y, height } = (await edge.boundingBox())!;
  await pull(page, [x + 4, y + height / 2], [x - 96, y + height / 2]);
  expect(await width()).toBe(440);
  await edge.focus();
  await page.keyboard.press("ArrowRight");
  expect(await width()).toBe(424);
  await expect(edge).toHaveAttribute("aria-valuenow", "424");
  await page.reload();
  await expect(edge).toBeVisible();
  expect(await width()).toBe(424);
  await edge.dblclick();
  expect(await width()).toBe(340);
});
