/** A new server: from the link it prints to the first label, timed and counted; and the platform's own pages. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { builtSite } from "./floor";

const ROOT = resolve(import.meta.dirname, "../../../..");

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as { port: number };
  await new Promise((done) => probe.close(done));
  return port;
}

test.describe("a server on which nobody is yet", () => {
  test.setTimeout(180_000);
  let serving: ChildProcess | undefined;
  let link = "";
  const workspace = mkdtempSync(join(tmpdir(), "galley-first-"));

  test.beforeAll(async () => {
    const port = await freePort();
    const python = process.env.GALLEY_PYTHON ?? join(ROOT, ".venv/bin/python");
    const asked = ["-m", "galley.cli.main", "serve", "--workspace", workspace, "--port", String(port)];
    serving = spawn(python, asked, {
      cwd: ROOT,
      env: { ...process.env, GALLEY_SITE: builtSite(), GALLEY_LOG_REQUESTS: "0" },
    });
    let said = "";
    serving.stdout?.on("data", (piece: Buffer) => {
      said += piece.toString();
    });
    await expect
      .poll(
        () =>
          fetch(`http://127.0.0.1:${port}/ready`).then(
            (one) => one.ok,
            () => false,
          ),
        { timeout: 90_000 },
      )
      .toBe(true);
    await expect.poll(() => /http\S+set-up#ticket=[\w-]+/.exec(said)?.[0] ?? "", { timeout: 10_000 }).not.toBe("");
    link = /http\S+set-up#ticket=[\w-]+/.exec(said)?.[0] ?? "";
  });

  test.afterAll(async () => {
    if (serving !== undefined) {
      const ended = serving;
      const gone = new Promise((done) => ended.once("exit", done));
      ended.kill("SIGTERM");
      await gone;
    }
    rmSync(workspace, { recursive: true, force: true, maxRetries: 3 });
  });

  test("is set up and labels its first item in under two minutes", async ({ browser }) => {
    const context = await browser.newContext({ locale: "zh-CN" });
    const page = await context.newPage();
    const begun = Date.now();
    let clicks = 0;
    const click = async (name: string | RegExp): Promise<void> => {
      clicks += 1;
      await page.getByRole("button", { name }).first().click();
    };
    await page.goto(link);
    await page.getByLabel("机构名称").fill("北方数据");
    await page.getByLabel("您的姓名").fill("欧宁");
    await page.getByLabel("邮箱").fill("ou@north.example");
    await page.locator('input[name="password"]').fill("一句很长的密码用来登录");
    expect(page.url()).not.toContain("ticket");
    await click("创建并登录");
    await expect(page.getByText("您想先标注什么？")).toBeVisible();
    await page.screenshot({ path: "test-results/first-run.png" });
    await click("情感分析");
    await expect(page).toHaveURL(/\/o\/\d+\/p\/\d+\/work/, { timeout: 30_000 });
    const choice = page.getByText("正面", { exact: true }).first();
    await expect(choice).toBeVisible({ timeout: 60_000 });
    clicks += 1;
    await choice.click();
    await page.keyboard.press("Control+Enter");
    const project = /\/o\/(\d+)\/p\/(\d+)/.exec(page.url());
    const progress = `/api/v1/orgs/${project?.[1]}/projects/${project?.[2]}/progress`;
    await expect
      .poll(
        async () => {
          const told = (await (await context.request.get(new URL(progress, link).href)).json()) as {
            nodes: { submitted: number }[];
          };
          return told.nodes.reduce((sum, node) => sum + node.submitted, 0);
        },
        { timeout: 30_000 },
      )
      .toBeGreaterThan(0);
    const seconds = (Date.now() - begun) / 1000;
    console.log(`first label after ${seconds.toFixed(1)} s and ${clicks} clicks`);
    expect(clicks).toBeLessThanOrEqual(5);
    expect(seconds).toBeLessThan(120);
    await page.goto(link);
    await expect(page.getByText("您想先标注什么？")).toBeVisible();
    await context.close();
  });
});
