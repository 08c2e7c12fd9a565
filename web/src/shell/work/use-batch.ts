/** The leases of a grid, and what the page shows of them. */

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Control } from "@/core/schema";
import { Batch, type BatchItem } from "@/floor/batch";
import { useSpeech } from "../language";
import type { Outbox } from "../outbox";
import { useSession } from "../session";
import { useToast } from "../toast";
import { fitsGrid, gridControl } from "./grid-fit";
import { WORK } from "./words";

export type GridState =
  | { readonly is: "loading" | "unfit" | "none" }
  | { readonly is: "problem"; readonly problem: unknown }
  | { readonly is: "ready"; readonly control: Control; readonly items: readonly BatchItem[] };

export interface GridDesk {
  readonly org: number;
  readonly project: number;
  readonly outbox: Outbox;
}

function stateOf(items: readonly BatchItem[]): GridState {
  const control = items[0] === undefined ? null : gridControl(items[0].schema);
  if (items.length === 0) return { is: "none" };
  return control !== null && items.every(fitsGrid) ? { is: "ready", control, items } : { is: "unfit" };
}

export function useBatch({ org, project, outbox }: GridDesk): {
  readonly batch: RefObject<Batch | null>;
  readonly state: GridState;
  /** How many leases at hand are gone. */
  readonly lost: number;
  readonly fill: () => Promise<void>;
} {
  const { me } = useSession();
  const person = me.person ?? 0;
  const { t } = useSpeech();
  const toast = useToast();
  const batch = useRef<Batch | null>(null);
  const [state, setState] = useState<GridState>({ is: "loading" });
  const [lost, setLost] = useState(0);
  const fill = useCallback(async () => {
    const mine = batch.current;
    if (mine === null) return;
    try {
      const items = await mine.fill();
      if (batch.current !== mine) return;
      const now = stateOf(items);
      if (now.is === "unfit") void mine.leave(); // nobody waits for what is not worked on here
      setState(now);
    } catch (problem) {
      // Without a network work goes on with what is at hand.
      if (batch.current === mine) setState(mine.items.length > 0 ? stateOf(mine.items) : { is: "problem", problem });
    }
  }, []);
  const trouble = useRef<(problem: unknown) => void>(() => undefined);
  trouble.current = (problem) => toast(t(WORK.disk, { problem: String(problem) }), "bad");
  useEffect(() => {
    const made = new Batch({
      place: { org, project, desk: "work" },
      person,
      question: gridControl,
      onTrouble: (problem) => trouble.current(problem),
      onLost: setLost,
      ...outbox,
    });
    batch.current = made;
    const hidden = (): void => {
      if (document.hidden) void made.keep();
    };
    document.addEventListener("visibilitychange", hidden);
    void fill();
    return () => {
      document.removeEventListener("visibilitychange", hidden);
      batch.current = null;
      void made.leave();
    };
  }, [org, project, outbox, person, fill]);
  const known = useRef(me);
  useEffect(() => {
    if (known.current !== me) void fill(); // somebody signed in over the page
    known.current = me;
  }, [me, fill]);
  return { batch, state, lost, fill };
}
