/** Searching the whole text: what is wanted, how many there are, going through them, labelling all. */

import { firstAtLeast } from "@/core/text";
import type { Surface } from "@/host/editor";
import { Cleanup, el, fill } from "@/kit/dom";
import type { Found, Query } from "./find";
import { Finder } from "./finder";
import type { Stretch } from "./spans";
import { SAYS } from "./words";
import type { Kind, Work } from "./work";

export interface SearchHooks {
  /** Show matches, and which of them is the current one. */
  show(matches: readonly Stretch[], current: Stretch | null): void;
  /** Where the search goes on from. */
  place(): number;
  titleOf(kind: Kind): string;
  closed(): void;
}

export class SearchBar {
  readonly element: HTMLElement;
  readonly #surface: Surface;
  readonly #work: Work;
  readonly #hooks: SearchHooks;
  readonly #finder: Finder;
  readonly #cleanup = new Cleanup();
  readonly #input: HTMLInputElement;
  readonly #count = el("output", { "aria-live": "polite" });
  readonly #apply: HTMLButtonElement;
  readonly #switches = { matchCase: false, wholeWord: false, expression: false };
  #found: Found | null = null;
  #current = -1;
  #soon = 0;

  constructor(surface: Surface, work: Work, hooks: SearchHooks) {
    [this.#surface, this.#work, this.#hooks] = [surface, work, hooks];
    this.#finder = new Finder(work.document.text);
    const { say } = surface;
    this.#input = el("input", {
      type: "search",
      placeholder: say(SAYS.searchFor),
      "aria-label": say(SAYS.searchFor),
      on: { input: () => this.#later(), keydown: (event) => this.#typed(event) },
    });
    this.#apply = el("button", { type: "button", class: "gt-button", on: { click: () => this.applyAll() } });
    const button = (text: string, title: string, click: () => void): HTMLElement =>
      el("button", { type: "button", class: "gt-button", title, "aria-label": title, on: { click } }, glyph(text));
    this.element = el(
      "div",
      { class: "gt-find", role: "search", hidden: true },
      this.#input,
      this.#toggle("matchCase", say(SAYS.matchCase)),
      this.#toggle("wholeWord", say(SAYS.wholeWord)),
      this.#toggle("expression", say(SAYS.expression)),
      this.#count,
      button("↑", say(SAYS.findPrevious), () => this.step(-1)),
      button("↓", say(SAYS.findNext), () => this.step(1)),
      surface.readOnly ? null : this.#apply,
      button("×", say(SAYS.close), () => this.close()),
    );
    this.#cleanup.add(surface.palette.listen(() => this.#draw()));
    this.#cleanup.add(() => this.#finder.cancel());
    this.#cleanup.add(() => clearTimeout(this.#soon));
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open(wanted?: string): void {
    this.element.hidden = false;
    if (wanted !== undefined && wanted !== "") this.#input.value = wanted;
    this.#input.focus();
    this.#input.select();
    void this.#run();
  }

  close(): void {
    if (!this.isOpen) return;
    this.#finder.cancel();
    this.element.hidden = true;
    this.#found = null;
    this.#hooks.show([], null);
    this.#hooks.closed();
  }

  /** Go to the next match or the one before, around the end. */
  step(by: number): void {
    const matches = this.#found?.matches ?? [];
    if (matches.length === 0) return;
    this.#current = (this.#current + by + matches.length) % matches.length;
    this.#draw();
  }

  applyAll(): void {
    const [kind, matches] = [this.#kind, this.#found?.matches ?? []];
    if (kind === null || matches.length === 0) return;
    const { made, skipped } = this.#work.makeAll(matches, kind);
    this.#surface.notice(SAYS.applied, { made, skipped });
  }

  end(): void {
    this.#cleanup.run();
  }

  get #kind(): Kind | null {
    return this.#work.inHand ?? this.#work.spanKinds()[0] ?? null;
  }

  #toggle(name: "matchCase" | "wholeWord" | "expression", text: string): HTMLElement {
    const made: HTMLElement = el(
      "button",
      {
        type: "button",
        class: "gt-button",
        "aria-pressed": "false",
        on: {
          click: () => {
            this.#switches[name] = !this.#switches[name];
            made.setAttribute("aria-pressed", String(this.#switches[name]));
            void this.#run();
          },
        },
      },
      text,
    );
    return made;
  }

  get query(): Query {
    return { wanted: this.#input.value, ...this.#switches };
  }

  #typed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      if (event.altKey) this.applyAll();
      else this.step(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #later(): void {
    clearTimeout(this.#soon);
    this.#soon = window.setTimeout(() => void this.#run(), 120);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#soon);
    if (this.#switches.expression) fill(this.#count, this.#surface.say(SAYS.searching));
    const found = await this.#finder.find(this.query);
    if (found === null || !this.isOpen) return;
    this.#found = found;
    const from = this.#hooks.place();
    const next = firstAtLeast(found.matches.length, (at) => found.matches[at]!.start >= from);
    this.#current = found.matches.length === 0 ? -1 : next % found.matches.length;
    this.#draw();
  }

  #draw(): void {
    if (!this.isOpen) return;
    const { say } = this.#surface;
    const [found, kind] = [this.#found, this.#kind];
    const matches = found?.matches ?? [];
    this.#apply.disabled = matches.length === 0 || kind === null;
    fill(this.#apply, kind === null ? "" : say(SAYS.applyAll, { label: this.#hooks.titleOf(kind) }));
    this.#apply.hidden = kind === null;
    fill(this.#count, found === null || this.query.wanted === "" ? "" : this.#told(found));
    this.#hooks.show(matches, matches[this.#current] ?? null);
  }

  #told({ state, matches, more }: Found): string {
    const { say } = this.#surface;
    if (state !== "done") return say(SAYS[state]);
    if (matches.length === 0) return say(SAYS.noMatch);
    return say(more ? SAYS.matchesMore : SAYS.matches, { at: this.#current + 1, count: matches.length });
  }
}

/** A sign that stands for the name of a button, to be seen only. */
function glyph(text: string): HTMLElement {
  return el("span", { "aria-hidden": "true" }, text);
}
