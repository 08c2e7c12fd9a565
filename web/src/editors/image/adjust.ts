/** Brightness, contrast and gamma of the picture alone: a filter of its canvas, the pixels stay as they are. */

import type { Text } from "@/core/words";
import { el } from "@/kit/dom";
import { SAYS } from "./words";

export interface Adjusted {
  readonly brightness: number;
  readonly contrast: number;
  readonly gamma: number;
}

export const PLAIN: Adjusted = { brightness: 1, contrast: 1, gamma: 1 };
const SVG = "http://www.w3.org/2000/svg";
let filters = 0;

/** An SVG filter for gamma, which CSS has no word for. */
export function gammaFilter(): { readonly element: SVGSVGElement; readonly id: string; set(gamma: number): void } {
  filters += 1;
  const id = `gi-gamma-${filters}`;
  const element = document.createElementNS(SVG, "svg");
  element.setAttribute("class", "gi-filter");
  element.setAttribute("aria-hidden", "true");
  const filter = document.createElementNS(SVG, "filter");
  filter.id = id;
  filter.setAttribute("color-interpolation-filters", "sRGB");
  const transfer = document.createElementNS(SVG, "feComponentTransfer");
  const parts = (["feFuncR", "feFuncG", "feFuncB"] as const).map((name) => {
    const part = document.createElementNS(SVG, name);
    part.setAttribute("type", "gamma");
    transfer.append(part);
    return part;
  });
  filter.append(transfer);
  element.append(filter);
  return {
    element,
    id,
    set(gamma) {
      for (const part of parts) part.setAttribute("exponent", String(1 / gamma));
    },
  };
}

export function filterOf({ brightness, contrast, gamma }: Adjusted, id: string): string {
  const parts = [
    ...(gamma === 1 ? [] : [`url(#${id})`]),
    ...(brightness === 1 ? [] : [`brightness(${brightness})`]),
    ...(contrast === 1 ? [] : [`contrast(${contrast})`]),
  ];
  return parts.length === 0 ? "none" : parts.join(" ");
}

/** Sliders in a panel that opens below their button. */
export function adjustPanel(say: (text: Text) => string, change: (adjusted: Adjusted) => void): HTMLElement {
  let now = PLAIN;
  const sliders = (["brightness", "contrast", "gamma"] as const).map((name) => {
    const input = el("input", {
      type: "range",
      min: name === "gamma" ? "0.3" : "0.2",
      max: "3",
      step: "0.05",
      value: "1",
      "aria-label": say(SAYS[name]),
    });
    const shown = el("output", { class: "gi-adjust-number" }, "1.00");
    const set = (value: number): void => {
      input.value = String(value);
      shown.textContent = value.toFixed(2);
      now = { ...now, [name]: value };
    };
    input.addEventListener("input", () => {
      set(Number(input.value));
      change(now);
    });
    return { set, row: el("label", { class: "gi-adjust-row" }, el("span", {}, say(SAYS[name])), input, shown) };
  });
  const reset = el("button", { type: "button", class: "gi-adjust-reset" }, say(SAYS.reset));
  reset.addEventListener("click", () => {
    for (const { set } of sliders) set(1);
    change(now);
  });
  return el(
    "div",
    { class: "gi-adjust", role: "group", "aria-label": say(SAYS.adjust) },
    sliders.map(({ row }) => row),
    reset,
  );
}
