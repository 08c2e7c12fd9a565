/** What else the record has that one must know: prompts, problems, references, shown above what is judged. */

import type { Json } from "@/core/json";
import { type Child, el, fill } from "@/kit/dom";
import { messagesOf } from "@/labels/record_fields";
import { messagesRead } from "./candidates";
import type { Block, Desk } from "./desk";
import { folded, picture } from "./message_view";
import { brief, pretty } from "./rich";
import { FIELDS } from "./words";

/** What would tell the answer begins closed; one may work without it. */
const CLOSED: ReadonlySet<string> = new Set(["tools", "solution"]);

export class Context implements Block {
  readonly element: HTMLElement;
  readonly #desk: Desk;
  readonly #places: ReadonlyMap<string, HTMLElement>;

  constructor(desk: Desk, fields: readonly string[]) {
    this.#desk = desk;
    this.#places = new Map(fields.map((field) => [field, el("div")]));
    const content = desk.surface.task.content;
    this.element = el(
      "section",
      { class: "gd-context" },
      [...this.#places].map(([field, place]) => {
        const title = FIELDS[field] === undefined ? field : desk.say(FIELDS[field]);
        const value = content[field];
        return folded(title, typeof value === "string" ? brief(value) : "", !CLOSED.has(field), place);
      }),
    );
    this.redraw();
  }

  redraw(): void {
    for (const [field, place] of this.#places) fill(place, this.#shown(this.#desk.surface.task.content[field] ?? null));
  }

  #shown(value: Json): Child {
    const desk = this.#desk;
    if (typeof value === "string") {
      const reference = /^(blob:|https?:\/\/|\/)\S+$/.test(value) ? picture(desk, value) : null;
      const known = value.startsWith("blob:") || desk.surface.task.media(value)?.facts?.kind === "image";
      return reference !== null && known ? reference : desk.rich(value);
    }
    const messages = messagesOf(value);
    if (messages !== null && messages.length > 0 && messages.every((one) => "role" in one))
      return messagesRead(desk, messages);
    if (Array.isArray(value) && value.every((one) => typeof one === "string"))
      return value.map((one: Json) => desk.rich(String(one)));
    return el("pre", { class: "gd-code", dir: "ltr", tabindex: "0" }, pretty(value));
  }

  show(): void {}
  reveal(): void {
    this.element.scrollIntoView({ block: "nearest" });
  }
  mark(): void {}
  focus(): void {}
  end(): void {}
}
