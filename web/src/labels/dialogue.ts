/**
 * dialogue: a conversation as it should be. Each message is an entity of its own, part of the answer's: what is changed
 * and logged is one message, not the whole conversation, and comments can be about one.
 */

import type { Entity } from "@/core/entity";
import { isObject, type Json, type JsonObject, own, sameJson } from "@/core/json";
import { type Choice, type Control, choicesIn, type Title } from "@/core/schema";
import { words } from "@/core/words";
import { answerId, type LabelKind, type Problem } from "./kind";
import { byCodePoint, messagesOf } from "./record_fields";

/** One question asked of every message, or of those of some roles. */
export interface MessageLabel {
  readonly name: string;
  readonly words: readonly Choice[];
  readonly roles: readonly string[];
  readonly multi: boolean;
  readonly title?: Title;
}

const MESSAGES_MOST = 1_000;
const TEXT_MOST = 500_000;
const SAYS = words({
  none: { en: "This record has no conversation.", zh: "该数据没有对话。" },
  noMessages: { en: "The conversation has no messages.", zh: "对话中没有消息。" },
  tooMany: { en: "More than {most} messages.", zh: "消息超过 {most} 条。" },
  empty: { en: "Message {number} is empty.", zh: "第 {number} 条消息为空。" },
  long: { en: "Message {number} is too long.", zh: "第 {number} 条消息过长。" },
  role: { en: "Message {number}: the role {role} is not offered.", zh: "第 {number} 条消息：不允许角色 {role}。" },
  changed: {
    en: "Message {number} is not the record's, and this task does not edit.",
    zh: "第 {number} 条消息与原文不同，而本任务不允许编辑。",
  },
});

export function messageLabels(control: Control): readonly MessageLabel[] {
  const raw = control.options.labels;
  if (!isObject(raw)) return [];
  return Object.entries(raw).map(([name, told]) => {
    const asked = isObject(told) ? told : {};
    return {
      name,
      words: choicesIn(asked.words),
      roles: Array.isArray(asked.roles) ? asked.roles.map(String) : [],
      multi: asked.multi === true,
      ...(isObject(asked.title)
        ? { title: { en: String(asked.title.en ?? ""), zh: String(asked.title.zh ?? "") } }
        : {}),
    };
  });
}

export function edits(control: Control): boolean {
  return control.options.edit === true;
}

export function rolesOf(control: Control): readonly string[] {
  return Array.isArray(control.options.roles) ? control.options.roles.map(String) : [];
}

/** The questions asked of a message of this role. */
export function askedOf(role: Json | undefined, labels: readonly MessageLabel[]): readonly MessageLabel[] {
  return labels.filter(({ roles }) => roles.length === 0 || roles.includes(String(role)));
}

/** A message without labels, as it came with the record. */
export function bare({ labels: _, ...message }: JsonObject): JsonObject {
  return message;
}

/** As the server keeps it: content said even when null, no labels that are empty or not asked of the role. */
export function canonicalMessage(message: JsonObject, labels: readonly MessageLabel[]): JsonObject {
  const { labels: said, role = "", content = null, ...rest } = message;
  const given = isObject(said) ? said : {};
  const kept = new Map<string, Json>();
  for (const { name, multi } of askedOf(role, labels)) {
    const chosen = own(given, name);
    if (chosen === undefined || chosen === null || (Array.isArray(chosen) && chosen.length === 0)) continue;
    kept.set(name, multi && Array.isArray(chosen) ? chosen.map(String).sort(byCodePoint) : chosen);
  }
  return { role, content, ...rest, ...(kept.size > 0 ? { labels: Object.fromEntries(kept) } : {}) };
}

/** The entity of the answer, and one of each message. */
export function entitiesOf(control: string, messages: readonly JsonObject[]): Entity[] {
  const root = answerId(control);
  return [
    { id: root, control, value: {} },
    ...messages.map((message, order) => ({ id: `${root}/${order}`, control, of: root, value: { order, message } })),
  ];
}

/** The entities of messages in their order. */
export function inOrder(entities: Iterable<Entity>): Entity[] {
  return [...entities]
    .filter(({ of }) => of !== undefined)
    .sort((left, right) => Number(left.value.order) - Number(right.value.order) || (left.id < right.id ? -1 : 1));
}

export function messageIn(entity: Entity): JsonObject {
  return isObject(entity.value.message) ? entity.value.message : {};
}

export const dialogue: LabelKind = {
  type: "dialogue",
  regions: false,
  read: (value, { control }) =>
    entitiesOf(control.name, isObject(value) && Array.isArray(value.messages) ? value.messages.filter(isObject) : []),
  write: (entities, control) => {
    if (entities.length === 0) return undefined;
    const labels = messageLabels(control);
    return { messages: inOrder(entities).map((entity) => canonicalMessage(messageIn(entity), labels)) };
  },
  problems: (entities, control, content) => {
    const known = messagesOf(content[control.field]);
    const here = { control: control.name };
    if (known === null) return [{ ...here, text: SAYS.none }];
    if (entities.length === 0) return [];
    const found = inOrder(entities);
    if (found.length === 0) return [{ ...here, text: SAYS.noMessages }];
    if (found.length > MESSAGES_MOST) return [{ ...here, text: SAYS.tooMany, facts: { most: MESSAGES_MOST } }];
    return found.flatMap((entity, at) => about(entity, at, control, known));
  },
};

function about(entity: Entity, at: number, control: Control, known: readonly JsonObject[]): Problem[] {
  const message = messageIn(entity);
  const problem = (text: Problem["text"], facts = {}): Problem[] => {
    return [{ control: control.name, id: entity.id, text, facts: { number: at + 1, ...facts } }];
  };
  if (!edits(control)) {
    const [mine, theirs] = [bare(message), known[at]];
    return theirs !== undefined && sameJson(said(mine), said(bare(theirs))) ? [] : problem(SAYS.changed);
  }
  const roles = rolesOf(control);
  const role = String(message.role ?? "");
  if (role === "" || (roles.length > 0 && !roles.includes(role))) return problem(SAYS.role, { role });
  if (typeof message.content === "string" && message.content.length > TEXT_MOST) return problem(SAYS.long);
  return isEmpty(message) && !known.some((one) => sameJson(said(bare(one)), said(bare(message))))
    ? problem(SAYS.empty)
    : [];
}

function said(message: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(message).filter(([, part]) => part !== null));
}

/** Whether a message says nothing at all: no content, and nothing beside it such as calls of tools. */
function isEmpty({ role: _, labels: __, content, ...rest }: JsonObject): boolean {
  const empty = typeof content === "string" ? content.trim() === "" : content === null || content === undefined;
  return empty && Object.values(rest).every((part) => part === null || (Array.isArray(part) && part.length === 0));
}
