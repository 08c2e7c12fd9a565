import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { expect, test } from "@playwright/test";

const DIST = process.env.GALLEY_SITE ?? join(import.meta.dirname, "../../dist");
const TYPES: { readonly [ending: string]: string } = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".png": "image/png",
};
/** A page of somebody else, as docs/embedding.md shows it; its scripts lie in files, as its strict policy wants. */
const PAGE = `<!doctype html><link rel="stylesheet" href="/vendor/galley/galley-editor.css">
<div id="here" style="height: 600px"></div><script type="module" src="/own.js"></script>`;
const OWN = `
import { openEditor } from "/vendor/galley/galley-editor.js";
const control = (name, type, options) => ({ name, type, required: false, field: "text", options });
window.heard = [];
window.editor = await openEditor(document.querySelector("#here"), {
  schema: { name: "news", controls: [
    control("topic", "classify@1", { choices: ["World", "Sports"] }),
    control("who", "span@1", { labels: ["PER", "LOC"] }),
  ] },
  content: { text: "奥运会在巴黎开幕" },
  labels: { topic: "Sports", who: [{ start: 4, end: 6, label: "LOC" }] },
  language: "en",
});
window.editor.on("operation", (transaction) => window.heard.push(transaction.name));
document.documentElement.dataset.open = "true";
`;

/** A picture whose first link has run out, as one's own store gives links for a time. */
const LATE = `
import { openEditor } from "/vendor/galley/galley-editor.js";
let link = "/gone.png";
window.renewed = 0;
window.editor = await openEditor(document.querySelector("#here"), {
  schema: { name: "cats", controls: [{ name: "cat", type: "box@1", required: false, field: "image", options: {} }] },
  content: { image: "picture-7" },
  labels: { cat: [{ x: 1, y: 1, width: 2, height: 2, rotation: 0 }] },
  language: "en",
  media: () => ({ url: link }),
  renew: async () => {
    window.renewed += 1;
    link = "/fresh.png";
  },
});
document.documentElement.dataset.open = "true";
`;
const FRESH = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP438CAFWEXHbQSAKmzX8FBxi1QAAAAAElFTkSuQmCC",
  "base64",
);

const OF_THE_SITE: { readonly [path: string]: string | Buffer } = {
  "/": PAGE,
  "/own.js": OWN,
  "/late": PAGE.replace("own.js", "late.js"),
  "/late.js": LATE,
  "/fresh.png": FRESH,
};

let server: Server;
let base = "";

test.beforeAll(async () => {
  test.skip(!existsSync(join(DIST, "assets/galley-editor.js")), "the app is not built: make web");
  server = createServer((asked, answer) => {
    const path = new URL(asked.url ?? "/", "http://here").pathname;
    answer.setHeader(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self'; connect-src 'self'; img-src 'self'",
    );
    if (path === "/gone.png") answer.statusCode = 403;
    const file = path.startsWith("/vendor/galley/") ? join(DIST, "assets", path.slice("/vendor/galley/".length)) : null;
    if (file !== null && !existsSync(file)) answer.statusCode = 404;
    const own = OF_THE_SITE[path];
    answer.setHeader("Content-Type", TYPES[extname(file ?? path)] ?? TYPES[".html"]!);
    answer.end(own ?? (file !== null && existsSync(file) ? readFileSync(file) : ""));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.afterAll(() => {
  server?.close();
});

test("another site embeds an editor from a folder of its own", async ({ page }) => {
  const missing: string[] = [];
  page.on("response", (response) => {
    if (response.status() === 404 && !response.url().endsWith("favicon.ico")) missing.push(response.url());
  });
  await page.goto(base);
  await page.waitForSelector("html[data-open]");
  await page.getByRole("radio", { name: "World" }).click();
  const told = await page.evaluate(() => {
    const { editor, heard } = window as unknown as { editor: import("@/host/embed").EditorHandle; heard: string[] };
    const saved = editor.save();
    editor.undo();
    return {
      saved,
      heard,
      undone: editor.save().labels,
      styled: getComputedStyle(document.querySelector(".gw")!).display,
    };
  });
  expect(told.saved).toEqual({ labels: { topic: "World", who: [{ start: 4, end: 6, label: "LOC" }] }, problems: [] });
  expect(told.heard).toEqual(["answer topic", "undo answer topic"]);
  expect(told.undone).toEqual({ topic: "Sports", who: [{ start: 4, end: 6, label: "LOC" }] });
  expect(told.styled).toBe("grid");
  expect(missing).toEqual([]);
});

test("an embedded editor whose link has run out asks for another, and nothing is lost", async ({ page }) => {
  await page.goto(`${base}/late`);
  await page.waitForSelector("html[data-open]");
  const shown = await page.evaluate(() => {
    const { bench } = document.querySelector(".gi") as import("@/editors/image/editor").ImageElement;
    return bench!.picture.ready;
  });
  expect(shown).toEqual({ width: 8, height: 8 });
  await expect(page.getByRole("alert")).toHaveCount(0);
  const told = await page.evaluate(() => {
    const { editor, renewed } = window as unknown as {
      editor: import("@/host/embed").EditorHandle;
      renewed: number;
    };
    return { renewed, labels: editor.save().labels };
  });
  expect(told).toEqual({ renewed: 1, labels: { cat: [{ x: 1, y: 1, width: 2, height: 2, rotation: 0 }] } });
});
