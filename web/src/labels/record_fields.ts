/**
 * What a record's field holds for the dialogue types: candidates to rank, steps to judge, messages to edit. Pure.
 *
 * The counterpart of `galley.labels.record_fields`, value for value (`tests/dialogue/python.json`): what is counted here
 * as a step or called an id must be what the server counts and calls so.
 */

import { isObject, type Json, type JsonObject } from "@/core/json";

/** The ids of the candidates: their `id`, or their index as text; null when the field is no list or ids repeat. */
export function candidateIds(field: Json | undefined): readonly string[] | null {
  if (!Array.isArray(field)) return null;
  const ids = field.map((candidate: Json, at) => {
    const given = isObject(candidate) ? candidate.id : undefined;
    if (typeof given === "string" && given !== "") return given;
    return typeof given === "number" && Number.isInteger(given) ? String(given) : String(at);
  });
  return new Set(ids).size === ids.length ? ids : null;
}

const BLANK_LINES = /\n[ \t\r]*\n+/;

/** The steps of a solution: the strings of a list (or the `text` of its objects), or a text cut at blank lines. */
export function stepsOf(field: Json | undefined): readonly string[] | null {
  if (typeof field === "string") {
    return field
      .replaceAll("\r\n", "\n")
      .split(BLANK_LINES)
      .map(strip)
      .filter((part) => part !== "");
  }
  if (!Array.isArray(field)) return null;
  return field.map((step: Json) => (isObject(step) ? messageText(step) : String(step)));
}

const SHAREGPT_ROLES: { readonly [said: string]: string } = {
  human: "user",
  gpt: "assistant",
  chatgpt: "assistant",
  bing: "assistant",
};

/** The messages of a conversation in the form {role, content, …}; ShareGPT's {from, value} is read, too. */
export function messagesOf(field: Json | undefined): readonly JsonObject[] | null {
  if (!Array.isArray(field) || !field.every(isObject)) return null;
  return field.map((raw: JsonObject) => {
    if ("role" in raw || !("from" in raw)) return raw;
    const { from, value = null, ...rest } = raw;
    const said = String(from);
    return { role: Object.hasOwn(SHAREGPT_ROLES, said) ? SHAREGPT_ROLES[said]! : said, content: value, ...rest };
  });
}

/** What a message, candidate or step says as text; of parts the texts, one a line. */
export function messageText(message: JsonObject): string {
  const content = message.content ?? message.text ?? message.value ?? "";
  if (Array.isArray(content)) {
    return content
      .map((part: Json) => (isObject(part) ? (part.text ?? "") : part))
      .filter((part) => typeof part === "string")
      .join("\n");
  }
  return typeof content === "string" ? content : JSON.stringify(content);
}

const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, "gu");

/** Without the white space around it, as Python counts white space (`trim` of JavaScript takes other characters). */
export function strip(text: string): string {
  return text.replace(AROUND, "");
}

/** Text as the server stores what somebody wrote: composed characters, nothing around it. */
export function written(text: Json | undefined): string {
  return typeof text === "string" ? strip(text.normalize("NFC")) : "";
}

/** The order of Python's `sorted`: by code points, where JavaScript's own goes by code units. */
export function byCodePoint(left: string, right: string): number {
  const [mine, yours] = [Array.from(left), Array.from(right)];
  for (let at = 0; at < Math.min(mine.length, yours.length); at += 1) {
    const apart = mine[at]!.codePointAt(0)! - yours[at]!.codePointAt(0)!;
    if (apart !== 0) return apart;
  }
  return mine.length - yours.length;
}
