/** Pictures with one question, many at once: claimed together, said by single keys, each handed in by itself. */

import { ActionIcon, Button, Group } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { type MouseEvent, type ReactNode, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { Link as To, useLocation } from "wouter";
import { Keymap } from "@/core/hotkeys";
import { isObject, type JsonObject } from "@/core/json";
import { type Control, choicesOf, titleOf } from "@/core/schema";
import type { Grid, GridItem } from "@/editors/image/grid/grid";
import { Activity } from "@/floor/activity";
import { Batch, type BatchItem } from "@/floor/batch";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { type Outbox, Sending } from "../outbox";
import { Empty, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { useSession } from "../session";
import { useToast } from "../toast";
import { fitsGrid, gridControl, mediaOf } from "./grid-fit";
import { GRIDS } from "./grid-words";
import { showChord } from "./hotkeys";
import { OneTab } from "./one-tab";
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

function itemOf(item: BatchItem, control: Control): GridItem {
  const media = mediaOf(item, control);
  const before = item.lease.before?.body ?? item.prelabels[0]?.body;
  const said = isObject(before) ? before[control.name] : undefined;
  const url = media?.facts?.thumbnail ?? media?.url ?? null;
  return { key: item.key, url, answer: typeof said === "string" ? said : null };
}

/** The answer of an item; what was said before to questions that the grid does not ask stays. */
function labelsOf({ lease }: BatchItem, control: Control, answer: string): JsonObject {
  const before = lease.before?.body;
  return { ...(isObject(before) ? before : {}), [control.name]: answer };
}

type State =
  | { readonly is: "loading" | "unfit" | "none" }
  | { readonly is: "problem"; readonly problem: unknown }
  | { readonly is: "ready"; readonly control: Control; readonly items: readonly BatchItem[] };

interface Props {
  readonly org: number;
  readonly project: number;
  readonly outbox: Outbox;
}

function useBatch({ org, project, outbox }: Props): {
  readonly batch: RefObject<Batch | null>;
  readonly state: State;
  readonly fill: () => Promise<void>;
} {
  const { me } = useSession();
  const person = me.person ?? 0;
  const batch = useRef<Batch | null>(null);
  const [state, setState] = useState<State>({ is: "loading" });
  const fill = useCallback(async () => {
    const mine = batch.current;
    if (mine === null) return;
    try {
      const items = await mine.fill();
      if (batch.current !== mine) return;
      const control = items[0] === undefined ? null : gridControl(items[0].schema);
      const fits = control !== null && items.every(fitsGrid);
      if (items.length > 0 && !fits) void mine.leave(); // nobody waits for what is not worked on here
      if (items.length === 0) setState({ is: "none" });
      else setState(fits ? { is: "ready", control, items } : { is: "unfit" });
    } catch (problem) {
      setState({ is: "problem", problem });
    }
  }, []);
  useEffect(() => {
    const made = new Batch({ place: { org, project, desk: "work" }, person, ...outbox });
    batch.current = made;
    void fill();
    return () => {
      batch.current = null;
      void made.leave();
    };
  }, [org, project, outbox, person, fill]);
  return { batch, state, fill };
}

function AtGrid(props: Props): ReactNode {
  const { org, project } = props;
  const { t, language } = useSpeech();
  const toast = useToast();
  const { batch, state, fill } = useBatch(props);
  const desk = `/o/${org}/p/${project}/work`;
  const root = useRef<HTMLDivElement>(null);
  const grid = useRef<Grid | null>(null);
  const activity = useRef(new Activity());
  const [said, setSaid] = useState(0);
  const ready = state.is === "ready" ? state : null;
  const submit = useCallback(async (): Promise<void> => {
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
  }, [batch, ready, toast, t, fill]);
  const [, go] = useLocation();
  /** Give back first: who arrives at the desk too early would be handed what is just going. A dead network waits not. */
  const leave = (event: MouseEvent<HTMLAnchorElement>): void => {
    event.preventDefault();
    const to = event.currentTarget.getAttribute("href")!;
    const enough = new Promise((done) => setTimeout(done, 3000));
    void Promise.race([batch.current?.leave(), enough]).then(() => go(to));
  };
  const run = useRef(submit);
  useEffect(() => {
    run.current = submit;
  });
  useGrid({ root, grid, ready, language, activity, onSaid: setSaid, onSubmit: () => void run.current() });
  return (
    <div className="gw-page">
      <header className="gw-bar">
        <Group gap="xs">
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
            {ready !== null && ` · ${titleOf(ready.control, language)}`}
          </h1>
        </Group>
        <Group gap="xs">
          <Button size="xs" variant="default" component={To} href={desk} onClick={leave}>
            {t(GRIDS.oneByOne)}
          </Button>
          <Button size="xs" disabled={ready === null || said === 0} onClick={() => void submit()}>
            {t(GRIDS.submit, { count: said })} <kbd className="gw-kbd">{showChord("Mod+Enter")}</kbd>
          </Button>
        </Group>
      </header>
      <Sending />
      {state.is === "loading" && <Waiting />}
      {state.is === "problem" && <ProblemView problem={state.problem} onAgain={() => void fill()} />}
      {state.is === "none" && (
        <Empty title={GRIDS.none} hint={GRIDS.noneHint}>
          <Button variant="default" onClick={() => void fill()}>
            {t(GRIDS.again)}
          </Button>
        </Empty>
      )}
      {state.is === "unfit" && (
        <Empty title={GRIDS.unfit} hint={GRIDS.unfitHint}>
          <Button component={To} href={desk} onClick={leave}>
            {t(GRIDS.oneByOne)}
          </Button>
        </Empty>
      )}
      <main ref={root} className="gw-grid-place" hidden={ready === null} />
    </div>
  );
}

/** The grid in its place, loaded when there is something to show. */
function useGrid(options: {
  readonly root: RefObject<HTMLDivElement | null>;
  readonly grid: RefObject<Grid | null>;
  readonly ready: Extract<State, { is: "ready" }> | null;
  readonly language: "en" | "zh";
  readonly activity: RefObject<Activity>;
  readonly onSaid: (count: number) => void;
  readonly onSubmit: () => void;
}): void {
  const { root, grid, ready, language, activity } = options;
  const heard = useRef(options);
  heard.current = options;
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
      const keys = new Keymap();
      keys.add({ name: "grid.submit", title: WORK.submit, chords: ["Mod+Enter"], group: WORK.general }, () =>
        heard.current.onSubmit(),
      );
      const choices = choicesOf(ready.control, "choices");
      const onAnswers = (answers: ReadonlyMap<string, string>): void => heard.current.onSaid(answers.size);
      grid.current = openGrid({ root: place, items, choices, language, keys, onAnswers });
      grid.current.focus();
    });
    return () => {
      ended = true;
    };
  }, [ready, root, grid, language]);
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
      grid.current?.end();
      grid.current = null;
    };
  }, [activity, grid]);
}
