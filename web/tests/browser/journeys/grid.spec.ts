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

test("what is said and not handed in is there again: at the bench, on another device, by keys of one's own", async ({
  floor,
  as,
}) => {
  test.setTimeout(120_000);
  const guideline = "# Shapes\nA square has four corners.";
  const project = await floor.project({ schema: SCHEMA, guideline, items: [] });
  const pictures = Array.from({ length: 5 }, (_, at) => picture(`q${at}.png`, { width: 320 + at, height: 200 }));
  await bringIn(floor, project, archive(pictures), 5);
  const page = await as("bo", "en");
  await page.goto(`/o/${floor.org}/p/${project}/grid`);
  const cells = page.getByRole("listbox").getByRole("option");
  await expect(cells).toHaveCount(5);
  const status = page.locator(".gi-grid-status");
  for (const key of ["1", "2", "2"]) await page.keyboard.press(key);
  await page.keyboard.press("Control+z");
  await expect(status).toContainText("2 of 5");
  // The guideline is read beside, and a key is given to a class as at the bench.
  await page.keyboard.press("F1");
  await expect(page.getByText("A square has four corners.")).toBeVisible();
  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Change the key of other" }).click();
  await page.keyboard.press("q");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /^other/ })).toContainText("Q");
  await page.getByRole("listbox").focus();
  await page.keyboard.press("q");
  await expect(status).toContainText("3 of 5");
  // Gone without a word, and back.
  await page.reload();
  await expect(cells).toHaveCount(5);
  await expect(status).toContainText("3 of 5");
  expect(await axe(page)).toEqual([]);
  // Passed on with a reason.
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Control+Shift+Enter");
  await expect(page.getByText("These 2 items go to somebody else")).toBeVisible();
  await page.screenshot({ path: test.info().outputPath("grid-skip.png") });
  await page.getByRole("button", { name: "Another reason" }).click();
  await expect(cells).toHaveCount(3);
  await page.getByRole("link", { name: "Leave" }).click();
  await expect(page).toHaveURL(`${floor.address}/`);
  const other = await as("bo", "en");
  await other.goto(`/o/${floor.org}/p/${project}/grid`);
  await expect(other.locator(".gi-grid-status")).toContainText("3 of 3");
  await other.screenshot({ path: test.info().outputPath("grid-elsewhere.png") });
  await other.getByRole("link", { name: "One by one" }).click();
  await expect(other.getByRole("radio", { name: "square" })).toBeChecked();
  await other.keyboard.press("Control+Enter");
  await expect.poll(async () => (await answers(floor, project)).map(({ kind }) => kind)).toEqual(["square"]);
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
