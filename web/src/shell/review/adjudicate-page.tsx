/** The desk of those who decide disagreements: the opinions beside one's own answer, which may start from one of them. */

import { Alert } from "@mantine/core";
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from "react";
import type { Candidate } from "@/api/types";
import type { Labels } from "@/core/entity";
import { newId } from "@/core/ids";
import { isObject } from "@/core/json";
import { readLabels } from "@/labels/kinds";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { useOutbox } from "../outbox";
import { Waiting } from "../parts/page";
import { problemText } from "../parts/problem";
import { useToast } from "../toast";
import { FRAME } from "../words";
import { labelsOf, markSubmit } from "../work/bench";
import { problemSays } from "../work/problem-says";
import { Beside } from "./beside";
import { type AtDesk, type DeskCommand, useDeskBench, useDeskQueue } from "./desk";
import { DeskFrame, KeyButton } from "./desk-frame";
import { useBeside } from "./review-page";
import { BESIDE, PAGES, REVIEW } from "./words";

export default function AdjudicatePage({ org, project }: PageProps): ReactNode {
  const outbox = useOutbox();
  if (outbox === null) return <Waiting />;
  return <AtCourt key={`${org}/${project}`} org={org} project={project} desk="adjudications" outbox={outbox} />;
}

interface Acts {
  submit(): void;
  take(): void;
  candidate(by: number): void;
  difference(by: number): void;
  undo(): void;
  redo(): void;
}

function AtCourt(props: AtDesk): ReactNode {
  const { org, project, outbox } = props;
  const { queue, state } = useDeskQueue(props);
  const { t, language } = useSpeech();
  const toast = useToast();
  const place = useRef<HTMLDivElement>(null);
  const act = useRef<Acts | null>(null);
  const current = state?.current ?? null;
  const commands = useMemo(() => commandsOf(act), []);
  const onProblem = useCallback((problem: unknown) => toast(problemText(problem, t(FRAME.offline)), "bad"), [toast, t]);
  const { open, front } = useDeskBench({
    place,
    queue,
    outbox,
    language,
    readOnly: false,
    commands,
    onNotice: toast,
    onProblem,
  });
  const beside = useBeside(org, project, "adjudications", current?.lease.slot ?? null);
  const take = (candidate: Candidate): void => {
    const at = front();
    if (at === null || !isObject(candidate.body)) return;
    const { store, selection } = at.bench;
    const next = readLabels(at.ready.schema, candidate.body as Labels, newId);
    selection.clear();
    store.transact("take an opinion", (draft) => {
      for (const { id } of [...store.all()]) draft.remove(id);
      for (const entity of next) draft.put(entity);
    });
  };
  const submit = (): void => {
    const at = front();
    if (queue === null || at === null || at.ready !== queue.state.current) return;
    const { bench, activity, journal, ready } = at;
    const first = bench.problems()[0];
    if (first === undefined) {
      markSubmit();
      return void queue.submit(labelsOf(at), bench.store.all(), activity.report(), journal.settled());
    }
    bench.reveal({ control: first.control, ...(first.id === undefined ? {} : { id: first.id }) });
    toast(problemSays(ready.schema, first, language), "bad");
  };
  useEffect(() => {
    act.current = {
      submit,
      take: () => {
        const candidate = beside.choices[beside.chosen]?.candidate;
        if (candidate) take(candidate);
      },
      candidate: beside.step,
      difference: (by) => beside.stepper.current?.(by),
      undo: () => void front()?.bench.history.undo(),
      redo: () => void front()?.bench.history.redo(),
    };
  });
  const ready = open !== null;
  return (
    <DeskFrame
      org={org}
      project={project}
      title={t(PAGES.adjudicate)}
      state={state}
      nothing={REVIEW.nothingAdjudicate}
      comparing={ready}
      onAgain={() => void queue?.refill()}
      actions={
        <KeyButton title={BESIDE.submit} chord="Ctrl+Enter" variant="filled" disabled={!ready} onPress={submit} />
      }
      notes={current !== null && <Alert color="blue">{t(BESIDE.opinions)}</Alert>}
    >
      <div ref={place} className="gw-place" hidden={current === null} />
      {ready && (
        <Beside
          key={open.ready.item.key}
          open={open}
          choices={beside.choices}
          chosen={beside.chosen}
          onChoose={beside.choose}
          stepper={beside.stepper}
          onTake={take}
        />
      )}
    </DeskFrame>
  );
}

function commandsOf(act: { readonly current: Acts | null }): readonly DeskCommand[] {
  const on = (
    name: string,
    title: DeskCommand["title"],
    chords: readonly string[],
    run: (acts: Acts) => void,
    inFields = false,
  ): DeskCommand => ({
    name,
    title,
    group: REVIEW.group,
    chords,
    inFields,
    run: () => act.current !== null && run(act.current),
  });
  return [
    on("review.submit", BESIDE.submit, ["Mod+Enter"], (acts) => acts.submit(), true),
    on("undo", REVIEW.undo, ["Mod+z"], (acts) => acts.undo(), true),
    on("redo", REVIEW.redo, ["Mod+Shift+z", "Mod+y"], (acts) => acts.redo(), true),
    on("review.take", BESIDE.takes, ["Alt+t"], (acts) => acts.take()),
    on("review.candidate.next", REVIEW.nextCandidate, ["."], (acts) => acts.candidate(1)),
    on("review.candidate.previous", REVIEW.previousCandidate, [","], (acts) => acts.candidate(-1)),
    on("review.difference.next", REVIEW.nextDifference, ["Alt+n"], (acts) => acts.difference(1)),
    on("review.difference.previous", REVIEW.previousDifference, ["Alt+p"], (acts) => acts.difference(-1)),
  ];
}
