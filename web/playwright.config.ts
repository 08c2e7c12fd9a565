/**
 * The app in a real browser, in two projects: `stage` opens the editors on a Vite server, `journeys` walks through the
 * built app (`make web`) over a real `galley serve` with PostgreSQL.
 *
 * Tests tagged `@long` run with `GALLEY_LONG=1` only (`make test-browser-long`). Of the environment: `CHROMIUM` is the browser;
 * `STAGE_PORT` the port of a Vite server to use when it is there, else each run has its own; `BROWSER_RESULTS` the
 * folder of traces and pictures, so that two runs do not clear each other's.
 */

import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { defineConfig } from "@playwright/test";

const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const long = process.env.GALLEY_LONG !== undefined;
const shared = process.env.STAGE_PORT !== undefined && process.env.STAGE_OWN === undefined;
// Workers read this file again and inherit the environment: all have the port that the first chose.
process.env.STAGE_PORT ??= String(await freePort());
if (!shared) process.env.STAGE_OWN = "1";
const port = Number(process.env.STAGE_PORT);
const asked = process.argv.filter((word) => word.startsWith("--project="));
const staged = asked.length === 0 || asked.some((word) => word !== "--project=journeys");

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export default defineConfig({
  testDir: "tests/browser",
  timeout: 60_000,
  // Judged by cause, not by clock: what is there in the end is right, however busy the machine.
  expect: { timeout: 15_000 },
  workers: 1,
  // A machine that is busy with other tests is no failure of ours; what fails twice is.
  retries: process.env.CI === undefined ? 0 : 1,
  reporter: [["list"]],
  outputDir: process.env.BROWSER_RESULTS ?? "test-results",
  grep: long ? /@long/ : /.*/,
  grepInvert: long ? [] : /@long/,
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1366, height: 768 },
    locale: "zh-CN",
    trace: "on-first-retry",
    launchOptions: {
      ...(existsSync(chromium) ? { executablePath: chromium } : {}),
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  projects: [
    { name: "stage", testMatch: "*.spec.ts", testIgnore: "journeys/**" },
    { name: "journeys", testMatch: "journeys/**/*.spec.ts" },
  ],
  ...(staged
    ? {
        webServer: {
          command: `npx vite --port ${port} --strictPort --host 127.0.0.1`,
          env: { GALLEY_STAGE: "1" },
          timeout: 120_000,
          url: `http://127.0.0.1:${port}/tests/browser/stage.html`,
          reuseExistingServer: shared,
        },
      }
    : {}),
});
