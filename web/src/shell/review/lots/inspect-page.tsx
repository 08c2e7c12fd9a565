/** One drawn item after the other: is the answer right or wrong? The gauge tells what is proved by now. */

import { ActionIcon, Badge, Button, Group, SegmentedControl, Stack, Textarea, Text as Words } from "@mantine/core";
import { IconArrowLeft, IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link as To } from "wouter";
import { call } from "@/api/call";
import type { Mark, SampleView, Standing } from "@/api/types";
import { newId } from "@/core/ids";
import type { Json } from "@/core/json";
import type { LabelSchema } from "@/core/schema";
import { isField } from "@/host/keyboard";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { Dialog } from "../../parts/dialog";
import { Empty, Found, usePages, Waiting } from "../../parts/page";
import { ProblemView, problemText } from "../../parts/problem";
import { useToast } from "../../toast";
import { FRAME } from "../../words";
import { type Shown, useAnswerBench } from "../answer-bench";
import { KeyButton } from "../desk-frame";
import { ReasonRadios, submitsByKey } from "../dialogs";
import { mediaOf, useSchema } from "../item-facts";
import { REASONS, RETURN_REASONS, type Reason } from "../words";
import { Gauge } from "./gauge";
import { LOT } from "./words";
import "../../work/work.css";
import "../review.css";

const AT_ONCE = 100;

export default function InspectPage({ org, project, params }: PageProps): ReactNode {
  const lot = Number(params.lot);
  const schema = useSchema(org, project);
  const standing = useQuery({
    queryKey: ["lot", org, project, lot],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/lots/{lot}", { path: { org, project, lot } }),
  });
  return (
    <Found query={schema}>
      {(found) => (
        <Found query={standing}>
          {(now) => <Inspecting org={org} project={project} lot={lot} schema={found} standing={now} />}
        </Found>
      )}
    </Found>
  );
}

interface Props {
  readonly org: number;
  readonly project: number;
  readonly lot: number;
  readonly schema: LabelSchema;
  readonly standing: Standing;
}

function Inspecting({ org, project, lot, schema, standing }: Props): ReactNode {
  const { t } = useSpeech();
  const marks = useMarks(org, project, lot);
  const pages = usePages(["lot-sample", org, project, lot], (after) =>
    call("GET /api/v1/orgs/{org}/projects/{project}/lots/{lot}/sample", {
      path: { org, project, lot },
      query: { limit: AT_ONCE, ...(after === undefined ? {} : { after }) },
    }),
  );
  const rows = useMemo(
    () => (pages.rows ?? []).map((row): SampleView => ({ ...row, ...marks.given.get(row.item) })),
    [pages.rows, marks.given],
  );
  const [at, go] = useState<number | null>(null);
  const [wrong, askWrong] = useState(false);
  const firstOpen = rows.findIndex((row) => row.wrong === null);
  const index = at ?? Math.max(firstOpen, 0);
  const row = rows[index];
  const { hasNextPage, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && index > rows.length - AT_ONCE / 2) void fetchNextPage();
  }, [hasNextPage, fetchNextPage, index, rows.length]);
  const nextOpen = useCallback(
    (from: number) => {
      const later = rows.findIndex((one, place) => place > from && one.wrong === null);
      go(later >= 0 ? later : Math.min(from + 1, rows.length - 1));
    },
    [rows],
  );
  const drawn = standing.lot.state === "drawn";
  const say = (mark: Omit<Mark, "item">): void => {
    if (row === undefined || !drawn) return;
    askWrong(false);
    marks.put({ item: row.item, ...mark });
    nextOpen(index);
  };
  const step = (by: number): void => go(Math.min(Math.max(index + by, 0), Math.max(rows.length - 1, 0)));
  useKeys({
    a: () => say({ wrong: false }),
    w: () => drawn && row !== undefined && askWrong(true),
    r: () => drawn && row !== undefined && askWrong(true),
    n: () => step(1),
    p: () => step(-1),
    arrowright: () => step(1),
    arrowleft: () => step(-1),
  });
  const home = `/o/${org}/p/${project}/lots/${lot}`;
  const ahead = rows[index + 1];
  useAhead({ org, project, lot, row: ahead });
  return (
    <div className="gw-page">
      <header className="gw-bar gr-bar">
        <Group gap="xs" wrap="nowrap">
          <ActionIcon component={To} href={home} variant="subtle" color="gray" aria-label={t(LOT.back)}>
            <IconArrowLeft size={18} />
          </ActionIcon>
          <Words component="h1" size="sm" fw={600}>
            {standing.lot.name}
          </Words>
          {row !== undefined && (
            <Words size="xs" c="dimmed">
              {t(LOT.rank, { rank: row.rank })}
            </Words>
          )}
          {row !== undefined && <MarkBadge row={row} />}
        </Group>
        <Group gap={6} wrap="nowrap">
          <ActionIcon variant="default" aria-label={t(LOT.previous)} onClick={() => step(-1)}>
            <IconChevronLeft size={16} />
          </ActionIcon>
          <ActionIcon variant="default" aria-label={t(LOT.next)} onClick={() => step(1)}>
            <IconChevronRight size={16} />
          </ActionIcon>
          <KeyButton
            title={LOT.wrong}
            chord="W"
            color="red"
            variant="light"
            disabled={!drawn}
            onPress={() => askWrong(true)}
          />
          <KeyButton
            title={LOT.right}
            chord="A"
            color="teal.9"
            variant="filled"
            disabled={!drawn}
            onPress={() => say({ wrong: false })}
          />
        </Group>
      </header>
      <div className="gr-gauge-bar">
        <Gauge standing={standing} />
      </div>
      {standing.judged !== null && standing.judged.verdict !== "open" && drawn && (
        <Group className="gr-gauge-bar" gap="md">
          <Words size="sm">{t(LOT.finishedHint)}</Words>
          <Button component={To} href={home} size="xs">
            {t(LOT.back)}
          </Button>
        </Group>
      )}
      <main className="gr-main">
        {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
        {pages.rows === undefined && pages.error === null && <Waiting />}
        {row !== undefined && <Item key={row.item} org={org} project={project} lot={lot} row={row} schema={schema} />}
        {pages.rows?.length === 0 && <Empty title={LOT.finished} hint={LOT.finishedHint} />}
      </main>
      <WrongDialog
        opened={wrong}
        onClose={() => askWrong(false)}
        onWrong={(reason, note) => say({ wrong: true, reason, note })}
      />
    </div>
  );
}

/** Marks as given here: shown at once, sent one after the other, taken back when the server refuses. */
function useMarks(org: number, project: number, lot: number) {
  const { t } = useSpeech();
  const toast = useToast();
  const queries = useQueryClient();
  const [given, set] = useState<ReadonlyMap<string, { wrong: boolean; reason: string | null; note: string }>>(
    new Map(),
  );
  const last = useRef<Promise<unknown>>(Promise.resolve());
  const put = (mark: Mark): void => {
    const before = given.get(mark.item);
    set((now) =>
      new Map(now).set(mark.item, { wrong: mark.wrong, reason: mark.reason ?? null, note: mark.note ?? "" }),
    );
    last.current = last.current.then(async () => {
      try {
        const now = await call("POST /api/v1/orgs/{org}/projects/{project}/lots/{lot}/marks", {
          path: { org, project, lot },
          body: mark,
          once: newId(),
        });
        queries.setQueryData(["lot", org, project, lot], now);
      } catch (problem) {
        set((now) => {
          const next = new Map(now);
          if (before === undefined) next.delete(mark.item);
          else next.set(mark.item, before);
          return next;
        });
        toast(problemText(problem, t(FRAME.offline)), "bad");
      }
    });
  };
  return { given, put };
}

function useKeys(keys: { readonly [key: string]: () => unknown }): void {
  const now = useRef(keys);
  useEffect(() => {
    now.current = keys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const away = event.target instanceof Element && event.target.closest('[role="dialog"]') !== null;
      if (away || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
      const run = now.current[event.key.toLowerCase()];
      if (run === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      run();
    };
    addEventListener("keydown", press, { capture: true });
    return () => removeEventListener("keydown", press, { capture: true });
  }, []);
}

// --- one item --------------------------------------------------------------------------------------------------------

interface OfItem {
  readonly org: number;
  readonly project: number;
  readonly lot: number;
  readonly row: SampleView | undefined;
}

function mediaQuery({ org, project, lot, row }: OfItem) {
  return {
    queryKey: ["lot-media", org, project, lot, row?.item],
    queryFn: () =>
      mediaOf(row?.content, () =>
        call("GET /api/v1/orgs/{org}/projects/{project}/lots/{lot}/sample/media", {
          path: { org, project, lot },
          query: { item: row?.item ?? "" },
        }),
      ),
    staleTime: 600_000,
    enabled: row !== undefined,
  };
}

/** Links of the next item are asked for while this one is looked at. */
function useAhead(item: OfItem): void {
  useQuery(mediaQuery(item));
}

function Item(props: OfItem & { readonly row: SampleView; readonly schema: LabelSchema }): ReactNode {
  const { row, schema } = props;
  const { t, language } = useSpeech();
  const toast = useToast();
  const place = useRef<HTMLDivElement>(null);
  const [answer, choose] = useState(0);
  const media = useQuery(mediaQuery(props));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a mark on the row is no reason to open its answer again
  const shown = useMemo<Shown | null>(
    () =>
      media.data === undefined
        ? null
        : { key: row.item, schema, content: row.content, labels: row.answers[answer] as Json, media: media.data },
    [row.item, schema, answer, media.data],
  );
  useAnswerBench(place, shown, { language, readOnly: true, keys: true, onNotice: toast });
  return (
    <div className="gr-item">
      {row.answers.length > 1 && (
        <SegmentedControl
          size="xs"
          value={String(answer)}
          data={row.answers.map((_, at) => ({
            value: String(at),
            label: t(LOT.answerOf, { name: String.fromCharCode(65 + at) }),
          }))}
          onChange={(value) => choose(Number(value))}
        />
      )}
      {media.error !== null && <ProblemView problem={media.error} onAgain={() => void media.refetch()} />}
      <div ref={place} className="gr-beside-bench" />
    </div>
  );
}

function MarkBadge({ row }: { readonly row: SampleView }): ReactNode {
  const { t } = useSpeech();
  if (row.wrong === null) {
    return (
      <Badge variant="default" size="sm">
        {t(LOT.notMarked)}
      </Badge>
    );
  }
  const mark = row.wrong ? `${t(LOT.wrong)} · ${t(REASONS[row.reason as Reason] ?? REASONS.other)}` : t(LOT.right);
  return (
    <Badge variant="light" size="sm" color={row.wrong ? "red" : "green"}>
      {mark}
    </Badge>
  );
}

function WrongDialog(props: {
  readonly opened: boolean;
  onClose(): void;
  onWrong(reason: Reason, note: string): void;
}): ReactNode {
  const { t } = useSpeech();
  const [reason, setReason] = useState<Reason>("wrong");
  const [note, setNote] = useState("");
  const send = (event: FormEvent): void => {
    event.preventDefault();
    props.onWrong(reason, note.trim());
    setReason("wrong");
    setNote("");
  };
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t(LOT.wrong)}>
      <form onSubmit={send} onKeyDown={submitsByKey}>
        <Stack>
          <ReasonRadios value={reason} reasons={RETURN_REASONS} label={t(LOT.reason)} onChange={setReason} />
          <Textarea
            label={t(LOT.why)}
            autosize
            minRows={2}
            maxLength={4000}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t(FRAME.cancel)}
            </Button>
            <Button type="submit" color="red">
              {t(LOT.wrong)} <kbd className="gw-kbd">Ctrl+Enter</kbd>
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
