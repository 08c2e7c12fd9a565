/** Which tools there are and which one is in hand; it follows the label in hand. */

import { typeOf } from "@/core/schema";
import { labelsOf } from "@/host/palette";
import type { Hand, Input, Tool } from "./tool";
import { SAYS } from "./words";
import type { Workplace } from "./workplace";

export class ToolBox {
  readonly #bench: Workplace;
  readonly #tools = new Map<string, Tool>();
  readonly #listeners = new Set<() => void>();
  #current: Tool | null = null;
  #hand: Hand | null = null;
  #control: string | null = null;
  /** The tool before the view was moved by hand. */
  #before: string | null = null;

  constructor(bench: Workplace) {
    this.#bench = bench;
  }

  get current(): Tool | null {
    return this.#current;
  }

  get hand(): Hand | null {
    return this.#hand;
  }

  get all(): readonly Tool[] {
    return [...this.#tools.values()];
  }

  add(tool: Tool): () => void {
    this.#tools.set(tool.name, tool);
    this.#tell();
    return () => {
      if (this.#current === tool) this.take("select");
      this.#tools.delete(tool.name);
      this.#tell();
    };
  }

  take(name: string): void {
    const tool = this.#tools.get(name);
    if (tool === undefined) return;
    this.#hand?.end();
    if (this.#current !== null && this.#current.name !== name) this.#before = this.#current.name;
    // Who takes a tool wants to make what it makes: the label in hand goes along.
    const control = this.#bench.control;
    if (tool.types.length > 0 && (control === null || !tool.types.includes(typeOf(control)))) this.#takeLabel(tool);
    this.#control = this.#bench.control?.name ?? null;
    if (this.#current !== null) this.#bench.announce(SAYS.toolNow, { name: tool.title });
    this.#current = tool;
    this.#hand = tool.begin(this.#bench, this.#bench.control);
    const { overlay } = this.#bench.live;
    Object.assign(overlay, { guides: null, snapped: null, handle: null });
    this.#bench.stage.element.style.setProperty("--gi-cursor", tool.cursor);
    this.#bench.repaint();
    this.#tell();
  }

  /** Back to the tool before this one. */
  back(): void {
    this.take(this.#before ?? "select");
  }

  /** A label was taken: take the tool that makes its kind, unless the label is for what is selected. */
  follow(): void {
    const { control } = this.#bench;
    if (control === null || this.#bench.surface.readOnly) return;
    const same = control.name === this.#control;
    if (same && (this.#current?.types.length !== 0 || this.#bench.selection.ids.size > 0)) return;
    const tool = this.all.find(({ types }) => types.includes(typeOf(control)));
    if (tool !== undefined) this.take(tool.name);
  }

  send(input: Input): void {
    this.#hand?.send(input);
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  end(): void {
    this.#hand?.end();
    this.#hand = null;
    this.#current = null;
    this.#listeners.clear();
  }

  #takeLabel(tool: Tool): void {
    const { controls, palette } = this.#bench.surface;
    const control = controls.find((one) => tool.types.includes(typeOf(one)));
    if (control === undefined) return;
    this.#control = control.name;
    const label = labelsOf(control)[0]?.value ?? "";
    palette.take({ control: control.name, label });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
