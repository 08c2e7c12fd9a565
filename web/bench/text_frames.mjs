/**
 * Frame times of the text editor in a long document: while it scrolls, and while spans are added.
 *
 * `measureTextFrames(page, { base })` takes a Playwright page and the address of a server that shows
 * `/tests/browser/stage.html`; run by itself it starts both: `node bench/text_frames.mjs`.
 */

import { fileURLToPath } from "node:url";

const LABELS = ["PER", "LOC", "ORG", "DATE", "EVENT"];

/** A document of so many characters, in paragraphs, and spans all over it: one in four lies in another. */
export function longDocument(characters, spans) {
  const words = "the ship left Boston harbour on Monday and 王小明 saw 上海 from afar while Ada wrote to Babbage about it".split(" ");
  let seed = 7;
  const random = (most) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % most;
  };
  const parts = [];
  for (let length = 0; length < characters; ) {
    const part = words[random(words.length)] + (random(60) === 0 ? ".\n" : " ");
    parts.push(part);
    length += part.length;
  }
  const text = parts.join("").slice(0, characters);
  const made = new Map();
  const step = Math.floor(characters / spans);
  for (let at = 0; made.size < spans; at += 1) {
    const start = (Math.floor(at / 4) * 4 * step + random(step * 3)) % (characters - 80);
    const end = start + (at % 4 === 0 ? 20 + random(40) : 4 + random(12));
    const label = LABELS[random(LABELS.length)];
    made.set(`${start} ${end} ${label}`, { start, end, label });
  }
  return { text, spans: [...made.values()] };
}

function summary(times) {
  const sorted = [...times].sort((left, right) => left - right);
  const at = (share) => Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(2));
  return {
    frames: sorted.length,
    median_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    worst_ms: at(1),
    over_17_ms: sorted.filter((time) => time > 17.5).length,
  };
}

/** Numbers of one document: opening, scrolling, adding spans. `frame`: between frames; `work`: of our own in a frame. */
export async function measureTextFrames(page, { base, characters = 100_000, spans = 2_000, frames = 300 }) {
  await page.goto(`${base}/tests/browser/stage.html`);
  await page.waitForFunction(() => window.stage !== undefined);
  const told = longDocument(characters, spans);
  const told_open = await page.evaluate(async ({ text, spans, labels }) => {
    const controls = [{ name: "entity", type: "span@1", required: true, field: "text", options: { labels } }];
    const show = async (content, entity) => {
      const begun = performance.now();
      await window.stage.open({ schema: { name: "t", controls }, content: { text: content }, labels: { entity }, language: "en" });
      while (document.querySelector(".gt-block") === null) await new Promise((next) => requestAnimationFrame(next));
      await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
      return performance.now() - begun;
    };
    await show("warm", []); // the code is loaded and compiled
    return await show(text, spans);
  }, { ...told, labels: LABELS });
  const run = (mode) =>
    page.evaluate(
      async ({ mode, frames }) => {
        const scroller = document.querySelector(".gt-scroller");
        const { store } = window.stage.editor.bench;
        const points = Number(document.querySelector(".gt-status").lastChild.textContent.match(/\d+\D*$/)[0].replace(/\D/g, ""));
        const [between, work] = [[], []];
        const channel = new MessageChannel();
        let last = 0;
        let way = 1;
        const added = [];
        await new Promise((done) => {
          const frame = (now) => {
            if (last > 0) between.push(now - last);
            last = now;
            if (between.length >= frames) return done();
            const begun = performance.now();
            if (mode === "scroll" || mode === "fling") {
              if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2) way = -1;
              if (scroller.scrollTop <= 0) way = 1;
              scroller.scrollTop += way * (mode === "fling" ? 1500 : 120);
            } else {
              // In the view, so that the text is drawn anew each time.
              const start = Math.floor((points * scroller.scrollTop) / scroller.scrollHeight) + 300 + ((added.length * 7) % 1500);
              const id = `bench-${added.length}`;
              added.push(id);
              store.transact("span.make", (draft) =>
                draft.put({ id, control: "entity", value: { start, end: start + 5, label: "LOC" } }),
              );
            }
            requestAnimationFrame(frame);
            channel.port1.onmessage = () => work.push(performance.now() - begun);
            channel.port2.postMessage(null); // runs when the frame's work is done
          };
          requestAnimationFrame(frame);
        });
        store.transact("bench", (draft) => {
          for (const id of added) draft.remove(id);
        });
        return { between, work };
      },
      { mode, frames },
    );
  const result = { characters, spans, open_ms: Math.round(told_open) };
  for (const mode of ["scroll", "fling", "add"]) {
    const { between, work } = await run(mode);
    result[mode] = { frame: summary(between), work: summary(work) };
  }
  result.elements = await page.evaluate(() => document.querySelectorAll(".gt *").length);
  return result;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { chromium } = await import("@playwright/test");
  const { createServer } = await import("vite");
  const root = fileURLToPath(new URL("..", import.meta.url));
  const server = await createServer({
    root,
    logLevel: "warn",
    optimizeDeps: { noDiscovery: true },
    server: { port: 5264, host: "127.0.0.1", hmr: false, watch: null },
  });
  await server.listen();
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    const base = server.resolvedUrls.local[0].replace(/\/$/, "");
    console.log(JSON.stringify(await measureTextFrames(page, { base }), null, 1));
  } finally {
    await browser.close();
    await server.close();
  }
}
