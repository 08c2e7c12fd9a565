/** Known answers: made from answers that were given, edited in the workbench, and how people do on them. */

import { ActionIcon, Badge, Button, Group, Stack, Table, Tooltip, Text as Words } from "@mantine/core";
import { IconAlertTriangle, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { call } from "@/api/call";
import type { GoldSource } from "@/api/types";
import type { Json } from "@/core/json";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { useConfirm, useDo } from "../../manage/parts/ask";
import { answersOf } from "../../parts/answers-of";
import { Dialog } from "../../parts/dialog";
import { LongTable } from "../../parts/long-table";
import { Empty, Found, MorePages, PageHead, usePages, Waiting } from "../../parts/page";
import { ProblemView } from "../../parts/problem";
import { useToast } from "../../toast";
import { FRAME } from "../../words";
import { problemSays } from "../../work/problem-says";
import { type Shown, useAnswerBench } from "../answer-bench";
import { mediaOf, useSchema } from "../item-facts";
import { GOLD } from "../leads-words";
import { PAGES } from "../words";
import "../review.css";

interface Place {
  readonly org: number;
  readonly project: number;
}
/** An item to edit; without an answer of its own it starts from the one that was given. */
interface Editing {
  readonly item: string;
  readonly body?: Json;
  readonly source: string;
}

export default function GoldPage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  const [picking, pick] = useState(false);
  const [editing, edit] = useState<Editing | null>(null);
  const pages = usePages(["gold", org, project], (after) =>
    call("GET /api/v1/orgs/{org}/projects/{project}/gold", {
      path: { org, project },
      query: after === undefined ? {} : { after },
    }),
  );
  const { rows } = pages;
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => pick(true)}>
      {t(GOLD.add)}
    </Button>
  );
  return (
    <>
      <PageHead title={t(PAGES.gold)} about={t(GOLD.about)}>
        {add}
      </PageHead>
      {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
      {rows === undefined && pages.error === null && <Waiting />}
      {rows?.length === 0 && (
        <Empty title={GOLD.none} hint={GOLD.noneHint}>
          {add}
        </Empty>
      )}
      {rows !== undefined && rows.length > 0 && (
        <>
          <GoldTable place={{ org, project }} rows={rows} onEdit={edit} />
          <MorePages pages={pages} count={rows.length} />
        </>
      )}
      <Picker
        place={{ org, project }}
        opened={picking}
        onClose={() => pick(false)}
        onPick={(item) => {
          pick(false);
          edit({ item, source: "" });
        }}
      />
      <Dialog opened={editing !== null} onClose={() => edit(null)} title={editing?.item} size="90%">
        {editing !== null && <Editor place={{ org, project }} editing={editing} onDone={() => edit(null)} />}
      </Dialog>
    </>
  );
}

function GoldTable(props: {
  readonly place: Place;
  readonly rows: readonly GoldSource[];
  onEdit(editing: Editing): void;
}): ReactNode {
  const { t, format } = useSpeech();
  const { org, project } = props.place;
  const [ask, question] = useConfirm();
  const forget = useDo({
    run: (item: string) =>
      call("POST /api/v1/orgs/{org}/projects/{project}/gold/forget", {
        path: { org, project },
        body: { items: [item] },
      }),
    stale: [["gold", org, project]],
    said: GOLD.forgotten,
  });
  return (
    <LongTable minWidth={640}>
      {question}
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t(GOLD.item)}</Table.Th>
            <Table.Th>{t(GOLD.from)}</Table.Th>
            <Table.Th ta="right">{t(GOLD.shown)}</Table.Th>
            <Table.Th ta="right">{t(GOLD.passed)}</Table.Th>
            <Table.Th>{t(GOLD.changed)}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {props.rows.map((row) => {
            const [shown, passed] = [row.shown ?? 0, row.passed ?? 0];
            const doubtful = shown >= 3 && passed * 2 < shown;
            return (
              <Table.Tr key={row.item}>
                <Table.Td className="gr-wrap">{row.item}</Table.Td>
                <Table.Td>{row.source}</Table.Td>
                <Table.Td ta="right">{format.number(shown)}</Table.Td>
                <Table.Td ta="right">
                  <Group gap={6} justify="flex-end" wrap="nowrap">
                    {doubtful && (
                      <Tooltip label={t(GOLD.doubt)}>
                        <Badge color="orange" variant="light" leftSection={<IconAlertTriangle size={12} />}>
                          {format.percent(passed / shown, 0)}
                        </Badge>
                      </Tooltip>
                    )}
                    {!doubtful && (shown === 0 ? "–" : format.percent(passed / shown, 0))}
                  </Group>
                </Table.Td>
                <Table.Td>{format.time(row.updated_at)}</Table.Td>
                <Table.Td>
                  <Group gap={4} justify="flex-end" wrap="nowrap">
                    <Button
                      size="xs"
                      variant="light"
                      onClick={() => props.onEdit({ item: row.item, body: row.body as Json, source: row.source })}
                    >
                      {t(GOLD.edit)}
                    </Button>
                    <ActionIcon
                      variant="subtle"
                      color="red"
                      aria-label={`${t(GOLD.forget)} ${row.item}`}
                      onClick={() =>
                        ask({
                          title: `${t(GOLD.forget)}: ${row.item}`,
                          about: t(GOLD.forgetAbout),
                          act: t(GOLD.forget),
                          danger: true,
                          onYes: () => forget.mutate(row.item),
                        })
                      }
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  </Group>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </LongTable>
  );
}

/** Finished items that are no gold yet. */
function Picker(props: {
  readonly place: Place;
  readonly opened: boolean;
  onClose(): void;
  onPick(item: string): void;
}): ReactNode {
  const { t } = useSpeech();
  const { org, project } = props.place;
  const found = useQuery({
    queryKey: ["gold-picks", org, project],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/explorer", {
        path: { org, project },
        query: { status: "done", limit: 50 },
      }),
    enabled: props.opened,
  });
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t(GOLD.pick)} size="lg">
      <Words size="sm" c="dimmed" mb="xs">
        {t(GOLD.pickHint)}
      </Words>
      <Found query={found}>
        {({ items }) => (
          <Table highlightOnHover>
            <Table.Tbody>
              {items
                .filter(({ gold }) => !gold)
                .map((face) => (
                  <Table.Tr key={face.item}>
                    <Table.Td className="gr-wrap">
                      <Words size="sm">{face.head || face.item}</Words>
                      <Words size="xs" c="dimmed">
                        {Object.values(face.labels).flat().slice(0, 6).join(", ")}
                      </Words>
                    </Table.Td>
                    <Table.Td ta="right">
                      <Button size="xs" variant="light" onClick={() => props.onPick(face.item)}>
                        {t(GOLD.choose)}
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
            </Table.Tbody>
          </Table>
        )}
      </Found>
    </Dialog>
  );
}

function Editor(props: { readonly place: Place; readonly editing: Editing; onDone(): void }): ReactNode {
  const { org, project } = props.place;
  const { item, body } = props.editing;
  const schema = useSchema(org, project);
  const facts = useQuery({
    queryKey: ["gold-item", org, project, item],
    queryFn: async () => {
      const path = { org, project };
      const found = await call("GET /api/v1/orgs/{org}/projects/{project}/item", { path, query: { item } });
      const media = await mediaOf(found.data, () =>
        call("GET /api/v1/orgs/{org}/projects/{project}/item/media", { path, query: { item } }),
      );
      const newest = answersOf(found).at(-1);
      return { content: found.data, media, given: (newest?.body ?? undefined) as Json | undefined };
    },
  });
  return (
    <Found query={schema}>
      {(known) => (
        <Found query={facts}>
          {({ content, media, given }) => (
            <EditorBench
              {...props}
              shown={{ key: `gold/${item}`, schema: known, content, media, labels: body ?? given }}
            />
          )}
        </Found>
      )}
    </Found>
  );
}

function EditorBench(props: {
  readonly place: Place;
  readonly editing: Editing;
  readonly shown: Shown;
  onDone(): void;
}): ReactNode {
  const { org, project } = props.place;
  const { t, language } = useSpeech();
  const toast = useToast();
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is being edited is not taken away by a refetch
  const shown = useMemo(() => props.shown, [props.shown.key]);
  const open = useAnswerBench(place, shown, { language, readOnly: false, keys: true, onNotice: toast });
  const keep = useDo({
    run: (answer: Json) =>
      call("PUT /api/v1/orgs/{org}/projects/{project}/gold", {
        path: { org, project },
        body: { answers: [{ item: props.editing.item, body: answer }], source: props.editing.source || "lead" },
      }),
    stale: [["gold", org, project]],
    said: GOLD.kept,
    onDone: props.onDone,
  });
  const save = (): void => {
    const first = open?.bench.problems()[0];
    if (open === null || first !== undefined) {
      if (open !== null && first !== undefined) toast(problemSays(open.shown.schema, first, language), "bad");
      return;
    }
    keep.mutate(open.bench.labels() as Json);
  };
  return (
    <Stack>
      <div ref={place} className="gr-gold" data-testid="gold-bench" />
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onDone}>
          {t(FRAME.cancel)}
        </Button>
        <Button disabled={open === null} loading={keep.isPending} onClick={save}>
          {t(GOLD.keep)}
        </Button>
      </Group>
    </Stack>
  );
}
