/** The grid in its place, loaded when there is something to show; its keys are the page's. */

import { type RefObject, useEffect, useRef, useState } from "react";
import { Keymap } from "@/core/hotkeys";
import { type Control, choicesOf } from "@/core/schema";
import type { Grid, GridItem } from "@/editors/image/grid/grid";
import type { Activity } from "@/floor/activity";
import type { BatchItem } from "@/floor/batch";
import { hear } from "@/host/keyboard";
import type { Command } from "./bench";
import { elsewhere } from "./elsewhere";
import { mediaOf } from "./grid-fit";
import { keptHotkeys, onHotkeys } from "./hotkeys";
import type { GridState } from "./use-batch";

function itemOf(item: BatchItem, control: Control): GridItem {
  const media = mediaOf(item, control);
  const url = media?.facts?.thumbnail ?? media?.url ?? null;
  return { key: item.key, url, answer: typeof item.said === "string" ? item.said : null };
}

interface Options {
  readonly root: RefObject<HTMLDivElement | null>;
  readonly state: GridState;
  readonly language: "en" | "zh";
  readonly activity: RefObject<Activity>;
  readonly commands: readonly Command[];
  readonly onAnswers: (answers: ReadonlyMap<string, string>) => void;
}

export function useGrid(options: Options): { readonly grid: RefObject<Grid | null>; readonly keys: Keymap } {
  const { root, state, language, activity } = options;
  const grid = useRef<Grid | null>(null);
  const [keys] = useState(() => new Keymap(keptHotkeys()));
  const heard = useRef(options);
  heard.current = options;
  const ready = state.is === "ready" ? state : null;
  useEffect(() => {
    const stops = heard.current.commands.map(({ run: _, name, ...command }) =>
      keys.add({ ...command, name: `bench.${name}` }, () =>
        heard.current.commands.find((one) => one.name === name)?.run(),
      ),
    );
    stops.push(onHotkeys(() => keys.remap(keptHotkeys())));
    const press = (event: KeyboardEvent): void => {
      if (!elsewhere(event.target)) hear(keys, event);
    };
    window.addEventListener("keydown", press);
    return () => {
      for (const stop of stops) stop();
      window.removeEventListener("keydown", press);
    };
  }, [keys]);
  useEffect(() => {
    if (ready === null || root.current === null) return;
    const place = root.current;
    const items = ready.items.map((item) => itemOf(item, ready.control));
    if (grid.current !== null) {
      grid.current.show(items);
      grid.current.focus();
      return;
    }
    let ended = false;
    void import("@/editors/image/grid/grid").then(({ openGrid }) => {
      if (ended || grid.current !== null) return;
      const choices = choicesOf(ready.control, "choices");
      const onAnswers = (answers: ReadonlyMap<string, string>): void => heard.current.onAnswers(answers);
      const scope = `choice.${ready.control.name}`; // as in the form of the bench
      grid.current = openGrid({ root: place, items, choices, language, keys, scope, onAnswers });
      grid.current.focus();
    });
    return () => {
      ended = true;
    };
  }, [ready, root, language, keys]);
  useActivity(activity);
  useEffect(
    () => () => {
      grid.current?.end();
      grid.current = null;
    },
    [],
  );
  return { grid, keys };
}

/** What somebody does on the page, as it counts for the time. */
function useActivity(activity: RefObject<Activity>): void {
  useEffect(() => {
    const sign =
      (how: "input" | "pointer" | "scroll"): (() => void) =>
      () =>
        activity.current.sign(how);
    const away = (): void => activity.current.away("hidden", document.hidden);
    const signs = {
      keydown: sign("input"),
      pointerdown: sign("input"),
      pointermove: sign("pointer"),
      wheel: sign("scroll"),
    };
    for (const [name, run] of Object.entries(signs)) window.addEventListener(name, run, { passive: true });
    document.addEventListener("visibilitychange", away);
    return () => {
      for (const [name, run] of Object.entries(signs)) window.removeEventListener(name, run);
      document.removeEventListener("visibilitychange", away);
    };
  }, [activity]);
}
