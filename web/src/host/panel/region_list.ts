/** The regions of an item: the accessible twin of what canvases draw. Thousands cost no more than what is in view. */

import type { Entity, Id } from "@/core/entity";
import { sameJson } from "@/core/json";
import { choicesOf, choiceTitle } from "@/core/schema";
import { Cleanup, el, fill, perFrame } from "@/kit/dom";
import { virtualList } from "@/kit/virtual_list";
import { summaryOf } from "@/labels/summary";
import type { Anchor, Surface } from "../editor";
import { addHidingKeys, toggleHidden } from "./hiding";
import { PANEL } from "./words";

const ROW = 30;

export interface RegionListProps {
  readonly surface: Surface;
  reveal(anchor: Anchor): void;
}

export function openRegionList({ surface, reveal }: RegionListProps): { readonly element: HTMLElement; end(): void } {
  const cleanup = new Cleanup();
  const { store, selection, palette, keys } = surface;
  const controls = new Map(palette.controls.map((control) => [control.name, control]));
  const titles = new Map(
    palette.controls.flatMap((control) =>
      choicesOf(control, "labels").map((choice): [string, string] => [
        `${control.name}\n${choice.value}`,
        choiceTitle(choice, surface.language),
      ]),
    ),
  );
  let shown: readonly Entity[] = [];
  const places = new Map<Id, number>();

  const pick = (id: Id, event: MouseEvent | KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey) selection.toggle(id);
    else if (event.shiftKey && selection.focus !== null) {
      const [from, to] = [places.get(selection.focus) ?? 0, places.get(id) ?? 0].sort((a, b) => a - b) as [
        number,
        number,
      ];
      selection.set(shown.slice(from, to + 1).map((entity) => entity.id));
    } else selection.set([id]);
    reveal({ id, control: store.get(id)?.control ?? "" });
  };
  const step = (by: number): void => {
    if (shown.length === 0) return;
    const at = selection.focus === null ? (by > 0 ? -1 : shown.length) : (places.get(selection.focus) ?? -1);
    const next = shown[(at + by + shown.length) % shown.length]!;
    selection.set([next.id]);
    reveal({ id: next.id, control: next.control });
  };

  const list = virtualList<Entity>({
    height: ROW,
    attributes: {
      role: "listbox",
      "aria-multiselectable": "true",
      tabindex: "0",
      "aria-label": surface.say(PANEL.regions),
    },
    make: () => {
      const row = el("div", { class: "gw-row", role: "option" });
      row.append(
        el("i", { class: "gw-swatch" }),
        el("span", { class: "gw-row-label" }),
        el("span", { class: "gw-row-about" }),
        el("span", { class: "gw-row-from", "aria-hidden": "true" }),
        // What the share and the eye show, in words. Said as content: a name apart from it would have to repeat it.
        el("span", { class: "gk-hidden" }),
        // For the pointer alone: an option has no buttons in it.
        el("span", { class: "gw-row-eye", "aria-hidden": "true" }),
      );
      row.addEventListener("click", (event) => {
        const id = row.dataset.id;
        if (id === undefined) return;
        if ((event.target as Element).classList.contains("gw-row-eye")) toggleHidden(selection, [id]);
        else pick(id, event);
      });
      row.addEventListener("pointerenter", () => selection.point(row.dataset.id ?? null));
      row.addEventListener("pointerleave", () => selection.point(null));
      return row;
    },
    draw: (row, entity) => {
      const [swatch, label, about, from, state, eye] = [...row.children] as HTMLElement[];
      const control = controls.get(entity.control);
      const name = String(entity.value.label ?? "");
      const on = selection.has(entity.id);
      row.dataset.id = entity.id;
      row.id = `gw-row-${entity.id}`;
      row.classList.toggle("gw-on", on);
      row.classList.toggle("gw-hover", selection.hover === entity.id);
      row.classList.toggle("gw-dim", selection.isHidden(entity.id));
      row.setAttribute("aria-selected", String(on));
      swatch!.style.background = palette.color(entity.control, name);
      label!.textContent = titles.get(`${entity.control}\n${name}`) ?? (name || surface.say(PANEL.unlabelled));
      about!.textContent = control === undefined ? "" : summaryOf(entity, control, surface.task.content);
      from!.textContent = entity.from?.kind === "prelabel" ? percent(entity.from.confidence) : "";
      from!.title = entity.from === undefined ? "" : surface.say(PANEL.suggested, { name: entity.from.name });
      eye!.textContent = selection.isHidden(entity.id) ? "○" : "●";
      eye!.title = surface.say(selection.isHidden(entity.id) ? PANEL.show : PANEL.hide);
      state!.textContent = stateOf(surface, entity).join(", ");
    },
  });
  const heading = el("h3", { class: "gw-heading" });
  const empty = el("p", { class: "gw-hint" });
  const spoken = el("p", { class: "gk-hidden", role: "status" });
  const element = el("section", { class: "gw-regions" }, heading, empty, list.element, spoken);

  const gather = (): void => {
    shown = [...store.all()].filter((entity) => entity.of === undefined && controls.has(entity.control));
    places.clear();
    for (const [at, entity] of shown.entries()) places.set(entity.id, at);
    fill(heading, surface.say(PANEL.regionCount, { count: shown.length }));
    empty.hidden = shown.length > 0;
    empty.textContent = surface.say(surface.readOnly ? PANEL.nothing : PANEL.none);
    list.element.hidden = shown.length === 0;
    list.show(shown);
  };
  const frame = perFrame(gather);
  cleanup.add(() => frame.stop());
  cleanup.add(store.listen(() => frame.ask()));
  cleanup.add(
    selection.listen(() => {
      list.refresh();
      const at = selection.focus === null ? undefined : places.get(selection.focus);
      if (at !== undefined) list.scrollTo(at);
      list.element.setAttribute("aria-activedescendant", selection.focus === null ? "" : `gw-row-${selection.focus}`);
    }),
  );
  cleanup.listen(list.element, "keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    step(by);
  });
  cleanup.add(
    keys.add({ name: "regions.next", title: PANEL.next, chords: ["]"], group: PANEL.regions }, () => step(1)),
  );
  cleanup.add(
    keys.add({ name: "regions.previous", title: PANEL.previous, chords: ["["], group: PANEL.regions }, () => step(-1)),
  );
  const tell = (text: string): void => void fill(spoken, text);
  cleanup.add(addHidingKeys({ surface, list: list.element, shown: () => shown, tell }));
  cleanup.add(() => list.end());
  gather();
  return { element, end: () => cleanup.run() };
}

/** What a row shows by its looks, in words: for those who do not see it. */
export function stateOf(surface: Surface, entity: Entity): readonly string[] {
  const { selection } = surface;
  const { from } = entity;
  const words = [
    ...(selection.isHidden(entity.id) ? [surface.say(PANEL.isHidden)] : []),
    ...(selection.isLocked(entity.id) ? [surface.say(PANEL.isLocked)] : []),
  ];
  if (from?.kind !== "prelabel") return words;
  const { confidence } = from;
  return [
    ...words,
    surface.say(PANEL.suggested, { name: from.name }),
    ...(confidence === undefined ? [] : [surface.say(PANEL.sure, { percent: `${Math.round(confidence * 100)}%` })]),
    surface.say(sameJson(from.value, entity.value) ? PANEL.asSuggested : PANEL.changed),
  ];
}

function percent(share: number | undefined): string {
  return share === undefined ? "✦" : `✦ ${Math.round(share * 100)}%`;
}
