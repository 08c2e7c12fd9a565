import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const port = Number(process.env.STAGE_PORT ?? 5199);

export default defineConfig({
  testDir: "tests/browser",
  testMatch: "**/*.spec.ts",
  timeout: 60_000,
  workers: 1,
  // A machine that is busy with other tests is no failure of ours; what fails twice is.
  retries: process.env.CI === undefined ? 0 : 1,
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1366, height: 768 },
    locale: "zh-CN",
    launchOptions: {
      ...(existsSync(chromium) ? { executablePath: chromium } : {}),
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  webServer: {
    command: `npx vite --port ${port} --strictPort --host 127.0.0.1`,
    env: { GALLEY_STAGE: "1" },
    timeout: 120_000,
    url: `http://127.0.0.1:${port}/tests/browser/stage.html`,
    reuseExistingServer: true,
  },
});
