/** Answers that are written: text, transcript, number, date; and stars. */

import type { Json } from "@/core/json";
import { lengthOf } from "@/core/text";
import { el, fill } from "@/kit/dom";
import { move } from "./choose";
import type { MakeField } from "./field";
import { FORM } from "./words";

export const textField: MakeField = (props) => {
  const { surface, control, titleId } = props;
  const most = Number(control.options.max_length ?? 0);
  const count = el("span", { class: "gf-hint" });
  const area = el("textarea", {
    class: "gk-input gf-area",
    rows: 3,
    "aria-labelledby": titleId,
    readonly: surface.readOnly,
    spellcheck: "false",
    on: {
      input: () => {
        grow();
        props.set(area.value === "" ? undefined : area.value, true);
      },
    },
  });
  const grow = (): void => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 420)}px`;
    const now = lengthOf(area.value);
    count.textContent =
      most > 0 && now > most * 0.8
        ? surface.say(FORM.countMost, { count: now, most })
        : surface.say(FORM.count, { count: now });
  };
  const show = (value: Json | undefined): void => {
    const text = typeof value === "string" ? value : "";
    if (text !== area.value) area.value = text;
    grow();
  };
  show(props.get());
  queueMicrotask(grow);
  return { element: el("div", {}, area, count), show, focus: () => area.focus() };
};

export const numberField: MakeField = (props) => {
  const { control, titleId } = props;
  const input = el("input", {
    type: "number",
    class: "gk-input",
    "aria-labelledby": titleId,
    readonly: props.surface.readOnly,
    min: control.options.min,
    max: control.options.max,
    step: control.options.step ?? "any",
    on: {
      input: () =>
        props.set(input.value === "" || Number.isNaN(input.valueAsNumber) ? undefined : input.valueAsNumber, true),
    },
  });
  const show = (value: Json | undefined): void => {
    const text = typeof value === "number" ? String(value) : "";
    if (document.activeElement !== input && text !== input.value) input.value = text;
  };
  show(props.get());
  return { element: input, show, focus: () => input.focus() };
};

export const dateField: MakeField = (props) => {
  const input = el("input", {
    type: props.control.options.time === true ? "datetime-local" : "date",
    class: "gk-input",
    "aria-labelledby": props.titleId,
    readonly: props.surface.readOnly,
    on: { change: () => props.set(input.value === "" ? undefined : input.value) },
  });
  const show = (value: Json | undefined): void => {
    input.value = typeof value === "string" ? value : "";
  };
  show(props.get());
  return { element: input, show, focus: () => input.focus() };
};

export const ratingField: MakeField = (props) => {
  const { surface, control, titleId } = props;
  const max = Number(control.options.max ?? 5);
  const stars = Array.from({ length: max }, (_, at) =>
    el("button", {
      type: "button",
      class: "gf-star",
      role: "radio",
      "aria-checked": "false",
      "aria-label": surface.say(FORM.stars, { value: at + 1, max }),
      disabled: surface.readOnly,
      on: { click: () => props.set(props.get() === at + 1 && !control.required ? undefined : at + 1) },
    }),
  );
  const show = (value: Json | undefined): void => {
    stars.forEach((star, at) => {
      const on = typeof value === "number" && at < value;
      star.setAttribute("aria-checked", String(value === at + 1));
      star.classList.toggle("gf-on", on);
      star.tabIndex = value === at + 1 || (value === undefined && at === 0) ? 0 : -1;
      fill(star, on ? "★" : "☆");
    });
  };
  show(props.get());
  const element = el(
    "div",
    {
      class: "gf-stars",
      role: "radiogroup",
      "aria-labelledby": titleId,
      on: { keydown: (event) => move(event, stars, (at) => props.set(at + 1)) },
    },
    stars,
  );
  return { element, show, focus: () => (stars.find((star) => star.tabIndex === 0) ?? stars[0])?.focus() };
};
