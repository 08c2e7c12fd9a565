/** A desk in a page: its queue, and the benches that follow it, read-only or to be changed. */

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Action } from "@/core/hotkeys";
import type { Language } from "@/core/words";
import { type QueueState, WorkQueue } from "@/floor/queue";
import type { Desk } from "@/outbox/model";
import type { Outbox } from "../outbox";
import { useSession } from "../session";
import { Benches, type Command, type OpenBench } from "../work/bench";

export interface AtDesk {
  readonly org: number;
  readonly project: number;
  readonly desk: Desk;
  readonly outbox: Outbox;
}

export function useDeskQueue({ org, project, desk, outbox }: AtDesk): {
  readonly queue: WorkQueue | null;
  readonly state: QueueState | null;
} {
  const { me } = useSession();
  const person = me.person ?? 0;
  const [queue, setQueue] = useState<WorkQueue | null>(null);
  const [state, setState] = useState<QueueState | null>(null);
  useEffect(() => {
    const made = new WorkQueue({ place: { org, project, desk }, person, ...outbox });
    made.listen(setState);
    setQueue(made);
    setState(made.state);
    void made.start();
    return () => made.end();
  }, [org, project, desk, outbox, person]);
  return { queue, state };
}

/** A command, and whether it means anything now: what editors do with the same key when it does not. */
export type DeskCommand = Command & Pick<Action, "when">;

interface BenchOptions {
  readonly place: RefObject<HTMLElement | null>;
  readonly queue: WorkQueue | null;
  readonly outbox: Outbox;
  readonly language: Language;
  readonly readOnly: boolean;
  /** Made once; `run` looks up what is current by itself. */
  readonly commands: readonly DeskCommand[];
  onNotice(text: string, tone?: "bad"): void;
  onProblem(problem: unknown): void;
}

/**
 * The bench in front: as it was drawn, and as it is now. Keys go by the second: it hears them before the page is drawn anew.
 *
 * While it may be changed it stays alone: whoever decides goes back to reading by the next item.
 */
export function useDeskBench(options: BenchOptions): {
  readonly open: OpenBench | null;
  readonly front: () => OpenBench | null;
} {
  const { place, queue, outbox, language, readOnly, commands, onNotice, onProblem } = options;
  const [open, setOpen] = useState<OpenBench | null>(null);
  const carried = useRef<ReturnType<Benches["end"]> | undefined>(undefined);
  const made = useRef<Benches | null>(null);
  useEffect(() => {
    const root = place.current;
    if (queue === null || root === null) return;
    const benches = new Benches({
      root,
      place: queue.place,
      shelf: outbox.shelf,
      language,
      readOnly,
      commands,
      ...(carried.current === undefined ? {} : { carried: carried.current }),
      onOpen: setOpen,
      onLost: (ready) => queue.renewMedia(ready),
      onNotice,
      onProblem,
    });
    carried.current = undefined;
    made.current = benches;
    const stop = queue.listen((state) => benches.follow(state));
    benches.follow(queue.state);
    return () => {
      stop();
      carried.current = benches.end();
      made.current = null;
      setOpen(null);
    };
  }, [place, queue, outbox, language, readOnly, commands, onNotice, onProblem]);
  const front = useCallback(() => made.current?.front ?? null, []);
  return { open, front };
}
