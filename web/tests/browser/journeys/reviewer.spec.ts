/** The reviewer's day: accept, fix, return with an anchored comment; decide disagreements; the client accepts. */

import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { expect, type Floor, test, told } from "./floor";

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
    { from: "client", to: "label", on: "return" },
  ],
};

const COURT = {
  nodes: [
    { kind: "annotate", name: "label", overlap: 2 },
    { kind: "consensus", name: "agree" },
    { kind: "adjudicate", name: "decide" },
  ],
  edges: [
    { from: "label", to: "agree" },
    { from: "agree", to: "end", on: "agree" },
    { from: "agree", to: "decide", on: "disagree" },
    { from: "decide", to: "end" },
  ],
};

interface Lease {
  readonly slot: number;
  readonly token: string;
  readonly item: string;
}

async function answer(floor: Floor, project: number, who: string, count: number, labels: object): Promise<Lease[]> {
  const api: APIRequestContext = await floor.api(who);
  const place = `/api/v1/orgs/${floor.org}/projects/${project}/work`;
  const { leases } = await told<{ leases: Lease[] }>(api.post(`${place}/claim`, { data: { count } }));
  expect(leases.length).toBe(count);
  for (const { slot, token } of leases) {
    await told(api.post(`${place}/submit`, { data: { slot, token, labels, client_id: `${who}.${slot}` } }));
  }
  return leases;
}

/** Wait until so many wait at a node: duties move them. */
async function waiting(floor: Floor, project: number, node: string, count: number): Promise<void> {
  const place = `/api/v1/orgs/${floor.org}/projects/${project}/items?limit=100&node=${node}`;
  await expect
    .poll(async () => (await told<{ items: unknown[] }>(floor.owner.get(place))).items.length, { timeout: 30_000 })
    .toBe(count);
}

async function verdicts(floor: Floor, project: number): Promise<{ verdict: string; note: string }[]> {
  const place = `/api/v1/orgs/${floor.org}/projects/${project}`;
  const { items } = await told<{ items: { item: string }[] }>(floor.owner.get(`${place}/items?limit=100`));
  const found: { verdict: string; note: string }[] = [];
  for (const { item } of items) {
    const { revisions } = await told<{ revisions: { body: { verdict?: string; note: string } }[] }>(
      floor.owner.get(`${place}/item?item=${encodeURIComponent(item)}`),
    );
    for (const { body } of revisions)
      if (body.verdict !== undefined) found.push(body as { verdict: string; note: string });
  }
  return found;
}

async function look(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}

const front = (page: Page): Locator => page.locator(".gw-bench-front");
const texts = (count: number): object[] =>
  Array.from({ length: count }, (_, at) => ({ text: `${at}: a letter from Paris about France.` }));
const SPAN = { start: 17, end: 22, label: "city" };

test("accept, fix and return by keyboard; the annotator sees why; the client accepts", async ({ floor, as }) => {
  test.setTimeout(180_000);
  const project = await floor.project({ items: texts(3), settings: { graph: GRAPH } });
  await answer(floor, project, "anna", 3, { kind: "news", place: [SPAN] });
  await waiting(floor, project, "review", 3);

  const page = await as("rui", "en");
  await page.goto(`/o/${floor.org}/p/${project}/review`);
  await expect(front(page).locator(".gw-form")).toBeVisible();
  await look(page, "review-en");

  // The original record beside it.
  await page.keyboard.press("d");
  await expect(page.locator(".gr-beside")).toBeVisible();
  await page.keyboard.press("d");
  await expect(page.locator(".gr-beside")).toHaveCount(0);

  await page.keyboard.press("a");
  await expect(page.getByText("1 decided here")).toBeVisible();
  await expect.poll(async () => (await verdicts(floor, project)).map(({ verdict }) => verdict)).toEqual(["accept"]);

  // Fix: the form becomes editable, the fix is submitted with its base.
  await expect(front(page).locator(".gw-form")).toBeVisible();
  await page.keyboard.press("f");
  await expect(page.getByText("You are correcting this answer")).toBeVisible();
  await front(page)
    .getByRole("radio", { name: "letter" })
    .or(front(page).getByRole("button", { name: "letter" }))
    .first()
    .click();
  await look(page, "review-fix-en");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("2 decided here")).toBeVisible();
  await expect
    .poll(async () => (await verdicts(floor, project)).map(({ verdict }) => verdict).sort())
    .toEqual(["accept", "fix"]);

  // Return, with a comment on the span.
  await expect(page.getByText("You are correcting this answer")).toHaveCount(0);
  await expect(front(page).locator(".gw-form")).toBeVisible();
  await page.keyboard.press("]");
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Paris");
  await dialog.getByRole("textbox").fill("Paris is written with a capital, mark all of it.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByTestId("said")).toContainText("mark all of it");
  await look(page, "review-comment-en");
  await page.keyboard.press("r");
  await expect(page.getByRole("dialog")).toContainText("Return this answer");
  await page.keyboard.press("4");
  await page.getByRole("dialog").getByRole("textbox").fill("Too short.");
  await look(page, "review-return-en");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("3 decided here")).toBeVisible();
  await expect.poll(async () => (await verdicts(floor, project)).length).toBe(3);
  expect((await verdicts(floor, project)).find(({ verdict }) => verdict === "return")?.note).toBe("Too short.");
  await expect(page.getByText("Nothing waits for review now.")).toBeVisible();

  // The annotator has it back, with the reason and the comment.
  const mine = await as("anna", "zh");
  await mine.goto(`/o/${floor.org}/p/${project}/work`);
  await expect(mine.getByText("Too short.").first()).toBeVisible();
  await expect(mine.getByText("mark all of it").first()).toBeVisible();
  await look(mine, "returned-zh");

  // The client accepts what came through.
  await waiting(floor, project, "client", 2);
  const client = await as("carl", "zh");
  await client.goto(`/o/${floor.org}/p/${project}/accept`);
  await expect(front(client).locator(".gw-form")).toBeVisible();
  await look(client, "accept-zh");
  await client.keyboard.press("a");
  await expect(client.getByText("本次已处理 1 条")).toBeVisible();
  await expect(front(client).locator(".gw-form")).toBeVisible();
  await client.keyboard.press("a");
  await expect(client.getByText("目前没有待验收的答案。")).toBeVisible();
  await expect.poll(async () => (await verdicts(floor, project)).length).toBe(5);

  // The comments of the project.
  await page.goto(`/o/${floor.org}/p/${project}/comments`);
  const comment = page.getByTestId("comment");
  await expect(comment).toHaveCount(1);
  await comment.getByRole("button", { name: "Answer" }).click();
  await comment.getByRole("textbox").fill("Look at the guideline.");
  await comment.getByRole("button", { name: "Send" }).click();
  await expect(page.getByTestId("comment")).toHaveCount(2);
  await look(page, "comments-en");
  await page.getByTestId("comment").first().getByRole("button", { name: "Resolve" }).click();
  await expect(page.getByTestId("comment")).toHaveCount(1);
});

test("verdicts survive a dead network; the next item is on screen at once", async ({ floor, as }) => {
  test.setTimeout(120_000);
  const project = await floor.project({ items: texts(4), settings: { graph: GRAPH } });
  await answer(floor, project, "anna", 4, { kind: "news" });
  await waiting(floor, project, "review", 4);
  const page = await as("rui", "zh");
  await page.goto(`/o/${floor.org}/p/${project}/review`);
  await expect(front(page).locator(".gw-form")).toBeVisible();
  await expect(page.getByText("已备好 3 条")).toBeVisible();
  await page.context().setOffline(true);
  for (let done = 1; done <= 3; done += 1) {
    await page.keyboard.press("a");
    await expect(page.getByText(`本次已处理 ${done} 条`)).toBeVisible();
    await expect(front(page).locator(".gw-form")).toBeVisible();
    const [next] = await page.evaluate(() =>
      performance.getEntriesByName("galley:next").map(({ duration }) => duration),
    );
    console.log(`next item after ${next?.toFixed(1)} ms`);
  }
  expect(await verdicts(floor, project)).toEqual([]);
  await page.context().setOffline(false);
  await expect.poll(async () => (await verdicts(floor, project)).length, { timeout: 45_000 }).toBe(3);
});

test("a key counts from the moment its item is in front, before the page around is drawn", async ({ floor, as }) => {
  const project = await floor.project({ items: texts(1), settings: { graph: GRAPH } });
  await answer(floor, project, "anna", 1, { kind: "news" });
  await waiting(floor, project, "review", 1);
  const page = await as("rui", "en");
  await page.goto(`/o/${floor.org}/p/${project}/review`);
  await expect(front(page).locator(".gw-form")).toBeVisible();
  await page.evaluate(() => {
    const reading = document.querySelector(".gw-bench-front");
    const watcher = new MutationObserver(() => {
      const now = document.querySelector(".gw-bench-front");
      if (now === null || now === reading) return;
      watcher.disconnect();
      const enter = { key: "Enter", code: "Enter", ctrlKey: true, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new KeyboardEvent("keydown", enter));
    });
    watcher.observe(document.body, { subtree: true, childList: true, attributeFilter: ["class"] });
  });
  await page.keyboard.press("f");
  await expect.poll(async () => (await verdicts(floor, project)).map(({ verdict }) => verdict)).toEqual(["fix"]);
});

test("a disagreement is decided from one of the opinions", async ({ floor, as }) => {
  test.setTimeout(120_000);
  const project = await floor.project({ items: texts(1), settings: { graph: COURT } });
  await answer(floor, project, "anna", 1, { kind: "news", place: [SPAN] });
  await answer(floor, project, "bo", 1, { kind: "letter", place: [{ ...SPAN, end: 21 }] });
  await waiting(floor, project, "decide", 1);
  const page = await as("rui", "en");
  await page.goto(`/o/${floor.org}/p/${project}/adjudicate`);
  await expect(page.locator(".gr-beside .gw-form")).toBeVisible();
  // While one's own answer is empty the opinions are compared with each other.
  await expect(page.getByTestId("differences")).toContainText("Between Answer B and Answer A: 2 differences");
  await look(page, "adjudicate-between-en");
  await page.keyboard.press(".");
  await expect(page.getByTestId("differences")).toContainText("Between Answer A and Answer B: 2 differences");
  await page.keyboard.press("Alt+t");
  await expect(page.getByText("No difference: both say the same.")).toBeVisible();
  await page.keyboard.press(",");
  await expect(page.getByTestId("differences")).toContainText("2 differences");
  await expect(page.getByTestId("differences")).toContainText("news");
  await page.keyboard.press("Alt+n");
  await look(page, "adjudicate-en");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("No disagreement waits to be decided now.")).toBeVisible();
});
