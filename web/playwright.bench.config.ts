/** The measurements of `bench/bench_workbench.py`: one after another, without a retry, over servers that it started. */

import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "bench",
  testMatch: "**/*.bench.ts",
  timeout: 120_000, // each says how long it may take; what fails spoils no other
  workers: 1,
  reporter: [["line"]],
  outputDir: process.env.BENCH_RESULTS ?? "test-results/bench",
  use: {
    viewport: { width: 1366, height: 768 },
    launchOptions: {
      ...(existsSync(chromium) ? { executablePath: chromium } : {}),
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--enable-precise-memory-info",
      ],
    },
  },
});
