/** The journey of a grid: pictures classified many at once, each handed in by itself. */

import { axe, expect, test, told } from "./floor";
import { answers, archive, bringIn, picture, placeOf } from "./makings";

const SCHEMA = `title: {en: Shapes, zh: 形状}
controls:
  - {name: kind, type: classify, title: {en: Kind, zh: 类型}, field: image, choices: [square, other]}
`;

test("pictures are chosen and said by keys, and each arrives as an answer of its own", async ({ floor, as }) => {
  test.setTimeout(120_000);
  const project = await floor.project({ schema: SCHEMA, items: [] });
  const pictures = Array.from({ length: 6 }, (_, at) => picture(`p${at}.png`, { width: 300 + at, height: 220 }));
  await bringIn(floor, project, archive(pictures), 6);
  const page = await as("anna");
  await page.goto(`/o/${floor.org}/p/${project}/grid`);
  const list = page.getByRole("listbox");
  await expect(list.getByRole("option")).toHaveCount(6);
  await expect(list).toBeFocused();
  for (const key of ["Shift+ArrowRight", "Shift+ArrowRight", "1"]) await page.keyboard.press(key);
  await page.keyboard.press("2"); // the fourth one, to which the keyboard went on
  await expect(page.locator(".gi-grid-status")).toContainText("4 / 6");
  await page.screenshot({ path: test.info().outputPath("grid.png") });
  await page.keyboard.press("Control+Enter");
  await expect(list.getByRole("option")).toHaveCount(2);
  await expect
    .poll(async () => (await answers(floor, project)).map(({ kind }) => kind).sort())
    .toEqual(["other", "square", "square", "square"]);
  expect(await axe(page)).toEqual([]);
  // What is not handed in is given back when one leaves by a link; here to the desk, which shows the way to the grid.
  await page.getByRole("link", { name: "逐条标注" }).click();
  const toGrid = page.getByRole("link", { name: "宫格" });
  await expect(toGrid).toBeVisible();
  await page.screenshot({ path: test.info().outputPath("grid-link.png") });
  await toGrid.click();
  await expect(list.getByRole("option")).toHaveCount(2);
  await page.getByRole("link", { name: "离开" }).click();
  await expect(page).toHaveURL(`${floor.address}/`);
  const bo = await floor.api("bo");
  const claimed = await told<{ leases: unknown[] }>(
    bo.post(`${placeOf(floor, project)}/work/claim`, { data: { count: 9 } }),
  );
  expect(claimed.leases).toHaveLength(2);
});

test("the grid is not offered where it does not fit", async ({ floor, as }) => {
  const project = await floor.project({ items: [{ text: "Dear Sir" }] });
  const page = await as("anna", "en");
  await page.goto(`/o/${floor.org}/p/${project}/work`);
  await expect(page.getByText("Dear Sir").first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Grid" })).toHaveCount(0);
  await page.goto(`/o/${floor.org}/p/${project}/grid`);
  await page.getByRole("link", { name: "One by one" }).last().click();
  await expect(page.getByText("Dear Sir").first()).toBeVisible();
});
