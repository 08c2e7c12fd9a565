import { expect, test } from "vitest";
import { forgetTexts } from "@/shell/parts/kept-text";

test("who signs out for good leaves no text of theirs, and everything of others", () => {
  const held = new Map([
    ["galley.text.7.schema.1.2", "a"],
    ["galley.text.7.guideline.1.2", "b"],
    ["galley.text.71.schema.1.2", "c"],
    ["galley.language", "zh"],
  ]);
  const storage = {
    get length() {
      return held.size;
    },
    key: (at: number) => [...held.keys()][at] ?? null,
    removeItem: (key: string) => void held.delete(key),
  } as Storage;
  forgetTexts(7, storage);
  expect([...held.keys()]).toEqual(["galley.text.71.schema.1.2", "galley.language"]);
});
