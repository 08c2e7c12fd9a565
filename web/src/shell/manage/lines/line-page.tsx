/** One line: its newest run as a picture, what was dropped and why, its projects, runs, quarantine, any record's story. */

import {
  Alert,
  Anchor,
  Button,
  Group,
  Paper,
  Stack,
  Table,
  TextInput,
  Timeline,
  Title,
  Text as Words,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link as To, useSearchParams } from "wouter";
import { call } from "@/api/call";
import type { LineProject, RunPicture } from "@/api/types";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { Rows } from "../../parts/charts/rows";
import { Found, MorePages, PageHead, usePages } from "../../parts/page";
import { Flow } from "./flow";
import { RunStatus } from "./lines-page";
import { reasons } from "./picture";
import { LINES } from "./words";

export default function LinePage({ org, params }: PageProps): ReactNode {
  const line = decodeURIComponent(params.line ?? "");
  const [search] = useSearchParams();
  const run = search.get("run");
  const asked = useQuery({
    queryKey: ["line", org, line],
    queryFn: () => call("GET /api/v1/orgs/{org}/lines/{line}", { path: { org, line } }),
    refetchInterval: (query) => (query.state.data?.picture.status === "done" ? false : 3000),
  });
  const older = useQuery({
    queryKey: ["run", org, line, run],
    enabled: run !== null,
    queryFn: () => call("GET /api/v1/orgs/{org}/lines/{line}/runs/{run}", { path: { org, line, run: run ?? "" } }),
  });
  return (
    <Found query={asked}>
      {({ picture, projects }) => <Whole org={org} line={line} picture={older.data ?? picture} projects={projects} />}
    </Found>
  );
}

function Whole(props: {
  readonly org: number;
  readonly line: string;
  readonly picture: RunPicture;
  readonly projects: readonly LineProject[];
}): ReactNode {
  const { t, format } = useSpeech();
  const { org, line, picture } = props;
  return (
    <>
      <PageHead title={line} about={`${picture.run} · ${format.time(picture.started_at)}`}>
        {picture.open_answers > 0 && (
          <Words size="sm" c="var(--g-warn)">
            {t(LINES.open, { count: format.number(picture.open_answers) })}
          </Words>
        )}
        <RunStatus status={picture.status} />
        {picture.has_report && (
          <Button
            component="a"
            size="xs"
            variant="default"
            target="_blank"
            href={`/api/v1/orgs/${org}/lines/${encodeURIComponent(line)}/runs/${picture.run}/report.html`}
          >
            {t(LINES.report)}
          </Button>
        )}
      </PageHead>
      <Stack>
        <Paper withBorder p="md">
          <Flow picture={picture} />
        </Paper>
        {picture.error !== null && (
          <Alert color="red" title={t(LINES.failed)}>
            {String(picture.error.title ?? picture.error.message ?? picture.error.code ?? "")}
          </Alert>
        )}
        <Projects org={org} projects={props.projects} />
        <Dropped picture={picture} />
        <Explain org={org} line={line} />
        <Quarantine org={org} line={line} run={picture.run} />
        <Runs org={org} line={line} />
      </Stack>
    </>
  );
}

function Projects({ org, projects }: { readonly org: number; readonly projects: readonly LineProject[] }): ReactNode {
  const { t } = useSpeech();
  if (projects.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h5">
        {t(LINES.projects)}
      </Title>
      <Group>
        {projects.map((project) => (
          <Anchor key={project.id} component={To} href={`/o/${org}/p/${project.id}`} size="sm">
            {project.name}
          </Anchor>
        ))}
      </Group>
    </section>
  );
}

function Dropped({ picture }: { readonly picture: RunPicture }): ReactNode {
  const { t, format } = useSpeech();
  const told = reasons(picture);
  return (
    <Paper withBorder p="md">
      <Rows
        title={t(LINES.droppedTitle)}
        format={format.number}
        rows={told.map(({ code, failed, step, count }) => {
          const [en, zh] = picture.reasons[code] ?? [code, code];
          const why = t({ en, zh });
          const by = { why, step: step.replace(/@.*/, "") };
          return { label: t(failed ? LINES.failedBy : LINES.droppedBy, by), value: count, tone: "bad" };
        })}
      />
      {told.length === 0 && <Words size="sm">{t(LINES.nothingDropped)}</Words>}
      <Words size="xs" c="dimmed" mt="sm">
        {t(LINES.sources)}:{" "}
        {picture.sources
          .map((one) =>
            [
              one.name,
              t(LINES.units, {
                records: format.number(one.records),
                units: format.number(one.units),
                failed: format.number(one.failed),
              }),
              t(LINES.licence, { license: one.license }),
            ].join(", "),
          )
          .join("; ")}
      </Words>
      <details>
        <summary>{t(LINES.steps)}</summary>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t(LINES.step)}</Table.Th>
              <Table.Th>{t(LINES.in)}</Table.Th>
              <Table.Th>{t(LINES.kept)}</Table.Th>
              <Table.Th>{t(LINES.edited)}</Table.Th>
              <Table.Th>{t(LINES.droppedWord)}</Table.Th>
              <Table.Th>{t(LINES.failedWord)}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {picture.steps.map(({ step, op, counts }) => (
              <Table.Tr key={step}>
                <Table.Td>{op}</Table.Td>
                <Table.Td>{format.number(counts.read ?? 0)}</Table.Td>
                <Table.Td>{format.number(counts.kept ?? 0)}</Table.Td>
                <Table.Td>{format.number(counts.edited ?? 0)}</Table.Td>
                <Table.Td>{format.number(counts.dropped ?? 0)}</Table.Td>
                <Table.Td>{format.number(counts.failed ?? 0)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
    </Paper>
  );
}

function Explain({ org, line }: { readonly org: number; readonly line: string }): ReactNode {
  const { t } = useSpeech();
  const [typed, setTyped] = useState("");
  const [record, ask] = useState<string | null>(null);
  const asked = useQuery({
    queryKey: ["story", org, line, record],
    enabled: record !== null,
    retry: false,
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/lines/{line}/records/{record}", { path: { org, line, record: record ?? "" } }),
  });
  return (
    <section>
      <Group align="flex-end">
        <TextInput
          label={t(LINES.explain)}
          description={t(LINES.explainHint)}
          value={typed}
          w={380}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && typed.trim() !== "" && ask(typed.trim())}
        />
        <Button variant="default" disabled={typed.trim() === ""} onClick={() => ask(typed.trim())}>
          {t(LINES.ask)}
        </Button>
      </Group>
      {record !== null && (
        <Found query={asked}>
          {(story) => (
            <>
              <Timeline mt="md" bulletSize={14} active={story.steps.length}>
                {story.steps.map((step) => (
                  <Timeline.Item key={step.step} title={`${step.op}: ${step.verdict}`}>
                    <Words size="sm" c="dimmed">
                      {[step.reason, step.detail].filter(Boolean).join(" · ")}
                    </Words>
                  </Timeline.Item>
                ))}
              </Timeline>
              <Words size="sm" fw={600}>
                {t(LINES.ended, { ended: story.ended })}
              </Words>
            </>
          )}
        </Found>
      )}
    </section>
  );
}

function Quarantine(props: { readonly org: number; readonly line: string; readonly run: string }): ReactNode {
  const { t } = useSpeech();
  const { org, line, run } = props;
  const pages = usePages(["quarantine", org, line, run], (after) =>
    call("GET /api/v1/orgs/{org}/lines/{line}/quarantine", {
      path: { org, line },
      query: { run, limit: 25, ...(after === undefined ? {} : { after }) },
    }),
  );
  return (
    <section>
      <Title order={2} size="h5">
        {t(LINES.quarantine)}
      </Title>
      {pages.rows?.length === 0 && (
        <Words size="sm" c="dimmed">
          {t(LINES.noQuarantine)}
        </Words>
      )}
      {pages.rows !== undefined && pages.rows.length > 0 && (
        <>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t(LINES.record)}</Table.Th>
                <Table.Th>{t(LINES.step)}</Table.Th>
                <Table.Th>{t(LINES.why)}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {pages.rows.map((row) => (
                <Table.Tr key={row.id}>
                  <Table.Td>{row.key || row.id}</Table.Td>
                  <Table.Td>{row.op}</Table.Td>
                  <Table.Td>
                    {row.message}{" "}
                    <Words span size="xs" c="dimmed">
                      {row.code}
                    </Words>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <MorePages pages={pages} count={pages.rows.length} />
        </>
      )}
    </section>
  );
}

function Runs({ org, line }: { readonly org: number; readonly line: string }): ReactNode {
  const { t, format } = useSpeech();
  const pages = usePages(["runs", org, line], (after) =>
    call("GET /api/v1/orgs/{org}/lines/{line}/runs", {
      path: { org, line },
      query: { limit: 10, ...(after === undefined ? {} : { after }) },
    }),
  );
  if (pages.rows === undefined) return null;
  return (
    <section>
      <Title order={2} size="h5">
        {t(LINES.runs)}
      </Title>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t(LINES.run)}</Table.Th>
            <Table.Th>{t(LINES.status)}</Table.Th>
            <Table.Th>{t(LINES.started)}</Table.Th>
            <Table.Th>{t(LINES.took)}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pages.rows.map((run) => (
            <Table.Tr key={run.run}>
              <Table.Td>
                <Anchor
                  component={To}
                  href={`/o/${org}/lines/${encodeURIComponent(line)}?run=${encodeURIComponent(run.run)}`}
                >
                  {run.run}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <RunStatus status={run.status} />
              </Table.Td>
              <Table.Td>{format.time(run.started_at)}</Table.Td>
              <Table.Td>
                {run.ended_at === null
                  ? "–"
                  : format.duration((Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <MorePages pages={pages} count={pages.rows.length} />
    </section>
  );
}
