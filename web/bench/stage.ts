/** A page with the editors of the built app, as another site embeds them, and a small server of it. */

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Page } from "@playwright/test";
import type { EditorHandle, EditorOptions } from "@/host/embed";
import { builtSite } from "../tests/browser/journeys/floor";

declare global {
  interface Window {
    stage: { open(options: EditorOptions): Promise<EditorHandle>; editor?: EditorHandle };
  }
}

const TYPES: { readonly [ending: string]: string } = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/assets/galley-editor.css">
<style>html, body { margin: 0; height: 100% } #stage { height: 100vh }</style><div id="stage"></div>
<script type="module">
import { openEditor } from "/assets/galley-editor.js";
window.stage = {
  async open(options) {
    window.stage.editor?.end();
    window.stage.editor = await openEditor(document.querySelector("#stage"), options);
  },
};
</script>`;

export interface StageServer {
  readonly address: string;
  /** Files by path, besides those of the app. */
  readonly files: Map<string, Buffer>;
  end(): void;
}

export async function serveStage(): Promise<StageServer> {
  const [site, files] = [builtSite(), new Map<string, Buffer>()];
  for (const name of ["galley-editor.js", "galley-editor.css"])
    if (!existsSync(join(site, "assets", name))) throw new Error(`the build has no assets/${name}`);
  const server = createServer((request, answer) => {
    const path = normalize(new URL(request.url ?? "/", "http://here").pathname);
    const known = files.get(path);
    const file = path.startsWith("/assets/") ? join(site, path) : null;
    answer.setHeader("Content-Type", TYPES[extname(path)] ?? "text/html; charset=utf-8");
    if (path === "/") return void answer.end(PAGE);
    if (known !== undefined) return void answer.setHeader("Cache-Control", "max-age=600").end(known);
    if (file === null || !existsSync(file) || !statSync(file).isFile()) return void answer.writeHead(404).end();
    createReadStream(file).pipe(answer);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, files, end: () => void server.close() };
}

type Shown = Omit<EditorOptions, "schema" | "media"> & {
  readonly controls: readonly object[];
  /** The one media object of the item. */
  readonly media?: object;
};

/** The same as it arrives in the page; the type of JSON has no end. */
interface Taken {
  readonly controls: unknown;
  readonly media?: unknown;
}

/**
 * Open an item; milliseconds until the frame that shows it (an expression is true) is painted. Another, small one was open
 * before: the code is there, as it is for all but the first item of a day.
 */
export async function openOnStage(
  page: Page,
  stage: StageServer,
  wanted: { readonly small: Shown; readonly shown: Shown; readonly ready: string },
): Promise<number> {
  await page.goto(stage.address);
  await page.waitForFunction(() => window.stage !== undefined);
  let taken = Number.NaN;
  for (const item of [wanted.small, wanted.shown]) {
    taken = await page.evaluate(
      async ([{ controls, media, ...rest }, code]) => {
        const ready = new Function(`return ${code}`) as () => boolean;
        const begun = performance.now();
        const schema = { name: "bench", controls } as unknown as EditorOptions["schema"];
        const options = { language: "en", schema, ...rest } as EditorOptions;
        await window.stage.open(media === undefined ? options : { ...options, media: () => media as never });
        const frame = (): Promise<number> => new Promise((next) => requestAnimationFrame(next));
        while (!ready()) await frame();
        await frame();
        await new Promise((next) => setTimeout(next));
        return performance.now() - begun;
      },
      [item as Taken, wanted.ready] as const,
    );
    await page.waitForTimeout(1000);
  }
  return Math.round(taken);
}
