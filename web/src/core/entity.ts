/**
 * What an annotation is made of while somebody works on it.
 *
 * Everything is an entity: an answer to a question of the form, a region, a relation between regions, a tile of a
 * brush mask. Entities have ids of their own, so that they can be selected, changed and commented on; the annotation
 * that is submitted (`Labels`) has none. `labels/` turns one into the other, one file a label type.
 */

import type { Json, JsonObject } from "./json";

export type Id = string;

/** Who made an entity, when it was not the person at work: a model's prelabel, or an earlier answer. */
export interface Provenance {
  readonly kind: "prelabel" | "before";
  /** Who: a model's name with its version, or a person's. */
  readonly name: string;
  /** 0 to 1, when the model says so. */
  readonly confidence?: number;
  /** The value as it came, to tell what became of it: kept, edited or rejected. */
  readonly value: JsonObject;
}

export interface Entity {
  readonly id: Id;
  /** The control of the label schema it answers. */
  readonly control: string;
  /** Its fields, as the label type has them (`start`, `points`, `label`, `attributes`, …); a plain answer is `{value}`. */
  readonly value: JsonObject;
  /** The entity it is part of (a mask's tile), which takes it along when it goes. */
  readonly of?: Id;
  readonly from?: Provenance;
}

/** One entity before and after; null: not there. Its inverse is itself with the two exchanged. */
export interface Change {
  readonly id: Id;
  readonly before: Entity | null;
  readonly after: Entity | null;
}

/** Where changes come from: this person now, somebody else (a lead, another tab), or the log of what was done before. */
export type Origin = "local" | "remote" | "replay";

/** Changes that happen together, are undone together, and are one line in the log. */
export interface Transaction {
  readonly name: string;
  readonly origin: Origin;
  readonly changes: readonly Change[];
}

export function inverse(changes: readonly Change[]): Change[] {
  return changes.map(({ id, before, after }) => ({ id, before: after, after: before })).reverse();
}

/** An annotation as it is submitted: the canonical value of each control that was answered. */
export type Labels = { readonly [control: string]: Json };
