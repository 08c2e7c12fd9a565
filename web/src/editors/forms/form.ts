/**
 * The questions about the whole record, those that are asked now, in the schema's order.
 *
 * A question appears and disappears with the answers it hangs on; the ones that stay keep their elements and focus.
 */

import type { Json } from "@/core/json";
import { asked, type Control, titleOf, typeOf } from "@/core/schema";
import { withPreviews } from "@/core/store";
import type { Editor, Surface } from "@/host/editor";
import { Cleanup, el, fill } from "@/kit/dom";
import { answerId } from "@/labels/kind";
import { kindOf, writeLabels } from "@/labels/kinds";
import { chooseField } from "./choose";
import { type Field, getAnswer, type MakeField, Writer } from "./field";
import { taxonomyField } from "./taxonomy";
import { FORM } from "./words";
import { dateField, numberField, ratingField, textField } from "./write";
import "@/kit/kit.css";
import "./form.css";

const FIELDS: { readonly [type: string]: MakeField } = {
  text: textField,
  transcript: textField,
  number: numberField,
  date: dateField,
  rating: ratingField,
};

interface Question {
  readonly box: HTMLElement;
  readonly field: Field;
  readonly writer: Writer;
  readonly hint: HTMLElement;
}

/** Whether a control is asked on the form. */
export function onForm(control: Control): boolean {
  return typeOf(control) === "classify" || typeOf(control) in FIELDS || kindOf(control) === undefined;
}

export function openForm(surface: Surface): Editor {
  const cleanup = new Cleanup();
  const form = el("form", {
    class: "gf",
    "aria-label": surface.say(FORM.group),
    on: { submit: (event) => event.preventDefault() },
  });
  surface.root.append(form);
  const questions = new Map<string, Question>();
  const show = (): void => {
    const names = new Set(
      asked(surface.task.schema, writeLabels(surface.task.schema, surface.store.all())).map(({ name }) => name),
    );
    for (const control of surface.controls) {
      const known = questions.get(control.name);
      if (known !== undefined && !names.has(control.name)) {
        known.field.end?.();
        known.box.remove();
        questions.delete(control.name);
      } else if (known === undefined && names.has(control.name)) {
        const made = ask(surface, control);
        questions.set(control.name, made);
        const after = surface.controls
          .slice(surface.controls.indexOf(control) + 1)
          .find(({ name }) => questions.has(name));
        form.insertBefore(made.box, after === undefined ? null : questions.get(after.name)!.box);
      }
    }
  };
  const hear = withPreviews((_, ids) => {
    for (const [name, question] of questions) {
      if (!ids.has(answerId(name))) continue;
      if (!question.writer.typing) question.field.show(getAnswer(surface, name));
      hint(surface, name, question.hint);
    }
    show();
  });
  cleanup.add(surface.store.listen(hear));
  cleanup.add(() => {
    for (const { field, writer } of questions.values()) {
      writer.rest();
      field.end?.();
    }
    form.remove();
  });
  const step = (by: number): void => {
    const all = [...questions.values()];
    const at = all.findIndex(({ box }) => box.contains(document.activeElement));
    all[(at + by + all.length) % Math.max(all.length, 1)]?.field.focus();
  };
  cleanup.add(
    surface.keys.add(
      { name: "form.next", title: FORM.next, chords: ["Alt+ArrowDown"], group: FORM.group, inFields: true },
      () => step(1),
    ),
  );
  cleanup.add(
    surface.keys.add(
      { name: "form.previous", title: FORM.previous, chords: ["Alt+ArrowUp"], group: FORM.group, inFields: true },
      () => step(-1),
    ),
  );
  show();
  return {
    reveal: ({ control }) => {
      const question = control === undefined ? undefined : questions.get(control);
      question?.box.scrollIntoView({ block: "nearest" });
      question?.field.focus();
    },
    mark: (anchors) => {
      for (const [name, { box }] of questions)
        box.classList.toggle(
          "gf-marked",
          anchors.some(({ control }) => control === name),
        );
    },
    focus: () => [...questions.values()][0]?.field.focus(),
    end: () => cleanup.run(),
  };
}

function ask(surface: Surface, control: Control): Question {
  const titleId = `gf-${control.name}`;
  const writer = new Writer(surface, control.name);
  const make =
    typeOf(control) === "classify"
      ? control.options.mode === "hierarchical"
        ? taxonomyField
        : chooseField
      : FIELDS[typeOf(control)];
  const field =
    make?.({
      control,
      surface,
      titleId,
      set: (value, typing) => writer.set(value, typing),
      get: () => getAnswer(surface, control.name),
    }) ?? unknownField(surface, control);
  field.element.addEventListener("focusout", () => writer.rest());
  const told = el("p", { class: "gf-hint", hidden: true });
  const box = el(
    "section",
    { class: "gf-question", data: { control: control.name } },
    el(
      "h3",
      { class: "gf-title", id: titleId },
      titleOf(control, surface.language),
      control.required
        ? el(
            "span",
            { class: "gf-required", title: surface.say(FORM.required), "aria-label": surface.say(FORM.required) },
            "*",
          )
        : null,
    ),
    field.element,
    told,
  );
  hint(surface, control.name, told);
  return { box, field, writer, hint: told };
}

/** Who suggested an answer that nobody changed yet. */
function hint(surface: Surface, control: string, into: HTMLElement): void {
  const from = surface.store.get(answerId(control))?.from;
  into.hidden = from?.kind !== "prelabel";
  if (from?.kind !== "prelabel") return;
  const sure =
    from.confidence === undefined
      ? ""
      : ` · ${surface.say(FORM.sure, { percent: `${Math.round(from.confidence * 100)} %` })}`;
  into.textContent = surface.say(FORM.suggested, { name: from.name }) + sure;
}

/** A type that extensions of the server bring: its answer is shown as it is, and handed in as it came. */
function unknownField(surface: Surface, control: Control): Field {
  const code = el("pre", { class: "gf-raw", tabindex: "0" });
  const show = (value: Json | undefined): void => {
    code.hidden = value === undefined;
    fill(code, value === undefined ? "" : JSON.stringify(value, null, 2));
  };
  show(getAnswer(surface, control.name));
  const told = el("p", { class: "gf-hint" }, surface.say(FORM.unknown, { type: control.type }));
  return { element: el("div", {}, told, code), show, focus: () => code.focus() };
}
