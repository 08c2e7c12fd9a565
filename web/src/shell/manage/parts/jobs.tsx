/** Long work as it goes: an import or a job with its bar, what came of it, and what to do when it failed. */

import { Anchor, Badge, Button, Group, Modal, Paper, Progress, Stack, Table, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { ImportView, JobView } from "@/api/types";
import { useSpeech } from "../../language";
import { MorePages, usePages, Waiting } from "../../parts/page";
import { ProblemView } from "../../parts/problem";
import { FRAME } from "../../words";
import { useDo } from "./ask";
import { PARTS } from "./words";

const TONES = { waiting: "gray", running: "blue", done: "green", failed: "red", cancelled: "gray" } as const;
const GOING: ReadonlySet<string> = new Set(["waiting", "running"]);

export function going(state: string): boolean {
  return GOING.has(state);
}

export function StateBadge({ state }: { readonly state: keyof typeof TONES }): ReactNode {
  const { t } = useSpeech();
  return (
    <Badge color={TONES[state]} variant="light" size="sm">
      {t(PARTS[state])}
    </Badge>
  );
}

interface Place {
  readonly org: number;
  readonly project: number;
}

/** An import by its number, asked again until it has ended. */
export function useImport({ org, project }: Place, number: number | null) {
  return useQuery({
    queryKey: ["import", org, project, number],
    enabled: number !== null,
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/imports/{number}", {
        path: { org, project, number: number ?? 0 },
      }),
    refetchInterval: (query) => (query.state.data === undefined || going(query.state.data.state) ? 700 : false),
  });
}

export function ImportCard({ place, one }: { readonly place: Place; readonly one: ImportView }): ReactNode {
  const { t, format } = useSpeech();
  const [open, setOpen] = useState(false);
  const told = (one.error ?? {}) as { title?: string; message?: string; code?: string };
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap">
        <Words fw={600} size="sm" truncate>
          {one.name}
        </Words>
        <StateBadge state={one.state} />
      </Group>
      {going(one.state) && <Progress value={100} animated mt="xs" aria-label={t(PARTS.running)} />}
      <Group gap="md" mt={4}>
        <Words size="sm">{t(PARTS.read, { count: format.number(one.read) })}</Words>
        <Words size="sm" c="var(--g-good)">
          {t(PARTS.added, { count: format.number(one.added) })}
        </Words>
        {one.already > 0 && <Words size="sm">{t(PARTS.already, { count: format.number(one.already) })}</Words>}
        {one.answers > 0 && <Words size="sm">{t(PARTS.answers, { count: format.number(one.answers) })}</Words>}
        {one.failed > 0 && (
          <Anchor component="button" type="button" size="sm" c="var(--g-bad)" onClick={() => setOpen(true)}>
            {t(PARTS.bad, { count: format.number(one.failed) })} · {t(PARTS.showErrors)}
          </Anchor>
        )}
      </Group>
      {one.error !== null && (
        <Words size="sm" c="var(--g-bad)" role="alert">
          {told.title ?? told.message ?? ""} {told.code}
        </Words>
      )}
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t(PARTS.errors)}
        size="xl"
        closeButtonProps={{ "aria-label": t(FRAME.close) }}
      >
        {open && <ImportErrors place={place} number={one.id} />}
      </Modal>
    </Paper>
  );
}

function ImportErrors({ place, number }: { readonly place: Place; readonly number: number }): ReactNode {
  const { t } = useSpeech();
  const pages = usePages(["import-errors", place.org, place.project, number], (after) =>
    call("GET /api/v1/orgs/{org}/projects/{project}/imports/{number}/errors", {
      path: { ...place, number },
      query: { limit: 50, ...(after === undefined ? {} : { after }) },
    }),
  );
  if (pages.rows === undefined) return pages.error ? <ProblemView problem={pages.error} /> : <Waiting />;
  return (
    <Stack gap="xs">
      <Words size="sm" c="dimmed">
        {t(PARTS.errorsHint)}
      </Words>
      <Table striped withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t(PARTS.row)}</Table.Th>
            <Table.Th>{t(PARTS.place)}</Table.Th>
            <Table.Th>{t(PARTS.reason)}</Table.Th>
            <Table.Th>{t(PARTS.excerpt)}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pages.rows.map((error) => (
            <Table.Tr key={error.row}>
              <Table.Td>{error.row}</Table.Td>
              <Table.Td>{error.place || t(PARTS.line, { line: error.line })}</Table.Td>
              <Table.Td>
                {error.message}{" "}
                <Words span size="xs" c="dimmed">
                  {error.code}
                </Words>
              </Table.Td>
              <Table.Td>
                <code>{error.excerpt.slice(0, 120)}</code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <MorePages pages={pages} count={pages.rows.length} />
    </Stack>
  );
}

/** A job as it goes; `key` is looked up again when it is cancelled or tried again. */
export function JobCard({ place, job }: { readonly place: Place; readonly job: JobView }): ReactNode {
  const { t, format } = useSpeech();
  const stale = [["jobs", place.org, place.project]];
  const path = { ...place, job: job.id };
  const cancel = useDo({
    run: () => call("POST /api/v1/orgs/{org}/projects/{project}/jobs/{job}/cancel", { path }),
    stale,
  });
  const retry = useDo({
    run: () => call("POST /api/v1/orgs/{org}/projects/{project}/jobs/{job}/retry", { path }),
    stale,
  });
  const link = useDo({
    run: () => call("POST /api/v1/orgs/{org}/projects/{project}/jobs/{job}/link", { path }),
    onDone: ({ href }) => location.assign(href),
  });
  const done = Number(job.progress.items ?? job.progress.done ?? job.progress.read ?? 0);
  const whole = Number(job.progress.whole ?? job.progress.total ?? 0);
  const told = (job.error ?? {}) as { title?: string; message?: string; code?: string };
  const kind = (PARTS as { readonly [name: string]: (typeof PARTS)["import"] })[job.kind];
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between">
        <Words size="sm">
          #{job.id} · {kind === undefined ? job.kind : t(kind)} · {format.time(job.created_at)}
          {done > 0 && ` · ${t(PARTS.items, { count: format.number(done) })}`}
        </Words>
        <Group gap="xs">
          <StateBadge state={job.state} />
          {going(job.state) && (
            <Button size="compact-xs" variant="default" disabled={job.cancelling} onClick={() => cancel.mutate({})}>
              {t(PARTS.cancelJob)}
            </Button>
          )}
          {(job.state === "failed" || job.state === "cancelled") && (
            <Button size="compact-xs" variant="default" onClick={() => retry.mutate({})}>
              {t(PARTS.retryJob)}
            </Button>
          )}
          {job.state === "done" && job.kind === "export" && (
            <Button size="compact-xs" loading={link.isPending} onClick={() => link.mutate({})}>
              {t(PARTS.download)}
            </Button>
          )}
        </Group>
      </Group>
      {going(job.state) && (
        <Progress
          mt="xs"
          animated
          value={whole > 0 ? (100 * done) / whole : job.state === "running" ? 100 : 0}
          aria-label={t(PARTS[job.state])}
        />
      )}
      {job.error !== null && (
        <Words size="sm" c="var(--g-bad)">
          {told.title ?? told.message ?? ""} {told.code}
        </Words>
      )}
    </Paper>
  );
}
