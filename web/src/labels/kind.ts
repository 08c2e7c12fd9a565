/**
 * What the workbench must know of a label type: how its values become entities and come back.
 *
 * The counterpart of `galley.labels.label_type` on the server, which checks everything once more. Most types are one
 * answer to a question (`answer`) or a list of regions (`regions`); the others say it themselves.
 */

import type { Entity, Id } from "@/core/entity";
import { isObject, type Json, type JsonObject } from "@/core/json";
import type { Control } from "@/core/schema";
import type { Text } from "@/core/words";
import { type Identity, regionProblems } from "./region_problems";

/** What keeps an answer from being submitted, and where. */
export interface Problem {
  readonly control: string;
  readonly id?: Id;
  readonly text: Text;
  readonly facts?: { readonly [name: string]: string | number };
}

export interface Reading {
  readonly control: Control;
  /** A new id; random, never told to the server. */
  newId(): Id;
  /** The entities of the controls before this one: what a relation points at. */
  readonly others: readonly Entity[];
}

export interface LabelKind {
  readonly type: string;
  /** Whether its entities are regions of something shown (spans, boxes, segments) or one answer to a question. */
  readonly regions: boolean;
  read(value: Json, reading: Reading): Entity[];
  /** The value of a control's entities as it is submitted; undefined: not answered. */
  write(entities: readonly Entity[], control: Control, all: ReadonlyMap<Id, Entity>): Json | undefined;
  /** What is missing or wrong, beyond being required. */
  problems?(entities: readonly Entity[], control: Control, content: JsonObject): Problem[];
}

/** The id of the entity that holds the one answer to a control. */
export function answerId(control: string): Id {
  return `=${control}`;
}

/** A question with one answer, kept as `{value}`. */
export function answer(type: string, problems?: LabelKind["problems"]): LabelKind {
  return {
    type,
    regions: false,
    read: (value, { control }) => [{ id: answerId(control.name), control: control.name, value: { value } }],
    write: (entities) => entities[0]?.value.value,
    ...(problems === undefined ? {} : { problems }),
  };
}

/** A list of regions, each an entity with the item's fields; with an `identity`, no two may be the same by it. */
export function regions(
  type: string,
  order?: (left: JsonObject, right: JsonObject) => number,
  identity: Identity | null = null,
): LabelKind {
  return {
    type,
    regions: true,
    read: (value, { control, newId }) =>
      (Array.isArray(value) ? value : [])
        .filter(isObject)
        .map((item) => ({ id: newId(), control: control.name, value: item })),
    write: (entities) => {
      const items = entities.filter(({ of }) => of === undefined).map(({ value }) => value);
      return order === undefined ? items : [...items].sort(order);
    },
    problems: (entities, control, content) => regionProblems(entities, control, content, identity),
  };
}
