/**
 * What is kept on this device until the server has it: open items with everything done to them, and parcels to send.
 *
 * The laws: what a person did is on the disk before it is anywhere else; it is taken away only after the server said
 * that it has it, or the person threw it away; a parcel is sent until it is answered, and counts once, because it
 * carries a `client_id` that never changes.
 */

import type { Change, Entity } from "@/core/entity";
import type { Json, JsonObject } from "@/core/json";

/** An item somebody has open, and where its work started. */
export interface OpenItem {
  /** `person/org/project/desk/slot/attempt`: what its lines are kept under. */
  readonly key: string;
  readonly person: number;
  readonly org: number;
  readonly project: number;
  readonly desk: Desk;
  readonly slot: number;
  /** Chosen once for the answer to this lease, so that sending it again changes nothing. */
  readonly clientId: string;
  /** The state the lines begin at. */
  readonly start: readonly Entity[];
  /** What is needed to show it without the server: the lease with its content, and the schema. */
  readonly lease: JsonObject;
  readonly schema: JsonObject;
  /** Where its pictures and sounds were, for as long as the addresses are good. */
  readonly media?: JsonObject;
  readonly openedAt: number;
}

export type Desk = "work" | "adjudications" | "reviews" | "acceptances";

/** One transaction of the log. */
export interface Line {
  readonly key: string;
  /** From 1, without gaps. */
  readonly seq: number;
  readonly name: string;
  readonly at: number;
  readonly changes: readonly Change[];
}

/** Something to send: an answer, a verdict, a skip. */
export interface Parcel {
  /** Grows; parcels are sent in this order. */
  readonly id: number;
  readonly person: number;
  /** The open item it finishes. */
  readonly key: string;
  /** The operation, as `api/call.ts` knows it, with what it takes. */
  readonly operation: string;
  readonly path: { readonly [name: string]: string | number };
  readonly body: Json;
  readonly madeAt: number;
  readonly tries: number;
  /** Not to be sent before (milliseconds). */
  readonly notBefore: number;
  /** Refused for good: kept until the person decides. */
  readonly parked?: { readonly code: string; readonly title: string; readonly hint?: string };
}

export type NewParcel = Omit<Parcel, "id" | "tries" | "notBefore" | "parked">;

/** Where it is kept; `indexed.ts` is the browser's. Every method is one durable, atomic step. */
export interface Shelf {
  open(item: OpenItem): Promise<void>;
  /** Lines of items that are open here, or handed in and on their way; others lead nowhere and are not kept. */
  append(lines: readonly Line[]): Promise<void>;
  read(key: string): Promise<{ readonly item: OpenItem; readonly lines: readonly Line[] } | undefined>;
  /** The items somebody has open and not handed in, oldest first. */
  items(person: number): Promise<readonly OpenItem[]>;
  /** Hand in: from now on the parcel speaks for the item. */
  enqueue(parcel: NewParcel): Promise<number>;
  parcels(person: number): Promise<readonly Parcel[]>;
  /** Change what is known of a parcel's sending. */
  postpone(id: number, tries: number, notBefore: number): Promise<void>;
  park(id: number, why: NonNullable<Parcel["parked"]>): Promise<void>;
  /** Send a parked one again. */
  unpark(id: number): Promise<void>;
  /** Take a parked one back: its item is open again, with all that was done to it. */
  reopen(id: number): Promise<void>;
  /** It is with the server: take the parcel, the item and its lines away. */
  settle(id: number): Promise<void>;
  /** Throw an open item away, or a parcel with its item. */
  forget(key: string): Promise<void>;
  /** Take away everything of a person: they leave this device. */
  clear(person: number): Promise<void>;
}
