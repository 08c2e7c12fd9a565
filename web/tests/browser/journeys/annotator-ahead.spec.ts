/** Pictures of the items that come next are fetched while somebody works on the one before. */

import { expect, test } from "./floor";
import { archive, bringIn, picture } from "./makings";

const SCHEMA = `controls:
  - {name: seen, type: classify, title: {en: Seen, zh: 看到}, field: image, choices: [square, nothing]}
`;

test("pictures come before they are asked for: without a network the next ones are on the screen", async ({
  floor,
  as,
}) => {
  test.setTimeout(180_000);
  const project = await floor.project({ schema: SCHEMA, items: [] });
  const pictures = [0, 1, 2, 3].map((at) => picture(`p${at}.png`, { width: 400 + at, height: 300 }));
  await bringIn(floor, project, archive(pictures), pictures.length);
  const page = await as("anna", "zh");
  const fetched = new Set<string>();
  page.on("requestfinished", (request) => {
    if (request.resourceType() === "image") fetched.add(new URL(request.url()).pathname);
  });
  const front = page.locator(".gw-bench-front");
  // What a picture is (its size, its kind) is found out after it came in; until then nothing is fetched ahead.
  await expect(async () => {
    fetched.clear();
    await page.goto(`/o/${floor.org}/p/${project}/work`);
    await expect(front.locator(".gw-object").first()).toBeVisible();
    await expect.poll(() => fetched.size, { timeout: 4000 }).toBeGreaterThanOrEqual(4);
  }).toPass({ timeout: 90_000 });
  const before = fetched.size;
  await page.context().setOffline(true);
  for (let done = 0; done < 3; done += 1) {
    await front
      .getByRole("radio", { name: "square" })
      .or(front.getByRole("button", { name: "square" }))
      .first()
      .click();
    await page.keyboard.press("Control+Enter");
    await expect(page.getByText(`本次已完成 ${done + 1} 条`)).toBeVisible();
    await expect(front.locator(".gw-object").first()).toBeVisible();
    await expect(front.getByRole("alert")).toHaveCount(0);
  }
  expect(fetched.size).toBe(before);
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/annotator-ahead-zh.png` });
});
