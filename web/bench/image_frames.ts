/**
 * How long frames of the image editor take, measured in the page: many shapes on a large picture, one gesture after
 * the other. Called by `image_frames.mjs`; any page that has an open editor can call it, too.
 */

import type { ImageElement } from "@/editors/image/editor";

export interface Frames {
  readonly gesture: string;
  readonly frames: number;
  /** Milliseconds from one frame to the next. */
  readonly interval: Spread;
  /** Milliseconds of our own code in a frame: handling the event and painting. */
  readonly work: Spread;
}

export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (part: number): number =>
    Math.round((sorted[Math.min(Math.floor(part * sorted.length), sorted.length - 1)] ?? 0) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

const nextFrame = (): Promise<number> => new Promise((go) => requestAnimationFrame(go));

/** Boxes, polygons and ellipses strewn over a picture, the same for the same count. */
export function strewn(
  count: number,
  width: number,
  height: number,
): { boxes: object[]; areas: object[]; cells: object[] } {
  let seed = 12345;
  const random = (): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  const [boxes, areas, cells]: [object[], object[], object[]] = [[], [], []];
  for (let at = 0; at < count; at += 1) {
    const size = 20 + random() * random() * width * 0.04;
    const [x, y] = [random() * (width - size), random() * (height - size)];
    const label = `l${at % 6}`;
    if (at % 3 === 0) boxes.push({ x, y, width: size, height: size * (0.4 + random() * 0.6), label });
    else if (at % 3 === 1) {
      const points = Array.from({ length: 12 }, (_, place) => {
        const [angle, far] = [(place / 12) * 2 * Math.PI, (size / 2) * (0.6 + 0.4 * random())];
        return [x + size / 2 + far * Math.cos(angle), y + size / 2 + far * Math.sin(angle)];
      });
      areas.push({ points, label });
    } else
      cells.push({
        cx: x + size / 2,
        cy: y + size / 2,
        rx: size / 2,
        ry: size / 3,
        angle: Math.round(random() * 179),
        label,
      });
  }
  return { boxes, areas, cells };
}

/** Play every gesture for some frames over the editor on the page. */
export async function measureFrames(frames = 90): Promise<Frames[]> {
  const { bench } = document.querySelector<ImageElement>(".gi")!;
  if (bench === undefined) throw new Error("no image editor is open");
  const { stage, scene, surface, still } = bench;
  const { element } = stage;
  const box = element.getBoundingClientRect();
  const fire = (type: string, x: number, y: number, buttons: number, button = 0): void => {
    const place = { clientX: box.left + x, clientY: box.top + y };
    element.dispatchEvent(
      new PointerEvent(type, {
        ...place,
        bubbles: true,
        pointerId: 1,
        isPrimary: true,
        pointerType: "mouse",
        button,
        buttons,
      }),
    );
  };
  const found: Frames[] = [];
  const play = async (gesture: string, each: (at: number) => void): Promise<void> => {
    const [intervals, works]: [number[], number[]] = [[], []];
    await settle();
    let last = await nextFrame();
    for (let at = 0; at < frames; at += 1) {
      const begun = performance.now();
      each(at);
      const handled = performance.now() - begun;
      const [paints, now] = [stage.paints, await nextFrame()];
      // Our callback may run before the stage's in the same frame: look once more when the frame is done.
      await new Promise<void>((go) => queueMicrotask(go));
      intervals.push(now - last);
      works.push(handled + (stage.paints > paints ? stage.lastPaint : 0));
      last = now;
    }
    found.push({ gesture, frames, interval: spread(intervals.slice(2)), work: spread(works.slice(2)) });
  };
  const settle = async (): Promise<void> => {
    for (let at = 0; at < 200; at += 1) {
      await nextFrame();
      if (stage.paintsAll && at > 20) return;
    }
  };
  const [wide, high] = [box.width, box.height];
  stage.fitWhole();
  bench.tools.take("select");
  surface.selection.clear();

  await play("hover, whole picture", (at) =>
    fire("pointermove", 100 + ((at * 13) % (wide - 200)), 100 + ((at * 7) % (high - 200)), 0),
  );

  const centred = (from: number, to: number, whole: number): boolean => from > whole * 0.45 && to < whole * 0.55;
  const shape = [...scene.all()].find(
    ({ bounds }) =>
      centred(bounds.left, bounds.right, bench.size.width) && centred(bounds.top, bounds.bottom, bench.size.height),
  )!;
  const middle = (): [number, number] => [
    ((shape.bounds.left + shape.bounds.right) / 2) * stage.view.scale + stage.view.x,
    ((shape.bounds.top + shape.bounds.bottom) / 2) * stage.view.scale + stage.view.y,
  ];
  const drag = async (name: string): Promise<void> => {
    surface.selection.set([shape.id]);
    await settle();
    const [x, y] = middle();
    // By the middle of it, as the select tool gets it: the shape that is selected wins only by its handles.
    bench.perform({ do: "select", id: shape.id, how: "one" });
    const tiles = still.painted;
    await play(name, (at) => {
      const far = 2 * at;
      bench.perform({ do: "move", by: [far / stage.view.scale, far / 2 / stage.view.scale] });
      fire("pointermove", x + far, y + far / 2, 0);
    });
    console.info(
      `${name}: ${Math.round((still.spent / Math.max(still.painted, 1)) * 100) / 100} ms a tile; tiles painted while dragging: ${still.painted - tiles}`,
    );
    bench.perform({ do: "abort" });
  };
  await drag("drag one shape, whole picture");

  surface.selection.clear();
  stage.show(
    {
      left: bench.size.width * 0.4,
      top: bench.size.height * 0.4,
      right: bench.size.width * 0.6,
      bottom: bench.size.height * 0.6,
    },
    0,
  );
  await settle();
  const from = stage.view;
  await play("pan, 5× in", (at) => stage.setView({ ...from, x: from.x - 9 * at, y: from.y - 4 * at }));
  stage.setView(from);
  await drag("drag one shape, 5× in");
  surface.selection.clear();
  await play("hover, 5× in", (at) =>
    fire("pointermove", 100 + ((at * 13) % (wide - 200)), 100 + ((at * 7) % (high - 200)), 0),
  );
  stage.fitWhole();
  await play("zoom in and out by wheel", (at) => {
    const place = { clientX: box.left + wide / 2, clientY: box.top + high / 2 };
    element.dispatchEvent(
      new WheelEvent("wheel", { ...place, deltaY: at < frames / 2 ? -40 : 40, bubbles: true, cancelable: true }),
    );
  });
  stage.fitWhole();
  stage.zoom(1.3);
  const near = stage.view;
  await settle();
  await play("pan, whole picture", (at) => stage.setView({ ...near, x: near.x - 3 * at, y: near.y - 1.5 * at }));
  stage.fitWhole();
  return found;
}
