/** The field in which the selected text is typed, where it stands on the picture. */

import type { Id } from "@/core/entity";
import { withPreviews } from "@/core/store";
import { Cleanup, el, perFrame } from "@/kit/dom";
import type { Bench } from "../bench";
import { clamp } from "../geometry";
import { toScreen } from "../view";
import type { Reading } from "./reading";
import { OCR } from "./words";

const WIDTH = 240;

export class TextField {
  readonly #bench: Bench;
  readonly #reading: Reading;
  readonly #cleanup = new Cleanup();
  readonly #input = el("input", { type: "text", class: "gi-text-input", autocomplete: "off", spellcheck: "false" });
  readonly #box = el("div", { class: "gi-text", "data-gi-own": true }, this.#input);
  readonly #frame = perFrame(() => this.#show());
  #id: Id | null = null;
  #composing = false;

  constructor(bench: Bench, reading: Reading) {
    this.#bench = bench;
    this.#reading = reading;
    const { stage, surface } = bench;
    this.#input.placeholder = surface.say(OCR.hint);
    this.#input.readOnly = surface.readOnly;
    stage.element.append(this.#box);
    this.#cleanup.add(() => this.#box.remove());
    this.#cleanup.add(() => this.#frame.stop());
    this.#cleanup.add(stage.listen(() => this.#frame.ask()));
    this.#cleanup.add(surface.selection.listen(() => this.#frame.ask()));
    this.#cleanup.add(surface.store.listen(withPreviews(() => this.#frame.ask())));
    this.#cleanup.add(
      surface.store.listen(({ name, changes }) => {
        // Who has just drawn a text wants to say what it is.
        const made =
          name === "draw" ? changes.find(({ after, id }) => after !== null && reading.isText(id)) : undefined;
        if (made !== undefined) requestAnimationFrame(() => this.focus());
      }),
    );
    this.#listen();
    this.#show();
  }

  /** Type in the selected text. */
  focus(): void {
    this.#show();
    if (this.#id === null) return;
    this.#input.focus({ preventScroll: true });
    this.#input.select();
  }

  end(): void {
    this.#cleanup.run();
  }

  #listen(): void {
    const input = this.#input;
    const { store } = this.#bench.surface;
    this.#cleanup.listen(input, "compositionstart", () => {
      this.#composing = true;
    });
    this.#cleanup.listen(input, "compositionend", () => {
      this.#composing = false;
      this.#write();
    });
    // What an input method has not settled yet is not written.
    this.#cleanup.listen(input, "input", (event) => {
      if (!this.#composing && (event as unknown as InputEvent).isComposing !== true) this.#write();
    });
    this.#cleanup.listen(input, "blur", () => {
      if (store.keeping === "text") store.settle();
    });
    this.#cleanup.listen(input, "keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return; // Enter and Escape are the input method's
      if (event.key !== "Enter" && event.key !== "Escape") return;
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Enter") this.#next(event.shiftKey ? -1 : 1);
      else this.#bench.stage.element.focus({ preventScroll: true });
    });
  }

  /** To the next text that says nothing yet, else back to the picture; with Shift to the one before. */
  #next(by: 1 | -1): void {
    const { surface, stage } = this.#bench;
    surface.store.settle();
    const list = this.#id === null ? [] : this.#reading.listOf(this.#id);
    const at = list.findIndex(({ id }) => id === this.#id);
    const next = list[at + by];
    if (next === undefined || (by === 1 && this.#bench.tools.current?.types.includes("ocr") === true)) {
      stage.element.focus({ preventScroll: true });
      return;
    }
    surface.selection.set([next.id]);
    const bounds = this.#bench.scene.get(next.id)?.bounds;
    if (bounds !== undefined) stage.bring(bounds);
    this.focus();
  }

  #write(): void {
    const id = this.#id;
    const { store, readOnly } = this.#bench.surface;
    if (id === null || readOnly) return;
    const text = this.#input.value;
    store.preview((draft) => draft.patch(id, { text }), "text");
    this.#bench.surface.sign("input");
  }

  #show(): void {
    const { surface, scene, stage } = this.#bench;
    const { focus, ids } = surface.selection;
    const shape = focus !== null && ids.size === 1 && this.#reading.isText(focus) ? scene.get(focus) : undefined;
    const id = shape === undefined || surface.selection.isLocked(shape.id) ? null : shape.id;
    if (id !== this.#id) {
      if (surface.store.keeping === "text") surface.store.settle();
      this.#composing = false;
    }
    this.#id = id;
    this.#box.hidden = id === null;
    if (shape === undefined || id === null) return;
    const text = String(shape.entity.value.text ?? "");
    if (!this.#composing && this.#input.value !== text) this.#input.value = text;
    const place = this.#reading.listOf(id).findIndex((entity) => entity.id === id) + 1;
    this.#input.setAttribute("aria-label", surface.say(OCR.text, { number: place }));
    const [x] = toScreen(stage.view, [shape.bounds.left, shape.bounds.top]);
    const [, below] = toScreen(stage.view, [shape.bounds.left, shape.bounds.bottom]);
    const { width, height } = stage.size;
    const wide = Math.min(WIDTH, width - 16);
    this.#box.style.width = `${wide}px`;
    const [left, top] = [clamp(x, 8, Math.max(width - wide - 8, 8)), clamp(below + 8, 8, Math.max(height - 84, 8))];
    this.#box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}
