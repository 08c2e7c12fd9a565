/** The image editor: shapes on pictures of any size. */

import type { Entity } from "@/core/entity";
import { typeOf } from "@/core/schema";
import type { Editor, EditorKind, Surface } from "@/host/editor";
import { isMaking, watchMedia } from "@/host/media_watch";
import { Cleanup, el, fill, perFrame } from "@/kit/dom";
import { ADDONS } from "./addons";
import type { Point } from "./geometry";
import { canvasKeys, type Key, wideKeys } from "./keys";
import { Minimap } from "./minimap";
import { Pointer } from "./pointer";
import { outlineBounds, shapeKindOf } from "./shape";
import type { Tool } from "./tool";
import { drawingBar, Toolbar } from "./toolbar";
import { FRAME_TOOLS } from "./tools/frames";
import { ICONS } from "./tools/icons";
import { POINT_TOOLS } from "./tools/points";
import { selectTool } from "./tools/select";
import { SAYS } from "./words";
import { Workplace } from "./workplace";
import "./image.css";

const FLASH_MS = 1600;

export const editor: EditorKind = {
  name: "image",
  fits(_, controls) {
    return controls.some((control) => shapeKindOf(control) !== undefined || typeOf(control) === "mask") ? 2 : 1;
  },
  open: openImage,
};

/** The editor's element; it tells its bench to tests and measurements. */
export interface ImageElement extends HTMLElement {
  bench?: Workplace;
}

function openImage(surface: Surface): Editor {
  const cleanup = new Cleanup();
  const reference = surface.task.content[surface.field];
  const media = typeof reference === "string" ? surface.task.media(reference) : undefined;
  if (media === undefined) {
    fill(surface.root, el("p", { class: "gi-problem", role: "alert" }, surface.say(SAYS.missing)));
    return { reveal() {}, focus: () => surface.root.focus(), end: () => fill(surface.root) };
  }
  const element = el("div", {
    class: "gi-stage",
    role: "application",
    tabindex: "0",
    "aria-label": surface.say(SAYS.canvas),
  });
  const root: ImageElement = el("div", { class: "gi" }, element);
  fill(surface.root, root);
  const bench = new Workplace(surface, element, media);
  root.bench = bench;
  cleanup.add(() => {
    bench.picture.end();
    bench.end();
    fill(surface.root);
    fill(surface.toolbar);
  });
  const minimap = new Minimap(bench.stage, bench.picture, surface.say(SAYS.overview));
  cleanup.add(() => minimap.end());
  element.append(minimap.element);
  root.append(bench.spoken);
  offerTools(bench, cleanup);
  listenToKeys(bench, cleanup);
  const toolbar = new Toolbar(bench);
  cleanup.add(() => toolbar.end());
  fill(surface.toolbar, toolbar.element);
  cleanup.add(listenToPointer(bench, cleanup));
  showStatus(bench, cleanup);
  speakSelection(bench, cleanup);
  load(bench, minimap, element, cleanup);
  openAddons(bench, cleanup);
  const revealed = revealer(bench);
  cleanup.add(() => revealed.stop());
  return {
    reveal: ({ id }) => revealed.run(id ?? null),
    focus: () => element.focus({ preventScroll: true }),
    mark(anchors) {
      bench.live.overlay.marks = anchors.map(({ id }) => (): Point | null => {
        const bounds = id === undefined ? null : bench.boundsOf(id);
        return bounds === null ? null : [(bounds.left + bounds.right) / 2, bounds.top];
      });
      bench.repaint();
    },
    end: () => cleanup.run(),
  };
}

function offerTools(bench: Workplace, cleanup: Cleanup): void {
  const { surface, tools } = bench;
  const hand: Tool = {
    name: "hand",
    title: SAYS.hand,
    icon: ICONS.hand,
    chords: ["h"],
    cursor: "grab",
    types: [],
    begin: () => ({ send() {}, busy: false, end() {} }),
  };
  const types = new Set(surface.controls.map(typeOf));
  const drawing = surface.readOnly ? [] : [...FRAME_TOOLS, ...POINT_TOOLS].filter((tool) => types.has(tool.types[0]!));
  for (const tool of [selectTool(surface.readOnly), hand, ...drawing]) tools.add(tool);
  let stops: (() => void)[] = [];
  const offer = (): void => {
    for (const stop of stops.splice(0)) stop();
    let first = true;
    stops = tools.all.map((tool) => {
      // The first drawing tool is the one most used: `d` takes it.
      const chords = tool.chords.length === 0 && first && tool.types.length > 0 ? ["d"] : tool.chords;
      if (tool.types.length > 0) first = false;
      const action = { name: `image.tool.${tool.name}`, title: tool.title, chords, group: SAYS.keys };
      return surface.keys.add(action, () => tools.take(tool.name));
    });
  };
  offer();
  let known = tools.all.length;
  cleanup.add(
    tools.listen(() => {
      if (tools.all.length === known) return;
      known = tools.all.length;
      offer();
    }),
  );
  // Of two pictures side by side, the keys are those of the one that has the focus.
  cleanup.listen(bench.stage.element, "focusin", offer);
  cleanup.add(() => {
    for (const stop of stops) stop();
  });
  tools.take("select");
  // Where nothing is yet, one comes to draw; where something is, to look at it first.
  if (bench.scene.size === 0) tools.follow();
}

function listenToKeys(bench: Workplace, cleanup: Cleanup): void {
  const { keys } = bench.surface;
  const add = (list: readonly Key[]): (() => void) => {
    const stops = list.map(([name, title, chords, run, when]) =>
      keys.add({ name, title, chords, group: SAYS.keys, ...(when === undefined ? {} : { when }) }, run),
    );
    return () => {
      for (const stop of stops) stop();
    };
  };
  let wide = add(wideKeys(bench));
  cleanup.add(() => wide());
  // Arrows, Enter and the like belong to whatever has the focus: ours only while the canvas has it.
  let leave: (() => void) | null = null;
  const { element } = bench.stage;
  cleanup.listen(element, "focusin", (event) => {
    wide();
    wide = add(wideKeys(bench));
    if (event.target === element) leave ??= add(canvasKeys(bench));
  });
  cleanup.listen(element, "focusout", () => {
    leave?.();
    leave = null;
  });
  cleanup.add(() => leave?.());
}

function listenToPointer(bench: Workplace, cleanup: Cleanup): () => void {
  const { stage, tools, surface, live } = bench;
  let at: PointerEvent | null = null;
  const hovered = perFrame(() => {
    if (at === null) {
      surface.selection.point(null);
      bench.pointer = null;
      live.overlay.guides = null;
    } else {
      const pointing = bench.pointing(at);
      const drawing = (tools.current?.types.length ?? 0) > 0 && tools.current?.cursor === "crosshair";
      live.overlay.guides = drawing ? pointing.at : null;
      if (tools.current?.hits === true) {
        surface.selection.point(pointing.hit?.handle === undefined ? (pointing.hit?.id ?? null) : null);
        const cursor = pointing.hit?.handle?.cursor ?? (pointing.hit === null ? "default" : "pointer");
        stage.element.style.setProperty("--gi-cursor", cursor);
      }
      tools.send({ is: "move", ...pointing });
    }
    bench.tellPointer();
    bench.repaint();
  });
  new Pointer(
    stage,
    {
      send: (input) => {
        tools.send(input);
        if (input.is === "move") bench.tellPointer();
      },
      pointing: (event, clicks, trail) => bench.pointing(event, clicks, trail),
      hover: (event) => {
        at = event;
        hovered.ask();
      },
      begin: () => {
        live.overlay.handle = null;
      },
      get pans() {
        return tools.current?.name === "hand";
      },
    },
    cleanup,
  );
  return () => hovered.stop();
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function showStatus(bench: Workplace, cleanup: Cleanup): void {
  const swatch = el("span", { class: "gi-swatch", "aria-hidden": "true" });
  const texts = el("span", {});
  const status = el("div", { class: "gi-status", "data-gi-own": true }, swatch, texts);
  const bar = drawingBar(bench);
  bar.hidden = true;
  bench.stage.element.append(status, bar);
  const show = perFrame(() => {
    const { told } = bench;
    const color = told.find((text) => text.startsWith("#"));
    swatch.hidden = color === undefined;
    if (color !== undefined) swatch.style.setProperty("background", color);
    texts.textContent = told.join("  ·  ");
    status.hidden = told.length === 0;
    bar.hidden = bench.tools.hand?.busy !== true || (bench.tools.current?.types.length ?? 0) === 0;
  });
  bench.onTold = () => show.ask();
  status.hidden = true;
  cleanup.add(() => show.stop());
}

function speakSelection(bench: Workplace, cleanup: Cleanup): void {
  const { selection } = bench.surface;
  let said = "";
  const speak = perFrame(() => {
    const key = `${selection.ids.size} ${selection.focus}`;
    if (key === said) return;
    said = key;
    bench.live.overlay.handle = null;
    const entity: Entity | undefined = selection.focus === null ? undefined : bench.store.get(selection.focus);
    if (entity === undefined) bench.announce(SAYS.nothing);
    else if (selection.ids.size > 1) bench.announce(SAYS.several, { count: selection.ids.size });
    else
      bench.announce(SAYS.selected, {
        name: bench.nameOf(entity),
        place: placeText(bench, entity),
        count: bench.scene.size,
      });
  });
  cleanup.add(selection.listen(() => speak.ask()));
  cleanup.add(() => speak.stop());
}

function placeText(bench: Workplace, entity: Entity): string {
  const kind = bench.scene.kinds.get(entity.control)?.kind;
  if (kind === undefined) return "";
  const { left, top, right, bottom } = outlineBounds(kind.outline(entity.value));
  if (!Number.isFinite(left)) return "";
  const facts = { width: round(right - left), height: round(bottom - top), x: round(left), y: round(top) };
  return bench.surface.say(SAYS.placed, facts);
}

function load(bench: Workplace, minimap: Minimap, element: HTMLElement, cleanup: Cleanup): void {
  const { surface, picture, stage } = bench;
  const { task, field } = surface;
  const message = el("div", { class: "gi-message", "data-gi-own": true });
  let failed = false;
  picture.onMore = () => {
    stage.repaint(picture);
    minimap.refresh();
  };
  const attempt = (): void => {
    failed = false;
    element.append(message);
    message.setAttribute("role", "status");
    fill(message, surface.say(SAYS.loading));
    picture.open().then(
      (size) => {
        message.remove();
        stage.setImage(size);
        stage.repaint(picture);
        minimap.refresh();
        picture.refine();
      },
      () => {
        if (!element.isConnected) return;
        failed = true;
        const again = el("button", { type: "button", class: "gi-button gi-retry" }, surface.say(SAYS.retry));
        again.addEventListener("click", attempt);
        message.setAttribute("role", "alert");
        fill(message, troubleOf(bench), again);
      },
    );
  };
  attempt();
  cleanup.add(
    watchMedia(task, String(task.content[field]), () => {
      if (failed) attempt();
      else picture.refine();
    }),
  );
}

/** Why the picture is not there: it is being made, or what the server found wrong with it. */
function troubleOf({ picture, surface }: Workplace): string {
  const { facts } = picture.media;
  if (isMaking(facts)) return surface.say(SAYS.making);
  const { problem } = facts ?? {};
  if (!problem) return surface.say(SAYS.missing);
  return `${surface.say(SAYS.missing)} ${surface.language === "zh" ? problem.message_zh : problem.message}`;
}

function openAddons(bench: Workplace, cleanup: Cleanup): void {
  const types = new Set(bench.surface.controls.map(typeOf));
  let ended = false;
  cleanup.add(() => {
    ended = true;
  });
  for (const entry of ADDONS) {
    if (!entry.types.some((type) => types.has(type))) continue;
    void entry.load().then((addon) => {
      if (!ended) cleanup.add(addon.open(bench));
    });
  }
}

function revealer(bench: Workplace): { run(id: string | null): void; stop(): void } {
  let timer = 0;
  return {
    run(id) {
      const bounds = id === null ? null : bench.boundsOf(id);
      if (id === null || bounds === null) return;
      const apparent = Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top) * bench.stage.view.scale;
      if (apparent < 32) bench.show(bounds);
      else bench.stage.bring(bounds);
      bench.selection.set([id]);
      bench.live.overlay.flash = bounds;
      bench.repaint();
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        bench.live.overlay.flash = null;
        bench.repaint();
      }, FLASH_MS);
    },
    stop: () => window.clearTimeout(timer),
  };
}
