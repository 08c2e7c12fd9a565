/** The editor's buttons: tools, view, and what can be done with the selection. */

import { shownChord } from "@/core/hotkeys";
import type { Text } from "@/core/words";
import { Cleanup, el, fill } from "@/kit/dom";
import { adjustPanel, filterOf, gammaFilter } from "./adjust";
import { duplicate, groupSelected, reorder, ungroupSelected } from "./edit";
import { cancel, remove } from "./keys";
import { hasGroup } from "./shape";
import type { Tool } from "./tool";
import { ICONS } from "./tools/icons";
import { SAYS } from "./words";
import type { Workplace } from "./workplace";

const SVG = "http://www.w3.org/2000/svg";

export function icon(path: string): SVGSVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", "gi-icon");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

/** A button with an icon; `action` names the hotkey that does the same, which is shown in its title. */
export function iconButton(
  bench: Workplace,
  title: Text,
  path: string,
  run: () => void,
  action?: string,
): HTMLButtonElement {
  const { keys } = bench.surface;
  const chord = action === undefined ? undefined : keys.chords(action)[0];
  const said = bench.surface.say(title);
  const shown = chord === undefined ? said : `${said} (${shownChord(chord, /Mac/.test(navigator.platform))})`;
  const button = el("button", { type: "button", class: "gi-button", title: shown, "aria-label": said }, icon(path));
  button.addEventListener("click", run);
  return button;
}

export class Toolbar {
  readonly element: HTMLElement;
  readonly #bench: Workplace;
  readonly #cleanup = new Cleanup();
  readonly #tools: HTMLElement;
  readonly #selected: HTMLElement;
  readonly #percent = el("button", { type: "button", class: "gi-button gi-percent" });

  constructor(bench: Workplace) {
    this.#bench = bench;
    const { surface } = bench;
    this.#tools = el("div", { class: "gi-set", role: "group", "aria-label": surface.say(SAYS.tools) });
    this.#selected = el("div", {
      class: "gi-set gi-selected",
      role: "group",
      "aria-label": surface.say(SAYS.selection),
    });
    this.element = el("div", { class: "gi-toolbar" }, this.#tools, this.#viewing(), bench.panel);
    // Over the stage: a bar that comes and goes above it would push the picture about.
    bench.stage.element.append(this.#selected);
    this.#cleanup.add(bench.tools.listen(() => this.#showTools()));
    this.#cleanup.add(surface.selection.listen(() => this.#showSelected()));
    this.#cleanup.add(surface.store.listen(() => this.#showSelected()));
    this.#cleanup.add(bench.stage.listen(() => this.#showScale()));
    this.#showTools();
    this.#showSelected();
    this.#showScale();
  }

  end(): void {
    this.#cleanup.run();
    this.element.remove();
    this.#selected.remove();
  }

  #showTools(): void {
    const { tools, stage } = this.#bench;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.tool : undefined;
    const button = (tool: Tool): HTMLElement => {
      const made = iconButton(
        this.#bench,
        tool.title,
        tool.icon,
        () => {
          tools.take(tool.name);
          stage.element.focus({ preventScroll: true });
        },
        `image.tool.${tool.name}`,
      );
      made.setAttribute("aria-pressed", String(tools.current === tool));
      made.dataset.tool = tool.name;
      return made;
    };
    fill(this.#tools, tools.all.map(button));
    if (focused !== undefined) this.#tools.querySelector<HTMLElement>(`[data-tool="${CSS.escape(focused)}"]`)?.focus();
  }

  #viewing(): HTMLElement {
    const { stage, surface, still, live } = this.#bench;
    const toggle = (title: Text, path: string, on: boolean, run: (on: boolean) => void): HTMLElement => {
      const made = iconButton(this.#bench, title, path, () => {
        const next = made.getAttribute("aria-pressed") !== "true";
        made.setAttribute("aria-pressed", String(next));
        run(next);
      });
      made.setAttribute("aria-pressed", String(on));
      return made;
    };
    this.#percent.title = surface.say(SAYS.actual);
    this.#percent.addEventListener("click", () => stage.zoom(1 / stage.view.scale));
    return el(
      "div",
      { class: "gi-set", role: "group", "aria-label": surface.say(SAYS.view) },
      iconButton(this.#bench, SAYS.zoomOut, ICONS.zoomOut, () => stage.zoom(0.8), "image.zoom_out"),
      this.#percent,
      iconButton(this.#bench, SAYS.zoomIn, ICONS.zoomIn, () => stage.zoom(1.25), "image.zoom_in"),
      iconButton(this.#bench, SAYS.whole, ICONS.whole, () => stage.fitWhole(), "image.whole"),
      this.#adjusting(),
      toggle(SAYS.captions, ICONS.captions, true, (on) => {
        still.captions = on;
        live.captions = on;
        this.#bench.repaint();
      }),
      toggle(SAYS.shapes, ICONS.shapes, true, (on) => {
        still.shown = on;
        stage.element.classList.toggle("gi-unshown", !on);
      }),
      surface.readOnly
        ? null
        : toggle(SAYS.snap, ICONS.snap, false, (on) => {
            this.#bench.snaps = on;
          }),
    );
  }

  #adjusting(): HTMLElement {
    const { stage, picture, surface } = this.#bench;
    const gamma = gammaFilter();
    const panel = adjustPanel(
      (text) => surface.say(text),
      (adjusted) => {
        gamma.set(adjusted.gamma);
        stage.canvasOf(picture)?.style.setProperty("filter", filterOf(adjusted, gamma.id));
      },
    );
    panel.hidden = true;
    const button = iconButton(this.#bench, SAYS.adjust, ICONS.adjust, () => open(panel.hidden !== false));
    const open = (on: boolean): void => {
      panel.hidden = !on;
      button.setAttribute("aria-expanded", String(on));
      if (on) panel.querySelector("input")?.focus();
    };
    button.setAttribute("aria-expanded", "false");
    const holder = el("div", { class: "gi-adjusting" }, button, panel, gamma.element);
    this.#cleanup.listen(holder, "keydown", (event) => {
      if (event.key !== "Escape" || panel.hidden) return;
      event.stopPropagation();
      open(false);
      button.focus();
    });
    this.#cleanup.listen(document, "pointerdown", (event) => {
      if (event.target instanceof Node && !holder.contains(event.target)) open(false);
    });
    return holder;
  }

  #showSelected(): void {
    const bench = this.#bench;
    const { selection, readOnly } = bench.surface;
    const shapes = [...selection.ids].flatMap((id) => bench.scene.get(id) ?? []);
    if (shapes.length === 0 || readOnly) {
      if (this.#selected.childElementCount > 0) fill(this.#selected);
      this.#selected.dataset.shown = "";
      return;
    }
    const grouped = shapes.some(({ entity }) => hasGroup(entity.value) !== null);
    // Buttons are made anew only when others are needed, so that focus stays on them.
    const shown = `${shapes.length > 1} ${grouped}`;
    const count = bench.surface.say(SAYS.countedSelected, { count: shapes.length });
    if (this.#selected.dataset.shown === shown) {
      this.#selected.firstElementChild!.textContent = count;
      return;
    }
    this.#selected.dataset.shown = shown;
    const beside = (): number => Math.max(Math.round(14 / bench.stage.view.scale), 1);
    fill(
      this.#selected,
      el("span", { class: "gi-count" }, count),
      iconButton(bench, SAYS.duplicate, ICONS.duplicate, () => void duplicate(bench, beside()), "image.duplicate"),
      shapes.length > 1 ? iconButton(bench, SAYS.group, ICONS.group, () => groupSelected(bench), "image.group") : null,
      grouped ? iconButton(bench, SAYS.ungroup, ICONS.ungroup, () => ungroupSelected(bench), "image.ungroup") : null,
      iconButton(bench, SAYS.forward, ICONS.forward, () => reorder(bench, true), "image.forward"),
      iconButton(bench, SAYS.backward, ICONS.backward, () => reorder(bench, false), "image.backward"),
      iconButton(bench, SAYS.remove, ICONS.remove, () => remove(bench), "image.remove"),
    );
  }

  #showScale(): void {
    const scale = this.#bench.stage.view.scale * 100;
    this.#percent.textContent = `${scale < 10 ? scale.toFixed(1) : Math.round(scale)}%`;
  }
}

/** Buttons for people without a keyboard, shown while something is being drawn point by point. */
export function drawingBar(bench: Workplace): HTMLElement {
  const button = (title: Text, path: string, run: () => void, action: string): HTMLElement =>
    iconButton(bench, title, path, run, action);
  return el(
    "div",
    { class: "gi-drawing", "data-gi-own": true },
    button(SAYS.back, ICONS.back, () => bench.tools.send({ is: "back" }), "image.back"),
    button(SAYS.finish, ICONS.finish, () => bench.tools.send({ is: "finish" }), "image.finish"),
    button(SAYS.cancel, "M6 6l12 12M18 6L6 18", () => cancel(bench), "image.cancel"),
  );
}
