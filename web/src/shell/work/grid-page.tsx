/** Pictures with one question, many at once: claimed together, said by single keys, each handed in by itself. */

import { ActionIcon, Alert, Button, Group } from "@mantine/core";
import { IconArrowLeft, IconBook2, IconKeyboard, IconPlayerSkipForward } from "@tabler/icons-react";
import { type MouseEvent, type ReactNode, useCallback, useRef, useState } from "react";
import { Link as To, useLocation } from "wouter";
import { isObject, type JsonObject } from "@/core/json";
import { type Control, titleOf } from "@/core/schema";
import { Activity } from "@/floor/activity";
import type { BatchItem } from "@/floor/batch";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { Sending } from "../outbox";
import { Empty, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { useToast } from "../toast";
import type { Command } from "./bench";
import { GRIDS } from "./grid-words";
import { Guideline } from "./guideline";
import { showChord } from "./hotkeys";
import { KeysSheet } from "./keys-sheet";
import { OneTab } from "./one-tab";
import { SkipDialog, type SkipReason } from "./skip";
import { type GridDesk, useBatch } from "./use-batch";
import { useGrid } from "./use-grid";
import { useGuidelinePlace } from "./use-guideline-place";
import { WORK } from "./words";
import "./work.css";
import "./grid.css";

export default function GridPage({ org, project }: PageProps): ReactNode {
  return (
    <OneTab org={org} project={project}>
      {(outbox) => <AtGrid key={`${org}/${project}`} org={org} project={project} outbox={outbox} />}
    </OneTab>
  );
}

/** The answer of an item; what was said before to questions that the grid does not ask stays. */
function labelsOf({ lease }: BatchItem, control: Control, answer: string): JsonObject {
  const before = lease.before?.body;
  return { ...(isObject(before) ? before : {}), [control.name]: answer };
}

function AtGrid(props: GridDesk): ReactNode {
  const { org, project } = props;
  const { t, language } = useSpeech();
  const toast = useToast();
  const { batch, state, lost, fill } = useBatch(props);
  const root = useRef<HTMLDivElement>(null);
  const activity = useRef(new Activity());
  const [said, setSaid] = useState(0);
  const [dialog, setDialog] = useState<"keys" | "skip" | null>(null);
  const guide = useGuidelinePlace();
  const ready = state.is === "ready" ? state : null;
  const onAnswers = (answers: ReadonlyMap<string, string>): void => {
    for (const { key } of batch.current?.items ?? []) batch.current?.say(key, answers.get(key) ?? null);
    setSaid(answers.size);
  };
  const submit = async (): Promise<void> => {
    const answers = grid.current?.answers;
    const mine = batch.current;
    if (mine === null || answers === undefined || ready === null) return;
    const answered = mine.items.flatMap((item) => {
      const answer = answers.get(item.key);
      return answer === undefined ? [] : [{ item, labels: labelsOf(item, ready.control, answer) }];
    });
    if (answered.length === 0) return toast(t(GRIDS.nothingSaid), "bad");
    const report = activity.current.report();
    activity.current = new Activity();
    await mine.submit(answered, report);
    toast(t(GRIDS.handedIn, { count: answered.length }));
    await fill();
  };
  const skip = async (reason: SkipReason): Promise<void> => {
    const meant = new Set(grid.current?.meant);
    const mine = batch.current;
    setDialog(null);
    if (mine === null) return;
    const items = mine.items.filter(({ key }) => meant.has(key));
    await mine.skip(items, reason);
    toast(t(GRIDS.skipped, { count: items.length }));
    await fill();
  };
  const commands: readonly Command[] = [
    { name: "submit", title: WORK.submit, chords: ["Mod+Enter"], run: () => void submit() },
    { name: "undo", title: WORK.undo, chords: ["Mod+z"], run: () => grid.current?.undo() },
    { name: "redo", title: WORK.redo, chords: ["Mod+Shift+z", "Mod+y"], run: () => grid.current?.redo() },
    { name: "skip", title: WORK.skip, chords: ["Mod+Shift+Enter"], run: () => ready !== null && setDialog("skip") },
    { name: "guideline", title: WORK.guideline, chords: ["F1"], inFields: true, run: guide.toggle },
    { name: "keys", title: WORK.keys, chords: ["?"], run: () => setDialog("keys") },
  ].map((command) => ({ ...command, group: WORK.general }));
  const { grid, keys } = useGrid({ root, state, language, activity, commands, onAnswers });
  const run = (name: string): void => commands.find((command) => command.name === name)?.run();
  const leave = useLeave(batch);
  return (
    <div className="gw-page">
      <GridBar
        {...{ org, project, leave, run, said }}
        title={ready === null ? "" : titleOf(ready.control, language)}
        guide={guide.shown}
        chord={(name) => showChord(keys.chords(`bench.${name}`)[0] ?? "")}
        open={ready !== null}
      />
      <Sending />
      {lost > 0 && <Alert color="yellow">{t(GRIDS.lost)}</Alert>}
      <Unready state={state} fill={fill} desk={`/o/${org}/p/${project}/work`} leave={leave} />
      <div className="gw-columns" hidden={ready === null}>
        <main ref={root} className="gw-main" />
        {guide.shown && ready !== null && (
          <Guideline
            {...{ org, project }}
            version={Math.max(...ready.items.map(({ lease }) => lease.guideline_version))}
            pinned={guide.pinned}
            onPin={guide.pin}
            onClose={guide.toggle}
          />
        )}
      </div>
      <KeysSheet opened={dialog === "keys"} onClose={() => setDialog(null)} keys={keys} />
      <SkipDialog
        opened={dialog === "skip"}
        count={grid.current?.meant.length ?? 1}
        onClose={() => setDialog(null)}
        onSkip={(reason) => void skip(reason)}
      />
    </div>
  );
}

/** Give back first: who arrives at the desk too early would be handed what is just going. A dead network waits not. */
function useLeave(batch: ReturnType<typeof useBatch>["batch"]): (event: MouseEvent<HTMLAnchorElement>) => void {
  const [, go] = useLocation();
  return useCallback(
    (event) => {
      event.preventDefault();
      const to = event.currentTarget.getAttribute("href")!;
      const enough = new Promise((done) => setTimeout(done, 3000));
      void Promise.race([batch.current?.leave(), enough]).then(() => go(to));
    },
    [batch, go],
  );
}

function GridBar(props: {
  readonly org: number;
  readonly project: number;
  readonly title: string;
  readonly said: number;
  readonly open: boolean;
  readonly guide: boolean;
  readonly chord: (name: string) => string;
  readonly run: (name: string) => void;
  readonly leave: (event: MouseEvent<HTMLAnchorElement>) => void;
}): ReactNode {
  const { t } = useSpeech();
  const { run, chord, leave, open } = props;
  return (
    <header className="gw-bar">
      <Group gap="xs" wrap="nowrap">
        <ActionIcon
          component={To}
          href="/"
          variant="subtle"
          color="gray"
          aria-label={t(GRIDS.leave)}
          title={t(GRIDS.leave)}
          onClick={leave}
        >
          <IconArrowLeft size={18} />
        </ActionIcon>
        <h1 className="gw-grid-title">
          {t(GRIDS.title)}
          {props.title !== "" && ` · ${props.title}`}
        </h1>
      </Group>
      <Group gap="xs" wrap="nowrap">
        <Button
          size="xs"
          variant={props.guide ? "light" : "default"}
          aria-pressed={props.guide}
          leftSection={<IconBook2 size={16} />}
          title={chord("guideline")}
          disabled={!open}
          onClick={() => run("guideline")}
        >
          {t(WORK.guideline)}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={!open}
          leftSection={<IconPlayerSkipForward size={16} />}
          title={chord("skip")}
          onClick={() => run("skip")}
        >
          {t(WORK.skip)}
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          disabled={!open}
          aria-label={t(WORK.keys)}
          title={`${t(WORK.keys)} ${chord("keys")}`}
          onClick={() => run("keys")}
        >
          <IconKeyboard size={18} />
        </ActionIcon>
        <Button
          size="xs"
          variant="default"
          component={To}
          href={`/o/${props.org}/p/${props.project}/work`}
          onClick={leave}
        >
          {t(GRIDS.oneByOne)}
        </Button>
        <Button size="xs" disabled={!open || props.said === 0} onClick={() => run("submit")}>
          {t(GRIDS.submit, { count: props.said })} <kbd className="gw-kbd">{chord("submit")}</kbd>
        </Button>
      </Group>
    </header>
  );
}

/** What is said where there are no pictures to show. */
function Unready(props: {
  readonly state: ReturnType<typeof useBatch>["state"];
  readonly fill: () => Promise<void>;
  readonly desk: string;
  readonly leave: (event: MouseEvent<HTMLAnchorElement>) => void;
}): ReactNode {
  const { t } = useSpeech();
  const { state, fill } = props;
  switch (state.is) {
    case "ready":
      return null;
    case "loading":
      return <Waiting />;
    case "problem":
      return <ProblemView problem={state.problem} onAgain={() => void fill()} />;
    case "none":
      return (
        <Empty title={GRIDS.none} hint={GRIDS.noneHint}>
          <Button variant="default" onClick={() => void fill()}>
            {t(GRIDS.again)}
          </Button>
        </Empty>
      );
    case "unfit":
      return (
        <Empty title={GRIDS.unfit} hint={GRIDS.unfitHint}>
          <Button component={To} href={props.desk} onClick={props.leave}>
            {t(GRIDS.oneByOne)}
          </Button>
        </Empty>
      );
  }
}
