/**
 * Every page of every area by the rules: WCAG 2.2 AA by axe, both languages, dark and light, a laptop and a tablet, no
 * horizontal scroll, nothing on the console, and the main action within reach of the Tab key.
 *
 * Over the floor of the other journeys, seeded with one project that has a bit of everything; `PAGES_DEMO` may name the
 * folder of a demo that is served (`make demo`), which has releases and lots besides.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { APIRequestContext, Browser, Page } from "@playwright/test";
import { request } from "@playwright/test";
import { axe, expect, test, told } from "./floor";

/** What a page is shown to: addresses with `:org`, `:project` and the like filled in, and whose they are. */
interface Visit {
  readonly path: string;
  readonly login: string;
  /** Shows nothing but where to go when there is nothing to do: no action to reach. */
  readonly quiet?: boolean;
}

const SIZES = [
  { width: 1366, height: 768 },
  { width: 1024, height: 768 },
] as const;

/** Every page must be in exactly one place here: the test below holds the list against the areas. */
const PAGES: readonly Visit[] = [
  { path: "/", login: "anna" },
  { path: "/me/unsent", login: "anna", quiet: true },
  { path: "/me", login: "anna" },
  { path: "/me/notices", login: "anna", quiet: true },
  { path: "/o/:org/p/:project/me", login: "anna", quiet: true },
  { path: "/o/:org/p/:project/work", login: "anna" },
  { path: "/o/:org/p/:project/grid", login: "anna", quiet: true },
  { path: "/o/:org/p/:project/review", login: "rui" },
  { path: "/o/:org/p/:project/accept", login: "olivia" },
  { path: "/o/:org/p/:project/adjudicate", login: "rui" },
  { path: "/o/:org/p/:project/comments", login: "rui", quiet: true },
  { path: "/o/:org/p/:project/held", login: "mei", quiet: true },
  { path: "/o/:org/p/:project/gold", login: "mei" },
  { path: "/o/:org/p/:project/lots", login: "ines" },
  { path: "/o/:org/p/:project/lots/:lot", login: "ines" },
  { path: "/o/:org/p/:project/lots/:lot/inspect", login: "ines", quiet: true },
  { path: "/o/:org/projects", login: "mei" },
  { path: "/o/:org/new", login: "mei" },
  { path: "/o/:org/lines", login: "mei", quiet: true },
  { path: "/o/:org/lines/:line", login: "mei", quiet: true },
  { path: "/o/:org/p/:project", login: "mei" },
  { path: "/o/:org/p/:project/explorer", login: "mei" },
  { path: "/o/:org/p/:project/people", login: "mei" },
  { path: "/o/:org/p/:project/people/:labeler", login: "mei" },
  { path: "/o/:org/p/:project/schema", login: "mei" },
  { path: "/o/:org/p/:project/guideline", login: "mei" },
  { path: "/o/:org/p/:project/data", login: "mei" },
  { path: "/o/:org/p/:project/quality", login: "mei", quiet: true },
  { path: "/o/:org/p/:project/settings", login: "mei" },
  { path: "/organisations", login: "olivia" },
  { path: "/system", login: "olivia", quiet: true },
  { path: "/o/:org/members", login: "mei" },
  { path: "/o/:org/isolation", login: "mei" },
  { path: "/o/:org/audit", login: "ada", quiet: true },
  { path: "/o/:org/releases", login: "mei", quiet: true },
  { path: "/o/:org/releases/check", login: "ada" },
  { path: "/o/:org/releases/:release/:tab?", login: "ada", quiet: true },
  { path: "/o/:org/versions/compare", login: "mei", quiet: true },
];
const OUTSIDE = ["/sign-in", "/set-up", "/invitation", "/nowhere"];

test("every page of every area is visited here", () => {
  const areas = join(import.meta.dirname, "../../../src/shell");
  const told_ = ["account", "home", "manage", "operate", "quality", "review", "work"].flatMap((area) => {
    const source = readFileSync(join(areas, area, "area.ts"), "utf8");
    const names = new Map(
      [...source.matchAll(/const (\w+) = "(\/o\/[^"]*)"/g)].map(([, name, path]) => [name!, path!]),
    );
    return [...source.matchAll(/path:\s*(?:"([^"]+)"|`([^`]+)`|([A-Z]+)),\s*title:[^}]*?load:/g)].map(
      ([, plain, pattern, name]) =>
        plain ?? pattern?.replace(/\$\{(\w+)\}/g, (_, known: string) => names.get(known)!) ?? names.get(name!)!,
    );
  });
  expect(told_.length).toBeGreaterThan(30);
  expect(PAGES.map(({ path }) => path).sort()).toEqual([...told_].sort());
});

/** Where the pages are: people with sessions, and the numbers of what was seeded. */
interface Seeded {
  readonly address: string;
  readonly numbers: { readonly [name: string]: string };
  session(login: string): Promise<APIRequestContext>;
}

const GUIDELINE = "# Places 地点\n\nMark **cities**.\n\n| word | mark |\n|---|---|\n| Paris | city |\n";

/** The demo's floor, when one is named. */
async function demo(folder: string): Promise<Seeded> {
  const held = JSON.parse(readFileSync(join(folder, "logins.json"), "utf8")) as {
    address: string;
    organisation: number;
    project: number;
    password: string;
  };
  const names: { [login: string]: string } = {
    anna: "annotator",
    rui: "reviewer",
    ines: "inspector",
    mei: "manager",
    ada: "auditor",
    olivia: "owner",
  };
  const open = new Map<string, APIRequestContext>();
  const session = async (login: string): Promise<APIRequestContext> => {
    const known = open.get(login);
    if (known !== undefined) return known;
    const api = await request.newContext({ baseURL: held.address, extraHTTPHeaders: { "X-Galley-CSRF": "1" } });
    await told(api.post("/api/v1/sign-in", { data: { login: names[login] ?? login, password: held.password } }));
    open.set(login, api);
    return api;
  };
  const seeded = { address: held.address, numbers: {}, session };
  return { ...seeded, numbers: await numbersOf(seeded, held.organisation, held.project) };
}

/** Numbers of a lot, a person, a release and a line, where there are such; else one that names nothing. */
async function numbersOf(
  { session }: Pick<Seeded, "session">,
  org: number,
  project: number,
): Promise<{ [name: string]: string }> {
  const owner = await session("olivia");
  const at = `/api/v1/orgs/${org}`;
  const first = async (path: string, key: string): Promise<string> => {
    const answer = await owner.get(path);
    if (!answer.ok()) return "1";
    const said = (await answer.json()) as { items?: { [key: string]: unknown }[] } & { [key: string]: unknown }[];
    const found = (said.items ?? said)[0]?.[key];
    return found === undefined ? "1" : encodeURIComponent(String(found));
  };
  return {
    org: String(org),
    project: String(project),
    lot: await first(`${at}/projects/${project}/lots`, "id"),
    labeler: await first(`${at}/projects/${project}/people`, "labeler"),
    release: await first(`${at}/releases`, "name"),
    line: await first(`${at}/lines`, "name"),
    "tab?": "",
  };
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

/** A page in a look, with what its console said. */
async function opened(browser: Browser, where: Seeded, login: string | null, look: Look) {
  const storage = login === null ? undefined : await (await where.session(login)).storageState();
  const context = await browser.newContext({
    baseURL: where.address,
    ...(storage === undefined ? {} : { storageState: storage }),
    locale: look.language === "zh" ? "zh-CN" : "en-US",
    viewport: look.size,
    colorScheme: look.scheme,
    reducedMotion: "reduce",
  });
  const faults: string[] = [];
  context.on("weberror", (fault) => faults.push(String(fault.error())));
  context.on("console", (said) => {
    // That nobody is signed in, or that there is none of something, is an answer; the page says it in words.
    if (said.type() === "error" && !/status of (401|403|404)/.test(said.text())) faults.push(said.text());
  });
  await context.addInitScript((chosen) => {
    if (location.protocol.startsWith("http")) localStorage.setItem("galley.language", chosen);
  }, look.language);
  return { page: await context.newPage(), faults };
}

/** Until what is loading has loaded. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      (document.querySelector("#root")?.textContent ?? "").length > 20 &&
      document.querySelector(".mantine-Loader-root, .mantine-Skeleton-root[data-visible]") === null,
    undefined,
    { timeout: 20_000 },
  );
  await page.waitForTimeout(250);
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
async function wrongWith(page: Page, faults: readonly string[], look: Look, quiet: boolean): Promise<string[]> {
  const wrong = (await axe(page)).map((found) => `axe ${found}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) wrong.push(`scrolls ${wide} pixels sideways`);
  const { lang, words } = await saying(page);
  if (!lang.startsWith(look.language)) wrong.push(`lang is ${lang}`);
  // Of the app's own words most are of the language; names that people gave may be of the other.
  const chinese = words.filter((text) => /\p{Script=Han}/u.test(text)).length;
  const share = words.length === 0 ? Number.NaN : chinese / words.length;
  if (look.language === "zh" && share < 0.5) wrong.push(`not in Chinese: ${words.join(" | ").slice(0, 300)}`);
  if (look.language === "en" && share > 0.3) wrong.push(`not in English: ${words.join(" | ").slice(0, 300)}`);
  if (!quiet && !(await tabs(page))) wrong.push("Tab reaches nothing of the page");
  return [...wrong, ...faults.map((fault) => `console: ${fault.slice(0, 300)}`)];
}

test("every page, in every look, by axe and by the Tab key @long", async ({ browser, floor }, info) => {
  test.setTimeout(420_000);
  const folder = process.env.PAGES_DEMO;
  let where: Seeded;
  if (folder !== undefined && existsSync(join(folder, "logins.json"))) where = await demo(folder);
  else {
    const items = Array.from({ length: 12 }, (_, at) => ({
      text: `Letter ${at} from Paris about France.`,
    }));
    const project = await floor.project({ name: "Places 地点", guideline: GUIDELINE, items });
    const seeded = { address: floor.address, numbers: {}, session: (login: string) => floor.api(login) };
    where = { ...seeded, numbers: await numbersOf(seeded, floor.org, project) };
  }
  const only = process.env.PAGES_ONLY;
  const visits = [...PAGES, ...OUTSIDE.map((path) => ({ path, login: null, quiet: path === "/nowhere" }))];
  const found: { [where: string]: string[] } = {};
  for (const [at, visit] of visits.entries()) {
    if (only !== undefined && !visit.path.includes(only)) continue;
    const path = visit.path
      .replace(/:([a-z]+\??)/g, (_, name: string) => where.numbers[name] ?? "1")
      .replace(/\/$/, "");
    for (const look of looksOf(at)) {
      const { page, faults } = await opened(browser, where, visit.path === "/nowhere" ? "anna" : visit.login, look);
      const name = `${visit.path} ${look.language} ${look.scheme} ${look.size.width}`;
      try {
        await page.goto(path === "" ? "/" : path);
        await settled(page);
        const wrong = await wrongWith(page, faults, look, visit.quiet === true);
        if (wrong.length > 0) {
          found[name] = wrong;
          console.log(name, wrong);
        }
      } catch (problem) {
        found[name] = [String(problem).slice(0, 400)];
      }
      if (process.env.SHOTS !== undefined)
        await page.screenshot({ path: `${process.env.SHOTS}/page-${name.replace(/[^\w]+/g, "-")}.png` });
      await page.context().close();
    }
  }
  await info.attach("pages", { body: JSON.stringify(found, null, 2) });
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
