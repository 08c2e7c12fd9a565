/** Point or box to mask: what a person points at becomes a mask by a model that runs in the browser. */

import { Running } from "@/core/machine";
import type { Facts, Text } from "@/core/words";
import type { PictureModel } from "@/host/editor";
import type { Bench } from "../../bench";
import type { Rect } from "../../geometry";
import { type Layer, type LayerFrame, ORDER, wipe } from "../../layers";
import { MASK } from "../../mask/words";
import type { MaskWork } from "../../mask/work";
import type { Hand, Input, Tool } from "../../tool";
import { toScreen } from "../../view";
import { areaOf, type Numbers, type Prompts } from "./frame";
import type { ModelPanel } from "./panel";
import { type PromptEffect, type PromptState, promptMachine, promptsOf } from "./prompting";
import { Left, type Runner, runnerOf, type Stage } from "./runner";
import { MODEL } from "./words";

const ICON = "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M12 8v8M8 12h8";
const MARK = 7;

export function modelTool(work: MaskWork, panel: ModelPanel): Tool {
  return {
    name: "mask_model",
    title: MODEL.tool,
    icon: ICON,
    chords: ["m"],
    cursor: "crosshair",
    types: ["mask"],
    begin: (bench) => new Prompting(bench, work, panel),
  };
}

class Prompting implements Hand, Layer {
  readonly name = "prompts";
  readonly order = ORDER.over;
  readonly #bench: Bench;
  readonly #work: MaskWork;
  readonly #panel: ModelPanel;
  readonly #said: Running<PromptState, Parameters<typeof promptMachine.step>[1], PromptEffect>;
  readonly #stops: (() => void)[] = [];
  /** Ends what is done for the model in hand: the tool is put down, or another model is chosen. */
  #left = new AbortController();
  #runner: Runner | null = null;
  #embedding: Numbers | null = null;
  #frame: Rect | null = null;
  /** What was asked last, and whether its answer is what is shown. */
  #wanted: Prompts | null = null;
  #answered: Prompts | null = null;
  #looking = false;
  #adds = false;
  #runs: Int32Array | null = null;
  /** The mask is to be taken as soon as it is there. */
  #soon = false;
  /** The keyboard moved the crosshair since the last point: Enter sets the next one. */
  #moved = false;
  #ended = false;

  constructor(bench: Bench, work: MaskWork, panel: ModelPanel) {
    this.#bench = bench;
    this.#work = work;
    this.#panel = panel;
    this.#said = new Running(promptMachine, (effect) => this.#perform(effect));
    this.#stops.push(bench.stage.add(this));
    this.#stops.push(panel.onChoice(() => this.#begin()));
    this.#listen();
    this.#begin();
  }

  get busy(): boolean {
    const { said, from } = this.#said.state;
    return said.length > 0 || from !== null;
  }

  send(input: Input): void {
    if (input.is === "down") this.#moved = false;
    if (input.is === "finish" && this.#wanted !== null && this.#answered !== this.#wanted) {
      this.#soon = true;
      this.#bench.announce(MODEL.wait);
      return;
    }
    const turned = "alt" in input && this.#panel.without ? { ...input, alt: !input.alt } : input;
    this.#said.send(turned);
    this.#bench.stage.repaint(this);
  }

  end(): void {
    if (this.#ended) return; // as a layer it is ended once more
    this.#said.send({ is: "cancel" });
    this.#ended = true;
    this.#left.abort();
    for (const stop of this.#stops.splice(0)) stop();
    this.#tell(null);
  }

  paint(frame: LayerFrame): boolean {
    wipe(frame);
    const { context, view, ratio } = frame;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { points, box } = promptsOf(this.#said.state);
    for (const rect of [box, this.#frame]) {
      if (rect === null) continue;
      const [left, top] = toScreen(view, [rect.left, rect.top]);
      const [right, bottom] = toScreen(view, [rect.right, rect.bottom]);
      for (const [color, dash] of [["#000", []] as const, ["#fff", [5, 5]] as const]) {
        context.strokeStyle = color;
        context.lineWidth = 1.5;
        context.setLineDash(dash);
        context.strokeRect(left, top, right - left, bottom - top);
      }
    }
    context.setLineDash([]);
    for (const { at, on } of points) drawMark(context, toScreen(view, at), on);
    return false;
  }

  // --- what the machine wants ----------------------------------------------------------------------------------------

  #perform(effect: PromptEffect): void {
    if (effect.do === "frame") {
      this.#frame = effect.rect;
      this.#bench.stage.repaint(this);
    } else if (effect.do === "ask") {
      if (effect.first) this.#start(effect.adds);
      this.#wanted = effect.prompts;
      this.#offerKeys();
      void this.#look();
    } else if (effect.do === "accept") this.#accept();
    else this.#drop();
  }

  /** A new object, unless the mask that is selected is to be added to. */
  #start(adds: boolean): void {
    this.#adds = adds && this.#work.selected !== null;
    if (!this.#adds) this.#bench.surface.selection.clear();
  }

  #accept(): void {
    const runs = this.#runs;
    this.#forget();
    if (runs === null || runs.length === 0) {
      this.#work.cancel();
      return;
    }
    // Painted anew: something else may have had the brush meanwhile.
    if (!this.#paint(runs)) return;
    this.#work.commit("model");
    this.#bench.announce(MODEL.taken);
    this.#tell(MODEL.ready);
  }

  #drop(): void {
    const had = this.#wanted !== null;
    this.#forget();
    if (!had) return;
    this.#work.cancel();
    this.#bench.announce(MODEL.dropped);
    if (this.#embedding !== null) this.#tell(MODEL.ready);
  }

  #forget(): void {
    this.#wanted = null;
    this.#answered = null;
    this.#runs = null;
    this.#soon = false;
  }

  #paint(runs: Int32Array): boolean {
    this.#work.cancel();
    const mask = this.#work.begin(true);
    if (mask === null) return false;
    for (let at = 0; at < runs.length; at += 3) mask.grid.row(runs[at]!, runs[at + 1]!, runs[at + 2]!, true);
    return true;
  }

  // --- the model -----------------------------------------------------------------------------------------------------

  /** Have the model in hand read the picture. */
  #begin(): void {
    if (this.#ended) return;
    this.#left.abort();
    this.#left = new AbortController();
    this.#embedding = null;
    void this.#read(this.#panel.model, this.#left.signal);
  }

  async #read(model: PictureModel, signal: AbortSignal): Promise<void> {
    const { surface, picture } = this.#bench;
    const runner = runnerOf(model);
    this.#runner = runner;
    try {
      await picture.ready;
      if (signal.aborted) return;
      const key = String(surface.task.content[surface.field]);
      const pixels = (): Promise<ImageBitmap> => picture.pixels(model.picture.side);
      const embedding = await runner.read(key, pixels, (stage) => this.#progress(stage, signal), signal);
      if (signal.aborted) return;
      this.#embedding = embedding;
      this.#answered = null;
      this.#tell(MODEL.ready);
      this.#bench.announce(MODEL.ready);
      void this.#look();
    } catch (problem) {
      this.#failed(model, problem, signal);
    }
  }

  #progress(stage: Stage, signal: AbortSignal): void {
    if (signal.aborted) return;
    if (stage.is === "fetching") this.#tell(MODEL.fetching, { percent: Math.floor(stage.part * 100) });
    else this.#tell(MODEL[stage.is]);
    if (stage.is === "reading") this.#bench.announce(MODEL.reading);
  }

  /** Ask for what is meant now; what is said meanwhile is asked when the answer is there. */
  async #look(): Promise<void> {
    const { model } = this.#panel;
    const signal = this.#left.signal;
    if (this.#looking || this.#embedding === null || this.#runner === null) return;
    this.#looking = true;
    try {
      while (this.#wanted !== null && this.#answered !== this.#wanted && !signal.aborted) {
        const asked: Prompts = this.#wanted;
        this.#tell(MODEL.asking);
        const runs = await this.#runner.mask(this.#embedding, asked, this.#bench.size);
        if (this.#ended || signal.aborted) break;
        if (this.#wanted === asked) this.#show(asked, runs);
      }
    } catch (problem) {
      this.#failed(model, problem, signal);
    } finally {
      this.#looking = false;
    }
    if (this.#soon && this.#answered === this.#wanted) this.send({ is: "finish" });
  }

  #show(asked: Prompts, runs: Int32Array): void {
    this.#answered = asked;
    this.#runs = runs;
    if (runs.length === 0) {
      this.#work.cancel();
      this.#tell(MODEL.nothing);
      this.#bench.announce(MODEL.nothing);
      return;
    }
    this.#paint(runs);
    const { surface } = this.#bench;
    const points = surface.say(asked.box === null ? MODEL.points : MODEL.boxed, { count: asked.points.length });
    const facts = { points, area: areaOf(runs) };
    this.#tell(MODEL.found, facts);
    this.#bench.announce(MODEL.found, facts);
  }

  #failed(model: PictureModel, problem: unknown, signal: AbortSignal): void {
    if (problem instanceof Left || this.#ended || signal.aborted) return;
    const { surface } = this.#bench;
    if (problem instanceof DOMException && problem.name === "DataCloneError") {
      this.#tell(MASK.unreadable); // the picture is of another site
      return;
    }
    const facts = { name: surface.say(model.title), reason: reasonOf(problem) };
    this.#tell(MODEL.broken, facts);
    surface.notice(MODEL.brokenBecause, facts);
  }

  #tell(text: Text | null, facts?: Facts): void {
    this.#bench.tell("model", text === null ? null : this.#bench.surface.say(text, facts));
  }

  // --- the keyboard --------------------------------------------------------------------------------------------------

  #listen(): void {
    const { element } = this.#bench.stage;
    const key = (event: KeyboardEvent): void => {
      if (event.key.startsWith("Arrow")) this.#moved = true;
    };
    const pointer = (): void => {
      this.#moved = false;
    };
    element.addEventListener("keydown", key, { capture: true });
    element.addEventListener("pointermove", pointer);
    this.#stops.push(() => element.removeEventListener("keydown", key, { capture: true }));
    this.#stops.push(() => element.removeEventListener("pointermove", pointer));
    this.#offerKeys();
  }

  #taken: (() => void)[] = [];

  /** Enter sets a point where the crosshair was moved to, and takes the mask where it was not. The last added is heard first. */
  #offerKeys(): void {
    const { keys } = this.#bench.surface;
    for (const stop of this.#taken.splice(0)) stop();
    const accepts = (): boolean => this.#wanted !== null && !this.#moved;
    this.#taken.push(
      keys.add(
        { name: "model.accept", title: MODEL.accept, chords: ["Enter"], group: MODEL.options, when: accepts },
        () => this.send({ is: "finish" }),
      ),
      keys.add({ name: "model.corner", title: MODEL.corner, chords: ["Shift+Enter"], group: MODEL.options }, () =>
        this.#corner(),
      ),
    );
    if (this.#stops.includes(this.#untake)) return;
    this.#stops.push(this.#untake);
  }

  readonly #untake = (): void => {
    for (const stop of this.#taken.splice(0)) stop();
  };

  #corner(): void {
    const at = this.#bench.pointer;
    if (at === null) return;
    this.#moved = false;
    this.#said.send({ is: "corner", at });
    if (this.#said.state.from !== null) this.#bench.announce(MODEL.cornerSet, { x: at[0], y: at[1] });
    this.#bench.stage.repaint(this);
  }
}

/** What the runtime says went wrong, in a line. */
function reasonOf(problem: unknown): string {
  const said = problem instanceof Error ? problem.message : String(problem);
  const [line = ""] = said.replace(/^.*ERROR_MESSAGE:\s*/s, "").split("\n");
  return line.trim().replace(/\.+$/, "").slice(0, 160);
}

/** A plus on what is meant, a minus on what is not: told apart without colours, too. */
function drawMark(context: CanvasRenderingContext2D, [x, y]: readonly [number, number], on: boolean): void {
  context.beginPath();
  context.arc(x, y, MARK, 0, 2 * Math.PI);
  context.fillStyle = on ? "#0b6b2d" : "#a11212";
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = "#fff";
  context.stroke();
  context.beginPath();
  context.moveTo(x - 3.5, y);
  context.lineTo(x + 3.5, y);
  if (on) {
    context.moveTo(x, y - 3.5);
    context.lineTo(x, y + 3.5);
  }
  context.stroke();
}
