/** Which editor opens a field; the editors themselves are loaded when they are needed. */

import type { Json, JsonObject } from "@/core/json";
import { type Control, typeOf } from "@/core/schema";
import type { EditorKind, Task } from "./editor";

export type EditorName = "text" | "image" | "audio" | "dialogue";

const LOADERS: { readonly [name in EditorName]: () => Promise<{ readonly editor: EditorKind }> } = {
  text: () => import("@/editors/text/editor"),
  image: () => import("@/editors/image/editor"),
  audio: () => import("@/editors/audio/editor"),
  dialogue: () => import("@/editors/dialogue/editor"),
};

const BY_TYPE: { readonly [type: string]: EditorName } = {
  span: "text",
  relation: "text",
  box: "image",
  rotated_box: "image",
  polygon: "image",
  polyline: "image",
  ellipse: "image",
  keypoint: "image",
  skeleton: "image",
  mask: "image",
  ocr: "image",
  segment: "audio",
  ranking: "dialogue",
  rubric: "dialogue",
  steps: "dialogue",
  dialogue: "dialogue",
};

export function loadEditor(name: EditorName): Promise<EditorKind> {
  return LOADERS[name]().then(({ editor }) => editor);
}

/** The editor for a field, from its controls and, where they leave it open, from what the record has there. */
export function editorFor(field: string, controls: readonly Control[], task: Task): EditorName {
  for (const control of controls) {
    const name = BY_TYPE[typeOf(control)];
    if (name !== undefined) return name;
  }
  return editorOf(task.content[field], task);
}

function editorOf(value: Json | undefined, task: Task): EditorName {
  if (Array.isArray(value)) return "dialogue";
  if (typeof value !== "string") return "text";
  const kind = task.media(value)?.facts?.kind;
  return kind === "image" ? "image" : kind === "audio" || kind === "video" ? "audio" : "text";
}

/** The fields that are shown: those the controls are about, else all that the record has. */
export function shownFields(controls: readonly Control[], content: JsonObject): readonly string[] {
  const named = [...new Set(controls.map(({ field }) => field))].filter((field) => field in content);
  return named.length > 0 ? named : Object.keys(content);
}
