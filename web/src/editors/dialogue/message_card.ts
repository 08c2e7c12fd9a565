/** One message of a conversation: read, labelled, and edited where it stands. */

import type { Entity } from "@/core/entity";
import { isObject, type JsonObject, own } from "@/core/json";
import { choiceTitle, titleOf } from "@/core/schema";
import { type Child, el, fill } from "@/kit/dom";
import { askedOf, type MessageLabel, messageIn } from "@/labels/dialogue";
import { type Area, area } from "./area";
import type { Desk } from "./desk";
import { chosenOf, rewritten, type Written, writtenIn } from "./message_edit";
import { messageBody, roleClass, roleTitle } from "./message_view";
import { SAYS } from "./words";

/** What a card asks of the conversation it is in. */
export interface CardHost {
  readonly desk: Desk;
  readonly labels: readonly MessageLabel[];
  readonly edit: boolean;
  readonly roles: readonly string[];
  /** The message as it is in the record, if it is one of the record's. */
  original(id: string): JsonObject | undefined;
  write(id: string, message: JsonObject, typing?: string): void;
  label(id: string, label: MessageLabel, word: string): void;
  insert(id: string, where: "before" | "after"): void;
  move(id: string, by: -1 | 1): void;
  remove(id: string): void;
  entered(id: string): void;
}

export class MessageCard {
  readonly id: string;
  readonly element: HTMLElement;
  readonly #host: CardHost;
  readonly #title = el("b", { class: "gd-role" });
  readonly #state = el("span", { class: "gd-state" });
  readonly #body = el("div");
  readonly #labels = el("div", { class: "gd-labels" });
  #entity: Entity | null = null;
  #number = 0;
  #areas: { readonly told: Written; readonly area: Area }[] | null = null;
  #role: HTMLSelectElement | null = null;

  constructor(host: CardHost, id: string) {
    this.#host = host;
    this.id = id;
    this.element = el(
      "article",
      {
        class: "gd-card gd-message",
        tabindex: "-1",
        data: { message: id },
        on: { focusin: () => host.entered(id), dblclick: (event) => this.#twice(event) },
      },
      el("header", {}, this.#title, this.#state, host.edit && !host.desk.surface.readOnly ? this.#tools() : null),
      this.#body,
      this.#labels,
    );
  }

  get message(): JsonObject {
    return this.#entity === null ? {} : messageIn(this.#entity);
  }

  get editing(): boolean {
    return this.#areas !== null;
  }

  show(entity: Entity, number: number): void {
    if (this.#entity === entity && this.#number === number) return;
    const before = this.message;
    this.#entity = entity;
    const [message, { desk }] = [messageIn(entity), this.#host];
    if (this.#number !== number || before.role !== message.role) {
      this.#number = number;
      const role = roleTitle(desk, message.role);
      fill(this.#title, `${number} · ${role}`);
      this.element.setAttribute("aria-label", desk.say(SAYS.message, { number, role }));
      this.element.className = `gd-card gd-message ${roleClass(message.role)}${this.element.classList.contains("gd-marked") ? " gd-marked" : ""}`;
    }
    if (message === before) return;
    this.#showState(message);
    this.#drawLabels(message);
    if (this.#areas === null) this.redraw();
    else this.#refresh(message);
  }

  /** Lay the text out again. */
  redraw(): void {
    if (this.#areas === null) fill(this.#body, messageBody(this.#host.desk, this.message));
  }

  edit(): void {
    if (!this.#host.edit || this.#host.desk.surface.readOnly) return;
    if (this.#areas === null) this.#open();
    const [first] = this.#areas ?? [];
    first?.area.element.focus();
  }

  /** The labels a digit or a key means here: the words of all questions in a row. */
  offered(): readonly { readonly label: MessageLabel; readonly word: string }[] {
    return askedOf(this.message.role, this.#host.labels).flatMap((label) =>
      label.words.map(({ value }) => ({ label, word: value })),
    );
  }

  close(): void {
    this.#host.desk.typing.rest();
    this.#areas = null;
    this.#role = null;
    this.element.classList.remove("gd-editing");
    this.redraw();
  }

  #showState(message: JsonObject): void {
    const { desk, edit } = this.#host;
    const original = this.#host.original(this.id);
    const changed = edit && original !== undefined && original !== message && changedText(original, message);
    fill(
      this.#state,
      !edit ? "" : original === undefined ? desk.say(SAYS.added) : changed ? desk.say(SAYS.edited) : "",
    );
  }

  #open(): void {
    const { desk } = this.#host;
    this.element.classList.add("gd-editing");
    this.#areas = writtenIn(this.message).map((told) => ({ told, area: this.#area(told) }));
    const done = desk.button(desk.say(SAYS.done), `${desk.say(SAYS.done)} (Esc)`, () => this.#leave());
    fill(
      this.#body,
      this.#roles(),
      this.#areas.map((one) => one.area.element),
      el("div", { class: "gd-row" }, done),
    );
  }

  #area(told: Written): Area {
    const { desk } = this.#host;
    const label = {
      content: desk.say(SAYS.content),
      part: desk.say(SAYS.part, { number: told.about }),
      arguments: desk.say(SAYS.arguments, { name: told.about }),
    }[told.kind];
    const made = area({
      label,
      mono: told.kind === "arguments",
      readOnly: false,
      typing: desk.typing,
      onLeave: () => this.#leave(),
      onInput: (text) => {
        const next = rewritten(this.message, told, text);
        made.element.setAttribute("aria-invalid", String(next === null));
        made.element.title = next === null ? desk.say(SAYS.notJson) : "";
        if (next !== null) this.#host.write(this.id, next, told.path.join("."));
      },
    });
    made.show(told.text);
    return made;
  }

  #roles(): HTMLElement {
    const { desk, roles } = this.#host;
    const now = String(this.message.role ?? "");
    const offered = roles.includes(now) ? roles : [now, ...roles];
    const select = el(
      "select",
      {
        class: "gk-input gd-select",
        "aria-label": desk.say(SAYS.role),
        on: { change: () => this.#host.write(this.id, { ...this.message, role: select.value }) },
      },
      offered.map((role) => el("option", { value: role, selected: role === now }, roleTitle(desk, role))),
    );
    this.#role = select;
    return el("div", { class: "gd-row" }, select);
  }

  /** The message changed while it is being edited: by what is typed here, by undo, or from elsewhere. */
  #refresh(message: JsonObject): void {
    const now = writtenIn(message);
    const areas = this.#areas!;
    if (this.#role !== null) this.#role.value = String(message.role ?? "");
    if (now.length !== areas.length) {
      this.close();
      return;
    }
    now.forEach((told, at) => {
      const field = areas[at]!.area;
      if (told.json && document.activeElement === field.element) return;
      field.show(told.text);
    });
  }

  #leave(): void {
    this.close();
    this.element.focus({ preventScroll: true });
  }

  #twice(event: MouseEvent): void {
    if (this.editing || (event.target as Element).closest("button, summary, a, header") !== null) return;
    this.edit();
  }

  #drawLabels(message: JsonObject): void {
    const { desk, labels } = this.#host;
    const said = isObject(message.labels) ? message.labels : {};
    let number = 0;
    const asked = askedOf(message.role, labels);
    this.#labels.hidden = asked.length === 0;
    fill(
      this.#labels,
      asked.map((label): Child => {
        const chosen = chosenOf(own(said, label.name));
        const chips = label.words.map((choice) => {
          number += 1;
          const key = choice.hotkey || (number <= 9 ? String(number) : "");
          const title = choiceTitle(choice, desk.surface.language);
          return el(
            "button",
            {
              type: "button",
              class: "gd-chip",
              "aria-pressed": String(chosen.includes(choice.value)),
              disabled: desk.surface.readOnly,
              on: { click: () => this.#host.label(this.id, label, choice.value) },
            },
            choice.color ? el("i", { class: "gd-dot", style: { background: choice.color } }) : null,
            title,
            key === "" ? null : el("kbd", { class: "gk-kbd", "aria-hidden": "true" }, key),
          );
        });
        return el(
          "div",
          { class: "gd-label", role: "group", "aria-label": titleOf(label, desk.surface.language) },
          el("span", { class: "gd-label-name" }, titleOf(label, desk.surface.language)),
          chips,
        );
      }),
    );
  }

  #tools(): HTMLElement {
    const { desk } = this.#host;
    const tool = (text: string, title: string, run: () => void): HTMLElement =>
      el(
        "button",
        { type: "button", class: "gd-tool", title, "aria-label": title, tabindex: "-1", on: { click: run } },
        text,
      );
    return el(
      "div",
      { class: "gd-tools gd-shy" },
      tool("✎", desk.keyed(SAYS.edit, "dialogue.edit"), () => this.edit()),
      tool("↑", desk.keyed(SAYS.up, "dialogue.up"), () => this.#host.move(this.id, -1)),
      tool("↓", desk.keyed(SAYS.down, "dialogue.down"), () => this.#host.move(this.id, 1)),
      tool("+", desk.keyed(SAYS.insertAfter, "dialogue.insert_after"), () => this.#host.insert(this.id, "after")),
      tool("✕", desk.keyed(SAYS.remove, "dialogue.remove"), () => this.#host.remove(this.id)),
    );
  }
}

function changedText(before: JsonObject, after: JsonObject): boolean {
  const text = ({ labels: _, ...message }: JsonObject): string => JSON.stringify(message);
  return text(before) !== text(after);
}
