/**
 * Pictures and sounds under review by keyboard: beside what a model said, one corrected and one returned with a comment on
 * a region, which the annotator finds there; the client sees what was corrected.
 */

import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { axe, expect, type Floor, test, told } from "./floor";
import { archive, bringIn, type Made, picture, placeOf, sound } from "./makings";

const ROOT = resolve(import.meta.dirname, "../../../..");
const GRAPH = {
  nodes: [
    { kind: "annotate", name: "label" },
    { kind: "review", name: "review" },
    { kind: "accept", name: "client" },
  ],
  edges: [
    { from: "label", to: "review" },
    { from: "review", to: "client" },
    { from: "review", to: "label", on: "return" },
    { from: "client", to: "end" },
  ],
};
const BOXES = `controls:
  - {name: kind, type: classify, title: {en: Kind, zh: 类型}, field: image, choices: [street, room]}
  - {name: thing, type: box, title: {en: Things, zh: 物体}, field: image, labels: [house, tree]}
`;
const SEGMENTS = `controls:
  - {name: kind, type: classify, title: {en: Kind, zh: 类型}, field: audio, choices: [tones, speech]}
  - {name: part, type: segment, title: {en: Parts, zh: 片段}, field: audio, labels: [tone, pause]}
`;

interface Lease {
  readonly slot: number;
  readonly token: string;
  readonly item: string;
}
interface Region {
  readonly label: string;
  readonly [key: string]: unknown;
}

/** A model's word on an item, as it is kept when a model server said it. */
function predicted(floor: Floor, project: number, item: string, body: object): void {
  const script = `
from galley.annotate.predictions.service import NewPrediction, add_predictions
from galley.annotate.service import ensure_labeler
from galley.kernel.clock import SystemClock
from galley.store.workspace import Workspace
import json
workspace = Workspace.open(${JSON.stringify(floor.workspace)})
database, clock = workspace.database.of(${floor.org}), SystemClock()
machine = ensure_labeler(database, clock, "detector-${project}", "machine")
given = NewPrediction(item=${JSON.stringify(item)}, body=json.loads(${JSON.stringify(JSON.stringify(body))}), score=0.8, model_version="v1")
add_predictions(database, clock, ${project}, machine.id, [given])
workspace.close()`;
  execFileSync(process.env.GALLEY_PYTHON ?? join(ROOT, ".venv/bin/python"), ["-c", script], { cwd: ROOT });
}

/** How many items are at a node, when there are so many. */
async function waiting(floor: Floor, project: number, node: string, count: number): Promise<void> {
  const place = `${placeOf(floor, project)}/items?limit=10&node=${node}`;
  await expect
    .poll(async () => (await told<{ items: unknown[] }>(floor.owner.get(place))).items.length, { timeout: 30_000 })
    .toBe(count);
}

/** Two items answered alike and waiting for review, each with a model's word on it. */
async function answered(floor: Floor, schema: string, media: readonly Made[], labels: object, guess: object) {
  const project = await floor.project({ schema, items: [], settings: { graph: GRAPH } });
  await bringIn(floor, project, archive(media), media.length);
  const anna = await floor.api("anna");
  const place = `${placeOf(floor, project)}/work`;
  const { leases } = await told<{ leases: Lease[] }>(anna.post(`${place}/claim`, { data: { count: media.length } }));
  for (const { slot, token, item } of leases) {
    predicted(floor, project, item, guess);
    await told(anna.post(`${place}/submit`, { data: { slot, token, labels, client_id: `anna.${slot}` } }));
  }
  await waiting(floor, project, "review", media.length);
  return project;
}

async function look(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

const front = (page: Page): Locator => page.locator(".gw-bench-front");

/** Every body of the newest revisions at a stage. */
async function bodies(floor: Floor, project: number): Promise<{ [control: string]: unknown }[]> {
  const { items } = await told<{ items: { item: string }[] }>(
    floor.owner.get(`${placeOf(floor, project)}/items?limit=10`),
  );
  const all = await Promise.all(
    items.map(({ item }) =>
      told<{ revisions: { body: { [control: string]: unknown } }[] }>(
        floor.owner.get(`${placeOf(floor, project)}/item?item=${encodeURIComponent(item)}`),
      ),
    ),
  );
  return all.flatMap(({ revisions }) => revisions.map(({ body }) => body));
}

interface Kind {
  readonly name: string;
  readonly project: number;
  /** What a comment on the region is about, in words. */
  readonly region: RegExp;
  /** By keys alone, the region that has the focus becomes what it should be. */
  readonly correct: (page: Page) => Promise<void>;
}

/** One corrected beside the model's word, one returned with a comment on its region: all of it by keys. */
async function reviewedByKeys(page: Page, floor: Floor, kind: Kind): Promise<void> {
  const { keyboard } = page;
  await page.goto(`/o/${floor.org}/p/${kind.project}/review`);
  await expect(front(page).locator(".gw-form")).toBeVisible();
  await keyboard.press("d");
  await page.locator(".gr-beside").getByText("Prelabel of v1").click();
  const differences = page.getByTestId("differences");
  await expect(differences).toContainText("1 difference");
  await keyboard.press("n");
  await expect(differences.locator('[aria-current="true"]')).toHaveCount(1);
  await look(page, `review-${kind.name}-prelabel-en`);
  expect(await axe(page)).toEqual([]);
  await keyboard.press("d");
  await expect(page.locator(".gr-beside")).toHaveCount(0);
  await keyboard.press("f");
  await expect(page.getByText("You are correcting this answer")).toBeVisible();
  await keyboard.press("]");
  await kind.correct(page);
  await look(page, `review-${kind.name}-fix-en`);
  await keyboard.press("Control+Enter");
  await expect(page.getByText("1 decided here")).toBeVisible();

  await expect(front(page).locator(".gw-form")).toBeVisible();
  await expect(page.getByText("You are correcting this answer")).toHaveCount(0);
  await keyboard.press("]");
  await keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(kind.region);
  await keyboard.type("All of it, please.");
  await keyboard.press("Control+Enter");
  await expect(page.getByTestId("said")).toContainText("All of it, please.");
  await keyboard.press("r");
  await expect(dialog).toContainText("Return this answer");
  await keyboard.press("4");
  await look(page, `review-${kind.name}-return-en`);
  await keyboard.press("Control+Enter");
  await expect(page.getByText("Nothing waits for review now.")).toBeVisible();
}

/** The annotator has it back and is shown the region; the client sees what was corrected, and accepts. */
async function seenByOthers(floor: Floor, anna: Page, client: Page, kind: Kind): Promise<void> {
  await anna.goto(`/o/${floor.org}/p/${kind.project}/work`);
  await expect(anna.getByText("退回原因：不够精确")).toBeVisible();
  await expect(anna.getByText("All of it, please.")).toBeVisible();
  await anna.getByRole("button", { name: "定位" }).click();
  await look(anna, `returned-${kind.name}-zh`);
  await expect(front(anna).locator('[role="option"][aria-selected="true"]')).toHaveCount(1);
  expect(await axe(anna)).toEqual([]);

  await waiting(floor, kind.project, "client", 1);
  await client.setViewportSize({ width: 1024, height: 768 });
  await client.emulateMedia({ colorScheme: "dark" });
  await client.goto(`/o/${floor.org}/p/${kind.project}/accept`);
  await expect(front(client).locator(".gw-form")).toBeVisible();
  await client.keyboard.press("d");
  await client.locator(".gr-beside").getByText("第 1 次修正前").click();
  await expect(client.getByTestId("differences")).toContainText("1 处差异");
  await look(client, `accept-${kind.name}-revision-zh`);
  await client.keyboard.press("d");
  await client.keyboard.press("a");
  await expect(client.getByText("目前没有待验收的答案。")).toBeVisible();
}

test("pictures under review by keys: one corrected, one returned with a comment on its box", async ({ floor, as }) => {
  test.setTimeout(180_000);
  const box = { label: "house", x: 100, y: 100, width: 90, height: 100 };
  const guess = { kind: "room", thing: [{ ...box, width: 100 }] };
  const made = [picture("one.png"), picture("two.png", { width: 640 })];
  const project = await answered(floor, BOXES, made, { kind: "room", thing: [box] }, guess);
  const kind: Kind = {
    name: "picture",
    project,
    region: /Things · house/,
    async correct(page) {
      await front(page).locator(".gi-stage").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Shift+ArrowRight");
    },
  };
  await reviewedByKeys(await as("rui", "en"), floor, kind);
  await seenByOthers(floor, await as("anna", "zh"), await as("carl", "zh"), kind);
  const things = (await bodies(floor, project)).flatMap(({ thing }) => (thing as Region[] | undefined) ?? []);
  expect(things.filter(({ x }) => x === 111)).toHaveLength(1);
});

test("sounds under review by keys: one corrected, one returned with a comment on its segment", async ({
  floor,
  as,
}) => {
  test.setTimeout(180_000);
  const part = { label: "tone", start: 0.2, end: 0.9 };
  const guess = { kind: "speech", part: [{ ...part, end: 0.8 }] };
  const made = [sound("one.wav", 3), sound("two.wav", 4)];
  const project = await answered(floor, SEGMENTS, made, { kind: "speech", part: [part] }, guess);
  const kind: Kind = {
    name: "sound",
    project,
    region: /Parts · tone/,
    async correct(page) {
      await page.keyboard.press("'");
      await page.keyboard.press('"');
    },
  };
  await reviewedByKeys(await as("rui", "en"), floor, kind);
  await seenByOthers(floor, await as("anna", "zh"), await as("carl", "zh"), kind);
  const parts = (await bodies(floor, project)).flatMap(({ part: said }) => (said as Region[] | undefined) ?? []);
  expect(parts.filter(({ end }) => end === 1.01)).toHaveLength(1);
});
