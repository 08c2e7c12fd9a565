import { expect, type Page, test } from "@playwright/test";
import type { EditorOptions } from "@/host/embed";

interface Found {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
type Labels = { readonly [control: string]: unknown };

async function open(page: Page, options: unknown, theme = "light"): Promise<void> {
  await page.goto("/tests/browser/stage.html");
  await page.waitForFunction(() => window.stage !== undefined);
  await page.evaluate(
    async ([told, scheme]) => {
      document.documentElement.dataset.mantineColorScheme = scheme;
      (await window.stage.open(told as EditorOptions)).bench.focus(); // as the shell does
    },
    [options, theme] as const,
  );
}

const saved = (page: Page): Promise<Labels> => page.evaluate(() => window.stage.editor!.save().labels as never);
const problems = (page: Page): Promise<string[]> =>
  page.evaluate(() => window.stage.editor!.save().problems.map(({ text, id }) => `${id ?? ""} ${text.en}`));

const control = (name: string, type: string, field: string, options: unknown, more = {}): unknown => ({
  name,
  type: `${type}@1`,
  required: true,
  field,
  options,
  ...more,
});

const ANSWER =
  "## 思路\n\n用**归纳法**：\n\n1. 当 $n=1$ 时，$\\frac{n(n+1)}{2}=1$；\n2. 设 $n=k$ 成立。\n   - 则 `sum(k+1)` 也成立\n\n```python\ndef total(n: int) -> int:\n    return n * (n + 1) // 2\n```\n\n| n | 和 |\n|---|---|\n| 1 | 1 |\n| 2 | 3 |\n\n$$\n\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}\n$$";
const PAIR = {
  schema: {
    name: "preference",
    controls: [
      control("best", "ranking", "responses", {}, { title: { en: "Which is better?", zh: "哪个更好？" } }),
      control("quality", "rubric", "responses", {
        criteria: [
          {
            name: "help",
            title: { en: "Helpful", zh: "有用性" },
            min: 1,
            max: 5,
            reason: "required",
            levels: { 1: { en: "useless", zh: "无用" }, 5: { en: "complete", zh: "完整" } },
          },
          { name: "safe", title: { en: "Safe", zh: "安全性" }, min: 0, max: 2, reason: "optional" },
        ],
      }),
      control("rewrite", "text", "prompt", {}, { required: false, title: { en: "Better answer", zh: "更好的回答" } }),
    ],
  },
  content: {
    prompt: "请证明 $1+2+\\dots+n = \\frac{n(n+1)}{2}$，并给出代码。",
    responses: [
      { id: "gpt-secret", content: ANSWER, model: "gpt-secret" },
      {
        id: "llama-secret",
        content: "Just use the formula: `n*(n+1)/2`. See https://example.org.\n\n> It is *well known*.",
        model: "llama-secret",
      },
    ],
    reference: "n(n+1)/2",
  },
};
const MESSAGES = [
  { role: "system", content: "You are a careful assistant. ".repeat(20) },
  { role: "user", content: "北京今天天气怎么样？请用一句话回答。" },
  {
    role: "assistant",
    content: null,
    tool_calls: [
      { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"北京","unit":"C"}' } },
    ],
  },
  {
    role: "tool",
    tool_call_id: "c1",
    name: "weather",
    content: '{"temp": 21, "sky": "晴", "wind": {"dir": "N", "kmh": 8}}',
  },
  { role: "assistant", content: "北京今天**晴**，21 °C，北风微弱。" },
  { role: "user", content: "Thanks!" },
];
const TONE = {
  tone: {
    words: [
      { value: "kind", title: { en: "kind", zh: "友善" } },
      { value: "rude", title: { en: "rude", zh: "粗鲁" } },
    ],
    roles: ["assistant"],
  },
};
const CHAT = {
  schema: { name: "chat", controls: [control("talk", "dialogue", "messages", { edit: true, labels: TONE })] },
  content: { messages: MESSAGES },
};
const STEPS = {
  schema: { name: "prm", controls: [control("marks", "steps", "steps", { stop_at_error: true })] },
  content: {
    problem: "Solve $x^2 = 4$ for $x > 0$.",
    steps: [
      "Take the square root of both sides: $x = \\pm 2$.",
      "Since $x>0$, we drop the *negative* one.",
      "So $x = 3$.",
      "The answer is \\boxed{3}.",
    ],
    answer: "2",
  },
};
const FOUR = {
  schema: { name: "rank", controls: [control("order", "ranking", "responses", {})] },
  content: {
    prompt: "Name a prime.",
    responses: ["Two is a prime number.", "Nine.", "7", { id: "x", content: "Eleven, because it has no divisors." }],
  },
};

test("a pair is judged by keys, blind, with scores and reasons", async ({ page }) => {
  await open(page, { ...PAIR, language: "en" });
  expect(await page.locator(".gd").evaluate((one) => one.outerHTML.includes("secret"))).toBe(false);
  expect(await page.locator(".gw-field").count()).toBe(1); // the prompt is context, not an editor beside it
  await page.keyboard.press("1");
  const first = await page.locator(".gd-candidate").first().textContent();
  const left = first!.includes("formula") ? "llama-secret" : "gpt-secret";
  const right = left === "llama-secret" ? "gpt-secret" : "llama-secret";
  expect((await saved(page)).best).toEqual([[left], [right]]);
  await page.keyboard.press("=");
  expect((await saved(page)).best).toEqual([["gpt-secret", "llama-secret"]]);
  await page.keyboard.press("2");
  expect((await saved(page)).best).toEqual([[right], [left]]);
  await page.locator(".gd-criterion").first().focus();
  await page.keyboard.press("4");
  expect(await problems(page)).toEqual([
    "=quality/help A reason is asked for: {name}.",
    "=quality/safe Not scored yet: {name}.",
  ]);
  await page.keyboard.type("it proves it 1 2 3"); // the key went on to the reason
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("2");
  expect((await saved(page)).quality).toEqual({ help: { score: 4, reason: "it proves it 1 2 3" }, safe: { score: 2 } });
  expect(await problems(page)).toEqual([]);
  const steps = await page.evaluate(() => window.stage.editor!.operations().length);
  expect(steps).toBe(6); // three verdicts, two scores, one stretch of typing
  await page.evaluate(() => {
    window.stage.editor!.undo();
    window.stage.editor!.undo();
  });
  expect((await saved(page)).quality).toEqual({ help: { score: 4 } });
});

test("four are ranked by digits, arrows, ties and by dragging", async ({ page }) => {
  await open(page, { ...FOUR, language: "en" });
  const texts = await page.locator(".gd-candidate .gd-text").allInnerTexts();
  const ids = texts.map((text) => ({ T: "0", N: "1", "7": "2", E: "x" })[text[0]!]!);
  for (const digit of ["3", "1", "4"]) await page.keyboard.press(digit);
  expect((await saved(page)).order).toEqual([[ids[2]], [ids[0]], [ids[3]]]);
  expect(await problems(page)).toEqual([" Not ranked yet: {count} of {all}."]);
  await page.keyboard.press("2");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("=");
  expect((await saved(page)).order).toEqual([[ids[2]], [ids[0], ids[1]].sort(), [ids[3]]]);
  const chip = page.locator(".gd-candidate-chip", { hasText: "Answer D" });
  const gap = page.locator('[data-gap="0"]');
  await chip.hover();
  await page.mouse.down();
  const box = (await gap.boundingBox())!;
  await page.mouse.move(box.x + 40, box.y + 10, { steps: 4 });
  const wide = (await gap.boundingBox())!;
  await page.mouse.move(wide.x + wide.width / 2, wide.y + wide.height / 2, { steps: 4 });
  await page.mouse.up();
  expect((await saved(page)).order).toEqual([[ids[3]], [ids[2]], [ids[0], ids[1]].sort()]);
  expect(await problems(page)).toEqual([]);
});

test("candidates are ranked by clicks, and marks of comments and problems are shown where they belong", async ({
  page,
}) => {
  await open(page, { ...FOUR, language: "en" });
  for (const letter of ["C", "A"]) await page.getByRole("button", { name: `Answer ${letter}` }).click();
  expect(((await saved(page)).order as string[][]).length).toBe(2);
  await page.evaluate(() => window.stage.editor!.bench.mark([{ control: "order" }]));
  await expect(page.locator(".gd-ranking")).toHaveClass(/gd-marked/);
  await open(page, { ...STEPS, language: "en" });
  await page.evaluate(() => {
    const { bench } = window.stage.editor!;
    bench.mark([{ control: "marks", id: "=marks/1" }]);
    bench.reveal({ control: "marks", id: "=marks/3" });
  });
  await expect(page.locator(".gd-step").nth(1)).toHaveClass(/gd-marked/);
  await expect(page.locator(".gd-step").nth(3)).toBeFocused();
  await open(page, { ...CHAT, language: "en", labels: LABELS.chat });
  await page.evaluate(() => {
    const { bench } = window.stage.editor!;
    bench.mark([{ id: "=talk/2" }]);
    bench.reveal({ id: "=talk/5" });
  });
  await expect(page.locator(".gd-message").nth(2)).toHaveClass(/gd-marked/);
  await expect(page.locator(".gd-message").nth(5)).toBeFocused();
  await page.evaluate(() => window.stage.editor!.end());
  expect(await page.locator("#stage").evaluate((one) => one.childElementCount)).toBe(0);
});

test("a conversation is edited, labelled, grown and shortened, and taken back", async ({ page }) => {
  await open(page, { ...CHAT, language: "en" });
  const cards = page.locator(".gd-message");
  expect(await saved(page)).toEqual({});
  await page.getByRole("button", { name: "Right as it is" }).click();
  expect((await saved(page)).talk).toEqual({ messages: MESSAGES });
  await page.getByRole("button", { name: "Back to the record" }).click();
  expect(await saved(page)).toEqual({});
  await cards.nth(4).focus();
  await page.keyboard.press("1");
  let talk = (await saved(page)).talk as { messages: Record<string, unknown>[] };
  expect(talk.messages).toEqual(MESSAGES.map((one, at) => (at === 4 ? { ...one, labels: { tone: "kind" } } : one)));
  await page.keyboard.press("Enter");
  await page.locator(".gd-area").fill("Sunny, 21 °C.");
  await page.keyboard.press("Escape");
  await page.keyboard.press("o");
  await page.keyboard.type("You are welcome.");
  await page.keyboard.press("Escape");
  expect(await cards.count()).toBe(7);
  await expect(page.getByRole("button", { name: "Right as it is" })).toBeHidden();
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  await page.keyboard.press("Delete");
  talk = (await saved(page)).talk as never;
  expect(talk.messages.map(({ role, content }) => [role, content])).toEqual([
    ["system", MESSAGES[0]!.content],
    ["user", MESSAGES[1]!.content],
    ["assistant", null],
    ["assistant", "Sunny, 21 °C."],
    ["user", "Thanks!"],
    ["user", "You are welcome."],
  ]);
  // Arguments of a call are text that is edited as text.
  await cards.nth(2).focus();
  await page.keyboard.press("e");
  await page.locator(".gd-area-mono").fill('{"city":"上海"}');
  await page.keyboard.press("Escape");
  talk = (await saved(page)).talk as never;
  expect(talk.messages[2]).toEqual({
    ...MESSAGES[2],
    tool_calls: [{ id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"上海"}' } }],
  });
  expect(await problems(page)).toEqual([]);
  const count = await page.evaluate(() => window.stage.editor!.operations().length);
  await page.evaluate((times) => {
    for (let at = 0; at < times; at += 1) window.stage.editor!.undo();
  }, count);
  expect(await saved(page)).toEqual({});
  expect(await cards.count()).toBe(6);
});

test("steps are marked by keys up to the first error", async ({ page }) => {
  await open(page, { ...STEPS, language: "en" });
  await page.keyboard.press("+");
  await page.keyboard.press("0");
  expect(await problems(page)).toEqual(["=marks/2 Steps without a mark: {count}, the first is {step}."]);
  await page.keyboard.press("-");
  await page.keyboard.press("r");
  await page.keyboard.type("2, not 3");
  await page.keyboard.press("Escape");
  await page.keyboard.press("w");
  await page.locator(".gd-area").last().fill("So $x = 2$.");
  await page.keyboard.press("Escape");
  expect((await saved(page)).marks).toEqual([
    { mark: "right" },
    { mark: "neutral" },
    { mark: "wrong", reason: "2, not 3", rewrite: "So $x = 2$." },
    null,
  ]);
  expect(await problems(page)).toEqual([]);
  await expect(page.locator(".gd-step").nth(3)).toHaveClass(/gd-behind/);
  await page.keyboard.press("k");
  await page.keyboard.press("e");
  await expect(page.locator(".gd-step").nth(2)).toBeFocused();
});

test("a conversation of 500 turns stays quick: one change touches one card and logs one message", async ({ page }) => {
  const messages = Array.from({ length: 500 }, (_, at) => ({
    role: at % 2 === 0 ? "user" : "assistant",
    content: `${at}. ${"word **bold** `code` $x_1$ ".repeat(15)}`,
  }));
  await open(page, { ...CHAT, content: { messages }, language: "en" });
  expect(await page.locator(".gd-message").count()).toBe(500);
  await page.locator(".gd-message").nth(250).focus();
  await page.keyboard.press("Enter");
  await page.evaluate(() => {
    const told = { changed: 0 };
    (window as unknown as { told: typeof told }).told = told;
    new MutationObserver((records) => {
      told.changed += records.filter(({ type }) => type === "childList").length;
    }).observe(document.querySelector(".gd-messages")!, { childList: true, subtree: true });
  });
  await page.keyboard.type("Hello there");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.keyboard.type("!");
  await page.keyboard.press("Escape");
  const [changed, last] = await page.evaluate(() => [
    (window as unknown as { told: { changed: number } }).told.changed,
    JSON.stringify(window.stage.editor!.operations().at(-1)).length,
  ]);
  expect(changed).toBeLessThan(80); // what is in one card, not in 500
  expect(last).toBeLessThan(4000); // one message before and after, of 200 kB
});

const MARKED = [{ mark: "right" }, { mark: "wrong", reason: "no" }, null, null];

test("nothing can be changed where it is only read; who suggested is told", async ({ page }) => {
  const from = { kind: "prelabel", name: "judge-7", confidence: 0.823, value: { value: MARKED } };
  const entities = [{ id: "=marks", control: "marks", value: { value: MARKED }, from }];
  await open(page, { ...STEPS, language: "en", readOnly: true, entities });
  await page.keyboard.press("-");
  expect((await saved(page)).marks).toEqual(MARKED);
  expect(await page.locator(".gd-mark:enabled").count()).toBe(0);
  await expect(page.locator(".gd-head")).toContainText("Suggested by judge-7 · 82 % sure");
});

test("what an input method composes is one step, and its keys are no hotkeys", async ({ page }) => {
  await open(page, { ...STEPS, language: "zh" });
  await page.keyboard.press("3");
  await page.keyboard.press("r");
  const session = await page.context().newCDPSession(page);
  for (const text of ["n", "ni", "ni h", "你好"])
    await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await session.send("Input.insertText", { text: "你好" });
  await page.keyboard.press("Escape");
  expect((await saved(page)).marks).toEqual([{ mark: "wrong", reason: "你好" }, null, null, null]);
  expect(await page.evaluate(() => window.stage.editor!.operations().length)).toBe(2);
});

test("a question that hangs on another comes and goes; its keys with it", async ({ page }) => {
  const when = { control: "best", is: ["a"] };
  const controls = [
    control("best", "ranking", "responses", {}),
    control(
      "why",
      "rubric",
      "responses",
      { criteria: [{ name: "x" }] },
      { required: false, when: { control: "best", answered: true } },
    ),
    control("never", "rubric", "responses", { criteria: [{ name: "y" }] }, { when: { not: when } }),
  ];
  await open(page, {
    schema: { name: "t", controls },
    content: {
      responses: [
        { id: "a", content: "1" },
        { id: "b", content: "2" },
      ],
    },
    language: "en",
  });
  await expect(page.locator('[data-control="why"]')).toBeHidden();
  await expect(page.locator('[data-control="never"]')).toBeVisible();
  await page.keyboard.press("=");
  await expect(page.locator('[data-control="why"]')).toBeVisible();
  await expect(page.locator('[data-control="never"]')).toBeHidden();
  await page.locator('[data-criterion="x"]').focus();
  await page.keyboard.press("3");
  expect(await saved(page)).toEqual({ best: [["a", "b"]], why: { x: { score: 3 } } });
});

test("what is asked only at times can be read at all times", async ({ page }) => {
  const when = { control: "mend", is: ["yes"] };
  const controls = [
    control("mend", "classify", "messages", { choices: ["yes", "no"] }),
    control("talk", "dialogue", "messages", { edit: true }, { when }),
  ];
  await open(page, { schema: { name: "t", controls }, content: { messages: MESSAGES }, language: "en" });
  expect(await page.locator(".gd-message:visible").count()).toBe(6);
  await expect(page.locator('[data-control="talk"]')).toBeHidden();
  await page.getByRole("radio", { name: "yes" }).click();
  await expect(page.locator('[data-control="talk"]')).toBeVisible();
  expect(await page.locator(".gd-message:visible").count()).toBe(6);
});

const VIEWS = { pair: PAIR, chat: CHAT, steps: STEPS, four: FOUR };
const LABELS: { readonly [name: string]: unknown } = {
  pair: { best: [["gpt-secret"], ["llama-secret"]], quality: { help: { score: 4, reason: "步骤完整" } } },
  chat: { talk: { messages: MESSAGES.map((one, at) => (at === 4 ? { ...one, labels: { tone: "kind" } } : one)) } },
  steps: {
    marks: [{ mark: "right" }, { mark: "neutral", reason: "可省略" }, { mark: "wrong", rewrite: "So $x = 2$." }, null],
  },
  four: { order: [["1"], ["0", "x"]] },
};
const SIZES = [
  { width: 1366, height: 768, language: "zh", theme: "light" },
  { width: 1366, height: 768, language: "en", theme: "dark" },
  { width: 1024, height: 768, language: "zh", theme: "dark" },
  { width: 1024, height: 768, language: "en", theme: "light" },
] as const;
for (const [name, view] of Object.entries(VIEWS)) {
  for (const { width, height, language, theme } of SIZES) {
    const tag = width < 1366 ? "@long" : [];
    test(`how ${name} looks, ${width} ${language} ${theme}`, { tag }, async ({ page }) => {
      await page.setViewportSize({ width, height });
      await open(page, { ...view, language, labels: LABELS[name] }, theme);
      await page.screenshot({
        path: `${process.env.SHOTS ?? "test-results"}/dialogue-${name}-${width}-${language}-${theme}.png`,
      });
      expect(await page.locator(".gd").evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
      await page.addScriptTag({ path: "node_modules/axe-core/axe.min.js" });
      const found = await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: { run(at: string): Promise<{ violations: Found[] }> } };
        const { violations } = await axe.run(".gd");
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
      });
      expect(found).toEqual([]);
    });
  }
}
