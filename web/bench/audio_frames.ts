/** Frame times of the audio editor while a two-hour recording is scrolled and zoomed; runs in the page that shows it. */

import type { Page } from "@playwright/test";

export interface Frames {
  readonly frames: number;
  /** Milliseconds of work a frame: the handlers and the drawing, without waiting for the screen. */
  readonly workMedian: number;
  readonly workWorst95: number;
  /** Milliseconds from one frame to the next. */
  readonly gapMedian: number;
  readonly gapWorst95: number;
}

export type Motion = "scroll" | "zoom";

/** Move the view a step a frame. The board must be in the page as `.ga-board`. */
export function audioFrames(page: Page, motion: Motion, frames = 240): Promise<Frames> {
  return page.evaluate(
    async ([how, wanted]) => {
      const board = document.querySelector<HTMLElement>(".ga-board")!;
      const box = board.getBoundingClientRect();
      const [work, gaps]: [number[], number[]] = [[], []];
      let before = performance.now();
      for (let frame = 0; frame < (wanted as number); frame += 1) {
        const zoomsIn = Math.floor(frame / 60) % 2 === 0;
        const turned =
          how === "scroll" ? { deltaX: 40 } : { deltaY: zoomsIn ? -25 : 25, ctrlKey: true, clientX: box.left + box.width / 2 };
        // Asked for before the board asks, so that it runs first; the one asked for afterwards runs last.
        let started = 0;
        requestAnimationFrame(() => {
          started = performance.now();
        });
        const begun = performance.now();
        board.dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, ...turned }));
        const handled = performance.now() - begun;
        const drawn = await new Promise<number>((resolve) => {
          requestAnimationFrame(() => resolve(performance.now()));
        });
        work.push(handled + drawn - started);
        gaps.push(drawn - before);
        before = drawn;
      }
      const at = (values: number[], share: number): number =>
        [...values].sort((one, other) => one - other)[Math.floor(values.length * share)]!;
      const round = (value: number): number => Math.round(value * 100) / 100;
      return {
        frames: wanted as number,
        workMedian: round(at(work, 0.5)),
        workWorst95: round(at(work, 0.95)),
        gapMedian: round(at(gaps, 0.5)),
        gapWorst95: round(at(gaps, 0.95)),
      };
    },
    [motion, frames] as const,
  );
}
