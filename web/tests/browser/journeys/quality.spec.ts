/** Somebody of quality checks a release folder in the browser: it is whole; with one byte changed it names the file. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "./floor";

const RELEASE = join(import.meta.dirname, "../../verify/release.json");

function unpacked(folder: string, flipped?: string): string {
  const files = JSON.parse(readFileSync(RELEASE, "utf8")) as Record<string, string>;
  for (const [path, data] of Object.entries(files)) {
    const bytes = Buffer.from(data, "base64");
    if (path === flipped) bytes[bytes.length >> 1]! ^= 1;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

for (const language of ["en", "zh"] as const)
  test(`a release folder is verified without the server, in ${language}`, async ({ floor, as }) => {
    const root = mkdtempSync(join(tmpdir(), "galley-release-"));
    const page = await as("ines", language);
    await page.goto(`/o/${floor.org}/releases`);
    await page
      .getByRole("link", { name: language === "en" ? "Check a release folder" : "核验发布目录" })
      .first()
      .click();
    const input = page.locator('input[type="file"]');
    await input.setInputFiles(unpacked(join(root, "whole")));
    await page.context().setOffline(true);
    const start = page.getByRole("button", { name: language === "en" ? "Verify now" : "开始核验" });
    await start.click();
    await expect(page.locator('[data-verdict="good"]')).toBeVisible();
    await expect(page.locator('tr[data-outcome="passed"]')).toHaveCount(11);
    await expect(page.locator('tr[data-check="records"]')).toHaveAttribute("data-outcome", "skipped");
    await page.screenshot({ path: `test-results/check-folder-${language}.png`, fullPage: true });
    await input.setInputFiles(unpacked(join(root, "changed-one"), "evidence/recipe.yaml"));
    await start.click();
    await expect(page.locator('[data-verdict="bad"]')).toBeVisible();
    await expect(page.locator('tr[data-check="files"]')).toContainText("evidence/recipe.yaml");
    await page.context().setOffline(false);
    rmSync(root, { recursive: true });
  });
