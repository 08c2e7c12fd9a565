/**
 * A floor for journeys: `galley serve` on a fresh workspace with its own PostgreSQL, people with passwords, projects.
 *
 * ```ts
 * import { expect, test } from "./floor";
 * test("…", async ({ floor, as }) => {
 *   const project = await floor.project({ items: [{ text: "…" }] });
 *   const page = await as("anna");          // signed in, in Chinese; as("anna", "en") in English
 *   await page.goto(`/o/${floor.org}/p/${project}/work`);
 * });
 * ```
 */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  type APIRequestContext,
  type BrowserContext,
  test as base,
  expect,
  type Page,
  request,
} from "@playwright/test";

const ROOT = resolve(import.meta.dirname, "../../../..");

/** The built app that the servers of journeys deliver; raises when there is none. */
export function builtSite(): string {
  const site = process.env.GALLEY_SITE ?? join(ROOT, "web/dist");
  if (!existsSync(join(site, "index.html")))
    throw new Error(
      `The web app is not built: no index.html in ${site}. Run \`make web\` first. 网页应用未构建：请先运行 \`make web\`。`,
    );
  return site;
}

export const PASSWORD = "a long enough password";

/** Who there is: login and roles in the organisation. */
const PEOPLE: { readonly [login: string]: readonly string[] } = {
  mei: ["manager"],
  anna: ["annotator"],
  bo: ["annotator"],
  rui: ["reviewer"],
  ines: ["inspector"],
  carl: ["client"],
  ada: ["auditor"],
};

export const TEXT_SCHEMA = `title: {en: Places, zh: 地点}
controls:
  - {name: kind, type: classify, title: {en: Kind, zh: 类型}, field: text, choices: [news, letter, other]}
  - {name: place, type: span, title: {en: Places, zh: 地点}, field: text, labels: [city, country], required: false}
`;

export interface Floor {
  readonly address: string;
  readonly org: number;
  readonly workspace: string;
  /** The API as the owner. */
  readonly owner: APIRequestContext;
  /** The API as somebody. */
  api(login: string): Promise<APIRequestContext>;
  /** A project with items; its number when all items are in. */
  project(options: {
    readonly name?: string;
    readonly schema?: string;
    readonly guideline?: string;
    readonly settings?: object;
    readonly items: readonly object[];
  }): Promise<number>;
  /** Kill the server as a crash does. */
  kill(): Promise<void>;
  /** Start it again at the same address. */
  start(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  return port;
}

class Serving implements Floor {
  readonly workspace = mkdtempSync(join(tmpdir(), "galley-journey-"));
  org = 0;
  owner!: APIRequestContext;
  readonly #port: number;
  readonly #apis = new Map<string, APIRequestContext>();
  #process: ChildProcess | null = null;
  #said = "";

  readonly #models: string;

  constructor(port: number, models: string) {
    this.#port = port;
    this.#models = models;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const python = process.env.GALLEY_PYTHON ?? join(ROOT, ".venv/bin/python");
    const asked = ["-m", "galley.cli.main", "serve", "--workspace", this.workspace, "--port", String(this.#port)];
    const env = { ...process.env, GALLEY_SITE: builtSite(), GALLEY_LOG_REQUESTS: "0", GALLEY_MODELS: this.#models };
    const started = spawn(python, asked, { cwd: ROOT, env });
    this.#process = started;
    const hear = (piece: Buffer): void => {
      this.#said += piece.toString();
    };
    started.stdout?.on("data", hear);
    started.stderr?.on("data", hear);
    for (let tries = 0; tries < 480; tries += 1) {
      const ready = await fetch(`${this.address}/ready`).catch(() => null);
      if (started.exitCode !== null) break;
      if (ready?.ok) return;
      await new Promise((done) => setTimeout(done, 250));
    }
    throw new Error(`galley serve did not come up:\n${this.#said}`);
  }

  async kill(): Promise<void> {
    await this.#end("SIGKILL");
    // What the parent started ends with it; until then it would answer, and keep the address from the next.
    for (let tries = 0; tries < 240; tries += 1) {
      const answer = await fetch(`${this.address}/health`).catch(() => null);
      if (answer === null) return;
      await new Promise((done) => setTimeout(done, 250));
    }
    throw new Error("somebody still answers after the server was killed");
  }

  async stop(): Promise<void> {
    for (const api of [this.owner, ...this.#apis.values()]) await api?.dispose();
    await this.#end("SIGTERM");
    rmSync(this.workspace, { recursive: true, force: true, maxRetries: 3 });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running === null || running.exitCode !== null) return;
    const gone = new Promise((done) => running.once("exit", done));
    running.kill(signal);
    await gone;
  }

  /** The first owner, by the link the server printed, and everybody else. */
  async people(): Promise<void> {
    const ticket = /set-up#ticket=([\w-]+)/.exec(this.#said)?.[1];
    if (ticket === undefined) throw new Error(`no set-up link:\n${this.#said}`);
    this.owner = await this.#context();
    const organisation = "Journeys 旅程";
    const [name, email] = ["Olivia 欧宁", "olivia@galley.example"];
    await told(
      this.owner.post("/api/v1/set-up", {
        data: { ticket, organisation, name, email, password: PASSWORD, language: "zh" },
      }),
    );
    const me = await told<{ places: { id: number }[] }>(this.owner.get("/api/v1/me"));
    this.org = me.places[0]!.id;
    for (const [login, roles] of Object.entries(PEOPLE)) {
      const made = await told<{ ticket: string }>(
        this.owner.post(`/api/v1/orgs/${this.org}/members`, { data: { login, roles, name: login, language: "zh" } }),
      );
      const api = await this.#context();
      await told(api.post("/api/v1/sign-in/ticket", { data: { secret: made.ticket } }));
      await told(api.put("/api/v1/me/password", { data: { new: PASSWORD } }));
      this.#apis.set(login, api);
    }
  }

  #context(): Promise<APIRequestContext> {
    return request.newContext({
      baseURL: this.address,
      // A connection each: one that was kept is closed by the server after a while, at times just as it is used again.
      extraHTTPHeaders: { "X-Galley-CSRF": "1", "Accept-Language": "en", Connection: "close" },
    });
  }

  async api(login: string): Promise<APIRequestContext> {
    const known = login === "olivia" ? this.owner : this.#apis.get(login);
    if (known === undefined) throw new Error(`nobody is called ${login}`);
    return known;
  }

  async project(options: Parameters<Floor["project"]>[0]): Promise<number> {
    const { name = `Project ${Date.now() % 100_000}`, schema = TEXT_SCHEMA, guideline = "", settings, items } = options;
    const made = await told<{ id: number }>(
      this.owner.post(`/api/v1/orgs/${this.org}/projects`, {
        data: { name, schema, guideline, ...(settings === undefined ? {} : { settings }) },
      }),
    );
    const place = `/api/v1/orgs/${this.org}/projects/${made.id}`;
    if (items.length === 0) return made.id;
    await told(
      this.owner.post(`${place}/imports/stream?name=items.jsonl&format=jsonl`, {
        headers: { "Content-Type": "application/x-ndjson" },
        data: items.map((item) => JSON.stringify(item)).join("\n"),
      }),
    );
    for (let tries = 0; tries < 720; tries += 1) {
      const { nodes } = await told<{ nodes: { open: number }[] }>(this.owner.get(`${place}/progress`));
      if (nodes.reduce((sum, { open }) => sum + open, 0) >= items.length) return made.id;
      await new Promise((done) => setTimeout(done, 250));
    }
    throw new Error("the items did not come in");
  }
}

/** The answer of a request; raises with what the server said when it refused. */
export async function told<T = unknown>(asked: Promise<Awaited<ReturnType<APIRequestContext["get"]>>>): Promise<T> {
  const response = await asked;
  if (!response.ok()) throw new Error(`${response.status()} ${response.url()}: ${await response.text()}`);
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

interface Own {
  /** A page in a browser of its own, signed in as somebody. */
  as(login: string, language?: "zh" | "en"): Promise<Page>;
}

export const test = base.extend<Own, { floor: Floor; models: string; alone: string }>({
  /** A file that cannot bear what others left on the floor has one of its own: `test.use({ alone: "its name" })`. */
  alone: ["", { scope: "worker", option: true }],
  /** A folder of models that the operator installed: `test.use({ models })` has a floor of its own. */
  models: ["", { scope: "worker", option: true }],
  floor: [
    async ({ models }, use) => {
      const floor = new Serving(await freePort(), models);
      try {
        await floor.start();
        await floor.people();
        await use(floor);
      } finally {
        await floor.stop();
      }
    },
    { scope: "worker", timeout: 300_000 },
  ],
  as: async ({ browser, floor }, use) => {
    const contexts: BrowserContext[] = [];
    const faults: string[] = [];
    await use(async (login, language = "zh") => {
      const api = await floor.api(login);
      const context = await browser.newContext({
        baseURL: floor.address,
        storageState: await api.storageState(),
        locale: language === "zh" ? "zh-CN" : "en-US",
        viewport: { width: 1366, height: 768 },
      });
      contexts.push(context);
      // A page that breaks, or does what our policy forbids, fails its journey.
      context.on("weberror", (told_) => faults.push(String(told_.error())));
      context.on("console", (said) => /Content.Security.Policy|Trusted/i.test(said.text()) && faults.push(said.text()));
      await context.addInitScript((chosen) => {
        if (location.protocol === "http:") localStorage.setItem("galley.language", chosen);
      }, language);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
    expect(faults).toEqual([]);
  },
});

/** What axe finds wrong on a page by WCAG 2.2 AA, in short. */
export async function axe(page: Page): Promise<string[]> {
  const source = readFileSync(join(ROOT, "web/node_modules/axe-core/axe.min.js"), "utf8");
  await page.evaluate(source); // by the debugger, which the page's policy does not bind
  return page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { axe: run } = window as unknown as {
      axe: { run(where: Document, how: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await run.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  });
}

export { expect };
