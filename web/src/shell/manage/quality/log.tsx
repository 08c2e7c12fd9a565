/** What rules and leads did, and the appeals against it. */

import { Badge, Button, Group, Paper, Stack, Table, Textarea, Text as Words } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { Appeal } from "@/api/types";
import { useSpeech } from "../../language";
import { MorePages, usePages, Waiting } from "../../parts/page";
import { ProblemView } from "../../parts/problem";
import { usePeopleNames } from "../explorer/explorer-page";
import { useDo } from "../parts/ask";
import { useNames } from "../parts/names";
import { QUAL } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

export function Actions({ place }: { readonly place: Place }): ReactNode {
  const { t, language, format } = useSpeech();
  const nameOf = useNames(place);
  const pages = usePages(["actions", place.org, place.project], (after) =>
    call("GET /api/v1/orgs/{org}/projects/{project}/quality/actions", {
      path: { ...place },
      query: { limit: 50, ...(after === undefined ? {} : { after }) },
    }),
  );
  if (pages.rows === undefined) return pages.error ? <ProblemView problem={pages.error} /> : <Waiting />;
  if (pages.rows.length === 0) return <Words c="dimmed">{t(QUAL.noActions)}</Words>;
  return (
    <>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t(QUAL.who)}</Table.Th>
            <Table.Th>{t(QUAL.what)}</Table.Th>
            <Table.Th>{t(QUAL.when)}</Table.Th>
            <Table.Th>{t(QUAL.state)}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pages.rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>{nameOf(row.labeler_name)}</Table.Td>
              <Table.Td>{language === "zh" ? row.explanation_zh : row.explanation_en}</Table.Td>
              <Table.Td>{format.time(row.at)}</Table.Td>
              <Table.Td>
                <Badge variant="light" color={row.state === "active" ? "orange" : "gray"}>
                  {t(QUAL[row.state])}
                </Badge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <MorePages pages={pages} count={pages.rows.length} />
    </>
  );
}

export function Appeals({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  const pages = usePages(["appeals", place.org, place.project], (after) =>
    call("GET /api/v1/orgs/{org}/projects/{project}/quality/appeals", {
      path: { ...place },
      query: { limit: 25, ...(after === undefined ? {} : { after }) },
    }),
  );
  if (pages.rows === undefined) return pages.error ? <ProblemView problem={pages.error} /> : <Waiting />;
  if (pages.rows.length === 0) return <Words c="dimmed">{t(QUAL.noAppeals)}</Words>;
  return (
    <Stack maw={760}>
      {pages.rows.map((appeal) => (
        <AppealCard key={appeal.id} place={place} appeal={appeal} />
      ))}
      <MorePages pages={pages} count={pages.rows.length} />
    </Stack>
  );
}

function AppealCard({ place, appeal }: { readonly place: Place; readonly appeal: Appeal }): ReactNode {
  const { t, format } = useSpeech();
  const [note, setNote] = useState("");
  const name = usePeopleNames(place).get(appeal.labeler) ?? `#${appeal.labeler}`;
  const rule = useDo({
    run: (overturn: boolean) =>
      call("POST /api/v1/orgs/{org}/projects/{project}/quality/appeals/{appeal}/ruling", {
        path: { ...place, appeal: appeal.id },
        body: { overturn, note },
      }),
    said: QUAL.ruled,
    stale: [
      ["appeals", place.org, place.project],
      ["actions", place.org, place.project],
    ],
  });
  return (
    <Paper withBorder p="md">
      <Group justify="space-between">
        <Words fw={600} size="sm">
          {name} · {format.time(appeal.created_at)}
        </Words>
        <Badge variant="light">{t(QUAL[appeal.state])}</Badge>
      </Group>
      <Words size="sm">{appeal.words}</Words>
      {appeal.state === "open" ? (
        <>
          <Textarea
            mt="xs"
            label={t(QUAL.note)}
            description={t(QUAL.notOwn)}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end" mt="xs">
            <Button size="xs" variant="default" loading={rule.isPending} onClick={() => rule.mutate(false)}>
              {t(QUAL.uphold)}
            </Button>
            <Button size="xs" loading={rule.isPending} onClick={() => rule.mutate(true)}>
              {t(QUAL.overturn)}
            </Button>
          </Group>
        </>
      ) : (
        <Words size="sm" c="dimmed">
          {appeal.note}
        </Words>
      )}
    </Paper>
  );
}
