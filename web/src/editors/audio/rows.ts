/**
 * The segments as rows: time, label, speaker and what is said. Only the rows in view exist, and the one typed in.
 *
 * Rows belong to their segment for as long as they live, so that scrolling never takes a text from under an input
 * method; they are as high as their text.
 */

import type { Id } from "@/core/entity";
import { firstAtLeast } from "@/core/text";
import { Cleanup, el, perFrame } from "@/kit/dom";
import { type RowProps, SegmentRow } from "./row";
import type { Spot } from "./spots";

const GUESS = 46;
const AROUND = 300;

export class Rows {
  readonly element: HTMLElement;
  readonly #props: RowProps;
  readonly #space = el("div", { class: "ga-rows-space" });
  readonly #speakers = el("datalist");
  readonly #empty: HTMLElement;
  readonly #made = new Map<Id, SegmentRow>();
  readonly #heights = new Map<Id, number>();
  readonly #cleanup = new Cleanup();
  readonly #frame = perFrame(() => this.#draw());
  #spots: readonly Spot[] = [];
  #tops: Float64Array = new Float64Array(1);
  #playing: ReadonlySet<Id> = new Set();

  constructor(props: Omit<RowProps, "listId">, label: string, empty: string) {
    this.#speakers.id = `ga-speakers-${props.surface.newId()}`;
    this.#props = { ...props, listId: this.#speakers.id };
    this.#empty = el("p", { class: "ga-hint" }, empty);
    this.element = el(
      "div",
      { class: "ga-rows", role: "list", "aria-label": label },
      this.#empty,
      this.#space,
      this.#speakers,
    );
    this.#cleanup.listen(this.element, "scroll", () => this.#frame.ask(), { passive: true });
    this.#cleanup.listen(this.element, "ga-grown" as "load", () => this.#frame.ask());
    let width = 0;
    const sized = new ResizeObserver(() => {
      if (this.element.clientWidth !== width) this.#heights.clear();
      width = this.element.clientWidth;
      this.show(this.#spots);
    });
    sized.observe(this.element);
    this.#cleanup.add(() => sized.disconnect());
    this.#cleanup.add(() => this.#frame.stop());
  }

  end(): void {
    this.rest();
    this.#cleanup.run();
    for (const row of this.#made.values()) row.end();
  }

  /** The segment whose text is typed in. */
  get typingIn(): Id | null {
    const { activeElement } = document;
    if (!(activeElement instanceof HTMLTextAreaElement) || !this.element.contains(activeElement)) return null;
    return activeElement.closest<HTMLElement>("[data-id]")?.dataset.id ?? null;
  }

  /** Where the caret is in the text typed in, in code units. */
  get caret(): number | undefined {
    const { activeElement } = document;
    return this.typingIn === null ? undefined : ((activeElement as HTMLTextAreaElement).selectionStart ?? undefined);
  }

  show(spots: readonly Spot[]): void {
    this.#spots = spots;
    this.#empty.hidden = spots.length > 0;
    this.#tops = new Float64Array(spots.length + 1);
    for (const [at, { id }] of spots.entries()) this.#tops[at + 1] = this.#tops[at]! + (this.#heights.get(id) ?? GUESS);
    this.#space.style.height = `${this.#tops[spots.length]}px`;
    const names = this.#props.work.speakers();
    if (names.join("\n") !== this.#speakers.dataset.names) {
      this.#speakers.dataset.names = names.join("\n");
      this.#speakers.replaceChildren(...names.map((name) => el("option", { value: name })));
    }
    this.#frame.ask();
  }

  refresh(): void {
    this.#frame.ask();
  }

  /** What is typed becomes one step. */
  rest(): void {
    for (const row of this.#made.values()) row.rest();
  }

  playing(ids: ReadonlySet<Id>, follow: boolean): void {
    if (ids.size === this.#playing.size && [...ids].every((id) => this.#playing.has(id))) return;
    this.#playing = ids;
    const first = [...ids][0];
    if (follow && first !== undefined && this.typingIn === null) this.scrollTo(first);
    this.#frame.ask();
  }

  scrollTo(id: Id): void {
    const at = this.#spots.findIndex((spot) => spot.id === id);
    if (at < 0) return;
    const [top, bottom] = [this.#tops[at]!, this.#tops[at + 1]!];
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) this.element.scrollTop = bottom - clientHeight;
    this.#frame.ask();
  }

  /** Type in a segment's text. */
  write(id: Id): void {
    // What is before it may never have been measured: twice is enough to come to rest.
    for (let turn = 0; turn < 2; turn += 1) {
      this.scrollTo(id);
      this.#draw();
    }
    this.#made.get(id)?.write();
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(
      firstAtLeast(this.#spots.length, (at) => this.#tops[at + 1]! > scrollTop - AROUND),
      0,
    );
    const last = firstAtLeast(this.#spots.length, (at) => this.#tops[at]! > scrollTop + clientHeight + AROUND);
    const wanted = new Set(this.#spots.slice(first, last).map(({ id }) => id));
    for (const [id, row] of this.#made) {
      if (wanted.has(id)) continue;
      // The row that has the focus stays alive wherever it is, as long as its segment does.
      const at = row.element.contains(document.activeElement) ? this.#spots.findIndex((spot) => spot.id === id) : -1;
      if (at >= 0) this.#place(this.#spots[at]!, at);
      else {
        row.end();
        this.#made.delete(id);
      }
    }
    for (let at = first; at < last; at += 1) this.#place(this.#spots[at]!, at);
    this.#measure();
  }

  #place(spot: Spot, at: number): void {
    let row = this.#made.get(spot.id);
    if (row === undefined) {
      row = new SegmentRow(spot.id, this.#props);
      this.#made.set(spot.id, row);
      this.#space.append(row.element);
    }
    row.show(spot, { at, count: this.#spots.length, playing: this.#playing.has(spot.id) });
    row.element.style.transform = `translateY(${this.#tops[at]}px)`;
  }

  /** Rows are as high as they turn out; what lies above the view keeps its place. */
  #measure(): void {
    let changed = false;
    for (const [id, row] of this.#made) {
      const height = row.element.offsetHeight;
      if (height === 0 || height === (this.#heights.get(id) ?? GUESS)) continue;
      this.#heights.set(id, height);
      changed = true;
    }
    if (changed) this.show(this.#spots);
  }
}
