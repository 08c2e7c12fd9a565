/** Places in a taxonomy: a tree that opens, with search over all of it. */

import type { Json } from "@/core/json";
import { type Choice, choicesOf, choiceTitle } from "@/core/schema";
import { el, fill } from "@/kit/dom";
import { matching } from "./choose";
import type { FieldProps, MakeField } from "./field";
import { FORM } from "./words";

type Path = readonly string[];

export const taxonomyField: MakeField = (props) => {
  const { surface, control, titleId } = props;
  // What is chosen is seen: the places above it are open.
  const open = new Set(
    pathsIn(props.get()).flatMap((path) => path.slice(1).map((_, at) => keyOf(path.slice(0, at + 1)))),
  );
  const choices = choicesOf(control, "choices");
  const tree = el("div", {
    class: "gf-tree",
    role: "tree",
    "aria-labelledby": titleId,
    "aria-multiselectable": "true",
  });
  const search = el("input", {
    type: "search",
    class: "gk-input",
    placeholder: surface.say(FORM.search),
    "aria-label": surface.say(FORM.search),
    on: { input: () => show() },
  });
  const show = (): void => {
    const wanted = search.value.trim();
    const chosen = new Set(pathsIn(props.get()).map(keyOf));
    fill(tree, branch(choices, [], { props, chosen, wanted, open, again: show }));
  };
  tree.addEventListener("keydown", (event) => walk(event, tree));
  show();
  return { element: el("div", {}, search, tree), show, focus: () => search.focus() };
};

interface Showing {
  readonly props: FieldProps;
  readonly chosen: ReadonlySet<string>;
  readonly wanted: string;
  readonly open: Set<string>;
  again(): void;
}

function pathsIn(value: Json | undefined): readonly Path[] {
  return Array.isArray(value) ? value.map((path) => (Array.isArray(path) ? path.map(String) : [String(path)])) : [];
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

function found(choice: Choice, wanted: string): boolean {
  return wanted === "" || matching(choice, wanted) || (choice.children ?? []).some((child) => found(child, wanted));
}

function branch(choices: readonly Choice[], above: Path, showing: Showing): HTMLElement[] {
  return choices.filter((choice) => found(choice, showing.wanted)).map((choice) => node(choice, above, showing));
}

function node(choice: Choice, above: Path, showing: Showing): HTMLElement {
  const { props, chosen, wanted, open } = showing;
  const path = [...above, choice.value];
  const [key, inner] = [keyOf(path), choice.children ?? []];
  const isOpen = inner.length > 0 && (open.has(key) || (wanted !== "" && inner.some((child) => found(child, wanted))));
  const title = choiceTitle(choice, props.surface.language);
  const may = inner.length === 0 || props.control.options.leaves_only !== true;
  const turn = (): void => {
    if (!open.delete(key)) open.add(key);
    showing.again();
  };
  const pick = (): void => (may && !props.surface.readOnly ? toggle(props, path) : turn());
  return el(
    "div",
    {
      role: "treeitem",
      "aria-level": above.length + 1,
      "aria-selected": String(chosen.has(key)),
      ...(inner.length > 0 ? { "aria-expanded": String(isOpen) } : {}),
      tabindex: "-1",
      class: "gf-node",
      style: { "--depth": String(above.length) },
    },
    el(
      "div",
      { class: "gf-node-line" },
      el(
        "button",
        {
          type: "button",
          class: "gf-twist",
          tabindex: "-1",
          hidden: inner.length === 0,
          "aria-label": props.surface.say(FORM.open, { name: title }),
          on: { click: turn },
        },
        isOpen ? "▾" : "▸",
      ),
      el(
        "button",
        { type: "button", class: "gf-pick", data: { path: key }, on: { click: pick } },
        el("i", { class: "gf-box" }),
        title,
      ),
    ),
    isOpen ? el("div", { role: "group" }, branch(inner, path, showing)) : null,
  );
}

/** A path is taken with all it says; the beginnings it contains go, so that the answer is as the server keeps it. */
function toggle(props: FieldProps, path: Path): void {
  // What the question does not offer, as imports bring it, goes with the next choice.
  const choices = choicesOf(props.control, "choices");
  const now = pathsIn(props.get()).filter((one) => isOffered(choices, one));
  const key = keyOf(path);
  const single = props.control.options.max === 1;
  const next = now.some((one) => keyOf(one) === key)
    ? now.filter((one) => keyOf(one) !== key)
    : [...(single ? [] : now.filter((one) => !begins(one, path) && !begins(path, one))), path];
  props.set(
    next.length === 0 && !props.control.required ? undefined : [...next].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  );
}

function isOffered(choices: readonly Choice[], [first, ...rest]: Path): boolean {
  const at = choices.find(({ value }) => value === first);
  return at !== undefined && (rest.length === 0 || isOffered(at.children ?? [], rest));
}

function begins(short: Path, long: Path): boolean {
  return short.length <= long.length && short.every((word, at) => long[at] === word);
}

function walk(event: KeyboardEvent, tree: HTMLElement): void {
  const stops = [...tree.querySelectorAll<HTMLElement>(".gf-pick")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (at < 0) return;
  const twist = stops[at]!.parentElement!.querySelector<HTMLButtonElement>(".gf-twist");
  const item = stops[at]!.closest("[role=treeitem]");
  const turn = { ArrowRight: "false", ArrowLeft: "true" }[event.key];
  if (step !== undefined) stops[(at + step + stops.length) % stops.length]?.focus();
  else if (turn !== undefined && item?.getAttribute("aria-expanded") === turn) {
    const path = stops[at]!.dataset.path;
    twist?.click();
    [...tree.querySelectorAll<HTMLElement>(".gf-pick")].find((stop) => stop.dataset.path === path)?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
