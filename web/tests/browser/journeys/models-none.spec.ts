/** Without a model: the tool of models is not there, and nothing may run WebAssembly. */

import { expect, test } from "./floor";
import { archive, bringIn, picture } from "./makings";

const SCHEMA = "controls:\n  - {name: thing, type: mask, field: image, labels: [square, ground]}\n";

test("without a model the tool is not there, and neither page nor workers may run WebAssembly", async ({
  floor,
  as,
}) => {
  const id = await floor.project({ name: "No models", schema: SCHEMA, items: [] });
  await bringIn(floor, id, archive([picture("square.png")]), 1);
  const page = await as("anna", "en");
  const asked: string[] = [];
  const policies: string[] = [];
  page.context().on("request", (request) => asked.push(request.url()));
  page.on("response", async (answer) => policies.push((await answer.allHeaders())["content-security-policy"] ?? ""));
  const listed = page.waitForResponse(`${floor.address}/api/v1/models`);
  await page.goto(`/o/${floor.org}/p/${id}/work`);
  expect(await (await listed).json()).toEqual([]);
  const front = page.locator(".gw-bench-front");
  await expect(front.locator(".gi-message, .gi-problem")).toHaveCount(0, { timeout: 20_000 });
  await front.locator('[data-tool="mask_superpixels"]').click();
  await expect(front.locator(".gi-status")).toContainText("superpixels");
  await expect(front.locator('[data-tool="mask_model"]')).toHaveCount(0);
  expect(policies.filter((policy) => policy.includes("script-src")).length).toBeGreaterThan(3);
  expect(policies.filter((policy) => policy.includes("wasm"))).toEqual([]);
  expect(asked.filter((url) => /\/api\/v1\/models|model_worker|\.wasm/.test(url))).toEqual([
    `${floor.address}/api/v1/models`,
  ]);
});
