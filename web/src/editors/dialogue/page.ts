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
  const desk = new Desk(surface);
  const cleanup = new Cleanup();
  const scroll = el("div", { class: "gd-scroll" });
  const dock = el("div", { class: "gd-dock" });
  fill(surface.root, el("div", { class: "gd" }, scroll, dock));
  const blocks: Block[] = [];
  const answered = new Map<string, Block>();
  const add = (block: Block, into: HTMLElement, control?: Control): void => {
    blocks.push(block);
    into.append(block.element);
    if (control !== undefined) answered.set(control.name, block);
  };
  const context = surface.context ?? [];
  if (context.length > 0) add(new Context(desk, context), scroll);
  const mine = (type: string): readonly Control[] => surface.controls.filter((control) => typeOf(control) === type);
  for (const control of mine("steps")) add(new StepsBlock(desk, control), scroll, control);
  for (const control of mine("dialogue")) add(new Conversation(desk, control), scroll, control);
  // What is not asked now is still there to be read.
  const asking = [...answered.values()];
  let shown: Block | null = null;
  const showRead = (): void => {
    const open = asking.some(({ element }) => !element.hidden);
    if (shown === null && !open) {
      shown = readOnly(desk);
      add(shown, scroll);
    }
    if (shown !== null) shown.element.hidden = open;
  };
  const read = (): Block | null => shown;
  if (asking.length === 0) showRead();
  mine("ranking").forEach((control, at) => {
    const cards = read();
    if (cards instanceof Candidates) add(new RankingBlock(desk, control, cards, at === 0), dock, control);
    else add(told(el("p", { class: "gd-hint" }, desk.say(SAYS.noCandidates, { field: control.field }))), dock);
  });
  for (const control of mine("rubric")) add(new RubricBlock(desk, control), dock, control);
  dock.hidden = dock.childElementCount === 0;

  const show = (): void => {
    const { schema } = surface.task;
    const names = new Set(asked(schema, writeLabels(schema, surface.store.all())).map(({ name }) => name));
    for (const [name, block] of answered) block.element.hidden = !names.has(name);
    showRead();
    dock.hidden = [...dock.children].every((one) => (one as HTMLElement).hidden);
    for (const block of blocks) block.show();
  };
  const conditional = surface.task.schema.controls.some(({ when }) => when !== undefined);
  const showOwn = (): void => {
    if (conditional) show();
    else for (const block of blocks) block.show();
  };
  cleanup.add(surface.store.listen(withPreviews(showOwn)));
  const scrolled = perFrame(() => surface.sign("scroll"));
  cleanup.listen(scroll, "scroll", () => scrolled.ask(), { passive: true });
  cleanup.add(() => scrolled.stop());
  addTools(desk, blocks);
  show();

  const blockOf = ({ control, id }: Anchor): Block | undefined => {
    const name =
      control ?? (id === undefined ? undefined : (surface.store.get(id)?.control ?? id.slice(1).split("/")[0]));
    return answered.get(name ?? "");
  };
  return {
    reveal: (anchor) => (blockOf(anchor) ?? blocks[0])?.reveal(anchor),
    mark: (anchors) => {
      for (const block of blocks) block.mark(anchors.filter((anchor) => blockOf(anchor) === block));
    },
    focus: () => ([...answered.values()].find(({ element }) => !element.hidden) ?? blocks[0])?.focus(),
    end() {
      desk.typing.rest();
      for (const block of blocks) block.end();
      cleanup.run();
      fill(surface.toolbar);
      fill(surface.root);
    },
  };
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
