/** Batches with priority and date, and giving an item to somebody. */

import {
  Anchor,
  Button,
  Group,
  NumberInput,
  Paper,
  Select,
  Stack,
  Table,
  TextInput,
  Title,
  Text as Words,
} from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Link as To } from "wouter";
import { call } from "@/api/call";
import type { Batch } from "@/api/types";
import { useSpeech } from "../../language";
import { MorePages, usePages, Waiting } from "../../parts/page";
import { ProblemView } from "../../parts/problem";
import { FRAME } from "../../words";
import { usePeopleNames } from "../explorer/explorer-page";
import { useDo } from "../parts/ask";
import { dueOf } from "../start/plan";
import { PEOPLE } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

export function Batches({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  const [name, setName] = useState("");
  const [priority, setPriority] = useState(0);
  const [due, setDue] = useState("");
  const stale = [["batches", place.org, place.project]];
  const pages = usePages(["batches", place.org, place.project], (after) =>
    call("GET /api/v1/orgs/{org}/projects/{project}/batches", {
      path: { ...place },
      query: { limit: 50, ...(after === undefined ? {} : { after }) },
    }),
  );
  const make = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/batches", {
        path: { ...place },
        body: { name: name.trim(), priority, due_at: dueOf(due) },
      }),
    stale,
    onDone: () => setName(""),
  });
  if (pages.rows === undefined) return pages.error ? <ProblemView problem={pages.error} /> : <Waiting />;
  return (
    <Stack maw={820}>
      {pages.rows.length === 0 ? (
        <Words c="dimmed">{t(PEOPLE.noBatches)}</Words>
      ) : (
        <>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t(PEOPLE.batchName)}</Table.Th>
                <Table.Th>{t(PEOPLE.due)}</Table.Th>
                <Table.Th w={260}>{t(PEOPLE.priority)}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pages.rows.map((batch) => (
                <BatchRow key={`${batch.id} ${batch.priority}`} place={place} batch={batch} />
              ))}
            </Table.Tbody>
          </Table>
          <MorePages pages={pages} count={pages.rows.length} />
        </>
      )}
      <Group align="flex-end">
        <TextInput label={t(PEOPLE.batchName)} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <NumberInput
          label={t(PEOPLE.priority)}
          value={priority}
          onChange={(value) => setPriority(Number(value) || 0)}
        />
        <TextInput
          type="date"
          label={t(PEOPLE.due)}
          value={due}
          onChange={(event) => setDue(event.currentTarget.value)}
        />
        <Button disabled={name.trim() === ""} loading={make.isPending} onClick={() => make.mutate({})}>
          {t(PEOPLE.newBatch)}
        </Button>
      </Group>
      <Words size="sm" c="dimmed">
        {t(PEOPLE.batchFill)}{" "}
        <Anchor component={To} size="sm" underline="always" href={`/o/${place.org}/p/${place.project}/explorer`}>
          {t(PEOPLE.toExplorer)}
        </Anchor>
      </Words>
      <Assign place={place} />
    </Stack>
  );
}

function BatchRow({ place, batch }: { readonly place: Place; readonly batch: Batch }): ReactNode {
  const { t, format } = useSpeech();
  const [priority, setPriority] = useState(batch.priority);
  const save = useDo({
    run: () =>
      call("PATCH /api/v1/orgs/{org}/projects/{project}/batches/{batch}", {
        path: { ...place, batch: batch.id },
        body: { priority, due_at: batch.due_at },
      }),
    stale: [["batches", place.org, place.project]],
    said: PEOPLE.saved,
  });
  return (
    <Table.Tr>
      <Table.Td>{batch.name}</Table.Td>
      <Table.Td>{batch.due_at === null ? "–" : format.date(batch.due_at)}</Table.Td>
      <Table.Td>
        <Group gap="xs">
          <NumberInput
            size="xs"
            w={120}
            aria-label={t(PEOPLE.priority)}
            value={priority}
            onChange={(value) => setPriority(Number(value) || 0)}
          />
          <Button size="xs" variant="default" disabled={priority === batch.priority} onClick={() => save.mutate({})}>
            {t(FRAME.save)}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function Assign({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  const people = usePeopleNames(place);
  const [item, setItem] = useState("");
  const [labeler, setLabeler] = useState<string | null>(null);
  const assign = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/assignments", {
        path: { ...place },
        body: { item: item.trim(), labeler: Number(labeler) },
      }),
    said: PEOPLE.assigned,
    onDone: () => setItem(""),
  });
  return (
    <Paper withBorder p="md">
      <Title order={3} size="h6">
        {t(PEOPLE.assign)}
      </Title>
      <Words size="sm" c="dimmed">
        {t(PEOPLE.assignHint)}
      </Words>
      <Group align="flex-end" mt="xs">
        <TextInput label={t(PEOPLE.item)} value={item} onChange={(event) => setItem(event.currentTarget.value)} />
        <Select
          searchable
          label={t(PEOPLE.who)}
          value={labeler}
          data={[...people].map(([id, name]) => ({ value: String(id), label: name }))}
          onChange={setLabeler}
        />
        <Button
          disabled={item.trim() === "" || labeler === null}
          loading={assign.isPending}
          onClick={() => assign.mutate({})}
        >
          {t(PEOPLE.assign)}
        </Button>
      </Group>
    </Paper>
  );
}
