/** A conversation edited and labelled message by message. */

import type { Entity } from "@/core/entity";
import { type JsonObject, sameJson } from "@/core/json";
import type { Control } from "@/core/schema";
import type { Draft } from "@/core/store";
import { el, fill } from "@/kit/dom";
import {
  bare,
  edits,
  entitiesOf,
  inOrder,
  type MessageLabel,
  messageIn,
  messageLabels,
  rolesOf,
} from "@/labels/dialogue";
import { answerId } from "@/labels/kind";
import { messagesOf } from "@/labels/record_fields";
import { type Block, bring, type Desk, rove } from "./desk";
import { type CardHost, MessageCard } from "./message_card";
import { between, labelled, nextRole, orderOf } from "./message_edit";
import { addBlockKeys, type BlockKey } from "./shared_keys";
import { SAYS } from "./words";

const USUAL_ROLES = ["system", "user", "assistant", "tool"];

export class Conversation implements Block, CardHost {
  readonly desk: Desk;
  readonly labels: readonly MessageLabel[];
  readonly edit: boolean;
  readonly roles: readonly string[];
  readonly element: HTMLElement;
  readonly #control: Control;
  readonly #root: string;
  /** What the record has, as the entities it becomes with the first change. */
  readonly #given: readonly Entity[];
  readonly #originals: ReadonlyMap<string, JsonObject>;
  readonly #cards = new Map<string, MessageCard>();
  readonly #list = el("div", { class: "gd-messages", role: "feed" });
  readonly #count = el("span", { class: "gd-hint" });
  readonly #head: ReturnType<Desk["head"]>;
  readonly #asIs: HTMLButtonElement;
  readonly #dropKeys: () => void;
  #shown: readonly Entity[] = [];
  #at = "";

  constructor(desk: Desk, control: Control) {
    const { surface } = desk;
    this.desk = desk;
    this.#control = control;
    this.#root = answerId(control.name);
    this.labels = messageLabels(control);
    this.edit = edits(control);
    const messages = messagesOf(surface.task.content[control.field]);
    this.#given = entitiesOf(control.name, (messages ?? []).map(bare));
    this.#originals = new Map(inOrder(this.#given).map((entity) => [entity.id, messageIn(entity)]));
    const own = [...new Set((messages ?? []).map(({ role }) => String(role)))];
    this.roles = rolesOf(control).length > 0 ? rolesOf(control) : [...new Set([...USUAL_ROLES, ...own])];
    const writes = !surface.readOnly;
    this.#asIs = desk.button(desk.say(SAYS.asIs), desk.say(SAYS.asIsHint), () => this.#accept());
    const reset = desk.button(desk.say(this.edit ? SAYS.reset : SAYS.clear), desk.say(SAYS.clear), () => this.#reset());
    reset.hidden = !writes;
    this.#head = desk.head(control, this.#count, this.#asIs, reset);
    const add = desk.button(`+ ${desk.say(SAYS.add)}`, desk.say(SAYS.add), () =>
      this.insert(this.#shown.at(-1)?.id ?? "", "after"),
    );
    const nothing = desk.say(SAYS.noMessages, { field: control.field });
    this.element = el(
      "section",
      { class: "gd-block", data: { control: control.name } },
      this.#head.element,
      messages === null ? el("p", { class: "gd-hint" }, nothing) : this.#list,
      writes && this.edit && messages !== null ? el("div", { class: "gd-row" }, add) : null,
    );
    this.#dropKeys = addBlockKeys(surface.keys, this.element, this.#keys());
  }

  // --- Showing -----------------------------------------------------------------------------------------------------

  show(): void {
    const { store } = this.desk.surface;
    const answered = store.get(this.#root) !== undefined;
    this.#head.show();
    const now = inOrder(answered ? store.of(this.#control.name) : this.#given);
    this.#asIs.setAttribute("aria-pressed", String(answered));
    if (now.length === this.#shown.length && now.every((entity, at) => entity === this.#shown[at])) return;
    this.#shown = now;
    this.#asIs.hidden = this.desk.surface.readOnly || !this.edit || this.#changed();
    fill(this.#count, this.desk.say(SAYS.messages, { count: now.length }));
    const kept = new Set(now.map(({ id }) => id));
    for (const [id, card] of this.#cards) {
      if (kept.has(id)) continue;
      card.element.remove();
      this.#cards.delete(id);
    }
    for (const [at, entity] of now.entries()) this.#place(entity, at);
    if (!kept.has(this.#at)) this.#at = now[0]?.id ?? "";
    this.#rove();
  }

  /** Whether anything of the conversation is not as it is in the record. */
  #changed(): boolean {
    if (this.#shown.length !== this.#originals.size) return true;
    return this.#shown.some((entity) => {
      const [mine, theirs] = [messageIn(entity), this.#originals.get(entity.id)];
      return mine !== theirs && !sameJson(mine, theirs);
    });
  }

  #place(entity: Entity, at: number): void {
    const card = this.#cards.get(entity.id) ?? new MessageCard(this, entity.id);
    this.#cards.set(entity.id, card);
    card.show(entity, at + 1);
    const here = this.#list.children[at];
    if (here !== card.element) this.#list.insertBefore(card.element, here ?? null);
    card.element.setAttribute("aria-posinset", String(at + 1));
    card.element.setAttribute("aria-setsize", String(this.#shown.length));
  }

  redraw(): void {
    for (const card of this.#cards.values()) card.redraw();
  }

  reveal({ id }: { readonly id?: string }): void {
    const card = this.#cards.get(id ?? "") ?? this.#cards.get(this.#at);
    if (card !== undefined) bring(card.element);
    else this.element.scrollIntoView({ block: "nearest" });
  }

  mark(anchors: readonly { readonly id?: string }[]): void {
    const ids = new Set(anchors.map(({ id }) => id));
    for (const [id, { element }] of this.#cards) element.classList.toggle("gd-marked", ids.has(id));
  }

  focus(): void {
    this.#cards.get(this.#at)?.element.focus({ preventScroll: true });
  }

  end(): void {
    this.#dropKeys();
  }

  original(id: string): JsonObject | undefined {
    return this.#originals.get(id);
  }

  entered(id: string): void {
    if (this.#at === id) return;
    this.#at = id;
    this.#rove();
  }

  // --- Changing ----------------------------------------------------------------------------------------------------

  write(id: string, message: JsonObject, typing?: string): void {
    const put = (draft: Draft): void => {
      this.#begin(draft);
      draft.patch(id, { message });
    };
    const name = `message ${this.#control.name}`;
    if (typing !== undefined) this.desk.typing.type(`${name} ${id} ${typing}`, put);
    else this.#transact(name, put);
  }

  label(id: string, label: MessageLabel, word: string): void {
    this.desk.typing.rest();
    const card = this.#cards.get(id);
    if (card !== undefined) this.write(id, labelled(card.message, label, word));
  }

  insert(id: string, where: "before" | "after"): void {
    const at = this.#shown.findIndex((entity) => entity.id === id) + (where === "after" ? 1 : 0);
    const place = Math.max(at, 0);
    const before = this.#shown[place - 1];
    const role = nextRole(before === undefined ? undefined : String(messageIn(before).role), this.roles);
    const made = this.desk.surface.newId();
    this.#transact(`insert ${this.#control.name}`, (draft) => {
      this.#begin(draft);
      const order = this.#room(draft, place);
      const message = { role, content: "" };
      draft.put({ id: made, control: this.#control.name, of: this.#root, value: { order, message } });
    });
    const card = this.#cards.get(made);
    if (card === undefined) return;
    bring(card.element);
    card.edit();
  }

  move(id: string, by: -1 | 1): void {
    const at = this.#shown.findIndex((entity) => entity.id === id);
    const [mine, theirs] = [this.#shown[at], this.#shown[at + by]];
    if (mine === undefined || theirs === undefined) return;
    this.#transact(`move ${this.#control.name}`, (draft) => {
      this.#begin(draft);
      draft.patch(mine.id, { order: orderOf(theirs) });
      draft.patch(theirs.id, { order: orderOf(mine) });
    });
    this.reveal({ id });
  }

  remove(id: string): void {
    const at = this.#shown.findIndex((entity) => entity.id === id);
    if (at < 0) return;
    const next = this.#shown[at + 1] ?? this.#shown[at - 1];
    this.#transact(`remove ${this.#control.name}`, (draft) => {
      this.#begin(draft);
      draft.remove(id);
    });
    if (next !== undefined) this.reveal({ id: next.id });
  }

  #accept(): void {
    this.#transact(`answer ${this.#control.name}`, (draft) => this.#begin(draft));
  }

  #reset(): void {
    this.#transact(`clear ${this.#control.name}`, (draft) => draft.remove(this.#root));
  }

  #transact(name: string, make: (draft: Draft) => void): void {
    if (this.desk.surface.readOnly) return;
    this.desk.typing.rest();
    this.desk.surface.store.transact(name, make);
  }

  /** With the first change the record's messages become the answer's. */
  #begin(draft: Draft): void {
    if (draft.get(this.#root) === undefined) for (const entity of this.#given) draft.put(entity);
  }

  /** An order for something put at a place; the others are numbered anew when there is no room. */
  #room(draft: Draft, place: number): number {
    const [before, after] = [this.#shown[place - 1], this.#shown[place]];
    const order = between(before && orderOf(before), after && orderOf(after));
    if (order !== null) return order;
    for (const [at, { id }] of this.#shown.entries()) draft.patch(id, { order: at < place ? at : at + 1 });
    return place;
  }

  // --- Keys --------------------------------------------------------------------------------------------------------

  #rove(): void {
    rove(
      this.#shown.map(({ id }) => this.#cards.get(id)!.element),
      this.#shown.findIndex(({ id }) => id === this.#at),
    );
  }

  #step(by: number): void {
    const at = this.#shown.findIndex(({ id }) => id === this.#at);
    const inside = this.element.contains(document.activeElement);
    const next = this.#shown[Math.min(Math.max(inside ? at + by : at, 0), this.#shown.length - 1)];
    if (next !== undefined) this.reveal({ id: next.id });
  }

  #keys(): BlockKey[] {
    const here = (run: (id: string) => void) => () => {
      if (this.#at !== "") run(this.#at);
    };
    const moving: BlockKey[] = [
      { name: "dialogue.next", title: SAYS.next, chords: ["j", "ArrowDown"], run: () => this.#step(1) },
      { name: "dialogue.previous", title: SAYS.previous, chords: ["k", "ArrowUp"], run: () => this.#step(-1) },
    ];
    if (this.desk.surface.readOnly) return moving;
    const editing: BlockKey[] = [
      {
        name: "dialogue.edit",
        title: SAYS.edit,
        chords: ["Enter", "e"],
        run: here((id) => this.#cards.get(id)?.edit()),
        when: () => !onButton(),
      },
      {
        name: "dialogue.insert_after",
        title: SAYS.insertAfter,
        chords: ["o"],
        run: here((id) => this.insert(id, "after")),
      },
      {
        name: "dialogue.insert_before",
        title: SAYS.insertBefore,
        chords: ["Shift+o"],
        run: here((id) => this.insert(id, "before")),
      },
      { name: "dialogue.up", title: SAYS.up, chords: ["Shift+ArrowUp"], run: here((id) => this.move(id, -1)) },
      { name: "dialogue.down", title: SAYS.down, chords: ["Shift+ArrowDown"], run: here((id) => this.move(id, 1)) },
      { name: "dialogue.remove", title: SAYS.remove, chords: ["Delete"], run: here((id) => this.remove(id)) },
    ];
    return [...moving, ...(this.edit ? editing : []), ...this.#labelKeys()];
  }

  /** Digits say the words of the message's labels in a row; words with keys of their own have those, too. */
  #labelKeys(): BlockKey[] {
    if (this.labels.length === 0) return [];
    const say = (find: (card: MessageCard) => { label: MessageLabel; word: string } | undefined) => () => {
      const card = this.#cards.get(this.#at);
      const meant = card === undefined ? undefined : find(card);
      if (meant !== undefined) this.label(this.#at, meant.label, meant.word);
    };
    const digits = Array.from({ length: 9 }, (_, at): BlockKey => {
      const title = {
        en: SAYS.labelNumber.en.replace("{number}", String(at + 1)),
        zh: SAYS.labelNumber.zh.replace("{number}", String(at + 1)),
      };
      return {
        name: `dialogue.digit_${at + 1}`,
        title,
        chords: [String(at + 1)],
        run: say((card) => card.offered()[at]),
      };
    });
    const own = this.labels.flatMap((label) =>
      label.words.flatMap(({ value, hotkey, title }): BlockKey[] => {
        if (!hotkey) return [];
        const run = say((card) => card.offered().find((one) => one.label.name === label.name && one.word === value));
        const shown = { en: title?.en || value, zh: title?.zh || value };
        return [
          {
            name: `dialogue.label.${label.name}.${value}`,
            title: shown,
            chords: [hotkey.length === 1 ? hotkey.toLowerCase() : hotkey],
            run,
          },
        ];
      }),
    );
    return [...digits, ...own];
  }
}

/** Whether Enter would press a button, open a fold or follow a link. */
export function onButton(): boolean {
  return document.activeElement?.matches("button, summary, a, select") === true;
}
