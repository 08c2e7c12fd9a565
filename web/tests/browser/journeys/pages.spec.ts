/**
 * Every page of every area by the rules: WCAG 2.2 AA by axe, both languages, dark and light, a laptop and a tablet, no
 * horizontal scroll, nothing on the console, and the main action within reach of the Tab key.
 *
 * Over a floor with something on every page (`seeds.ts`): a page that shows nothing fails. In the usual run each page
 * has one look, by turns; all of them `@long`. `PAGES_ONLY` keeps to addresses that contain it.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { axe, expect, type Floor, test } from "./floor";
import { type Seeds, seeded } from "./seeds";

/** A page shown to somebody, and what is on it when there is something on it. */
interface Visit {
  readonly path: string;
  readonly login: string | null;
  /** A selector: at least one such is seen. */
  readonly has: string;
  /** Which of the seeded projects; the judged one if none is said. */
  readonly of?: keyof Seeds;
  /** What is behind the address: a part of the page that is chosen there. */
  readonly more?: string;
  /** What was done at this device before. */
  readonly before?: (page: Page, work: string) => Promise<void>;
  /** Nothing can be done here. */
  readonly quiet?: boolean;
}

const SIZES = [
  { width: 1366, height: 768 },
  { width: 1024, height: 768 },
] as const;

const ROWS = "main table tbody tr";
const ONE = "/o/:org/p/:project";
const RELEASE = "/o/:org/releases/:release/:tab?";

/** Every page must be here: the test below holds the list against the areas. Parts of a page follow it. */
const PAGES: readonly Visit[] = [
  { path: "/", login: "anna", has: "main .gs-go" },
  { path: "/me/unsent", login: "anna", has: `${ROWS} [role=alert]`, of: "unlucky", before: refused },
  { path: "/me", login: "anna", has: ROWS },
  { path: "/me/notices", login: "anna", has: "main .gn-notice" },
  { path: `${ONE}/me`, login: "bo", has: ROWS },
  { path: `${ONE}/work`, login: "anna", has: ".gw-bench-front .gw-form", of: "reviewed" },
  { path: `${ONE}/grid`, login: "anna", has: "[role=listbox] [role=option]", of: "shapes" },
  { path: `${ONE}/review`, login: "rui", has: ".gw-bench-front .gw-form", of: "reviewed" },
  { path: `${ONE}/accept`, login: "olivia", has: ".gw-bench-front .gw-form", of: "reviewed" },
  { path: `${ONE}/adjudicate`, login: "rui", has: ".gr-beside .gw-form" },
  { path: `${ONE}/comments`, login: "rui", has: "[data-testid=comment]", of: "reviewed" },
  { path: `${ONE}/held`, login: "mei", has: "[data-testid=late] tbody tr", of: "unlucky" },
  { path: `${ONE}/gold`, login: "mei", has: ROWS },
  { path: `${ONE}/lots`, login: "ines", has: ROWS },
  { path: `${ONE}/lots/:lot`, login: "ines", has: "[data-testid=proof]" },
  { path: `${ONE}/lots/:lot/inspect`, login: "ines", has: ".gw-form" },
  { path: "/o/:org/projects", login: "mei", has: "main a[href*='/p/']" },
  { path: "/o/:org/new", login: "mei", has: "main [role=tabpanel] button" },
  { path: "/o/:org/lines", login: "mei", has: "main a[href*='/lines/']" },
  { path: "/o/:org/lines/:line", login: "mei", has: ".gm-flow svg" },
  { path: ONE, login: "mei", has: "[data-testid=share]" },
  { path: `${ONE}/explorer`, login: "mei", has: "tr[data-item]" },
  { path: `${ONE}/people`, login: "mei", has: ROWS },
  { path: `${ONE}/people`, login: "mei", has: "main button", more: "?tab=access" },
  { path: `${ONE}/people`, login: "mei", has: "main h3, main h2", more: "?tab=teams" },
  { path: `${ONE}/people`, login: "mei", has: ROWS, more: "?tab=batches" },
  { path: `${ONE}/people/:labeler`, login: "mei", has: ROWS },
  { path: `${ONE}/schema`, login: "mei", has: ".gm-schema" },
  { path: `${ONE}/guideline`, login: "mei", has: ".gm-guide table" },
  { path: `${ONE}/data`, login: "mei", has: "main :text('items.jsonl')" },
  { path: `${ONE}/data`, login: "mei", has: "main :text('#')", more: "?tab=out" },
  { path: `${ONE}/data`, login: "mei", has: "main form, main input", more: "?tab=models" },
  { path: `${ONE}/data`, login: "olivia", has: "main :text('hooks.example')", more: "?tab=hooks" },
  { path: `${ONE}/quality`, login: "mei", has: ".gs-chart" },
  { path: `${ONE}/quality`, login: "mei", has: "main input", more: "?tab=rules" },
  { path: `${ONE}/quality`, login: "mei", has: ROWS, more: "?tab=actions" },
  { path: `${ONE}/quality`, login: "olivia", has: "main textarea, main input", more: "?tab=appeals" },
  { path: `${ONE}/settings`, login: "mei", has: "main input" },
  { path: "/organisations", login: "olivia", has: ROWS },
  { path: "/system", login: "olivia", has: ROWS, quiet: true },
  { path: "/o/:org/members", login: "mei", has: ROWS },
  { path: "/o/:org/isolation", login: "mei", has: "tr[data-state]" },
  { path: "/o/:org/audit", login: "ada", has: ROWS },
  { path: "/o/:org/releases", login: "mei", has: ROWS },
  { path: "/o/:org/releases/check", login: "ada", has: "input[type=file]" },
  { path: RELEASE, login: "ada", has: ".gq-card" },
  { path: RELEASE, login: "ada", has: "main svg", more: "/certificate" },
  { path: RELEASE, login: "ada", has: "main svg", more: "/report" },
  { path: RELEASE, login: "ada", has: ROWS, more: "/files" },
  { path: RELEASE, login: "ada", has: ".gq-statement", more: "/statements" },
  { path: RELEASE, login: "ada", has: "main [role=tabpanel] button", more: "/verify" },
  { path: "/o/:org/versions/compare", login: "mei", has: "[data-record]", more: "?left=:left&right=:right" },
];
const OUTSIDE: readonly Visit[] = [
  { path: "/sign-in", login: null, has: "form input" },
  { path: "/set-up", login: null, has: "a, button" },
  { path: "/invitation", login: null, has: "a, button" },
  { path: "/nowhere", login: "anna", has: "main a", quiet: true },
];

test.use({ alone: "pages" }); // rules of isolation hold for the whole organisation

test("every page of every area is visited here", () => {
  const areas = join(import.meta.dirname, "../../../src/shell");
  const folders = [...readFileSync(join(areas, "areas.ts"), "utf8").matchAll(/from "\.\/(\w+)\/area"/g)];
  const told = folders.flatMap(([, area]) => {
    const source = readFileSync(join(areas, area!, "area.ts"), "utf8");
    const names = new Map(
      [...source.matchAll(/const (\w+) = "(\/o\/[^"]*)"/g)].map(([, name, path]) => [name!, path!]),
    );
    const pages = [...source.matchAll(/path:\s*(?:"([^"]+)"|`([^`]+)`|([A-Z]+)),\s*title:[^}]*?load:/g)];
    expect(pages.length, `pages of ${area}`).toBe([...source.matchAll(/\bload:/g)].length);
    return pages.map(
      ([, plain, pattern, name]) =>
        plain ?? pattern?.replace(/\$\{(\w+)\}/g, (_, known: string) => names.get(known)!) ?? names.get(name!)!,
    );
  });
  expect(told.length).toBeGreaterThan(30);
  expect([...new Set(PAGES.map(({ path }) => path))].sort()).toEqual([...told].sort());
});

/** An answer that the server refused stays at this device. */
async function refused(page: Page, work: string): Promise<void> {
  const problem = { type: "about:blank", code: "GLY-ANN-TEST", title: "The answer does not fit.", status: 422 };
  await page.route("**/work/submit", (route) =>
    route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify(problem) }),
  );
  await page.goto(work);
  const front = page.locator(".gw-bench-front");
  await front
    .getByRole("radio", { name: "news" })
    .or(front.getByRole("button", { name: "news" }))
    .first()
    .click();
  const heard = page.waitForResponse("**/work/submit");
  await page.keyboard.press("Control+Enter");
  await heard;
}

interface Look {
  readonly language: "zh" | "en";
  readonly scheme: "dark" | "light";
  readonly size: (typeof SIZES)[number];
}

/** Two looks a page, by turns: each page in both languages, both schemes and both sizes. */
function looksOf(at: number): readonly [Look, Look] {
  const dark = at % 2 === 0;
  return [
    { language: "zh", scheme: dark ? "dark" : "light", size: SIZES[at % 2]! },
    { language: "en", scheme: dark ? "light" : "dark", size: SIZES[(at + 1) % 2]! },
  ];
}

/** Browsers of people in looks, kept from page to page, with what the console of the page in front said. */
class Browsers {
  readonly #open = new Map<string, { readonly context: BrowserContext; readonly faults: string[] }>();

  constructor(
    readonly browser: Browser,
    readonly floor: Floor,
  ) {}

  async page(login: string | null, look: Look): Promise<{ page: Page; faults: string[] }> {
    const name = `${login} ${look.language} ${look.scheme} ${look.size.width}`;
    const known = this.#open.get(name) ?? (await this.#opened(login, look));
    this.#open.set(name, known);
    known.faults.length = 0;
    return { page: await known.context.newPage(), faults: known.faults };
  }

  async #opened(login: string | null, look: Look) {
    const context = await this.browser.newContext({
      baseURL: this.floor.address,
      ...(login === null ? {} : { storageState: await (await this.floor.api(login)).storageState() }),
      locale: look.language === "zh" ? "zh-CN" : "en-US",
      viewport: look.size,
      colorScheme: look.scheme,
      reducedMotion: "reduce",
    });
    const faults: string[] = [];
    context.on("weberror", (fault) => faults.push(String(fault.error())));
    context.on("console", (said) => {
      // That nobody is signed in, that there is none of something or that it does not fit is an answer, said in words.
      if (said.type() === "error" && !/status of (401|403|404|422)/.test(said.text())) faults.push(said.text());
    });
    await context.addInitScript((chosen) => {
      if (location.protocol.startsWith("http")) localStorage.setItem("galley.language", chosen);
    }, look.language);
    return { context, faults };
  }

  async close(): Promise<void> {
    for (const { context } of this.#open.values()) await context.close();
  }
}

/** Until what is loading has loaded, or does not come. */
async function settled(page: Page, has = "body"): Promise<void> {
  await page.waitForFunction(
    () =>
      (document.querySelector("#root")?.textContent ?? "").length > 20 &&
      document.querySelector(".mantine-Loader-root, .mantine-Skeleton-root[data-visible]") === null,
    undefined,
    { timeout: 20_000 },
  );
  await page
    .locator(has)
    .first()
    .waitFor({ state: "attached", timeout: 5000 })
    .catch(() => undefined); // it is told below what is not there
  await page.waitForTimeout(150);
}

/** Headings, buttons and labels: what the app says by itself, without what people wrote. */
function saying(page: Page): Promise<{ lang: string; title: string; words: string[] }> {
  return page.evaluate(() => ({
    lang: document.documentElement.lang,
    title: document.title,
    words: [...document.querySelectorAll("nav a, main h1, main h2, button:not([data-own])")]
      .map((one) => (one.textContent ?? "").trim())
      .filter((text) => text.length > 1),
  }));
}

/** The Tab key gets into the page's own part and to something that can be done there. */
async function tabs(page: Page): Promise<boolean> {
  await page.locator("body").press("Home");
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => {
      const active = document.activeElement;
      return active?.closest("main, header.gw-bar, .gr-bar, form") != null && active !== document.querySelector("main");
    });
    if (inside) return true;
  }
  return false;
}

/** Everything wrong with a page in a look, in words. */
async function wrongWith(page: Page, faults: readonly string[], look: Look, visit: Visit): Promise<string[]> {
  const wrong = (await axe(page)).map((found) => `axe ${found}`);
  if ((await page.locator(visit.has).count()) === 0) wrong.push(`nothing on it: no ${visit.has}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) wrong.push(`scrolls ${wide} pixels sideways`);
  const { lang, words } = await saying(page);
  if (!lang.startsWith(look.language)) wrong.push(`lang is ${lang}`);
  // Of the app's own words most are of the language; names that people gave may be of the other.
  const chinese = words.filter((text) => /\p{Script=Han}/u.test(text)).length;
  const share = words.length === 0 ? Number.NaN : chinese / words.length;
  if (look.language === "zh" && share < 0.5) wrong.push(`not in Chinese: ${words.join(" | ").slice(0, 300)}`);
  if (look.language === "en" && share > 0.3) wrong.push(`not in English: ${words.join(" | ").slice(0, 300)}`);
  if (visit.quiet !== true && !(await tabs(page))) wrong.push("Tab reaches nothing of the page");
  return [...wrong, ...faults.map((fault) => `console: ${fault.slice(0, 300)}`)];
}

/** Where a visit leads: its address with numbers and names filled in. */
function addressOf(visit: Visit, floor: Floor, seeds: Seeds): { readonly to: string; readonly work: string } {
  const numbers: { readonly [name: string]: string } = {
    ...seeds,
    org: String(floor.org),
    project: seeds[visit.of ?? "judged"],
    "tab?": "",
  };
  const filled = (path: string): string => path.replace(/:([a-z]+\??)/g, (_, name: string) => numbers[name] ?? "1");
  const to = `${filled(visit.path).replace(/(.)\/$/, "$1")}${filled(visit.more ?? "")}`;
  return { to, work: filled(`${ONE}/work`) };
}

/** What is wrong by page and look, when everybody has been everywhere. */
async function sweep(browsers: Browsers, seeds: Seeds, looks: (at: number) => readonly Look[]) {
  const only = process.env.PAGES_ONLY;
  const found: { [where: string]: string[] } = {};
  for (const [at, visit] of [...PAGES, ...OUTSIDE].entries()) {
    const { to, work } = addressOf(visit, browsers.floor, seeds);
    if (only !== undefined && !`${visit.path}${visit.more ?? ""}`.includes(only)) continue;
    for (const look of looks(at)) {
      const { page, faults } = await browsers.page(visit.login, look);
      const name = `${visit.path}${visit.more ?? ""} ${look.language} ${look.scheme} ${look.size.width}`;
      try {
        await visit.before?.(page, work);
        faults.length = 0;
        await page.goto(to);
        await settled(page, visit.has);
        const wrong = await wrongWith(page, faults, look, visit);
        if (wrong.length > 0) found[name] = wrong;
      } catch (problem) {
        found[name] = [String(problem).slice(0, 400)];
      }
      if (found[name] !== undefined) console.log(name, found[name]);
      if (process.env.SHOTS !== undefined)
        await page.screenshot({ path: `${process.env.SHOTS}/page-${name.replace(/[^\w]+/g, "-")}.png` });
      await page.close();
    }
  }
  return found;
}

for (const { tag, title, looks } of [
  {
    tag: [],
    title: "every page, in a look each",
    looks: (at: number) =>
      looksOf(at)
        .slice(at % 4 < 2 ? 0 : 1)
        .slice(0, 1),
  },
  { tag: "@long", title: "every page, in both languages, both schemes and both sizes", looks: looksOf },
])
  test(`${title}: by axe and by the Tab key`, { tag }, async ({ browser, floor }) => {
    test.setTimeout(1_200_000);
    const seeds = await seeded(floor);
    const browsers = new Browsers(browser, floor);
    const found = await sweep(browsers, seeds, looks);
    await browsers.close();
    expect(found).toEqual({});
  });

test("switching the language changes what the page says, and nothing else", async ({ as }) => {
  const page = await as("anna", "zh");
  await page.goto("/");
  await settled(page);
  const before = await saying(page);
  await page.getByRole("button", { name: "English" }).first().click();
  await expect.poll(async () => (await saying(page)).lang).toMatch(/^en/);
  const after = await saying(page);
  expect(after.title).not.toBe(before.title);
  expect(after.words.filter((word) => before.words.includes(word) && /\p{Script=Han}/u.test(word))).toEqual([]);
  expect(new URL(page.url()).pathname).toBe("/");
});
