/** The dialogue and reasoning editor: conversations, rankings, scores and steps of one field. */

import { typeOf } from "@/core/schema";
import type { EditorKind } from "@/host/editor";
import { openPage } from "./page";
import "@/kit/kit.css";
import "./dialogue.css";

const TYPES: ReadonlySet<string> = new Set(["dialogue", "ranking", "rubric", "steps"]);

export const editor: EditorKind = {
  name: "dialogue",
  fits: (field, controls, content) =>
    controls.some((control) => TYPES.has(typeOf(control))) ? 10 : Array.isArray(content[field]) ? 2 : 0,
  open: openPage,
};
