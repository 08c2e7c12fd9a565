import { expect, type Page, test } from "@playwright/test";
import type { EditorOptions } from "@/host/embed";

/** Where pictures of it go, to be looked at. */
const SHOTS = process.env.SHOTS ?? "test-results";

const SCHEMA = {
  name: "entities",
  controls: [
    {
      name: "entity",
      type: "span@1",
      required: true,
      field: "text",
      options: {
        labels: [
          { value: "PER", title: { en: "Person", zh: "人物" } },
          { value: "LOC", title: { en: "Place", zh: "地点" }, hotkey: "l" },
          { value: "ORG", title: { en: "Organisation", zh: "机构" } },
        ],
        attributes: { sure: ["yes", "no"] },
      },
    },
    {
      name: "link",
      type: "relation@1",
      required: false,
      field: "text",
      options: { spans: "entity", labels: ["born in", "works for"] },
    },
  ],
} as const;

const TEXT = "Ada Lovelace was born in London.\nShe worked with Charles Babbage at his house in Marylebone, London.";

async function open(page: Page, options: Partial<EditorOptions> = {}): Promise<void> {
  await page.goto("/tests/browser/stage.html");
  await page.waitForFunction(() => window.stage !== undefined);
  await page.evaluate(
    async (told) => {
      await window.stage.open(told as EditorOptions);
    },
    { schema: SCHEMA, content: { text: TEXT }, language: "en", ...options } as unknown,
  );
  await page.locator(".gt-scroller").focus();
}

const labels = (page: Page): Promise<Record<string, unknown>> =>
  page.evaluate(() => window.stage.editor!.save().labels as Record<string, unknown>);

type Item = { start: number; end: number; label: string };

const entities = async (page: Page): Promise<Item[]> =>
  ((await labels(page)).entity as Item[]).sort((left, right) => left.start - right.start || right.end - left.end);

/** The middle of a character of the text, on the screen. */
async function place(page: Page, wanted: string, at = 0): Promise<{ x: number; y: number }> {
  return await page.evaluate(
    ([text, offset]) => {
      for (const block of document.querySelectorAll(".gt-text")) {
        const node = block.firstChild as Text | null;
        const found = node?.data.indexOf(text as string) ?? -1;
        if (node === null || found < 0) continue;
        const range = document.createRange();
        range.setStart(node, found + (offset as number));
        range.setEnd(node, found + (offset as number) + 1);
        const { left, top, width, height } = range.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      }
      throw new Error(`not shown: ${text}`);
    },
    [wanted, at] as const,
  );
}

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 3 });
  await page.mouse.up();
}

const SAID = {
  entity: [
    { start: 0, end: 12, label: "PER", attributes: { sure: "yes" } },
    { start: 25, end: 31, label: "LOC" },
    { start: 49, end: 64, label: "PER" },
    { start: 49, end: 98, label: "ORG" },
  ],
  link: [
    {
      head: { start: 0, end: 12, label: "PER" },
      tail: { start: 25, end: 31, label: "LOC" },
      label: "born in",
      direction: "one",
    },
    {
      head: { start: 49, end: 64, label: "PER" },
      tail: { start: 0, end: 12, label: "PER" },
      label: "works for",
      direction: "both",
    },
  ],
};

test.describe("drawing", () => {
  test("the pointer takes whole words; clicking again in the same place goes through what is there", async ({
    page,
  }) => {
    await open(page);
    await drag(page, await place(page, "Ada"), await place(page, "Lovelace", 3));
    await page.keyboard.press("l");
    await drag(page, await place(page, "Lovelace", 1), await place(page, "Lovelace", 5));
    expect(await entities(page)).toEqual([
      { start: 0, end: 12, label: "LOC" },
      { start: 4, end: 12, label: "LOC" },
    ]);
    const status = page.locator(".gt-status").getByRole("status");
    const point = await place(page, "Lovelace", 4);
    const seen: (string | null)[] = [];
    for (let click = 0; click < 3; click += 1) {
      await page.mouse.click(point.x, point.y);
      seen.push(await status.textContent());
      await page.waitForTimeout(450); // else it is a double click
    }
    expect(seen[0]).toContain("“Lovelace”");
    expect(seen[1]).toContain("“Ada Lovelace”, 2 of 2 here");
    expect(seen[2]).toContain("“Lovelace”");
  });

  test("a double click takes the word, Alt only selects, and what is selected can be copied", async ({ page }) => {
    await open(page);
    const born = await place(page, "born", 1);
    await page.mouse.dblclick(born.x, born.y);
    expect(await entities(page)).toEqual([{ start: 17, end: 21, label: "PER" }]);
    await page.keyboard.down("Alt");
    await drag(page, await place(page, "She"), await place(page, "Charles", 2));
    await page.keyboard.up("Alt");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.keyboard.press("Control+c");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^S?he worked with Cha?r?$/);
    expect((await entities(page)).length).toBe(1);
  });

  test("wholly by keyboard: caret, selection, label, edges, deletion, undo", async ({ page }) => {
    await open(page);
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("Control+Shift+ArrowRight");
    await page.keyboard.press("Control+Shift+ArrowRight");
    await page.keyboard.press("Enter");
    expect(await entities(page)).toEqual([{ start: 0, end: 12, label: "PER" }]);
    await page.keyboard.press("Alt+Shift+ArrowRight");
    await page.keyboard.press("Alt+ArrowRight");
    expect(await entities(page)).toEqual([{ start: 4, end: 16, label: "PER" }]);
    await page.keyboard.press("w");
    await page.keyboard.press("Alt+ArrowLeft");
    expect(await entities(page)).toEqual([{ start: 4, end: 15, label: "PER" }]);
    await page.keyboard.press("w");
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Control+Shift+ArrowLeft");
    await page.keyboard.press("l");
    expect((await entities(page))[1]).toEqual({ start: 25, end: 31, label: "LOC" });
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("2");
    expect((await entities(page))[2]).toEqual({ start: 33, end: 36, label: "ORG" });
    await page.keyboard.press("[");
    await page.keyboard.press("Delete");
    expect((await entities(page)).map(({ label }) => label)).toEqual(["PER", "ORG"]);
    await page.evaluate(() => window.stage.editor!.undo());
    expect((await entities(page)).length).toBe(3);
  });

  test("a key that the schema gives to a label is the label's", async ({ page }) => {
    const labels = [{ value: "A" }, { value: "B", hotkey: "w" }];
    const controls = [{ ...SCHEMA.controls[0], options: { labels } }];
    await open(page, { schema: { name: "t", controls } as never });
    await page.keyboard.press("Control+Shift+ArrowRight");
    await page.keyboard.press("w");
    expect(await entities(page)).toEqual([{ start: 0, end: 3, label: "B" }]);
    await expect(page.getByRole("button", { name: "Snap: words" })).toBeVisible();
    await page.keyboard.press("Alt+w");
    await expect(page.getByRole("button", { name: "Snap: characters" })).toBeVisible();
  });

  test("an edge is dragged by its handle; what the control does not allow is passed over", async ({ page }) => {
    const controls = [{ ...SCHEMA.controls[0], options: { ...SCHEMA.controls[0].options, overlap: "none" } }];
    await open(page, {
      schema: { name: "t", controls } as never,
      labels: {
        entity: [
          { start: 0, end: 3, label: "PER" },
          { start: 17, end: 21, label: "PER" },
        ],
      },
    });
    await page.keyboard.press("]");
    const handle = (await page.locator(".gt-handle-end").boundingBox())!;
    const from = { x: handle.x + handle.width / 2 + 1, y: handle.y + handle.height / 2 };
    await drag(page, from, await place(page, "Lovelace", 5));
    expect((await entities(page))[0]).toMatchObject({ start: 0, end: 12 });
    const again = (await page.locator(".gt-handle-end").boundingBox())!;
    await drag(page, { x: again.x + 13, y: again.y + 9 }, await place(page, "London", 2));
    expect((await entities(page))[0]!.end).toBeLessThanOrEqual(17);
    expect((await entities(page)).length).toBe(2);
  });

  test("Chinese words, and characters beyond the basic plane, are counted as the server counts", async ({ page }) => {
    await open(page, { content: { text: "𠮷野家和我在北京大学学习😀。" }, language: "zh" });
    await page.getByRole("button", { name: "按字" }).click();
    await page.locator(".gt-scroller").focus();
    const point = await place(page, "北京", 1);
    await page.mouse.dblclick(point.x, point.y);
    const [made] = await entities(page);
    expect([...(await content(page))].slice(made!.start, made!.end).join("")).toMatch(/^北京(大学)?$/);
    await page.getByRole("button", { name: "按词" }).click();
    await drag(page, await place(page, "家和", 0), await place(page, "我在", 0));
    expect((await entities(page)).length).toBe(2);
    await page.screenshot({ path: `${SHOTS}/text-zh.png` });
  });
});

const content = (page: Page): Promise<string> =>
  page.evaluate(() => [...document.querySelectorAll(".gt-text")].map((one) => one.textContent).join("\n"));

test.describe("relations", () => {
  test("by keyboard: r, choose, Enter; a digit names it, d turns it", async ({ page }) => {
    await open(page, { labels: { entity: SAID.entity } });
    await page.keyboard.press("]");
    await page.keyboard.press("r");
    await page.keyboard.press("]");
    await page.keyboard.press("[");
    await page.keyboard.press("Enter");
    const link = async () =>
      (await labels(page)).link as { label: string; direction: string; head: Item; tail: Item }[];
    expect(await link()).toMatchObject([
      { label: "born in", direction: "one", head: { start: 0 }, tail: { start: 25 } },
    ]);
    await page.keyboard.press("2");
    await page.keyboard.press("d");
    expect(await link()).toMatchObject([{ label: "works for", head: { start: 25 }, tail: { start: 0 } }]);
    await page.keyboard.press("d");
    expect(await link()).toMatchObject([{ direction: "both" }]);
    await page.keyboard.press("Delete");
    expect(await link()).toEqual([]);
  });

  test("by keyboard, one after the other of a span", async ({ page }) => {
    await open(page, { labels: SAID });
    await page.keyboard.press("]");
    const status = page.locator(".gt-status").getByRole("status");
    const seen: (string | null)[] = [];
    for (let step = 0; step < 3; step += 1) {
      await page.keyboard.press("e");
      seen.push(await status.textContent());
    }
    expect(seen[0]).toContain("born in");
    expect(seen[1]).toContain("works for");
    expect(seen[2]).toBe(seen[0]);
  });

  test("by pointer: from a span's name to another span; the arrow is selected by a click", async ({ page }) => {
    await open(page, { labels: { entity: SAID.entity } });
    const box = (await page.locator(".gt-lane", { hasText: "Place" }).boundingBox())!;
    // By its lowest pixels, which hang into the line below.
    await drag(page, { x: box.x + 10, y: box.y + box.height - 2 }, await place(page, "Ada", 1));
    expect((await labels(page)).link).toMatchObject([{ head: { start: 25 }, tail: { start: 0 } }]);
    await page.keyboard.press("Escape");
    await page.locator("text.gt-arrow-label").click();
    await expect(page.locator(".gt-status").getByRole("status")).toContainText("“London” to “Ada Lovelace”");
  });
});

test.describe("searching", () => {
  test("all that is found is labelled in one transaction, less what is there", async ({ page }) => {
    await open(page, { labels: { entity: [{ start: 25, end: 31, label: "LOC" }] } });
    await page.keyboard.press("l");
    await page.keyboard.press("Control+f");
    await page.getByRole("searchbox", { name: "Search for" }).fill("london");
    await expect(page.locator(".gt-find output")).toHaveText("1 of 2");
    await page.getByRole("button", { name: "Label all: Place" }).click();
    expect((await entities(page)).map(({ start }) => start)).toEqual([25, 93]);
    await page.getByRole("button", { name: "Match case" }).click();
    await expect(page.locator(".gt-find output")).toHaveText("Nothing found");
    await page.screenshot({ path: `${SHOTS}/text-find.png` });
    await page.keyboard.press("Escape");
    await page.evaluate(() => window.stage.editor!.undo());
    expect((await entities(page)).length).toBe(1);
  });

  test("an expression that would run for ever is stopped, and the page stays alive", async ({ page }) => {
    await open(page, { content: { text: `${"a".repeat(40)}! 12 345` } });
    await page.keyboard.press("Control+f");
    await page.getByRole("button", { name: "Regular expression" }).click();
    const field = page.getByRole("searchbox", { name: "Search for" });
    await field.fill("\\d+");
    await expect(page.locator(".gt-find output")).toHaveText("1 of 2");
    await field.fill("(a+)+$");
    await expect(page.locator(".gt-find output")).toHaveText("Searching…");
    expect(await page.evaluate(() => 1 + 1)).toBe(2);
    await expect(page.locator(".gt-find output")).toContainText("takes too long");
    await field.fill("(");
    await expect(page.locator(".gt-find output")).toHaveText("Not a regular expression");
  });
});

test("under the app's policy on scripts the search still runs in its worker", async ({ page }) => {
  await page.route("**/stage.html", async (route) => {
    const response = await route.fetch();
    const policy = "require-trusted-types-for 'script'; trusted-types default galley; worker-src 'self'";
    await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
  });
  await open(page);
  await page.keyboard.press("/");
  await page.getByRole("button", { name: "Regular expression" }).click();
  await page.getByRole("searchbox", { name: "Search for" }).fill("[A-Z]\\w+");
  await expect(page.locator(".gt-find output")).toHaveText("1 of 17");
});

test.describe("reaching further", () => {
  const LINES = Array.from({ length: 400 }, (_, at) => `line ${at} of many`).join("\n");

  test("drawing scrolls along at the edge, over text that comes and goes", async ({ page }) => {
    await open(page, { content: { text: LINES } });
    const from = await place(page, "line 3 of", 4);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    const box = (await page.locator(".gt-scroller").boundingBox())!;
    await page.mouse.move(from.x + 30, box.y + box.height + 20, { steps: 4 });
    await page.waitForFunction(() => document.querySelector(".gt-scroller")!.scrollTop > 4000);
    await page.mouse.up();
    const [made] = await entities(page);
    expect(made!.start).toBe(LINES.indexOf("3 of"));
    expect(made!.end).toBeGreaterThan(LINES.indexOf("line 100"));
  });

  test("a relation to a span out of view points where it is", async ({ page }) => {
    const [head, tail] = [
      { start: 0, end: 4, label: "PER" },
      { start: LINES.indexOf("line 390"), end: LINES.indexOf("line 390") + 8, label: "LOC" },
    ];
    const link = [{ head, tail, label: "born in", direction: "one" }];
    await open(page, { content: { text: LINES }, labels: { entity: [head, tail], link } });
    await expect(page.locator(".gt-arrow")).toHaveCount(1);
    await page.keyboard.press("Control+End");
    await expect(page.locator(".gt-arrow")).toHaveCount(1);
    await page.evaluate(() => {
      document.querySelector(".gt-scroller")!.scrollTop = 7000;
    });
    await expect(page.locator(".gt-arrow")).toHaveCount(0);
  });

  test("a finger scrolls; resting first it draws", async ({ page }) => {
    await open(page, { content: { text: LINES } });
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", at?: { x: number; y: number }): Promise<unknown> =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints: at === undefined ? [] : [at] });
    const from = await place(page, "line 5 of", 1);
    const to = await place(page, "line 5 of", 8);
    await touch("touchStart", from);
    await page.waitForTimeout(600);
    await touch("touchMove", { x: from.x + 10, y: from.y });
    await touch("touchMove", to);
    await touch("touchEnd");
    const start = LINES.indexOf("line 5 of");
    expect(await entities(page)).toEqual([{ start, end: start + 9, label: "PER" }]);
  });

  test("of two texts, the keys are those of the one that has the focus", async ({ page }) => {
    const [entity] = SCHEMA.controls;
    const controls = [entity, { ...entity, name: "other", field: "answer" }];
    const content = { text: "first text", answer: "second text" };
    await open(page, { schema: { name: "t", controls } as never, content } as never).catch(() => {});
    for (const [at, name] of [
      [0, "entity"],
      [1, "other"],
      [0, "entity"],
    ] as const) {
      await page.locator(".gt-scroller").nth(at).focus();
      await page.keyboard.press("Control+End");
      await page.keyboard.press("Control+Shift+ArrowLeft");
      await page.keyboard.press("Enter");
      expect(((await labels(page))[name] as Item[]).length).toBeGreaterThan(0);
    }
  });
});

test.describe("any text", () => {
  test("line ends, tabs, white space and right to left keep their places", async ({ page }) => {
    await open(page, { content: { text: "a\r\nb\tc  d\r\nשלום עולם foo\r\n" } });
    await page.keyboard.press("Control+Home");
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Enter");
    expect(await entities(page)).toEqual([{ start: 3, end: 6, label: "PER" }].map((one) => ({ ...one, start: 5 })));
    await drag(page, await place(page, "שלום", 0), await place(page, "עולם", 2));
    expect((await entities(page))[1]).toMatchObject({ start: 11, end: 20 });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Control+End");
    await expect(page.locator(".gt-status")).toContainText("Character 26 of 26");
    await page.screenshot({ path: `${SHOTS}/text-rtl.png` });
  });

  test("one line of a megabyte opens, scrolls to its end and is labelled there", async ({ page }) => {
    const text = `${"one line without end ".repeat(50_000)}finis`;
    await open(page, { content: { text } });
    expect(await page.locator(".gt-block").count()).toBeLessThan(30);
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Control+Shift+ArrowLeft");
    await page.keyboard.press("Enter");
    expect(await entities(page)).toEqual([{ start: 1_050_000, end: 1_050_005, label: "PER" }]);
    await expect(page.locator(".gt-lane")).toBeVisible();
    await page.keyboard.press("PageUp");
    expect(await page.locator(".gt-block").count()).toBeLessThan(30);
  });

  test("what is read stays in place when guessed heights turn out wrong", async ({ page }) => {
    const lines = Array.from({ length: 4000 }, (_, at) => `${at} ${"iiil ".repeat(at % 60)}`);
    await open(page, { content: { text: lines.join("\n") } });
    const moved = await page.evaluate(async () => {
      const scroller = document.querySelector(".gt-scroller")!;
      const frame = (): Promise<void> => new Promise((next) => requestAnimationFrame(() => next()));
      scroller.scrollTop = scroller.scrollHeight / 2;
      await frame();
      await frame();
      const jumps: number[] = [];
      for (let step = 0; step < 60; step += 1) {
        const box = scroller.getBoundingClientRect();
        const seen = [...document.querySelectorAll(".gt-block")].find(
          (one) => one.getBoundingClientRect().bottom > box.top + 60,
        )!;
        const before = seen.getBoundingClientRect().top;
        scroller.scrollTop -= 50;
        await frame();
        await frame();
        jumps.push(Math.abs(seen.getBoundingClientRect().top - before - 50));
      }
      return Math.max(...jumps);
    });
    expect(moved).toBeLessThanOrEqual(1);
  });

  test("a field without regions is shown to be read", async ({ page }) => {
    const controls = [{ name: "topic", type: "text@1", required: false, field: "text", options: {} }];
    await open(page, { schema: { name: "t", controls } as never, content: { text: "line one\n\n  line two" } });
    await expect(page.locator(".gt-text").nth(2)).toHaveText("  line two", { useInnerText: false });
    await drag(page, await place(page, "line one"), await place(page, "line one", 6));
    expect(await labels(page)).toEqual({});
  });
});

test.describe("showing", () => {
  test("prelabels are dashed and say who and how sure", async ({ page }) => {
    await open(page, {
      entities: [
        {
          id: "p1",
          control: "entity",
          value: { start: 0, end: 3, label: "PER" },
          from: { kind: "prelabel", name: "tagger 2", confidence: 0.873, value: { start: 0, end: 3, label: "PER" } },
        },
      ],
    });
    const lane = page.locator(".gt-lane.gt-dashed");
    await expect(lane).toHaveAttribute("title", "Person\nPrelabel of tagger 2\n87 % confident");
  });

  test("nothing that axe finds wrong", async ({ page }) => {
    await open(page, { labels: SAID });
    await page.keyboard.press("]");
    await page.keyboard.press("/");
    await page.addScriptTag({ path: "node_modules/axe-core/axe.min.js" });
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run(where: string): Promise<{ violations: { help: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run(".gw-stage")).violations.map(({ help, nodes }) => [help, ...nodes.map(({ html }) => html)]);
    });
    expect(found).toEqual([]);
  });

  test("read-only: spans can be gone through and nothing can be changed", async ({ page }) => {
    await open(page, { labels: SAID, readOnly: true });
    const before = await labels(page);
    await drag(page, await place(page, "worked"), await place(page, "with", 3));
    await page.keyboard.press("]");
    for (const key of ["Delete", "Enter", "1", "Alt+ArrowRight", "r", "Enter"]) await page.keyboard.press(key);
    expect(await labels(page)).toEqual(before);
    expect(await page.locator(".gt-handle").count()).toBe(0);
  });

  test("revealing scrolls there; hidden spans are gone; everything goes at the end", async ({ page }) => {
    const text = Array.from({ length: 3000 }, (_, at) => `line ${at}`).join("\n");
    await open(page, { content: { text }, labels: { entity: [{ start: 25_000, end: 25_004, label: "PER" }] } });
    await page.evaluate(() => window.stage.editor!.reveal({ control: "entity", start: 25_000, end: 25_004 }));
    await expect(page.locator(".gt-lane")).toBeInViewport();
    const marked = await page.evaluate(() => {
      const count = (): number => {
        const highlights = [...(CSS.highlights as unknown as Map<string, { size: number }>).values()];
        return highlights.reduce((sum, { size }) => sum + size, 0);
      };
      const before = count();
      window.stage.editor!.bench.mark([{ control: "entity", start: 25_000, end: 25_004, unit: "text" }]);
      const during = count();
      window.stage.editor!.bench.mark([]);
      return [during - before, count() - before];
    });
    expect(marked).toEqual([1, 0]);
    await page.evaluate(() => {
      const { selection, store } = window.stage.editor!.bench;
      selection.hide([...store.all()].map(({ id }) => id));
    });
    await expect(page.locator(".gt-lane")).toHaveCount(0);
    const left = await page.evaluate(() => {
      window.stage.editor!.bench.end();
      const names = [...(CSS.highlights as unknown as Map<string, unknown>).keys()];
      return [names.length, document.adoptedStyleSheets.length, document.querySelectorAll(".gt").length];
    });
    expect(left).toEqual([0, 0, 0]);
  });

  for (const [language, theme] of [
    ["en", "light"],
    ["zh", "dark"],
  ] as const) {
    test(`looks right in ${language}, ${theme}`, { tag: "@long" }, async ({ page }) => {
      await open(page, { labels: SAID, language });
      await page.evaluate((name) => {
        document.documentElement.dataset.mantineColorScheme = name;
      }, theme);
      await page.keyboard.press("]");
      await page.screenshot({ path: `${SHOTS}/text-${language}-${theme}.png` });
      expect(await page.locator(".gt-lane").count()).toBe(4);
      expect(await page.locator(".gt-arrow").count()).toBe(2);
    });
  }
});
