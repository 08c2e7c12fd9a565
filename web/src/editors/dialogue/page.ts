/** The page of one field: what must be known above, what is judged below it, scores and rankings docked at its foot. */

import { isObject } from "@/core/json";
import { asked, type Control, typeOf } from "@/core/schema";
import { withPreviews } from "@/core/store";
import type { Anchor, Editor, Surface } from "@/host/editor";
import { Cleanup, el, fill, perFrame } from "@/kit/dom";
import { writeLabels } from "@/labels/kinds";
import { messagesOf, stepsOf } from "@/labels/record_fields";
import { blindIn, Candidates, candidatesOf, messagesRead } from "./candidates";
import { Context } from "./context";
import { Conversation } from "./conversation";
import { type Block, Desk } from "./desk";
import { RankingBlock } from "./ranking";
import { pretty } from "./rich";
import { RubricBlock } from "./rubric";
import { StepsBlock } from "./steps_view";
import { SAYS } from "./words";

export function openPage(surface: Surface): Editor {
  return new Page(surface);
}

class Page implements Editor {
  readonly #surface: Surface;
  readonly #desk: Desk;
  readonly #cleanup = new Cleanup();
  readonly #scroll = el("div", { class: "gd-scroll" });
  readonly #dock = el("div", { class: "gd-dock" });
  readonly #blocks: Block[] = [];
  /** The blocks in which controls are answered. */
  readonly #answered = new Map<string, Block>();
  /** Those of them that show what the field has themselves. */
  readonly #telling: readonly Block[];
  #read: Block | null = null;

  constructor(surface: Surface) {
    this.#surface = surface;
    this.#desk = new Desk(surface);
    fill(surface.root, el("div", { class: "gd" }, this.#scroll, this.#dock));
    const context = surface.context ?? [];
    if (context.length > 0) this.#add(new Context(this.#desk, context), this.#scroll);
    for (const control of this.#mine("steps")) this.#add(new StepsBlock(this.#desk, control), this.#scroll, control);
    for (const control of this.#mine("dialogue"))
      this.#add(new Conversation(this.#desk, control), this.#scroll, control);
    this.#telling = [...this.#answered.values()];
    this.#addDock();
    addTools(this.#desk, this.#blocks);
    this.#listen();
    this.#show();
  }

  #mine(type: string): readonly Control[] {
    return this.#surface.controls.filter((control) => typeOf(control) === type);
  }

  #add(block: Block, into: HTMLElement, control?: Control): void {
    this.#blocks.push(block);
    into.append(block.element);
    if (control !== undefined) this.#answered.set(control.name, block);
  }

  #addDock(): void {
    const [desk, rankings] = [this.#desk, this.#mine("ranking")];
    const cards = this.#telling.length === 0 || rankings.length > 0 ? this.#reading() : null;
    rankings.forEach((control, at) => {
      if (cards instanceof Candidates && cards.candidates.length > 0)
        this.#add(new RankingBlock(desk, control, cards, at === 0), this.#dock, control);
      else
        this.#add(
          told(el("p", { class: "gd-hint" }, desk.say(SAYS.noCandidates, { field: control.field }))),
          this.#dock,
        );
    });
    for (const control of this.#mine("rubric")) this.#add(new RubricBlock(desk, control), this.#dock, control);
  }

  /** What the field has, to be read: made when it is needed first. */
  #reading(): Block {
    if (this.#read === null) {
      this.#read = readOnly(this.#desk);
      this.#add(this.#read, this.#scroll);
    }
    return this.#read;
  }

  #listen(): void {
    const conditional = this.#surface.task.schema.controls.some(({ when }) => when !== undefined);
    const show = (): void => {
      if (conditional) this.#show();
      else for (const block of this.#blocks) block.show();
    };
    this.#cleanup.add(this.#surface.store.listen(withPreviews(show)));
    const scrolled = perFrame(() => this.#surface.sign("scroll"));
    this.#cleanup.listen(this.#scroll, "scroll", () => scrolled.ask(), { passive: true });
    this.#cleanup.add(() => scrolled.stop());
  }

  /** Show what is asked now; what is not is still there to be read. */
  #show(): void {
    const { task, store } = this.#surface;
    const names = new Set(asked(task.schema, writeLabels(task.schema, store.all())).map(({ name }) => name));
    for (const [name, block] of this.#answered) block.element.hidden = !names.has(name);
    const telling = this.#telling.some(({ element }) => !element.hidden);
    if (!telling) this.#reading().element.hidden = false;
    else if (this.#read !== null && this.#mine("ranking").length === 0) this.#read.element.hidden = true;
    this.#dock.hidden = [...this.#dock.children].every((one) => (one as HTMLElement).hidden);
    for (const block of this.#blocks) block.show();
  }

  #blockOf({ control, id }: Anchor): Block | undefined {
    const known = id === undefined ? undefined : (this.#surface.store.get(id)?.control ?? id.slice(1).split("/")[0]);
    return this.#answered.get(control ?? known ?? "");
  }

  reveal(anchor: Anchor): void {
    (this.#blockOf(anchor) ?? this.#blocks[0])?.reveal(anchor);
  }

  mark(anchors: readonly Anchor[]): void {
    for (const block of this.#blocks) {
      const own = anchors.filter((anchor) => this.#blockOf(anchor) === block);
      block.element.classList.toggle(
        "gd-marked",
        own.some(({ id }) => id === undefined),
      );
      block.mark(own);
    }
  }

  focus(): void {
    const [first] = [...this.#answered.values()].filter(({ element }) => !element.hidden);
    (first ?? this.#blocks[0])?.focus();
  }

  end(): void {
    this.#desk.typing.rest();
    for (const block of this.#blocks) block.end();
    this.#cleanup.run();
    fill(this.#surface.toolbar);
    fill(this.#surface.root);
  }
}

/** What a field has, to be read beside the questions about it. */
function readOnly(desk: Desk): Block {
  const { task, field, controls } = desk.surface;
  const value = task.content[field] ?? null;
  const ranked = controls.some((control) => typeOf(control) === "ranking");
  const messages = messagesOf(value);
  const spoken = messages !== null && messages.length > 0 && messages.every((one) => "role" in one);
  if (spoken && !ranked) return told(() => messagesRead(desk, messages));
  const steps = controls.some((control) => typeOf(control) === "steps") ? stepsOf(value) : null;
  if (steps !== null)
    return told(() =>
      el(
        "div",
        { class: "gd-card" },
        steps.map((step) => desk.rich(step)),
      ),
    );
  const candidates = candidatesOf(value, task.key, blindIn(controls));
  const readable =
    Array.isArray(value) &&
    value.every(
      (one) => typeof one === "string" || (isObject(one) && ("content" in one || "text" in one || "messages" in one)),
    );
  if (candidates !== null && (ranked || readable)) return new Candidates(desk, candidates);
  if (typeof value === "string") return told(() => el("div", { class: "gd-card" }, desk.rich(value)));
  return told(el("pre", { class: "gd-code", dir: "ltr", tabindex: "0" }, pretty(value)));
}

function told(shown: HTMLElement | (() => HTMLElement)): Block {
  const element = el("div", { class: "gd-told" });
  const redraw = (): void => fill(element, typeof shown === "function" ? shown() : shown);
  redraw();
  const nothing = (): void => undefined;
  return {
    element,
    redraw,
    show: nothing,
    mark: nothing,
    focus: nothing,
    end: nothing,
    reveal: () => element.scrollIntoView({ block: "nearest" }),
  };
}

function addTools(desk: Desk, blocks: readonly Block[]): void {
  const turn = (): void => {
    desk.raw = !desk.raw;
    markdown.setAttribute("aria-pressed", String(!desk.raw));
    for (const block of blocks) block.redraw();
  };
  const markdown = desk.button(desk.say(SAYS.markdown), desk.say(SAYS.markdownHint), turn, { "aria-pressed": "true" });
  fill(desk.surface.toolbar, markdown);
}
