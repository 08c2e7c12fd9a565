/** What a message says: its text, pictures, calls of tools and what they gave, system prompts and reasoning folded. */

import { isObject, type Json, type JsonObject } from "@/core/json";
import { type Child, el } from "@/kit/dom";
import { messageText } from "@/labels/record_fields";
import type { Desk } from "./desk";
import { brief, pretty } from "./rich";
import { SAYS } from "./words";

/** Longer system prompts and results begin folded. */
const SHORT = 400;
const ROLES: ReadonlySet<string> = new Set(["system", "developer", "user", "assistant", "tool", "function"]);

export function roleTitle(desk: Desk, role: Json | undefined): string {
  const name = String(role ?? "");
  return ROLES.has(name) ? desk.say(SAYS[name as "user"]) : name;
}

/** The class of a message's colour. */
export function roleClass(role: Json | undefined): string {
  const name = String(role ?? "");
  if (name === "function") return "gd-role-tool";
  if (name === "developer") return "gd-role-system";
  return ROLES.has(name) ? `gd-role-${name}` : "gd-role-other";
}

export function folded(title: Child, about: string, open: boolean, ...inside: Child[]): HTMLElement {
  return el(
    "details",
    { class: "gd-fold", open },
    el("summary", {}, el("b", {}, title), about === "" ? null : el("span", { class: "gd-about" }, about)),
    ...inside,
  );
}

export function messageBody(desk: Desk, message: JsonObject): HTMLElement {
  const role = String(message.role ?? "");
  const text = messageText(message);
  const thinking = message.reasoning_content ?? message.thinking;
  const body: Child[] = [];
  if (typeof thinking === "string" && thinking !== "")
    body.push(folded(desk.say(SAYS.thinking), brief(thinking), false, desk.rich(thinking)));
  const calls = callsOf(message);
  if (role === "system" || role === "developer") {
    body.push(folded(desk.say(SAYS.systemPrompt), brief(text), text.length <= SHORT, content(desk, message, text)));
  } else if (role === "tool" || role === "function") {
    const name = String(message.name ?? message.tool_call_id ?? "");
    body.push(folded(`${desk.say(SAYS.result)} ${name}`.trim(), brief(text), text.length <= SHORT, trace(desk, text)));
  } else if (text !== "" || calls.length === 0) body.push(content(desk, message, text));
  for (const { name, given } of calls) {
    const shown = pretty(given);
    body.push(folded(`${desk.say(SAYS.call)} ${name}`, brief(shown), shown.length <= SHORT, code(shown)));
  }
  return el("div", { class: "gd-body" }, body);
}

export interface Call {
  readonly name: string;
  readonly given: Json;
}

/** The calls of tools in a message, in the forms of OpenAI (now and before) and of content parts. */
export function callsOf(message: JsonObject): readonly Call[] {
  const told = message.tool_calls || [];
  const calls: Json[] = Array.isArray(told) ? [...told] : [told];
  if (isObject(message.function_call)) calls.push({ function: message.function_call });
  return calls.map((call) => {
    // What has not the form of a call is shown as it is: it may be what is wrong with the message.
    if (!isObject(call)) return { name: "?", given: call };
    const made = isObject(call.function) ? call.function : call;
    const known = made.name !== undefined || made.arguments !== undefined || made.input !== undefined;
    if (!known) return { name: "?", given: call };
    return { name: String(made.name ?? "?"), given: made.arguments ?? made.input ?? null };
  });
}

function content(desk: Desk, message: JsonObject, text: string): Child {
  if (!Array.isArray(message.content)) return desk.rich(text);
  return message.content.map((part: Json): Child => {
    if (typeof part === "string") return desk.rich(part);
    if (!isObject(part)) return null;
    if (typeof part.text === "string") return desk.rich(part.text);
    const reference = pictureOf(part);
    const shown = reference === null ? null : picture(desk, reference);
    return shown ?? folded(String(part.type ?? "JSON"), "", false, code(pretty(part)));
  });
}

function pictureOf(part: JsonObject): string | null {
  const told = part.image_url ?? part.image;
  const address = isObject(told) ? told.url : told;
  return typeof address === "string" ? address : null;
}

export function picture(desk: Desk, reference: string): HTMLElement | null {
  const media = desk.surface.task.media(reference);
  if (media === undefined || (media.facts !== undefined && media.facts.kind !== "image")) return null;
  return el("img", { class: "gd-picture", src: media.url, alt: desk.say(SAYS.picture), loading: "lazy" });
}

/** What a tool gave: JSON laid out, all else as text. */
function trace(desk: Desk, text: string): HTMLElement {
  const shown = pretty(text);
  return shown === text && !/^\s*[[{]/.test(text) ? desk.rich(text) : code(shown);
}

function code(text: string): HTMLElement {
  return el("pre", { class: "gd-code", dir: "ltr", tabindex: "0" }, el("code", {}, text));
}
