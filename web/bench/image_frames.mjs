/**
 * Frame times of the image editor in Chromium: `node bench/image_frames.mjs [shapes] [megapixels] [frames] [tiles]` in web/.
 * Starts a Vite server of its own. The frame rate is not bound to the display, so that intervals say what frames cost.
 */

import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { createServer } from "vite";

const [shapes = 10000, megapixels = 50, frames = 90] = process.argv.slice(2, 5).map(Number);
const tiled = process.argv[5] === "tiles";
const path = process.env.CHROMIUM ?? "/usr/bin/chromium";
const server = await createServer({ server: { port: 0, host: "127.0.0.1" }, logLevel: "error" });
await server.listen();
const address = server.resolvedUrls.local[0];
const browser = await chromium.launch({
  ...(existsSync(path) ? { executablePath: path } : {}),
  args: ["--no-sandbox", "--disable-gpu-vsync", "--disable-frame-rate-limit"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
  page.on("console", (message) => message.type() === "info" && console.log(message.text()));
  page.once("pageerror", (problem) => console.error(String(problem)));
  let fetched = 0;
  let tile = null;
  await page.exposeFunction("setTile", (bytes) => {
    tile = Buffer.from(bytes);
  });
  await page.route("**/pyramid/**", (route) => {
    fetched += 1;
    return route.fulfill({ contentType: "image/webp", body: tile });
  });
  await page.goto(`${address}tests/browser/stage.html`);
  await page.waitForFunction(() => window.stage !== undefined);
  const found = await page.evaluate(
    async ([shapes, megapixels, frames, tiled]) => {
      const { measureFrames, strewn } = await import("/bench/image_frames.ts");
      const [width, height] = [
        Math.round(Math.sqrt(megapixels * 1e6 * 1.5)),
        Math.round(Math.sqrt((megapixels * 1e6) / 1.5)),
      ];
      const side = document.createElement("canvas");
      [side.width, side.height] = [width, height];
      const context = side.getContext("2d");
      for (let at = 0; at < 4000; at += 1) {
        context.fillStyle = `hsl(${(at * 47) % 360} 40% ${30 + ((at * 13) % 50)}%)`;
        context.fillRect((at * 7919) % width, (at * 104729) % height, 200 + (at % 300), 150 + (at % 200));
      }
      const levels = [];
      for (let [w, h] = [width, height]; ; [w, h] = [Math.ceil(w / 2), Math.ceil(h / 2)]) {
        levels.unshift({ width: w, height: h, columns: Math.ceil(w / 512), rows: Math.ceil(h / 512) });
        if (w <= 512 && h <= 512) break;
      }
      const one = new OffscreenCanvas(512, 512);
      one.getContext("2d").drawImage(side, 0, 0, 512, 512, 0, 0, 512, 512);
      await window.setTile([...new Uint8Array(await (await one.convertToBlob({ type: "image/webp" })).arrayBuffer())]);
      const blob = await new Promise((go) => side.toBlob(go, "image/jpeg", 0.8));
      [side.width, side.height] = [1, 1];
      const labels = ["l0", "l1", "l2", "l3", "l4", "l5"];
      const control = (name, type) => ({ name, type, required: false, field: "image", options: { labels } });
      const { boxes, areas, cells } = strewn(shapes, width, height);
      const begun = performance.now();
      await window.stage.open({
        language: "en",
        schema: {
          name: "bench",
          controls: [control("boxes", "box@1"), control("areas", "polygon@1"), control("cells", "ellipse@1")],
        },
        content: { image: URL.createObjectURL(blob) },
        labels: { boxes, areas, cells },
        ...(tiled
          ? {
              media: () => ({
                url: "/none",
                facts: {
                  state: "ready",
                  kind: "image",
                  width,
                  height,
                  tiles: { tile_size: 512, levels, template: "/pyramid/{level}/{x}_{y}.webp" },
                },
              }),
            }
          : {}),
      });
      const opened = performance.now() - begun;
      while (document.querySelector(".gi-message") !== null) await new Promise((go) => setTimeout(go, 50));
      const shown = performance.now() - begun;
      await new Promise((go) => setTimeout(go, 2500));
      return { opened, shown, size: [width, height], frames: await measureFrames(frames) };
    },
    [shapes, megapixels, frames, tiled],
  );
  console.log(
    `${shapes} shapes, ${found.size.join(" × ")} pixels: opened in ${Math.round(found.opened)} ms, decoded after ${Math.round(found.shown)} ms`,
  );
  if (tiled) console.log(`${fetched} tiles fetched`);
  for (const { gesture, interval, work } of found.frames) {
    const row = ({ p50, p95, max }) => `p50 ${p50} p95 ${p95} max ${max}`;
    console.log(`${gesture.padEnd(32)} interval ${row(interval).padEnd(34)} work ${row(work)}`);
  }
} finally {
  await browser.close();
  await server.close();
}
