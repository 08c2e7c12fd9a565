/** One item: its record with any of its answers in the workbench, tasks, predictions, comments. */

import { Badge, Button, Code, Group, Paper, Stack, Table, Title, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { call } from "@/api/call";
import type { ItemView } from "@/api/types";
import type { Labels } from "@/core/entity";
import type { JsonObject } from "@/core/json";
import { useSpeech } from "../../language";
import { answersOf } from "../../parts/answers-of";
import { Found } from "../../parts/page";
import { sayName } from "../../parts/person";
import { stageName } from "../overview/overview-page";
import { useNames } from "../parts/names";
import { Preview, type Shown } from "../parts/preview";
import { useSchema } from "./explorer-page";
import { EXPLORER, SLOT_STATES } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

interface Revision {
  readonly id: number;
  readonly slot: number;
  readonly rev: number;
  readonly labeler_name: string;
  readonly schema_version: number;
  readonly guideline_version: number;
  readonly body: unknown;
  readonly created_at: string;
}

export function ItemPanel({ place, item }: { readonly place: Place; readonly item: string }): ReactNode {
  const path = { ...place };
  const found = useQuery({
    queryKey: ["item", place.org, place.project, item],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/item", { path, query: { item } }),
  });
  return <Found query={found}>{(view) => <Panel place={place} view={view} />}</Found>;
}

function Panel({ place, view }: { readonly place: Place; readonly view: ItemView }): ReactNode {
  const { t } = useSpeech();
  const schema = useSchema(place);
  const revisions = [...(view.revisions as unknown as Revision[])].reverse();
  const [chosen, choose] = useState<number | null>((answersOf(view).at(-1)?.id as number | undefined) ?? null);
  const [predicted, setPredicted] = useState<unknown>(null);
  const body = predicted ?? revisions.find(({ id }) => id === chosen)?.body;
  const media = useQuery({
    queryKey: ["item-media", place.org, place.project, view.item],
    staleTime: 600_000,
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/item/media", { path: { ...place }, query: { item: view.item } }),
  });
  const shown = useMemo<Shown | null>(
    () =>
      schema === undefined || view.data === null || media.isPending
        ? null
        : { schema, content: view.data as JsonObject, ...(body === undefined ? {} : { labels: body as Labels }) },
    [schema, view.data, body, media.isPending],
  );
  return (
    <Stack>
      {view.data === null ? (
        <Paper withBorder p="md" c="dimmed">
          {t(EXPLORER.noContent)}
        </Paper>
      ) : (
        <Preview shown={shown} readOnly height={360} {...(media.data === undefined ? {} : { media: media.data })} />
      )}
      <Answers
        place={place}
        view={view}
        revisions={revisions}
        chosen={predicted === null ? chosen : null}
        onChoose={(id) => {
          setPredicted(null);
          choose(id);
        }}
      />
      <Tasks place={place} view={view} />
      <Predictions place={place} item={view.item} onShow={setPredicted} />
      <Comments place={place} item={view.item} />
      <details>
        <summary>{t(EXPLORER.raw)}</summary>
        <Code block>{JSON.stringify(view.data, null, 2)}</Code>
      </details>
    </Stack>
  );
}

function Answers(props: {
  readonly place: Place;
  readonly view: ItemView;
  readonly revisions: readonly Revision[];
  readonly chosen: number | null;
  readonly onChoose: (id: number) => void;
}): ReactNode {
  const { t, format } = useSpeech();
  const nameOf = useNames(props.place);
  const stages = new Map(props.view.slots.map((slot) => [slot.id, slot.stage]));
  return (
    <section>
      <Title order={3} size="h6">
        {t(EXPLORER.history)}
      </Title>
      {props.revisions.length === 0 && <Words c="dimmed">{t(EXPLORER.nobody)}</Words>}
      {props.revisions.map((one) => (
        <Group key={one.id} justify="space-between" wrap="nowrap" py={4}>
          <div>
            <Words size="sm">
              {t(EXPLORER.revision, {
                who: nameOf(one.labeler_name),
                stage: stageName(stages.get(one.slot) ?? "", t),
                rev: one.rev,
              })}{" "}
              <Words span size="xs" c="dimmed">
                {format.time(one.created_at)} ·{" "}
                {t(EXPLORER.versions, { schema: one.schema_version, guideline: one.guideline_version })}
              </Words>
            </Words>
            <Code>{JSON.stringify(one.body).slice(0, 160)}</Code>
          </div>
          {one.id === props.chosen ? (
            <Badge variant="light">{t(EXPLORER.shown)}</Badge>
          ) : (
            <Button size="compact-xs" variant="default" onClick={() => props.onChoose(one.id)}>
              {t(EXPLORER.show)}
            </Button>
          )}
        </Group>
      ))}
    </section>
  );
}

function Tasks({ place, view }: { readonly place: Place; readonly view: ItemView }): ReactNode {
  const { t } = useSpeech();
  const nameOf = useNames(place);
  return (
    <section>
      <Title order={3} size="h6">
        {t(EXPLORER.slots)}
      </Title>
      <Table>
        <Table.Tbody>
          {view.slots.map((slot) => {
            const state = (SLOT_STATES as { readonly [name: string]: (typeof SLOT_STATES)["ready"] })[slot.state];
            return (
              <Table.Tr key={slot.id}>
                <Table.Td>{stageName(slot.stage, t)}</Table.Td>
                <Table.Td>{state === undefined ? slot.state : t(state)}</Table.Td>
                <Table.Td>{slot.labeler_name === null ? t(EXPLORER.nobody) : nameOf(slot.labeler_name)}</Table.Td>
                <Table.Td>{slot.attempt > 1 && t(EXPLORER.attempt, { attempt: slot.attempt })}</Table.Td>
                <Table.Td>{slot.reason}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Predictions(props: {
  readonly place: Place;
  readonly item: string;
  readonly onShow: (body: unknown) => void;
}): ReactNode {
  const { t, format } = useSpeech();
  const asked = useQuery({
    queryKey: ["predictions", props.place.org, props.place.project, props.item],
    queryFn: () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/predictions/for", {
        path: { ...props.place },
        body: { items: [props.item] },
      }),
    retry: false,
  });
  const found = asked.data?.[props.item] ?? [];
  return (
    <section>
      <Title order={3} size="h6">
        {t(EXPLORER.predictions)}
      </Title>
      {found.length === 0 && (
        <Words size="sm" c="dimmed">
          {t(EXPLORER.noPredictions)}
        </Words>
      )}
      {found.map((one) => (
        <Group key={`${one.labeler} ${one.model_version}`} justify="space-between" wrap="nowrap">
          <Words size="sm">
            {one.model_version}{" "}
            {one.score !== null && (
              <Words span size="xs" c="dimmed">
                {t(EXPLORER.score, { score: format.percent(one.score) })}
              </Words>
            )}{" "}
            <Code>{JSON.stringify(one.body).slice(0, 120)}</Code>
          </Words>
          <Button size="compact-xs" variant="default" onClick={() => props.onShow(one.body)}>
            {t(EXPLORER.show)}
          </Button>
        </Group>
      ))}
    </section>
  );
}

function Comments({ place, item }: { readonly place: Place; readonly item: string }): ReactNode {
  const { t, format } = useSpeech();
  const asked = useQuery({
    queryKey: ["comments", place.org, place.project, item],
    retry: false,
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/reviews/comments", { path: { ...place }, query: { item } }),
  });
  if (asked.error !== null) return null;
  return (
    <section>
      <Title order={3} size="h6">
        {t(EXPLORER.comments)}
      </Title>
      {asked.data?.items.length === 0 && (
        <Words size="sm" c="dimmed">
          {t(EXPLORER.noComments)}
        </Words>
      )}
      {asked.data?.items.map((one) => (
        <Words key={one.id} size="sm">
          <b>{one.author_name === null ? "" : sayName(t, one.author_name)}</b> {one.body}{" "}
          <Words span size="xs" c="dimmed">
            {format.time(one.created_at)}
          </Words>
        </Words>
      ))}
    </section>
  );
}
