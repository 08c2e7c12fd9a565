/** The review desk: one answer after the other, accepted, corrected or returned by keyboard. Also the client's desk. */

import { Alert } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { call } from "@/api/call";
import type { CommentBody } from "@/api/types";
import { newId } from "@/core/ids";
import type { JsonObject } from "@/core/json";
import { titleOf } from "@/core/schema";
import { anchorTo } from "@/floor/anchor";
import { type Verdict, verdictBody } from "@/floor/verdicts";
import { summaryOf } from "@/labels/summary";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { useOutbox } from "../outbox";
import { Waiting } from "../parts/page";
import { problemText } from "../parts/problem";
import { useToast } from "../toast";
import { FRAME } from "../words";
import { labelsOf, markSubmit, type OpenBench } from "../work/bench";
import { problemSays } from "../work/problem-says";
import { Beside, choicesOfCandidates } from "./beside";
import { type AtDesk, type DeskCommand, useDeskBench, useDeskQueue } from "./desk";
import { DeskFrame, KeyButton } from "./desk-frame";
import { CommentDialog, ReturnDialog } from "./dialogs";
import { type ReviewDesk, Said } from "./said";
import { PAGES, REVIEW, type Reason } from "./words";

export default function ReviewPage({ org, project }: PageProps): ReactNode {
  const outbox = useOutbox();
  const [path] = useLocation();
  const desk: ReviewDesk = path.endsWith("/accept") ? "acceptances" : "reviews";
  if (outbox === null) return <Waiting />;
  return <AtReview key={`${org}/${project}/${desk}`} org={org} project={project} desk={desk} outbox={outbox} />;
}

type Dialog = "return" | "comment" | null;

function AtReview(props: AtDesk & { readonly desk: ReviewDesk }): ReactNode {
  const { org, project, desk, outbox } = props;
  const { queue, state } = useDeskQueue(props);
  const { t, language } = useSpeech();
  const toast = useToast();
  const place = useRef<HTMLDivElement>(null);
  const current = state?.current ?? null;
  const [mode, setMode] = useState<{ readonly key: string; readonly fixing: boolean } | null>(null);
  const key = current?.item.key ?? "";
  // What was begun before the page was closed goes on.
  const fixing = mode?.key === key ? mode.fixing : (current?.lines ?? 0) > 0;
  const [dialog, setDialog] = useState<Dialog>(null);
  const comments = useComments(props, key);
  const beside = useBeside(org, project, desk, current?.lease.slot ?? null);
  const act = useRef<Acts>(NO_ACTS);
  const commands = useMemo(() => (fixing ? fixingCommands(act) : readingCommands(act)), [fixing]);
  const onProblem = useCallback((problem: unknown) => toast(problemText(problem, t(FRAME.offline)), "bad"), [toast, t]);
  const { open, front } = useDeskBench({
    place,
    queue,
    outbox,
    language,
    readOnly: !fixing,
    commands,
    onNotice: toast,
    onProblem,
  });
  const decide = async (verdict: Verdict, note = ""): Promise<void> => {
    const at = front();
    if (queue === null || at === null || at.ready !== queue.state.current) return;
    const { lease, item } = at.ready;
    markSubmit();
    setDialog(null);
    const parcel = { slot: lease.slot, token: lease.token, clientId: item.clientId, note, comments: [] };
    const operation = `POST /api/v1/orgs/{org}/projects/{project}/${desk}/verdicts`;
    await queue.finish(operation, verdictBody(verdict, parcel), { logged: at.journal.settled() });
  };
  const submitFix = (): void => {
    const at = front();
    if (at === null) return;
    const { bench, ready } = at;
    const first = bench.problems()[0];
    if (first === undefined) {
      const base = ready.lease.before?.revision ?? null;
      return void decide({ verdict: "fix", labels: labelsOf(at), base });
    }
    bench.reveal({ control: first.control, ...(first.id === undefined ? {} : { id: first.id }) });
    toast(problemSays(ready.schema, first, language), "bad");
  };
  const turn = (fixing: boolean): void => setMode({ key: front()?.ready.item.key ?? key, fixing });
  const stopFixing = (): void => {
    const history = front()?.bench.history;
    while (history?.canUndo === true) history.undo();
    turn(false);
  };
  useEffect(() => {
    act.current = {
      accept: () => void decide({ verdict: "accept" }),
      fix: () => turn(true),
      submitFix,
      stopFixing,
      giveBack: () => front() !== null && setDialog("return"),
      comment: () => front() !== null && setDialog("comment"),
      compare: beside.toggle,
      candidate: beside.step,
      difference: (by) => beside.stepper.current?.(by),
      undo: () => void front()?.bench.history.undo(),
      redo: () => void front()?.bench.history.redo(),
    };
  });
  const press = (name: keyof Acts) => () => (act.current[name] as () => void)();
  const ready = open !== null;
  return (
    <DeskFrame
      org={org}
      project={project}
      title={t(desk === "reviews" ? PAGES.review : PAGES.accept)}
      state={state}
      nothing={desk === "reviews" ? REVIEW.nothing : REVIEW.nothingAccept}
      comparing={beside.shown && ready}
      onAgain={() => void queue?.refill()}
      actions={
        <>
          <KeyButton
            title={REVIEW.compare}
            chord="D"
            pressed={beside.shown}
            disabled={!ready}
            onPress={press("compare")}
          />
          <KeyButton title={REVIEW.comment} chord="C" disabled={!ready} onPress={press("comment")} />
          {fixing ? (
            <>
              <KeyButton title={REVIEW.stopFixing} chord="Alt+R" disabled={!ready} onPress={press("stopFixing")} />
              <KeyButton
                title={REVIEW.submitFix}
                chord="Ctrl+Enter"
                variant="filled"
                disabled={!ready}
                onPress={press("submitFix")}
              />
            </>
          ) : (
            <>
              <KeyButton
                title={REVIEW.giveBack}
                chord="R"
                color="orange"
                variant="light"
                disabled={!ready}
                onPress={press("giveBack")}
              />
              <KeyButton title={REVIEW.fix} chord="F" variant="light" disabled={!ready} onPress={press("fix")} />
              <KeyButton
                title={REVIEW.accept}
                chord="A"
                color="teal.9"
                variant="filled"
                disabled={!ready}
                onPress={press("accept")}
              />
            </>
          )}
        </>
      }
      notes={
        <>
          {fixing && current !== null && <Alert color="blue">{t(REVIEW.fixing)}</Alert>}
          {ready && <Said org={org} project={project} desk={desk} open={open} given={comments.given} />}
        </>
      }
    >
      <div ref={place} className="gw-place" hidden={current === null} />
      {beside.shown && ready && (
        <Beside
          key={key}
          open={open}
          choices={beside.choices}
          chosen={beside.chosen}
          onChoose={beside.choose}
          stepper={beside.stepper}
        />
      )}
      <ReturnDialog
        opened={dialog === "return"}
        onClose={() => setDialog(null)}
        onReturn={(reason, note) => void decide({ verdict: "return", reason }, note)}
      />
      <CommentDialog
        opened={dialog === "comment"}
        about={dialog === "comment" && ready ? aboutSelection(open, language) : ""}
        onClose={() => setDialog(null)}
        onSay={(kind, body) => {
          if (open !== null) void comments.add(open, kind, body);
          setDialog(null);
        }}
      />
    </DeskFrame>
  );
}

// --- keys ------------------------------------------------------------------------------------------------------------

interface Acts {
  accept(): void;
  fix(): void;
  submitFix(): void;
  stopFixing(): void;
  giveBack(): void;
  comment(): void;
  compare(): void;
  candidate(by: number): void;
  difference(by: number): void;
  undo(): void;
  redo(): void;
}

const nothing = (): void => undefined;
const NO_ACTS: Acts = {
  accept: nothing,
  fix: nothing,
  submitFix: nothing,
  stopFixing: nothing,
  giveBack: nothing,
  comment: nothing,
  compare: nothing,
  candidate: nothing,
  difference: nothing,
  undo: nothing,
  redo: nothing,
};

function comparing(act: { readonly current: Acts }, alt: string): readonly DeskCommand[] {
  const group = REVIEW.group;
  const on = (name: string, title: DeskCommand["title"], chord: string, run: () => void): DeskCommand => ({
    name: `review.${name}`,
    title,
    group,
    chords: [chord],
    run,
  });
  return [
    on("compare", REVIEW.compare, `${alt}d`, () => act.current.compare()),
    on("comment", REVIEW.comment, `${alt}c`, () => act.current.comment()),
    on("candidate.next", REVIEW.nextCandidate, ".", () => act.current.candidate(1)),
    on("candidate.previous", REVIEW.previousCandidate, ",", () => act.current.candidate(-1)),
    on("difference.next", REVIEW.nextDifference, `${alt}n`, () => act.current.difference(1)),
    on("difference.previous", REVIEW.previousDifference, `${alt}p`, () => act.current.difference(-1)),
  ];
}

function readingCommands(act: { readonly current: Acts }): readonly DeskCommand[] {
  const group = REVIEW.group;
  return [
    { name: "review.accept", title: REVIEW.accept, group, chords: ["a"], run: () => act.current.accept() },
    { name: "review.fix", title: REVIEW.fix, group, chords: ["f"], run: () => act.current.fix() },
    { name: "review.return", title: REVIEW.giveBack, group, chords: ["r"], run: () => act.current.giveBack() },
    ...comparing(act, ""),
  ];
}

/** While somebody corrects, plain letters are the editor's. */
function fixingCommands(act: { readonly current: Acts }): readonly DeskCommand[] {
  const group = REVIEW.group;
  const also = { group, inFields: true };
  return [
    {
      name: "review.submit",
      title: REVIEW.submitFix,
      chords: ["Mod+Enter"],
      run: () => act.current.submitFix(),
      ...also,
    },
    { name: "review.read", title: REVIEW.stopFixing, chords: ["Alt+r"], run: () => act.current.stopFixing(), ...also },
    { name: "undo", title: REVIEW.undo, chords: ["Mod+z"], run: () => act.current.undo(), ...also },
    { name: "redo", title: REVIEW.redo, chords: ["Mod+Shift+z", "Mod+y"], run: () => act.current.redo(), ...also },
    ...comparing(act, "Alt+"),
  ];
}

// --- beside and comments ---------------------------------------------------------------------------------------------

export function useBeside(org: number, project: number, desk: ReviewDesk | "adjudications", slot: number | null) {
  const [shown, show] = useState(() => localStorage.getItem(COMPARING) === "1");
  const [chosen, choose] = useState(0);
  const stepper = useRef<((by: number) => void) | null>(null);
  const asked = useQuery({
    queryKey: ["candidates", org, project, desk, slot],
    queryFn: () =>
      call(`GET /api/v1/orgs/{org}/projects/{project}/${desk}/slots/{slot}/candidates`, {
        path: { org, project, slot: slot ?? 0 },
      }),
    enabled: slot !== null,
    staleTime: 60_000,
  });
  const choices = useMemo(() => choicesOfCandidates(asked.data ?? []), [asked.data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new item begins with the first of its candidates
  useEffect(() => choose(0), [slot]);
  const toggle = useCallback(
    () =>
      show((now) => {
        localStorage.setItem(COMPARING, now ? "0" : "1");
        return !now;
      }),
    [],
  );
  const step = useCallback(
    (by: number) => choose((now) => (now + by + choices.length) % choices.length),
    [choices.length],
  );
  return { shown, toggle, choices, chosen, choose, step, stepper };
}
const COMPARING = "galley.review.comparing";

/** Comments go through the outbox by themselves: they are kept whatever becomes of the verdict. */
function useComments({ org, project, desk, outbox }: AtDesk, key: string) {
  const { t } = useSpeech();
  const toast = useToast();
  const [given, set] = useState<{ readonly key: string; readonly all: readonly CommentBody[] }>({ key: "", all: [] });
  const add = async (open: OpenBench, kind: Reason, body: string): Promise<void> => {
    const { lease, item, schema } = open.ready;
    const { store, selection } = open.bench;
    const entity = selection.focus === null ? undefined : store.get(selection.focus);
    const anchor = entity === undefined ? {} : { anchor: anchorTo(entity, store.all(), schema) };
    const comment: CommentBody = { client_id: newId(), kind, body, ...anchor };
    set((now) => ({ key, all: now.key === key ? [...now.all, comment] : [comment] }));
    await outbox.sender.give({
      person: item.person,
      key: `${item.key}/said/${comment.client_id}`,
      operation: `POST /api/v1/orgs/{org}/projects/{project}/${desk}/slots/{slot}/comments`,
      path: { org, project, slot: lease.target ?? lease.slot },
      body: comment as unknown as JsonObject,
      madeAt: Date.now(),
    });
    toast(t(REVIEW.commented), "good");
  };
  return { given: given.key === key ? given.all : [], add };
}

function aboutSelection(open: OpenBench, language: "en" | "zh"): string {
  const { store, selection } = open.bench;
  const entity = selection.focus === null ? undefined : store.get(selection.focus);
  const control = open.ready.schema.controls.find(({ name }) => name === entity?.control);
  if (entity === undefined || control === undefined) return "";
  const about = summaryOf(entity, control, (open.ready.lease.content ?? {}) as JsonObject);
  return [titleOf(control, language), String(entity.value.label ?? ""), about].filter((one) => one !== "").join(" · ");
}
