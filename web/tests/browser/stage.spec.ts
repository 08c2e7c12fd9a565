import { expect, test } from "@playwright/test";

test("an item opens on the stage", async ({ page }) => {
  await page.goto("/tests/browser/stage.html");
  await page.waitForFunction(() => window.stage !== undefined);
  const labels = await page.evaluate(async () => {
    const editor = await window.stage.open({
      schema: {
        name: "t",
        controls: [
          { name: "topic", type: "classify@1", required: true, field: "text", options: { choices: ["a", "b"] } },
        ],
      },
      content: { text: "hello 你好" },
      labels: { topic: "a" },
    });
    return editor.save().labels;
  });
  expect(labels).toEqual({ topic: "a" });
});
