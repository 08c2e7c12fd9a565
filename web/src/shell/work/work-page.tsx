/** Claim and go: one item after the other, without waiting in between. */

import { Alert } from "@mantine/core";
import { type ReactNode, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { Refusal } from "@/api/call";

import { prefetch } from "@/floor/prefetch";
import { type QueueState, WorkQueue } from "@/floor/queue";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { type Outbox, Sending, useSending } from "../outbox";
import { problemText } from "../parts/problem";
import { useSession } from "../session";
import { useToast } from "../toast";
import { FRAME } from "../words";
import { Bar } from "./bar";
import { Benches, type Command, labelsOf, markSubmit, type OpenBench } from "./bench";
import { type Checked, CheckPanel, check, useHasChecks } from "./check";
import { Guideline } from "./guideline";
import { onHotkeys } from "./hotkeys";
import { KeysSheet } from "./keys-sheet";
import { NothingHere } from "./nothing-here";
import { OneTab } from "./one-tab";
import { problemSays } from "./problem-says";
import { ReturnedNotes } from "./returned";
import { GiveBackDialog, SkipDialog, type SkipReason } from "./skip";
import { useGuidelinePlace } from "./use-guideline-place";
import { WORK } from "./words";
import "./work.css";

export default function WorkPage({ org, project }: PageProps): ReactNode {
  return (
    <OneTab org={org} project={project}>
      {(outbox) => <AtDesk key={`${org}/${project}`} org={org} project={project} desk="work" outbox={outbox} />}
    </OneTab>
  );
}

interface DeskProps {
  readonly org: number;
  readonly project: number;
  readonly desk: "work";
  readonly outbox: Outbox;
}

function useQueue({ org, project, desk, outbox }: DeskProps): WorkQueue | null {
  const { me } = useSession();
  const person = me.person ?? 0;
  const [queue, setQueue] = useState<WorkQueue | null>(null);
  useEffect(() => {
    const made = new WorkQueue({ place: { org, project, desk }, person, prefetch, ...outbox });
    setQueue(made);
    void made.start();
    return () => made.end();
  }, [org, project, desk, outbox, person]);
  return queue;
}

/** What the queue says, as the page shows it; the benches follow it by themselves. */
function useQueueState(queue: WorkQueue | null): QueueState | null {
  const [state, setState] = useState<QueueState | null>(null);
  useEffect(() => {
    setState(queue?.state ?? null);
    return queue?.listen(setState);
  }, [queue]);
  return state;
}

/** The benches in a place of the page, and the one in front. */
function useBenches(
  root: RefObject<HTMLElement | null>,
  queue: WorkQueue | null,
  outbox: Outbox,
  commands: RefObject<readonly Command[]>,
): { readonly benches: Benches | null; readonly open: OpenBench | null; readonly problem: unknown } {
  const { language } = useSpeech();
  const toast = useToast();
  const carried = useRef<ReturnType<Benches["end"]> | undefined>(undefined);
  const [benches, setBenches] = useState<Benches | null>(null);
  const [open, setOpen] = useState<OpenBench | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    if (queue === null || root.current === null) return;
    const made = new Benches({
      root: root.current,
      place: queue.place,
      shelf: outbox.shelf,
      language,
      commands: commands.current.map(({ run: _, ...command }) => ({
        ...command,
        run: () => commands.current.find(({ name }) => name === command.name)?.run(),
      })),
      ...(carried.current === undefined ? {} : { carried: carried.current }),
      onOpen: setOpen,
      onLost: (ready) => queue.renewMedia(ready),
      onNotice: toast,
      onProblem: setProblem,
    });
    made.follow(queue.state);
    const stops = [queue.listen((state) => made.follow(state)), onHotkeys(() => made.remap())];
    setBenches(made);
    return () => {
      for (const stop of stops) stop();
      carried.current = made.end();
      setOpen(null);
    };
  }, [root, queue, outbox, language, commands, toast]);
  return { benches, open, problem };
}

type Dialog = "keys" | "skip" | "give-back" | null;

function AtDesk(props: DeskProps): ReactNode {
  const { org, project, desk, outbox } = props;
  const queue = useQueue(props);
  const state = useQueueState(queue);
  const { t, language } = useSpeech();
  const toast = useToast();
  const [, go] = useLocation();
  const root = useRef<HTMLDivElement>(null);
  const commands = useRef<readonly Command[]>(COMMANDS.map((command) => ({ ...command, run: () => undefined })));
  const { benches, open, problem } = useBenches(root, queue, outbox, commands);
  const [dialog, setDialog] = useState<Dialog>(null);
  const [checked, setChecked] = useState<Checked | null>(null);
  const guide = useGuidelinePlace();
  const hasChecks = useHasChecks(org, project, desk, open);
  useSignedIn(queue);
  // What waits is said in the bar: an alert would move the item under somebody's hands.
  const { parked, unsaved } = useSending();
  const current = state?.current ?? null;
  const submit = useCallback((): void => {
    if (queue === null || benches === null) return;
    const front = benches.front;
    if (front === null || front.ready !== queue.state.current) return;
    const first = front.bench.problems()[0];
    if (first !== undefined) {
      front.bench.reveal({ control: first.control, ...(first.id === undefined ? {} : { id: first.id }) });
      toast(problemSays(front.ready.schema, first, language), "bad");
      return;
    }
    markSubmit();
    benches.freeze(true);
    front.draft?.end();
    setChecked(null);
    const { bench, activity, journal } = front;
    queue.submit(labelsOf(front), bench.store.all(), activity.report(), journal.settled()).catch((failed: unknown) => {
      toast(String(failed), "bad"); // broad: the disk is full or gone; the sender has told what it knows
    });
  }, [queue, benches, language, toast]);
  const skip = (reason: SkipReason): void => {
    const front = benches?.front;
    if (!front || queue === null) return;
    setDialog(null);
    setChecked(null);
    front.draft?.end();
    const { slot, token } = front.ready.lease;
    void queue.finish(
      `POST /api/v1/orgs/{org}/projects/{project}/${desk}/skip`,
      { slot, token, reason },
      { done: false, logged: front.journal.settled() },
    );
  };
  const leave = async (): Promise<void> => {
    try {
      const count = (await queue?.leave(true)) ?? 0;
      toast(t(WORK.gaveBack, { count }));
    } catch (failed) {
      toast(problemText(failed, t(FRAME.offline)), "bad");
    }
    go("/");
  };
  const look = async (): Promise<void> => {
    if (open === null || !hasChecks) return;
    try {
      setChecked({ slot: open.ready.lease.slot, findings: await check(org, project, desk, open) });
    } catch (failed) {
      toast(problemText(failed, t(FRAME.offline)), "bad");
    }
  };
  const runs: { readonly [name: string]: () => void } = {
    submit,
    undo: () => void benches?.front?.bench.history.undo(),
    redo: () => void benches?.front?.bench.history.redo(),
    skip: () => setDialog("skip"),
    guideline: guide.toggle,
    keys: () => setDialog((now) => (now === "keys" ? null : "keys")),
    check: () => void look(),
  };
  useEffect(() => {
    commands.current = COMMANDS.map((command) => ({ ...command, run: () => runs[command.name]?.() }));
  });
  return (
    <div className="gw-page">
      <Bar
        {...props}
        open={open}
        state={state}
        guide={guide}
        hasChecks={hasChecks}
        run={(name) => runs[name]?.()}
        onGiveBack={() => setDialog("give-back")}
      />
      {(parked > 0 || unsaved > 0) && <Sending />}
      {state?.lost && <Alert color="yellow">{t(WORK.lost)}</Alert>}
      {open !== null && (open.ready.lease.before?.reason || open.ready.lease.before?.note) && (
        <ReturnedNotes key={open.ready.item.key} org={org} project={project} desk={desk} open={open} />
      )}
      <div className="gw-columns">
        <main className="gw-main">
          {current === null && state !== null && (
            <NothingHere org={org} project={project} state={state} onAgain={() => void queue?.refill()} />
          )}
          {problem !== null && open === null && current !== null && <BrokenItem problem={problem} />}
          <div ref={root} className="gw-place" hidden={current === null} />
          {checked !== null && checked.slot === current?.lease.slot && (
            <CheckPanel checked={checked} onClose={() => setChecked(null)} />
          )}
        </main>
        {guide.shown && current !== null && (
          <Guideline
            org={org}
            project={project}
            version={current.lease.guideline_version}
            pinned={guide.pinned}
            onPin={guide.pin}
            onClose={guide.toggle}
          />
        )}
      </div>
      <KeysSheet opened={dialog === "keys"} onClose={() => setDialog(null)} keys={open?.bench.keys ?? null} />
      <SkipDialog opened={dialog === "skip"} onClose={() => setDialog(null)} onSkip={skip} />
      <GiveBackDialog
        opened={dialog === "give-back"}
        begun={(open?.journal.seq ?? 0) > 0}
        onClose={() => setDialog(null)}
        onLeave={() => void leave()}
      />
    </div>
  );
}

/** An editor that cannot open its item: said, and the item can still be skipped. */
function BrokenItem({ problem }: { readonly problem: unknown }): ReactNode {
  return (
    <Alert color="red" role="alert">
      {String(problem)}
    </Alert>
  );
}

/** Ask again as soon as somebody signed in over the page. */
function useSignedIn(queue: WorkQueue | null): void {
  const { me, refresh } = useSession();
  const { signedOut } = useSending();
  const state = useQueueState(queue);
  const problem = state?.empty.kind === "problem" ? state.empty.problem : null;
  const refused = problem instanceof Refusal && problem.status === 401;
  useEffect(() => {
    if (refused || signedOut) void refresh();
  }, [refused, signedOut, refresh]);
  const known = useRef(me);
  useEffect(() => {
    if (known.current !== me) void queue?.refill();
    known.current = me;
  }, [me, queue]);
}

const COMMANDS: readonly Omit<Command, "run">[] = [
  { name: "submit", title: WORK.submit, group: WORK.general, chords: ["Mod+Enter"], inFields: true },
  { name: "undo", title: WORK.undo, group: WORK.general, chords: ["Mod+z"], inFields: true },
  { name: "redo", title: WORK.redo, group: WORK.general, chords: ["Mod+Shift+z", "Mod+y"], inFields: true },
  { name: "skip", title: WORK.skip, group: WORK.general, chords: ["Mod+Shift+Enter"] },
  { name: "check", title: WORK.check, group: WORK.general, chords: ["Mod+Shift+k"], inFields: true },
  { name: "guideline", title: WORK.guideline, group: WORK.general, chords: ["F1"], inFields: true },
  { name: "keys", title: WORK.keys, group: WORK.general, chords: ["?"] },
];
