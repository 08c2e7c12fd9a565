/** Claim and go: one item after the other, without waiting in between. */

import { ActionIcon, Alert, Button, Group, Text as Words } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconArrowLeft } from "@tabler/icons-react";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { Link as To, useLocation } from "wouter";
import { shownChord } from "@/core/hotkeys";
import type { Json } from "@/core/json";
import { say } from "@/core/words";
import { type QueueState, type Ready, WorkQueue } from "@/floor/queue";
import type { Desk } from "@/outbox/model";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { type Outbox, Sending, useOutbox } from "../outbox";
import { Empty, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { useSession } from "../session";
import { useToast } from "../toast";
import { type OpenBench, useBench } from "./bench";
import { WORK } from "./words";
import "./work.css";

export default function WorkPage({ org, project }: PageProps): ReactNode {
  const outbox = useOutbox();
  const [path] = useLocation();
  const desk: Desk = path.endsWith("/adjudications") ? "adjudications" : "work";
  if (outbox === null) return <Waiting />;
  return <AtDesk key={`${org}/${project}/${desk}`} org={org} project={project} desk={desk} outbox={outbox} />;
}

interface DeskProps {
  readonly org: number;
  readonly project: number;
  readonly desk: Desk;
  readonly outbox: Outbox;
}

function useQueue({ org, project, desk, outbox }: DeskProps): {
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

function AtDesk(props: DeskProps): ReactNode {
  const { org, project, outbox } = props;
  const { queue, state } = useQueue(props);
  const { t, language } = useSpeech();
  const toast = useToast();
  const place = useRef<HTMLDivElement>(null);
  const current = state?.current ?? null;
  const bench = useBench({ place, ready: current, shelf: outbox.shelf, language, onNotice: toast });
  const submit = useCallback(async () => {
    if (queue === null || bench === null || current === null) return;
    const first = bench.bench.problems()[0];
    if (first !== undefined) {
      bench.bench.reveal({ control: first.control, ...(first.id === undefined ? {} : { id: first.id }) });
      toast(`${first.control}: ${say(first.text, language, first.facts)}`, "bad");
      return;
    }
    bench.freeze();
    await bench.journal.settled();
    await queue.submit(bench.bench.labels() as Json, bench.bench.store.all(), bench.activity.report());
  }, [queue, bench, current, language, toast]);
  useEffect(() => bench?.onSubmit(() => void submit()), [bench, submit]);
  return (
    <div className="gw-page">
      <header className="gw-bar">
        <Group gap="xs">
          <ActionIcon
            component={To}
            href={`/o/${org}/p/${project}`}
            variant="subtle"
            color="gray"
            aria-label={t(WORK.leave)}
          >
            <IconArrowLeft size={18} />
          </ActionIcon>
          <BenchButtons bench={bench} />
        </Group>
        <Group gap="md">
          <Words size="xs" c="dimmed">
            {t(WORK.done, { count: state?.done ?? 0 })} · {t(WORK.ahead, { count: state?.ahead ?? 0 })}
          </Words>
          <Button size="xs" disabled={bench === null} onClick={() => void submit()} title={t(WORK.submitHint)}>
            {t(WORK.submit)} <kbd className="gw-kbd">{shownChord("Mod+Enter")}</kbd>
          </Button>
        </Group>
      </header>
      <Sending />
      <Notes ready={current} lost={state?.lost === true} />
      <main className="gw-main">
        {current === null && state !== null && <NothingHere state={state} onAgain={() => void queue?.refill()} />}
        <div ref={place} className="gw-place" hidden={current === null} />
      </main>
    </div>
  );
}

function BenchButtons({ bench }: { readonly bench: OpenBench | null }): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={bench === null}
        aria-label={t(WORK.undo)}
        title={`${t(WORK.undo)} ${shownChord("Mod+z")}`}
        onClick={() => bench?.bench.history.undo()}
      >
        <IconArrowBackUp size={18} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={bench === null}
        aria-label={t(WORK.redo)}
        title={`${t(WORK.redo)} ${shownChord("Mod+Shift+z")}`}
        onClick={() => bench?.bench.history.redo()}
      >
        <IconArrowForwardUp size={18} />
      </ActionIcon>
    </>
  );
}

function Notes({ ready, lost }: { readonly ready: Ready | null; readonly lost: boolean }): ReactNode {
  const { t } = useSpeech();
  const before = ready?.lease.before;
  return (
    <>
      {lost && <Alert color="yellow">{t(WORK.lost)}</Alert>}
      {before?.reason && (
        <Alert color="orange" title={t(WORK.returned, { reason: before.reason })}>
          {before.note}
        </Alert>
      )}
    </>
  );
}

function NothingHere({ state, onAgain }: { readonly state: QueueState; readonly onAgain: () => void }): ReactNode {
  const { empty } = state;
  if (empty.kind === "loading") return <Waiting />;
  if (empty.kind === "problem") return <ProblemView problem={empty.problem} onAgain={onAgain} />;
  if (empty.kind === "offline") return <Empty title={WORK.offline} hint={WORK.offlineHint} />;
  if (empty.kind === "refused") return <Empty title={WORK[empty.why]} hint={WORK.refusedHint} />;
  return <Empty title={WORK.nothing} hint={WORK.nothingHint} />;
}
