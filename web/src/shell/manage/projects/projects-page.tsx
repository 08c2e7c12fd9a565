/** All projects of an organisation: how far each is, when it is due and when it will likely be finished. */

import { Anchor, Badge, Button, Group, Skeleton, Table, Text as Words } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link as To } from "wouter";
import { call } from "@/api/call";
import type { ProjectSummary } from "@/api/types";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { Stacked } from "../../parts/charts/rows";
import { LongTable } from "../../parts/long-table";
import { Empty, MorePages, PageHead, usePages, Waiting } from "../../parts/page";
import { ProblemView } from "../../parts/problem";
import { useSession } from "../../session";
import { STATES } from "../parts/words";
import { PROJECTS } from "./words";

export default function ProjectsPage({ org }: PageProps): ReactNode {
  const { t } = useSpeech();
  const { roles } = useSession();
  const mine = roles(org);
  const makes = mine.has("manager") || mine.has("owner");
  const pages = usePages(["projects", org], (after) =>
    call("GET /api/v1/orgs/{org}/progress", {
      path: { org },
      query: { limit: 25, ...(after === undefined ? {} : { after }) },
    }),
  );
  const fresh = (
    <Button component={To} href={`/o/${org}/new`} leftSection={<IconPlus size={16} />}>
      {t(PROJECTS.fresh)}
    </Button>
  );
  return (
    <>
      <PageHead title={t(PROJECTS.title)} about={t(PROJECTS.about)}>
        {makes && fresh}
      </PageHead>
      {pages.rows === undefined && (pages.error ? <ProblemView problem={pages.error} /> : <Waiting />)}
      {pages.rows?.length === 0 && (
        <Empty
          title={makes ? PROJECTS.none : PROJECTS.noneWorker}
          hint={makes ? PROJECTS.noneHint : PROJECTS.noneWorkerHint}
        >
          {makes && fresh}
        </Empty>
      )}
      {pages.rows !== undefined && pages.rows.length > 0 && (
        <>
          <LongTable minWidth={720}>
            <Table highlightOnHover verticalSpacing="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t(PROJECTS.name)}</Table.Th>
                  <Table.Th>{t(PROJECTS.state)}</Table.Th>
                  <Table.Th w="32%">{t(PROJECTS.progress)}</Table.Th>
                  <Table.Th>{t(PROJECTS.due)}</Table.Th>
                  <Table.Th>{t(PROJECTS.finish)}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {pages.rows.map((project) => (
                  <ProjectRow key={project.id} org={org} project={project} />
                ))}
              </Table.Tbody>
            </Table>
          </LongTable>
          <MorePages pages={pages} count={pages.rows.length} />
        </>
      )}
    </>
  );
}

export const STATE_TONES = { open: "blue", paused: "yellow", draining: "orange", closed: "gray" } as const;

export function ProjectState({ state }: { readonly state: string }): ReactNode {
  const { t } = useSpeech();
  const known = state as keyof typeof STATE_TONES;
  return (
    <Badge variant="light" color={STATE_TONES[known]}>
      {t(STATES[known])}
    </Badge>
  );
}

function ProjectRow({ org, project }: { readonly org: number; readonly project: ProjectSummary }): ReactNode {
  const { t, format } = useSpeech();
  const whole = project.slots_done + project.slots_open;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={To} href={`/o/${org}/p/${project.id}`} fw={600}>
          {project.name}
        </Anchor>
        {project.line !== project.name && (
          <Words size="xs" c="dimmed">
            {t(PROJECTS.line, { line: project.line })}
          </Words>
        )}
      </Table.Td>
      <Table.Td>
        <ProjectState state={project.state} />
      </Table.Td>
      <Table.Td>
        {whole === 0 ? (
          <Words size="sm" c="dimmed">
            {t(PROJECTS.noWork)}
          </Words>
        ) : (
          <>
            <Stacked
              label={project.name}
              whole={whole}
              format={format.number}
              parts={[{ name: t(PROJECTS.done), value: project.slots_done, tone: "good" }]}
            />
            <Group justify="space-between">
              <Words size="xs" c="dimmed">
                {t(PROJECTS.left, { done: format.number(project.slots_done), whole: format.number(whole) })}
              </Words>
              <Words size="xs" c="dimmed">
                {format.percent(project.slots_done / whole, 0)}
              </Words>
            </Group>
          </>
        )}
      </Table.Td>
      <Table.Td>
        <Words size="sm">{project.due_at === null ? "–" : format.date(project.due_at)}</Words>
      </Table.Td>
      <Table.Td>{whole > 0 && <Finish org={org} project={project} />}</Table.Td>
    </Table.Tr>
  );
}

function Finish({ org, project }: { readonly org: number; readonly project: ProjectSummary }): ReactNode {
  const { t, format } = useSpeech();
  const asked = useQuery({
    queryKey: ["finish", org, project.id],
    enabled: project.slots_open > 0 && project.state !== "closed",
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/finish", { path: { org, project: project.id } }),
    staleTime: 60_000,
  });
  if (project.slots_open === 0) return <Words size="sm">{t(PROJECTS.ready)}</Words>;
  if (project.state === "closed") return null;
  if (asked.isPending) return <Skeleton h={14} w={90} />;
  const likely = asked.data?.likely ?? null;
  if (likely === null)
    return (
      <Words size="sm" c="dimmed" title={asked.data?.why_not ?? ""}>
        {t(PROJECTS.unknown)}
      </Words>
    );
  const late = project.due_at !== null && likely > project.due_at;
  return (
    <Words size="sm" {...(late ? { c: "var(--g-bad)" } : {})}>
      {format.date(likely)}
      {late && ` · ${t(PROJECTS.late)}`}
    </Words>
  );
}
