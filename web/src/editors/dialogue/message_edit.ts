/** What of a message can be written anew, and how conversations change. Pure. */

import type { Entity } from "@/core/entity";
import { isObject, type Json, type JsonObject } from "@/core/json";
import { callsOf } from "./message_view";

type Path = readonly (string | number)[];

/** A text in a message that can be edited where it stands. */
export interface Written {
  readonly path: Path;
  readonly kind: "content" | "part" | "arguments";
  /** The name of the tool, or the number of the part. */
  readonly about: string;
  readonly text: string;
  /** Arguments kept as JSON rather than as text: what is typed must be JSON to be kept. */
  readonly json: boolean;
}

export function writtenIn(message: JsonObject): readonly Written[] {
  const { content } = message;
  const found: Written[] = [];
  if (Array.isArray(content)) {
    content.forEach((part: Json, at) => {
      const text = isObject(part) ? part.text : part;
      const path = isObject(part) ? ["content", at, "text"] : ["content", at];
      if (typeof text === "string") found.push({ path, kind: "part", about: String(at + 1), text, json: false });
    });
  } else {
    const text = typeof content === "string" ? content : "";
    found.push({ path: ["content"], kind: "content", about: "", text, json: false });
  }
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  calls.forEach((call: Json, at) => {
    const made = isObject(call) && isObject(call.function) ? call.function : null;
    if (made?.arguments === undefined) return;
    const json = typeof made.arguments !== "string";
    const text = json ? JSON.stringify(made.arguments, null, 2) : String(made.arguments);
    const [{ name } = { name: "?" }] = callsOf({ tool_calls: [call!] });
    found.push({ path: ["tool_calls", at, "function", "arguments"], kind: "arguments", about: name, text, json });
  });
  return found;
}

/** The message with one text written anew; null when it must be JSON and is not. */
export function rewritten(message: JsonObject, { path, json }: Written, text: string): JsonObject | null {
  let value: Json = text;
  if (json) {
    try {
      value = JSON.parse(text) as Json;
    } catch {
      return null;
    }
  }
  // No content stays none: a message of calls only has null there.
  if (path.length === 1 && text === "" && typeof message.content !== "string") value = null;
  return replaced(message, path, value) as JsonObject;
}

function replaced(whole: Json, path: Path, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(whole)) return whole.map((one: Json, at) => (at === step ? replaced(one, rest, value) : one));
  const object = isObject(whole) ? whole : {};
  return { ...object, [step]: replaced(object[String(step)] ?? null, rest, value) };
}

/** Who speaks next, of the roles that are offered. */
export function nextRole(before: string | undefined, offered: readonly string[]): string {
  const wanted = before === "user" || before === "tool" ? "assistant" : "user";
  return offered.includes(wanted) ? wanted : (offered[0] ?? wanted);
}

/** The order of something put between two others; null when there is no number left between them. */
export function between(before: number | undefined, after: number | undefined): number | null {
  if (before === undefined) return after === undefined ? 0 : after - 1;
  if (after === undefined) return before + 1;
  const middle = (before + after) / 2;
  return middle > before && middle < after ? middle : null;
}

export function orderOf(entity: Entity): number {
  return Number(entity.value.order);
}

/** The labels of a message with a word said or taken back. */
export function labelled(
  message: JsonObject,
  label: { readonly name: string; readonly multi: boolean },
  word: string,
): JsonObject {
  const { labels: before, ...rest } = message;
  const { [label.name]: said, ...others } = isObject(before) ? before : {};
  const now = chosenOf(said);
  const next = now.includes(word) ? now.filter((one) => one !== word) : label.multi ? [...now, word] : [word];
  const labels = next.length === 0 ? others : { ...others, [label.name]: label.multi ? next : next[0]! };
  return Object.keys(labels).length > 0 ? { ...rest, labels } : rest;
}

export function chosenOf(said: Json | undefined): readonly string[] {
  return Array.isArray(said) ? said.map(String) : typeof said === "string" ? [said] : [];
}
