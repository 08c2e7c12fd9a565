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
  return editorOf(field, task.content[field], task);
}

function editorOf(field: string, value: Json | undefined, task: Task): EditorName {
  if (Array.isArray(value)) return "dialogue";
  if (typeof value !== "string") return "text";
  const kind = task.media(value)?.facts?.kind ?? (value.startsWith("blob:") ? kindNamed(field) : undefined);
  return kind === "image" ? "image" : kind === "audio" || kind === "video" ? "audio" : "text";
}

/** What a field holds by its name, as imports of files call them; for media of which nothing is known yet. */
function kindNamed(field: string): string | undefined {
  return /image|picture|photo|audio|sound|video/i
    .exec(field)?.[0]
    .toLowerCase()
    .replace(/picture|photo/, "image")
    .replace("sound", "audio");
}

const ASKED_MOST = 8;
const ASKED_AGAIN_MS = 500;

/** Wait until it is known what the media of a field are, where nothing else says which editor shows them. */
export async function settleMedia(field: string, controls: readonly Control[], task: Task): Promise<void> {
  const value = task.content[field];
  if (typeof value !== "string" || !value.startsWith("blob:") || kindNamed(field) !== undefined) return;
  if (controls.some((control) => BY_TYPE[typeOf(control)] !== undefined)) return;
  for (let asked = 0; asked < ASKED_MOST; asked += 1) {
    const facts = task.media(value)?.facts;
    if (facts?.kind || facts?.state === "failed" || task.renew === undefined) return;
    if (asked > 0) await new Promise((done) => setTimeout(done, ASKED_AGAIN_MS));
    await task.renew();
  }
}

/** The fields that have editors: those the controls are about, else all that the record has. */
export function shownFields(controls: readonly Control[], content: JsonObject): readonly string[] {
  const named = [...new Set(controls.map(({ field }) => field))].filter((field) => field in content);
  if (named.length === 0) return Object.keys(content);
  if (!named.some((field) => isDialogue(field, controls, content))) return named;
  // Plain text that only the form asks about is shown above the dialogue, not beside it at half the height.
  return named.filter((field) => editorNamed(field, controls) !== undefined || !isPlain(content[field]));
}

/** Fields that tell what a dialogue, its answers or its steps are about, where the record has them. */
const CONTEXT = [
  "system",
  "tools",
  "image",
  "passage",
  "document",
  "context",
  "instruction",
  "input",
  "messages",
  "conversations",
  "prompt",
  "question",
  "query",
  "problem",
  "reference",
  "reference_answer",
  "solution",
  "answer",
] as const;

/** What the dialogue editor of a field shows above it: the first such editor of an item shows it all. */
export function contextFields(controls: readonly Control[], content: JsonObject, field: string): readonly string[] {
  const shown = shownFields(controls, content);
  if (shown.find((one) => isDialogue(one, controls, content)) !== field) return [];
  const asked = controls.map((control) => control.field).filter((one) => isPlain(content[one]));
  return [...new Set<string>([...CONTEXT, ...asked])].filter((one) => {
    const value = content[one];
    const empty = value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
    return !empty && !shown.includes(one);
  });
}

function editorNamed(field: string, controls: readonly Control[]): EditorName | undefined {
  return controls
    .filter((control) => control.field === field)
    .map((control) => BY_TYPE[typeOf(control)])
    .find(Boolean);
}

function isDialogue(field: string, controls: readonly Control[], content: JsonObject): boolean {
  const name = editorNamed(field, controls);
  return name === "dialogue" || (name === undefined && Array.isArray(content[field]));
}

function isPlain(value: Json | undefined): boolean {
  return typeof value === "string" && !value.startsWith("blob:");
}
