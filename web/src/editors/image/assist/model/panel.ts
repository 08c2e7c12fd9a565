/** Which model, and whether points say what is meant or what is not: shown while the tool is in hand. */

import type { PictureModel } from "@/host/editor";
import { Cleanup, el } from "@/kit/dom";
import type { Bench } from "../../bench";
import { MODEL } from "./words";

/** The choice stays from one picture to the next. */
let chosen = "";

export interface ModelPanel {
  readonly model: PictureModel;
  /** For those who have no Alt key to hold: points are what is not meant. */
  readonly without: boolean;
  onChoice(run: () => void): () => void;
  end(): void;
}

export function modelPanel(bench: Bench, models: readonly PictureModel[]): ModelPanel {
  const { surface, stage, tools } = bench;
  const cleanup = new Cleanup();
  const listeners = new Set<() => void>();
  const current = (): PictureModel => models.find(({ name }) => name === chosen) ?? models[0]!;
  const back = (): void => stage.element.focus({ preventScroll: true });
  const select = el(
    "select",
    { class: "gi-model-choice", "aria-label": surface.say(MODEL.which) },
    models.map(({ name, title }) => el("option", { value: name }, surface.say(title))),
  );
  select.value = current().name;
  select.addEventListener("change", () => {
    chosen = select.value;
    for (const listener of listeners) listener();
    back();
  });
  const without = el("button", { type: "button", class: "gi-button gi-said", "aria-pressed": "false" });
  without.textContent = surface.say(MODEL.without);
  without.addEventListener("click", () => {
    without.setAttribute("aria-pressed", String(without.getAttribute("aria-pressed") !== "true"));
    back();
  });
  const element = el(
    "div",
    { class: "gi-mask gi-model", role: "group", "data-gi-own": true, "aria-label": surface.say(MODEL.options) },
    models.length > 1 ? select : el("span", {}, surface.say(current().title)),
    without,
  );
  const show = (): void => {
    element.hidden = tools.current?.name !== "mask_model";
    if (element.hidden) without.setAttribute("aria-pressed", "false");
  };
  cleanup.add(tools.listen(show));
  cleanup.add(() => element.remove());
  show();
  stage.element.append(element);
  return {
    get model() {
      return current();
    },
    get without() {
      return without.getAttribute("aria-pressed") === "true";
    },
    onChoice(run) {
      listeners.add(run);
      return () => listeners.delete(run);
    },
    end: () => cleanup.run(),
  };
}
