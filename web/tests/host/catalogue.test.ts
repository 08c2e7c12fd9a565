import { expect, test } from "vitest";
import type { Control } from "@/core/schema";
import { editorFor, settleMedia } from "@/host/catalogue";
import type { Media, MediaFacts, Task } from "@/host/editor";

const QUESTION: Control = { name: "kind", type: "classify@1", required: true, field: "f", options: { choices: ["a"] } };

function task(field: string, told: (MediaFacts | undefined)[]): { readonly task: Task; readonly asked: () => number } {
  const schema = { name: "s", controls: [QUESTION] };
  let asked = 0;
  const media = (): Media => {
    const facts = told[Math.min(asked, told.length - 1)];
    return facts === undefined ? { url: "/m" } : { url: "/m", facts };
  };
  const renew = async (): Promise<void> => {
    asked += 1;
  };
  return { task: { key: "k", schema, content: { [field]: "blob:1" }, media, renew }, asked: () => asked };
}

test("media that only the form asks about are shown as what they are, known or named so, and never as text", () => {
  const editor = (field: string, facts?: MediaFacts): string => editorFor(field, [QUESTION], task(field, [facts]).task);
  expect(editor("f", { state: "ready", kind: "image" })).toBe("image");
  expect(editor("f", { state: "ready", kind: "video" })).toBe("audio");
  expect(editor("image", { state: "waiting" })).toBe("image");
  expect(editor("front_photo")).toBe("image");
  expect(editor("audio", { state: "making" })).toBe("audio");
  expect(editor("f", { state: "ready", kind: "other" })).toBe("text");
});

test("what a field without a telling name holds is waited for, and asked for no longer than needed", async () => {
  const { task: waiting, asked } = task("f", [
    { state: "waiting" },
    { state: "making" },
    { state: "ready", kind: "image" },
  ]);
  await settleMedia("f", [QUESTION], waiting);
  expect(asked()).toBe(2);
  expect(editorFor("f", [QUESTION], waiting)).toBe("image");
  for (const [field, facts] of [
    ["image", { state: "waiting" }],
    ["f", { state: "failed" }],
    ["f", { state: "ready", kind: "audio" }],
  ] as const) {
    const known = task(field, [facts]);
    await settleMedia(field, [QUESTION], known.task);
    expect(known.asked()).toBe(0);
  }
});
