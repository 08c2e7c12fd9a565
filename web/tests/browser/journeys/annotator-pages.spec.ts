/** The pages around the work: what came back, my quality and appeal, what is kept here, my account, an invitation. */

import type { Page } from "@playwright/test";
import { axe, expect, type Floor, PASSWORD, test, told } from "./floor";

async function look(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== undefined)
    await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
}

interface Lease {
  readonly slot: number;
  readonly token: string;
  readonly target: number | null;
  readonly item: string;
}

const GRAPH = {
  nodes: [
    { kind: "annotate", name: "label" },
    { kind: "review", name: "review" },
  ],
  edges: [
    { from: "label", to: "review" },
    { from: "review", to: "end" },
    { from: "review", to: "label", on: "return" },
  ],
};

/** Somebody answers an item by the API, and a reviewer gives it back with a reason and a comment. */
async function returned(floor: Floor, project: number): Promise<void> {
  const place = `/api/v1/orgs/${floor.org}/projects/${project}`;
  const [anna, rui] = [await floor.api("anna"), await floor.api("rui")];
  const { leases } = await told<{ leases: Lease[] }>(anna.post(`${place}/work/claim`, { data: { count: 1 } }));
  const [lease] = leases;
  const labels = { kind: "news", place: [{ start: 0, end: 6, label: "city" }] };
  const activity = { v: 1, duration_ms: 20_000, pointer: [[0, 20_000]] };
  const { slot, token } = lease!;
  await told(anna.post(`${place}/work/submit`, { data: { slot, token, labels, client_id: "a", activity, next: 0 } }));
  let review: Lease | undefined;
  await expect
    .poll(
      async () => {
        const found = await told<{ leases: Lease[] }>(rui.post(`${place}/reviews/claim`, { data: { count: 1 } }));
        [review] = found.leases;
        return found.leases.length;
      },
      { timeout: 60_000 },
    )
    .toBe(1);
  await told(
    rui.post(`${place}/reviews/slots/${review!.target}/comments`, {
      data: { client_id: "c", body: "Paris is the city, not this.", anchor: { control: "place", region: "0" } },
    }),
  );
  const [given] = await told<{ problem?: unknown }[]>(
    rui.post(`${place}/reviews/verdicts`, {
      data: {
        verdicts: [
          {
            slot: review!.slot,
            token: review!.token,
            verdict: "return",
            reason: "wrong",
            note: "Look again.",
            client_id: "v",
          },
        ],
      },
    }),
  );
  expect(given?.problem ?? null).toBeNull();
}

test("what came back is first, with the reason, the comment where it points, and an answer to it", async ({
  floor,
  as,
}) => {
  test.setTimeout(120_000);
  const items = [{ text: "Berlin is far; a letter from Paris." }, { text: "Another letter from Paris." }];
  const project = await floor.project({ name: "Returned", items, settings: { graph: GRAPH } });
  await returned(floor, project);
  const page = await as("anna", "zh");
  await expect(async () => {
    await page.goto("/");
    await expect(page.getByText("有 1 条被退回。")).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 30_000 });
  await look(page, "home-returned-zh");
  await page.getByRole("link", { name: "修改被退回的工作" }).click();
  await expect(page.getByText("退回原因：标注错误")).toBeVisible();
  await expect(page.getByText("Paris is the city, not this.")).toBeVisible();
  await page.getByRole("button", { name: "定位" }).click();
  await look(page, "work-returned-zh");
  await page.getByRole("textbox", { name: "回复" }).fill("已修改。");
  await page.getByRole("button", { name: "回复" }).click();
  await expect(page.getByText("已修改。", { exact: false }).first()).toBeVisible();
});

test("a pause is explained, an appeal is sent and its state shown; hours and accounts are there", async ({
  floor,
  as,
}) => {
  test.setTimeout(120_000);
  const project = await floor.project({ name: "Quality", items: [{ text: "a" }, { text: "b" }] });
  const place = `/api/v1/orgs/${floor.org}/projects/${project}`;
  const bo = await floor.api("bo");
  const { leases } = await told<{ leases: Lease[] }>(bo.post(`${place}/work/claim`, { data: { count: 1 } }));
  const { slot, token } = leases[0]!;
  const activity = { v: 1, duration_ms: 20_000, pointer: [[0, 20_000]] };
  await told(
    bo.post(`${place}/work/submit`, {
      data: { slot, token, labels: { kind: "news" }, client_id: "b", activity, next: 0 },
    }),
  );
  let labeler = 0;
  await expect
    .poll(
      async () => {
        const { items } = await told<{ items: { labeler: number }[] }>(bo.get(`${place}/people/me`));
        labeler = items[0]?.labeler ?? 0;
        return labeler;
      },
      { timeout: 60_000 },
    )
    .toBeGreaterThan(0);
  const act = { act: { do: "pause", seconds: 7200 }, reason: "please read the guideline again" };
  await told(floor.owner.post(`${place}/quality/people/${labeler}/standing`, { data: act }));
  const page = await as("bo", "en");
  await page.goto("/");
  await expect(page.getByText("by a lead", { exact: false }).first()).toBeVisible();
  await expect(page.getByText("please read the guideline again", { exact: false })).toBeVisible();
  await look(page, "home-paused-en");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axe(page)).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("link", { name: "Why, and appeal" }).click();
  await expect(page.getByText("Counted hours").first()).toBeVisible();
  await page.getByRole("button", { name: "Appeal" }).click();
  await page.getByRole("textbox").fill("I had read it.");
  await page.getByRole("button", { name: "Send the appeal" }).click();
  await expect(page.getByText("appeal open")).toBeVisible();
  await look(page, "quality-en");
  await page.goto(`/o/${floor.org}/p/${project}/work`);
  await expect(page.getByText("Your work in this project is paused.")).toBeVisible();
});

test("what the server refused is kept here: told why, opened again, downloaded, thrown away", async ({ floor, as }) => {
  const project = await floor.project({ name: "Unsent", items: [{ text: "One letter from Paris." }] });
  const page = await as("anna", "en");
  await page.route("**/work/submit", async (route) => {
    const problem = {
      type: "about:blank",
      code: "GLY-ANN-TEST",
      title: "The answer does not fit.",
      hint: "Correct it.",
      status: 422,
    };
    await route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  await page.goto(`/o/${floor.org}/p/${project}/work`);
  const front = page.locator(".gw-bench-front");
  await front
    .getByRole("button", { name: "news" })
    .or(front.getByRole("radio", { name: "news" }))
    .first()
    .click();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("link", { name: "Look" }).click();
  await expect(page.getByText("The answer does not fit.")).toBeVisible();
  await look(page, "unsent-en");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).first().click();
  expect((await saved).suggestedFilename()).toMatch(/^galley-.*\.json$/);
  await page.unroute("**/work/submit");
  await page.getByRole("button", { name: "Open it again" }).click();
  await page.getByRole("link", { name: "Go on" }).click();
  await expect(front).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Nothing more for you to do here now.")).toBeVisible();
  await page.goto("/me/unsent");
  await expect(page.getByText("All has arrived")).toBeVisible();
});

test("my account: name, language, sessions; an invitation makes a new one", async ({ floor, as, browser }) => {
  const page = await as("carl", "zh");
  await page.goto("/me");
  await expect(page.getByText("登录的设备")).toBeVisible();
  await look(page, "account-zh");
  await page.getByLabel("姓名").fill("Carl 卡尔");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("已保存。")).toBeVisible();
  const made = await told<{ secret: string }>(
    floor.owner.post(`/api/v1/orgs/${floor.org}/invitations`, { data: { roles: ["annotator"] } }),
  );
  const context = await browser.newContext({ baseURL: floor.address, locale: "en-US" });
  const fresh = await context.newPage();
  await fresh.goto(`/invitation#secret=${made.secret}`);
  await expect(fresh.getByText("invites you as annotator")).toBeVisible();
  await look(fresh, "invitation-en");
  await fresh.getByLabel("E-mail or login").fill(`new${Date.now()}`);
  await fresh.getByRole("textbox", { name: "Name" }).fill("Nina");
  await fresh.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await fresh.getByRole("button", { name: "Make the account and begin" }).click();
  await expect(fresh.getByRole("heading", { name: "My work" })).toBeVisible();
  await look(fresh, "home-new-en");
  await context.close();
});

for (const [language, scheme] of [
  ["zh", "light"],
  ["en", "dark"],
] as const) {
  test(`axe finds nothing on the annotator's pages (${language}, ${scheme})`, async ({ floor, as }) => {
    const project = await floor.project({
      name: `Axe ${scheme}`,
      guideline: "# Rule\n\nMark it.\n\n## Examples\n\n- one",
      items: [{ text: "One letter from Paris." }, { text: "Another." }],
    });
    const page = await as("anna", language);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const found: { [path: string]: string[] } = {};
    for (const path of [
      "/",
      "/me",
      "/me/unsent",
      `/o/${floor.org}/p/${project}/me`,
      `/o/${floor.org}/p/${project}/work`,
    ]) {
      await page.goto(path);
      await page.waitForLoadState("networkidle");
      found[path] = await axe(page);
      await look(page, `axe-${scheme}-${path.split("/").at(-1) || "home"}`);
    }
    await page.keyboard.press("F1");
    await expect(page.getByText(language === "zh" ? "第 1 版" : "Version 1")).toBeVisible();
    found.guideline = await axe(page);
    await look(page, `axe-${scheme}-guideline`);
    await page.locator(".gw-bench-front .gw-object").first().click();
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.waitForTimeout(300);
    found.keys = await axe(page);
    await look(page, `axe-${scheme}-keys`);
    expect(Object.fromEntries(Object.entries(found).filter(([, wrong]) => wrong.length > 0))).toEqual({});
  });
}

test("a hotkey is given another key, and the sheet tells of a conflict", async ({ floor, as }) => {
  const project = await floor.project({ name: "Keys", items: [{ text: "One letter from Paris." }] });
  const page = await as("anna", "en");
  await page.goto(`/o/${floor.org}/p/${project}/work`);
  await page.locator(".gw-bench-front .gw-object").first().click();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await sheet.getByRole("button", { name: "Change the key of Skip" }).click();
  await page.keyboard.press("F1");
  await expect(sheet.getByText("F1 means several things", { exact: false })).toBeVisible();
  await sheet.getByRole("button", { name: "Change the key of Skip" }).click();
  await page.keyboard.press("F8");
  await expect(sheet.getByText("means several things", { exact: false })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  await page.keyboard.press("F8");
  await expect(page.getByRole("dialog", { name: "Why can it not be done?" })).toBeVisible();
  await page.reload();
  await expect(page.locator(".gw-bench-front")).toBeVisible();
  await page.keyboard.press("F8");
  await expect(page.getByRole("dialog", { name: "Why can it not be done?" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.goto("/me");
  await page.getByRole("button", { name: "Back to the ones they come with" }).click();
  await expect(page.getByText("You use the keys as they come.", { exact: false })).toBeVisible();
});

for (const { count, tag } of [
  { count: 60, tag: [] },
  { count: 2000, tag: "@long" },
]) {
  test(`memory stays flat: nothing of ${count} items is left behind`, { tag }, async ({ floor, as }) => {
    test.setTimeout(60_000 + count * 3000);
    const items = Array.from({ length: count + 10 }, (_, at) => ({ text: `Item ${at}: a letter from Paris.` }));
    const project = await floor.project({ name: `Flat ${count}`, items });
    const page = await as("bo", "en");
    await page.goto(`/o/${floor.org}/p/${project}/work`);
    const front = page.locator(".gw-bench-front");
    const session = await page.context().newCDPSession(page);
    const counted = async (): Promise<{ nodes: number; listeners: number; heap: number }> => {
      await page.waitForTimeout(600);
      await session.send("HeapProfiler.collectGarbage");
      const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
      const { usedSize } = await session.send("Runtime.getHeapUsage");
      return { nodes, listeners: jsEventListeners, heap: usedSize };
    };
    const work = async (times: number): Promise<void> => {
      for (let done = 0; done < times; done += 1) {
        await expect(front).toHaveCount(1);
        const key = await front.locator(".gw-object").first().textContent();
        await front
          .getByRole("button", { name: "news" })
          .or(front.getByRole("radio", { name: "news" }))
          .first()
          .click();
        await page.keyboard.press("Control+Enter");
        await expect(front.locator(".gw-object").first()).not.toHaveText(key ?? "");
      }
    };
    await work(20);
    const before = await counted();
    await work(count - 20);
    const after = await counted();
    console.log(`after 20: ${JSON.stringify(before)}; after ${count}: ${JSON.stringify(after)}`);
    expect(after.nodes).toBeLessThan(before.nodes * 1.1 + 50);
    expect(after.listeners).toBeLessThan(before.listeners * 1.1 + 20);
    expect(after.heap).toBeLessThan(before.heap * 1.25 + 2_000_000);
  });
}
