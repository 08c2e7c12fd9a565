/** What is selected: its label, its attributes, who suggested it, and what may be done with it. */

import type { Entity, Id } from "@/core/entity";
import { isObject, type Json, type JsonObject, own, sameJson } from "@/core/json";
import { type Attribute, attributesOf, type Control, choiceTitle, holds } from "@/core/schema";
import { withPreviews } from "@/core/store";
import { Cleanup, el, fill } from "@/kit/dom";
import { linksTo } from "@/labels/relation";
import type { Surface } from "../editor";
import { labelsOf } from "../palette";
import { PANEL } from "./words";

export function openDetail(surface: Surface): { readonly element: HTMLElement; end(): void } {
  const cleanup = new Cleanup();
  const { selection, store, keys } = surface;
  const element = el("section", { class: "gw-detail", hidden: true });
  let shown = "";
  const show = (): void => {
    const ids = [...selection.ids];
    const entity = ids.length === 1 ? store.get(ids[0]!) : undefined;
    const state = entity === undefined ? ids.join() : JSON.stringify([entity, selection.isLocked(entity.id)]);
    if (state === shown) return;
    shown = state;
    element.hidden = ids.length === 0;
    if (element.contains(document.activeElement) && isTyping(document.activeElement)) return; // nobody loses their place
    fill(element, ids.length === 0 ? null : entity === undefined ? severals(surface, ids) : one(surface, entity));
  };
  cleanup.add(selection.listen(show));
  cleanup.add(store.listen(withPreviews(() => show())));
  if (!surface.readOnly) {
    const remove = (): void => removeSelected(surface);
    cleanup.add(
      keys.add(
        { name: "regions.remove", title: PANEL.remove, chords: ["Delete", "Backspace"], group: PANEL.regions },
        remove,
      ),
    );
  }
  cleanup.add(
    keys.add({ name: "regions.deselect", title: PANEL.deselect, chords: ["Escape"], group: PANEL.regions }, () =>
      selection.clear(),
    ),
  );
  return { element, end: () => cleanup.run() };
}

function isTyping(element: Element | null): boolean {
  return (
    element instanceof HTMLTextAreaElement ||
    (element instanceof HTMLInputElement && ["text", "number"].includes(element.type))
  );
}

export function removeSelected(surface: Surface): void {
  const ids = [...surface.selection.ids].filter((id) => !surface.selection.isLocked(id));
  if (ids.length > 0) {
    const links = linksTo(new Set(ids), surface.store.all(), surface.task.schema);
    surface.store.transact("remove", (draft) => {
      for (const id of [...ids, ...links]) draft.remove(id);
    });
  }
}

function severals(surface: Surface, ids: readonly Id[]): HTMLElement {
  return el("div", {}, el("p", {}, surface.say(PANEL.selected, { count: ids.length })), buttons(surface, ids));
}

function buttons(surface: Surface, ids: readonly Id[]): HTMLElement {
  const { selection } = surface;
  const locked = ids.every((id) => selection.isLocked(id));
  return el(
    "div",
    { class: "gw-buttons" },
    el(
      "button",
      { type: "button", class: "gk-button", on: { click: () => selection.lock(ids, !locked) } },
      surface.say(locked ? PANEL.unlock : PANEL.lock),
    ),
    surface.readOnly
      ? null
      : el(
          "button",
          {
            type: "button",
            class: "gk-button gw-danger",
            disabled: locked,
            on: { click: () => removeSelected(surface) },
          },
          surface.say(PANEL.remove),
        ),
  );
}

function one(surface: Surface, entity: Entity): HTMLElement {
  const control = surface.palette.controls.find(({ name }) => name === entity.control);
  return el(
    "div",
    {},
    control === undefined ? null : labelChoice(surface, entity, control),
    entity.from?.kind === "prelabel" ? suggestion(surface, entity) : null,
    control === undefined ? null : attributes(surface, entity, control),
    buttons(surface, [entity.id]),
  );
}

function labelChoice(surface: Surface, entity: Entity, control: Control): HTMLElement | null {
  const choices = labelsOf(control);
  if (choices.length < 2) return null;
  const select = el(
    "select",
    {
      class: "gk-input",
      "aria-label": surface.say(PANEL.label),
      disabled: surface.readOnly,
      on: {
        change: () => void surface.store.transact("label", (draft) => draft.patch(entity.id, { label: select.value })),
      },
    },
    choices.map((choice) =>
      el(
        "option",
        { value: choice.value, selected: choice.value === entity.value.label },
        choiceTitle(choice, surface.language),
      ),
    ),
  );
  return el("label", { class: "gw-field-line" }, el("span", {}, surface.say(PANEL.label)), select);
}

/** Who suggested it and how sure they were, and whether the person changed it: leaving it as it is accepts it, deleting rejects it. */
function suggestion(surface: Surface, entity: Entity): HTMLElement {
  const { from } = entity;
  const changed = !sameJson(from?.value, entity.value);
  const sure =
    from?.confidence === undefined
      ? ""
      : ` · ${surface.say(PANEL.sure, { percent: `${Math.round(from.confidence * 100)}%` })}`;
  return el(
    "div",
    { class: "gw-suggestion" },
    el(
      "p",
      {},
      surface.say(PANEL.suggested, { name: from?.name ?? "" }) +
        sure +
        (changed ? ` · ${surface.say(PANEL.changed)}` : ""),
    ),
  );
}

function attributes(surface: Surface, entity: Entity, control: Control): HTMLElement | null {
  const told = attributesOf(control);
  if (told.size === 0) return null;
  const values: JsonObject = isObject(entity.value.attributes) ? entity.value.attributes : {};
  const set = (name: string, value: Json | undefined): void => {
    const now = surface.store.get(entity.id)?.value.attributes;
    const { [name]: _, ...others }: { [name: string]: Json } = isObject(now) ? now : {};
    const next: { [name: string]: Json } = value === undefined || value === "" ? others : { ...others, [name]: value };
    for (const [other, attribute] of told) {
      if (attribute.when !== undefined && !holds(attribute.when, { ...next, label: entity.value.label }))
        delete next[other];
    }
    surface.store.transact("attribute", (draft) =>
      draft.patch(entity.id, { attributes: Object.keys(next).length > 0 ? next : undefined }),
    );
  };
  const asked = [...told].filter(
    ([, attribute]) => attribute.when === undefined || holds(attribute.when, { ...values, label: entity.value.label }),
  );
  return el(
    "fieldset",
    { class: "gw-attributes", disabled: surface.readOnly },
    el("legend", { class: "gk-hidden" }, surface.say(PANEL.attributes)),
    asked.map(([name, attribute]) =>
      el(
        "label",
        { class: "gw-field-line" },
        el("span", {}, attribute.title?.[surface.language] || name, attribute.required === true ? " *" : ""),
        input(attribute, own(values, name), (value) => set(name, value)),
      ),
    ),
  );
}

function input(attribute: Attribute, value: Json | undefined, set: (value: Json | undefined) => void): HTMLElement {
  if (attribute.type === "choice") {
    const select = el(
      "select",
      { class: "gk-input", on: { change: () => set(select.value) } },
      el("option", { value: "" }, "—"),
      (attribute.words ?? []).map((word) => el("option", { value: word, selected: word === value }, word)),
    );
    return select;
  }
  if (attribute.type === "multi") {
    const now = Array.isArray(value) ? value.map(String) : [];
    return el(
      "span",
      { class: "gw-multi" },
      (attribute.words ?? []).map((word) => {
        const box = el("input", {
          type: "checkbox",
          checked: now.includes(word),
          on: { change: () => set(toggled(now, word, box.checked)) },
        });
        return el("label", {}, box, word);
      }),
    );
  }
  if (attribute.type === "boolean") {
    const box = el("input", { type: "checkbox", checked: value === true, on: { change: () => set(box.checked) } });
    return box;
  }
  const field = el("input", {
    type: attribute.type === "number" ? "number" : "text",
    class: "gk-input",
    value: value === undefined ? "" : String(value),
    on: {
      change: () =>
        set(
          field.type === "number" ? (Number.isNaN(field.valueAsNumber) ? undefined : field.valueAsNumber) : field.value,
        ),
    },
  });
  return field;
}

function toggled(words: readonly string[], word: string, on: boolean): string[] {
  return [...words.filter((one) => one !== word), ...(on ? [word] : [])].sort();
}
