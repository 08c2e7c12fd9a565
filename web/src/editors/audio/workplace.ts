/** Everything of one recording that is open: the player, what is drawn, the rows, and what the keys and buttons do. */

import type { Id } from "@/core/entity";
import { typeOf } from "@/core/schema";
import { withPreviews } from "@/core/store";
import type { Anchor, Media, Surface } from "@/host/editor";
import { Cleanup, el, fill } from "@/kit/dom";
import { Board, type BoardState } from "./board";
import type { Edge, Place } from "./edits";
import { looksOf, marksOf, statusOf } from "./look";
import { Minimap } from "./minimap";
import { Player } from "./player";
import { Rows } from "./rows";
import { Sound } from "./sound";
import type { Spot } from "./spots";
import { clockText } from "./time";
import { fittedTo, following, secondsPerPixel, settled, type TimeView, withIn, xOf, zoomed } from "./view";
import { SAYS } from "./words";
import { Work } from "./work";

/** Seconds in view at first. */
const FIRST_SPAN = 30;
const BACK_SECONDS = 3;
const SNAP_PIXELS = 8;

/** What somebody chose stays for the items after this one. */
const chosen = { rate: 1, follow: true, snap: true, heat: false, gain: 1 };

export class Workplace {
  readonly surface: Surface;
  readonly player: Player;
  readonly work: Work;
  readonly sound: Sound;
  readonly board: Board;
  readonly rows: Rows | null;
  readonly root: HTMLElement;
  readonly #minimap: Minimap;
  readonly #told = el("span", { role: "status" });
  readonly #clock = el("span", { class: "ga-clock" });
  readonly #cleanup = new Cleanup();
  readonly #listeners = new Set<() => void>();
  #drawn: Place | null = null;
  #inAt: number | null = null;
  #marked: readonly Place[] = [];
  #flashed: Place | null = null;
  #flash = 0;
  #hidden = 0;
  #steering = false;
  #measured: (seconds: number) => void = () => {};

  constructor(surface: Surface, media: () => Media | undefined, element: HTMLMediaElement) {
    this.surface = surface;
    const known = media()?.facts?.duration ?? undefined;
    this.player = new Player(element, () => media()?.url, known, {
      onTick: () => this.#tick(),
      onSecond: () => surface.sign("media"),
      onLost: async () => surface.task.renew?.(),
      onTrouble: (trouble, { here, there }) => {
        if (trouble === "format") {
          surface.notice(this.player.empty ? SAYS.empty : SAYS.cannotPlay);
          this.#measured(0); // its length will not be told
        } else surface.notice(SAYS.drift, { here: here.toFixed(1), there: there.toFixed(1) });
      },
    });
    this.player.setRate(chosen.rate);
    this.work = new Work(surface, () => this.player.duration);
    this.sound = new Sound(media, () => this.#soundChanged());
    this.board = new Board(surface.say(SAYS.board, { field: surface.field }), this.sound, () => this.#boardState());
    this.#minimap = new Minimap(
      surface.say(SAYS.overview),
      this.sound,
      () => ({ view: this.board.view, time: this.player.time, gain: chosen.gain, marks: () => marksOf(this) }),
      (time) => this.board.show(settled({ ...this.board.view, start: time - this.board.view.span / 2 })),
    );
    this.rows = this.work.transcribes || this.work.diarises ? this.#makeRows() : null;
    this.root = this.#layOut(element);
    this.board.onView(() => this.#minimap.place());
    this.#listen();
    this.#open(known);
    this.rows?.show(this.work.index.spots);
    this.tell();
  }

  end(): void {
    clearTimeout(this.#flash);
    this.rows?.end();
    this.#cleanup.run();
    this.board.end();
    this.#minimap.end();
    this.sound.end();
    this.player.end();
  }

  /** Hear of changes of the editor's own state: what its buttons show. */
  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  get follow(): boolean {
    return chosen.follow;
  }

  get snap(): boolean {
    return chosen.snap;
  }

  get heat(): boolean {
    return chosen.heat && this.sound.mayHaveHeat;
  }

  get inAt(): number | null {
    return this.#inAt;
  }

  /** Whether somebody types what is said: in a segment's row, or in the form where that asks for the whole transcript. */
  get typing(): boolean {
    if ((this.rows?.typingIn ?? null) !== null) return true;
    const { task, field } = this.surface;
    const asked = task.schema.controls.some((control) => control.field === field && typeOf(control) === "transcript");
    return (
      asked &&
      document.activeElement instanceof HTMLTextAreaElement &&
      document.activeElement.closest(".gw-form") !== null
    );
  }

  /** The segment meant: the one selected, else the shortest that sounds here. */
  get current(): Spot | null {
    return this.work.spot(this.surface.selection.focus) ?? this.work.index.at(this.player.time)[0] ?? null;
  }

  // --- Playing -----------------------------------------------------------------------------------------------------

  /** Go somewhere and have it in view. */
  go(time: number): void {
    this.player.seek(time);
    this.board.show(withIn(this.board.view, this.player.time, this.player.time));
  }

  back(): void {
    this.go(this.player.time - BACK_SECONDS);
  }

  stepRate(by: 1 | -1 | 0): void {
    if (by === 0) this.player.setRate(1);
    else this.player.stepRate(by);
    chosen.rate = this.player.rate;
    this.tell();
  }

  playSegment(spot: Spot | null = this.current): void {
    if (spot === null) {
      this.surface.notice(SAYS.noSegment);
      return;
    }
    this.player.playStretch(spot, this.player.looping);
  }

  /** Play the segment again and again, or stop doing so. */
  loop(): void {
    if (this.player.looping) this.player.forget();
    else if (this.current === null) this.surface.notice(SAYS.noSegment);
    else this.player.playStretch(this.current, true);
    this.tell();
  }

  // --- Segments ----------------------------------------------------------------------------------------------------

  setIn(): void {
    if (this.surface.readOnly) return;
    this.#inAt = this.player.time;
    this.board.redrawMarks();
    this.tell();
  }

  /** The segment from the in point to here. */
  setOut(): void {
    if (this.#inAt === null) {
      this.surface.notice(SAYS.inFirst);
      return;
    }
    const made = this.work.make(this.#inAt, this.player.time);
    if (made !== null) this.cancel();
  }

  cancel(): void {
    this.#inAt = null;
    this.board.redrawMarks();
    this.tell();
  }

  edgeHere(edge: Edge): void {
    const spot = this.current;
    if (spot === null) this.surface.notice(SAYS.noSegment);
    else this.work.setEdge(spot.id, edge, this.player.time);
  }

  nudge(edge: Edge, by: number): void {
    const spot = this.work.spot(this.surface.selection.focus);
    if (spot === null) {
      this.surface.notice(SAYS.noSegment);
      return;
    }
    this.work.nudge(spot.id, edge, by);
    const after = this.work.spot(spot.id);
    if (after !== null) this.board.show(withIn(this.board.view, after[edge], after[edge]));
  }

  split(textAt?: number): void {
    const { time } = this.player;
    const selected = this.work.spot(this.surface.selection.focus);
    const inside = (spot: Spot | null): boolean => spot !== null && spot.start < time && time < spot.end;
    const spot = inside(selected) ? selected : (this.work.index.at(time)[0] ?? selected);
    if (spot === null) {
      this.surface.notice(SAYS.noSegment);
      return;
    }
    const typing = this.rows?.typingIn === spot.id;
    const next = this.work.split(spot.id, time, typing ? textAt : undefined);
    if (next !== null && typing) this.rows?.write(next);
  }

  merge(): void {
    const spot = this.current;
    if (spot === null) this.surface.notice(SAYS.noSegment);
    else this.work.merge(spot.id);
  }

  /** The next or the previous segment in time, from the one selected or from the playhead. */
  step(by: 1 | -1, write = false): void {
    const { index } = this.work;
    const from = this.work.spot(this.surface.selection.focus);
    const next = from === null ? index.beside(this.player.time, by) : index.spots[index.place(from.id) + by];
    if (next === undefined) return;
    this.surface.selection.set([next.id]);
    if (!this.player.playing) this.player.seek(next.start);
    this.board.show(withIn(this.board.view, next.start, next.end));
    if (write) this.rows?.write(next.id);
    else this.rows?.scrollTo(next.id);
  }

  write(): void {
    const spot = this.current;
    if (spot === null) {
      this.surface.notice(SAYS.noSegment);
      return;
    }
    this.surface.selection.set([spot.id]);
    this.rows?.write(spot.id);
  }

  speak(at: number): void {
    const name = this.work.speakers()[at];
    const { ids } = this.surface.selection;
    if (name === undefined) return;
    if (ids.size === 0) this.surface.notice(SAYS.noSegment);
    else this.work.speak(ids, name);
  }

  // --- Drawing with the pointer ------------------------------------------------------------------------------------

  /** A time, at the edge of a neighbour or at the playhead when that is close. */
  snapped(time: number, but: Id | null, off: boolean): number {
    if (off || !chosen.snap) return time;
    const reach = SNAP_PIXELS * secondsPerPixel(this.board.view);
    const edge = this.work.index.edgeNear(time, reach, but);
    if (edge !== null) return edge;
    return !this.player.playing && Math.abs(this.player.time - time) <= reach ? this.player.time : time;
  }

  draw(from: number, to: number, keep: boolean): void {
    this.#drawn = keep ? null : this.work.wouldBe(from, to);
    if (keep && this.work.make(from, to) !== null) this.player.seek(Math.min(from, to));
    this.board.redrawMarks();
  }

  stopDrawing(): void {
    this.#drawn = null;
    this.board.redrawMarks();
  }

  // --- Seeing ------------------------------------------------------------------------------------------------------

  zoom(factor: number, x?: number): void {
    const { view } = this.board;
    const playhead = xOf(view, this.player.time);
    const around = x ?? (playhead >= 0 && playhead <= view.width ? playhead : view.width / 2);
    this.board.show(zoomed(view, factor, around));
  }

  zoomTo(which: "segment" | "whole"): void {
    const { view } = this.board;
    if (which === "whole") this.board.show(settled({ ...view, start: 0, span: view.duration }));
    else if (this.current !== null) this.board.show(fittedTo(view, this.current.start, this.current.end));
  }

  turn(what: "follow" | "snap" | "heat"): void {
    chosen[what] = !chosen[what];
    if (this.heat) void this.sound.readHeat();
    this.board.redraw();
    this.tell();
  }

  /** Draw the wave higher or lower. */
  stretch(factor: number): void {
    chosen.gain = Math.min(Math.max(chosen.gain * factor, 1), 64);
    this.board.redraw();
    this.#minimap.redraw();
  }

  /** Somebody looks about by hand: the view does not run away from them until they play again. */
  steer(view: TimeView): void {
    this.#steering = true;
    this.board.show(view);
  }

  reveal(anchor: Anchor): void {
    const spot = this.work.spot(anchor.id ?? null);
    const seconds = anchor.unit === "text" || anchor.start === undefined ? null : anchor.start / 1000;
    const place =
      spot ?? (seconds === null ? null : { start: seconds, end: Math.max((anchor.end ?? 0) / 1000, seconds + 0.05) });
    if (place === null) return;
    const far = place.end - place.start < this.board.view.span / 200;
    this.board.show(
      far ? fittedTo(this.board.view, place.start, place.end, 2) : withIn(this.board.view, place.start, place.end),
    );
    if (!this.player.playing) this.player.seek(place.start);
    if (spot !== null) this.rows?.scrollTo(spot.id);
    this.#flashed = { start: place.start, end: place.end };
    clearTimeout(this.#flash);
    this.#flash = window.setTimeout(() => {
      this.#flashed = null;
      this.board.redrawMarks();
    }, 1500);
    this.board.redrawMarks();
  }

  mark(anchors: readonly Anchor[]): void {
    this.#marked = anchors.flatMap((anchor): readonly Place[] => {
      const spot = this.work.spot(anchor.id ?? null);
      if (spot !== null) return [spot];
      if (anchor.unit !== "time" || anchor.start === undefined) return [];
      return [{ start: anchor.start / 1000, end: Math.max(anchor.end ?? 0, anchor.start + 50) / 1000 }];
    });
    this.board.redrawMarks();
  }

  /** Something of the editor's own state changed. */
  tell(): void {
    const told = statusOf(this);
    if (this.#told.textContent !== told) fill(this.#told, told);
    for (const listener of this.#listeners) listener();
  }

  // --- Inside ------------------------------------------------------------------------------------------------------

  #makeRows(): Rows {
    const { surface } = this;
    return new Rows(
      {
        surface,
        work: this.work,
        onEnter: (id) => this.#enter(id),
        onPlay: (id) => {
          surface.selection.set([id]);
          this.playSegment(this.work.spot(id));
        },
      },
      surface.say(SAYS.rows),
      surface.say(surface.readOnly ? SAYS.noneRead : SAYS.none),
    );
  }

  #enter(id: Id): void {
    const spot = this.work.spot(id);
    if (spot === null) return;
    if (this.surface.selection.focus !== id) this.surface.selection.set([id]);
    const { time, playing } = this.player;
    if (!playing && (time < spot.start || time > spot.end)) this.player.seek(spot.start);
    this.board.show(withIn(this.board.view, spot.start, spot.end));
    this.tell();
  }

  #layOut(element: HTMLMediaElement): HTMLElement {
    const film = element instanceof HTMLVideoElement;
    const root = el(
      "div",
      { class: `ga${this.rows === null ? " ga-alone" : ""}${film ? " ga-film" : ""}` },
      film ? el("div", { class: "ga-picture" }, element) : element,
      this.#minimap.element,
      this.board.element,
      this.rows?.element,
      el("div", { class: "ga-status" }, this.#told, this.#clock),
    );
    element.classList.add("ga-media");
    return root;
  }

  #open(known: number | undefined): void {
    const { element } = this.player;
    const duration = new Promise<number>((resolve) => {
      this.#measured = resolve;
      if (known !== undefined) resolve(known);
      this.#cleanup.listen(element, "durationchange" as "load", () => {
        if (this.player.duration > 0 || element.duration === 0) resolve(this.player.duration);
      });
    });
    void duration.then((seconds) => this.#begin(seconds));
    void this.sound.read(duration);
    if (this.heat) void this.sound.readHeat();
  }

  #begin(seconds: number): void {
    const span = Math.min(seconds, seconds <= 2 * FIRST_SPAN ? seconds : FIRST_SPAN);
    this.board.show(settled({ ...this.board.view, duration: Math.max(seconds, 0.001), span, start: 0 }));
    this.#minimap.redraw();
    this.#tick();
  }

  /** The server knows more of the recording: nobody loses what they do or where they look. */
  learn(seconds: number | undefined): void {
    this.player.learn(seconds);
    if (seconds !== undefined) {
      this.#measured(seconds); // where the element could not say it
      if (this.board.view.duration <= 1) this.#begin(seconds);
      else this.board.show(settled({ ...this.board.view, duration: seconds }));
    }
    void this.sound.readAgain().then(() => (this.heat ? this.sound.readHeat() : undefined));
    this.tell();
  }

  #soundChanged(): void {
    this.board.redraw();
    this.#minimap.redraw();
    this.tell();
  }

  #listen(): void {
    const { store, selection, palette } = this.surface;
    const controls = new Set(this.work.controls.map(({ name }) => name));
    this.#cleanup.add(
      store.listen(
        withPreviews((transaction) => {
          const mine = transaction.changes.some(({ before, after }) => controls.has((after ?? before)?.control ?? ""));
          if (mine) this.#changed();
        }),
      ),
    );
    this.#cleanup.add(
      selection.listen(() => {
        const hidden = [...store.all()].filter(({ id }) => selection.isHidden(id)).length;
        if (hidden !== this.#hidden) this.#changed();
        this.#hidden = hidden;
        this.rows?.refresh();
        this.board.redrawMarks();
        this.tell();
      }),
    );
    this.#cleanup.add(palette.listen(() => this.tell()));
    this.#cleanup.listen(document, "focusin", () => this.tell());
  }

  #changed(): void {
    this.work.changed();
    const spot = this.work.spot(this.surface.selection.focus);
    if (this.player.looping && spot !== null) this.player.follow(spot);
    this.rows?.show(this.work.index.spots);
    this.board.redrawMarks();
    this.#minimap.redraw();
    this.tell();
  }

  #tick(): void {
    const { time, playing, duration } = this.player;
    if (!playing) this.#steering = false;
    if (playing && chosen.follow && !this.#steering) this.board.show(following(this.board.view, time));
    this.board.playhead(time);
    this.#minimap.place();
    this.rows?.playing(new Set(this.work.index.at(time).map(({ id }) => id)), playing && chosen.follow);
    const shown = `${clockText(time)} / ${clockText(duration, 0)}`;
    if (this.#clock.textContent !== shown) this.#clock.textContent = shown;
    for (const listener of this.#listeners) listener();
  }

  #boardState(): BoardState {
    const inHand = this.work.inHand;
    return {
      lanes: this.work.controls.length === 0 ? 0 : this.work.index.lanes,
      heat: this.heat,
      gain: chosen.gain,
      looks: (view) => looksOf(this, view),
      drawn: this.#drawn,
      drawnColor: inHand === null ? "#6b7280" : this.surface.palette.color(inHand.control, inHand.label),
      inAt: this.#inAt,
      marked: this.#marked,
      flashed: this.#flashed,
    };
  }
}
