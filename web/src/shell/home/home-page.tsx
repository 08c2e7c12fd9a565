/** The start: what waits for me in all organisations, and one button to go on with it. */

import { Alert, Anchor, Badge, Button, Card, Group, SimpleGrid, Stack, Table, Text as Words } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link as To } from "wouter";
import { call } from "@/api/call";
import type { MyProject, MyWork, Place } from "@/api/types";
import { useSpeech } from "../language";
import { Sending } from "../outbox";
import { Columns } from "../parts/charts/columns";
import { Empty, PageHead, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { useSession } from "../session";
import { concerns, type Duty, deskPath, dutiesOf, nextDuty } from "./next-up";
import { HOME, QUALITY } from "./words";
import "./home.css";

interface At {
  readonly place: Place;
  readonly work: MyWork;
}

export default function HomePage(): ReactNode {
  const { t } = useSpeech();
  const { me } = useSession();
  const asked = useQueries({
    queries: me.places.map(({ id }) => ({
      queryKey: ["my-work", id],
      queryFn: () => call("GET /api/v1/orgs/{org}/me/work", { path: { org: id } }),
      refetchInterval: 60_000,
    })),
  });
  const found: At[] = asked.flatMap(({ data }, at) =>
    data === undefined ? [] : [{ place: me.places[at]!, work: data }],
  );
  const failed = asked.find(({ error, data }) => error !== null && data === undefined);
  const duties = found.flatMap(({ place, work }) => work.projects.flatMap((project) => dutiesOf(place.id, project)));
  const projects = found.flatMap(({ work }) => work.projects);
  return (
    <>
      <PageHead title={t(HOME.title)} about={t(HOME.about)} />
      <Stack>
        <Sending />
        {failed !== undefined && <ProblemView problem={failed.error} onAgain={() => void failed.refetch()} />}
        {asked.some(({ isPending }) => isPending) && found.length === 0 ? (
          <Waiting />
        ) : (
          <>
            <GoOn duty={nextDuty(duties)} />
            {!projects.some(concerns) && <NoWork projects={projects.length} />}
            {found.map(({ place, work }) => (
              <Waits key={place.id} place={place} work={work} alone={found.length === 1} />
            ))}
            <Glance found={found} />
          </>
        )}
      </Stack>
    </>
  );
}

function GoOn({ duty }: { readonly duty: Duty | null }): ReactNode {
  const { t, format } = useSpeech();
  if (duty === null) return null;
  const { project, desk, why, org } = duty;
  const told =
    why === "returned"
      ? t(HOME.nextReturned, { count: desk.returned })
      : why === "held"
        ? t(HOME.nextHeld, {
            count: desk.held,
            time: desk.lease_until === null ? "" : format.time(desk.lease_until),
          })
        : t(HOME.nextOpen, { count: format.number(desk.open + desk.assigned) });
  const action = why === "returned" ? HOME.fix : why === "held" ? HOME.continue : HOME.start;
  return (
    <Card withBorder className="gs-go">
      <Group justify="space-between">
        <div>
          <Words fw={600} size="lg">
            {t(HOME.next, { project: project.name })}
          </Words>
          <Words size="sm" c="dimmed">
            {told}
          </Words>
        </div>
        <Button
          size="lg"
          component={To}
          href={deskPath(org, project.id, desk.desk)}
          leftSection={<IconPlayerPlayFilled size={18} />}
        >
          {t(action)}
        </Button>
      </Group>
    </Card>
  );
}

function Waits({ place, work, alone }: At & { readonly alone: boolean }): ReactNode {
  const { t, format, language } = useSpeech();
  const [all, { open }] = useDisclosure(false);
  if (work.projects.length === 0) return null;
  const waiting = work.projects.filter(concerns);
  const shown = all ? work.projects : waiting;
  const done = work.projects.length - shown.length;
  const name = (language === "zh" && place.name_zh) || place.name;
  return (
    <section aria-label={name}>
      {!alone && (
        <Words component="h2" fw={600} size="sm" mb={4}>
          {name}
        </Words>
      )}
      {shown.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table verticalSpacing="xs" withTableBorder>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t(HOME.project)}</Table.Th>
                <Table.Th>{t(HOME.waits)}</Table.Th>
                <Table.Th aria-label={t(HOME.continue)} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((project) => (
                <ProjectRow key={project.id} org={place.id} project={project} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {done > 0 && (
        <Group gap={6} mt={4}>
          <Words size="xs" c="dimmed">
            {t(HOME.quiet, { count: format.number(done) })}
          </Words>
          <Button variant="subtle" size="compact-xs" onClick={open}>
            {t(HOME.showQuiet)}
          </Button>
        </Group>
      )}
      {work.more && (
        <Words size="xs" c="dimmed" mt={4}>
          {t(HOME.more)}{" "}
          <Anchor component={To} href={`/o/${place.id}/projects`}>
            {t(HOME.seeProjects)}
          </Anchor>
        </Words>
      )}
    </section>
  );
}

function ProjectRow({ org, project }: { readonly org: number; readonly project: MyProject }): ReactNode {
  const { t, format } = useSpeech();
  return (
    <Table.Tr>
      <Table.Td>
        <Words size="sm" fw={600}>
          {project.name}
        </Words>
        {project.due_at !== null && (
          <Words size="xs" c="dimmed">
            {t(HOME.due, { date: format.date(project.due_at) })}
          </Words>
        )}
      </Table.Td>
      <Table.Td>
        {project.standing !== null ? (
          <Standing org={org} project={project} />
        ) : (
          project.desks.map((desk) => (
            <DeskLine key={`${desk.desk}.${desk.stage}`} desk={desk} drafts={project.drafts} />
          ))
        )}
      </Table.Td>
      <Table.Td>
        {project.standing === null && (
          <Group gap="xs" justify="flex-end">
            {project.desks.map((desk) => (
              <Button
                key={`${desk.desk}.${desk.stage}`}
                size="xs"
                variant={desk.returned + desk.held > 0 ? "filled" : "light"}
                component={To}
                href={deskPath(org, project.id, desk.desk)}
              >
                {t(titleOf(desk.desk))}
              </Button>
            ))}
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function titleOf(desk: string): (typeof HOME)["work"] {
  if (desk === "adjudications") return HOME.adjudications;
  if (desk === "reviews") return HOME.reviews;
  return desk === "acceptances" ? HOME.acceptances : HOME.work;
}

function DeskLine({ desk, drafts }: { readonly desk: MyProject["desks"][number]; readonly drafts: number }): ReactNode {
  const { t, format } = useSpeech();
  return (
    <Group gap={6} py={1}>
      <Words size="sm" w={72}>
        {t(titleOf(desk.desk))}
      </Words>
      {desk.returned > 0 && (
        <Badge variant="light" color="orange" tt="none">
          {t(HOME.returned, { count: desk.returned })}
        </Badge>
      )}
      {desk.held > 0 && (
        <Badge variant="light" tt="none">
          {t(HOME.held, { count: desk.held })}
          {desk.lease_until !== null && ` · ${t(HOME.until, { time: format.time(desk.lease_until) })}`}
        </Badge>
      )}
      {desk.assigned > 0 && (
        <Badge variant="light" color="grape" tt="none">
          {t(HOME.assigned, { count: desk.assigned })}
        </Badge>
      )}
      {drafts > 0 && desk.desk === "work" && (
        <Badge variant="default" tt="none">
          {t(HOME.drafts, { count: drafts })}
        </Badge>
      )}
      <Words size="sm" c="dimmed">
        {t(HOME.open, { count: format.number(desk.open) })}
      </Words>
    </Group>
  );
}

function Standing({ org, project }: { readonly org: number; readonly project: MyProject }): ReactNode {
  const { t, format } = useSpeech();
  const standing = project.standing!;
  // The server names the rule, or says that a lead did it; the words are on the quality page.
  const by = standing.reason === "lead" ? t(QUALITY.byLead) : t(QUALITY.byRule, { rule: standing.reason });
  const text = standing.state === "blocked" ? HOME.blocked : standing.until === null ? HOME.pausedOpen : HOME.paused;
  return (
    <Alert color="orange" p="xs">
      <Group justify="space-between">
        <Words size="sm">{t(text, { by, time: standing.until === null ? "" : format.time(standing.until) })}</Words>
        <Anchor component={To} href={`/o/${org}/p/${project.id}/me`} size="sm" c="inherit" underline="always">
          {t(HOME.appeal)}
        </Anchor>
      </Group>
    </Alert>
  );
}

/** The last days in all organisations together. */
function Glance({ found }: { readonly found: readonly At[] }): ReactNode {
  const { t, format, language } = useSpeech();
  const days = new Map<string, { answers: number; returned: number; counted: number; units: number }>();
  for (const { work } of found) {
    for (const day of work.days) {
      const known = days.get(day.day) ?? { answers: 0, returned: 0, counted: 0, units: 0 };
      known.answers += day.answers;
      known.returned += day.returned;
      known.counted += day.counted_ms;
      known.units += day.units;
      days.set(day.day, known);
    }
  }
  if (days.size === 0) return null;
  const all = [...days.values()];
  const sum = (of: "answers" | "returned" | "counted" | "units"): number =>
    all.reduce((total, day) => total + day[of], 0);
  const stats = found.flatMap(({ work }) => work.projects.flatMap(({ mine }) => (mine === null ? [] : [mine])));
  const gold = stats.reduce((total, { gold_answers }) => total + gold_answers, 0);
  const right = stats.reduce((total, one) => total + one.gold_answers * (one.gold_accuracy ?? 0), 0);
  const actions = found
    .flatMap(({ place, work }) => work.actions.map((action) => ({ org: place.id, ...action })))
    .sort((left, right_) => right_.at.localeCompare(left.at))
    .slice(0, 3);
  const share = sum("answers") > 0 ? format.percent(sum("returned") / sum("answers")) : t(HOME.notYet);
  return (
    <Card withBorder component="section" aria-label={t(HOME.glance)}>
      <SimpleGrid cols={{ base: 2, sm: 4 }} mb="sm">
        <Figure name={t(HOME.answers)} value={format.number(sum("answers"))} />
        <Figure name={t(HOME.hours)} value={format.duration(sum("counted") / 1000)} />
        <Figure name={t(HOME.returnedShare)} value={share} />
        {gold > 0 ? (
          <Figure name={t(HOME.accuracy)} value={format.percent(right / gold)} />
        ) : (
          <Figure name={t(HOME.units)} value={format.number(sum("units"))} />
        )}
      </SimpleGrid>
      <Columns
        title={t(HOME.glance)}
        along={t(HOME.day)}
        height={140}
        series={[
          { name: t(HOME.kept), tone: "accent" },
          { name: t(HOME.returnedSeries), tone: "warn" },
        ]}
        columns={lastDays(14).map((day) => {
          const told = days.get(day);
          const label = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en", {
            month: "numeric",
            day: "numeric",
            timeZone: "UTC",
          }).format(new Date(day));
          const returned = Math.min(told?.returned ?? 0, told?.answers ?? 0);
          return { label, values: [(told?.answers ?? 0) - returned, returned] };
        })}
        format={(value) => (Number.isInteger(value) ? format.number(value) : "")}
      />
      {actions.length > 0 && (
        <Stack gap={2} mt="sm">
          <Words size="sm" fw={600}>
            {t(HOME.latest)}
          </Words>
          {actions.map((action) => (
            <Words size="sm" key={`${action.org}.${action.id}`}>
              <Anchor component={To} href={`/o/${action.org}/p/${action.project}/me`}>
                {language === "zh" ? action.explanation_zh : action.explanation_en}
              </Anchor>{" "}
              <span className="gs-dim">{format.time(action.at)}</span>
            </Words>
          ))}
        </Stack>
      )}
    </Card>
  );
}

export function lastDays(count: number, now = Date.now()): string[] {
  return Array.from({ length: count }, (_, at) =>
    new Date(now - (count - 1 - at) * 86_400_000).toISOString().slice(0, 10),
  );
}

export function Figure({
  name,
  value,
  hint,
}: {
  readonly name: string;
  readonly value: string;
  readonly hint?: string;
}): ReactNode {
  return (
    <div>
      <Words size="xs" c="dimmed">
        {name}
      </Words>
      <Words size="xl" fw={600} className="gs-figure">
        {value}
      </Words>
      {hint !== undefined && (
        <Words size="xs" c="dimmed">
          {hint}
        </Words>
      )}
    </div>
  );
}

/** Nothing waits anywhere: what somebody in this role does first. */
function NoWork({ projects }: { readonly projects: number }): ReactNode {
  const { t, language } = useSpeech();
  const { me } = useSession();
  const [first] = me.places;
  if (first === undefined) {
    return (
      <Empty title={HOME.nobody} hint={me.operator ? HOME.operatorHint : HOME.nobodyHint}>
        {me.operator && (
          <Button component={To} href="/organisations">
            {t(HOME.organisations)}
          </Button>
        )}
      </Empty>
    );
  }
  const leads = me.places.find(({ roles }) => roles.includes("owner") || roles.includes("manager"));
  if (leads !== undefined) {
    return (
      <Empty title={projects > 0 ? HOME.lead : HOME.owner} hint={projects > 0 ? HOME.leadHint : HOME.ownerHint}>
        <Group>
          <Button component={To} href={`/o/${leads.id}/new`} variant={projects > 0 ? "default" : "filled"}>
            {t(HOME.makeProject)}
          </Button>
          <Button component={To} href={`/o/${leads.id}/projects`} variant={projects > 0 ? "filled" : "default"}>
            {t(HOME.seeProjects)}
          </Button>
        </Group>
      </Empty>
    );
  }
  const roles = new Set(me.places.flatMap((place) => [...place.roles, ...Object.values(place.project_roles).flat()]));
  if (roles.size > 0 && [...roles].every((role) => role === "auditor" || role === "client"))
    return (
      <Empty title={HOME.auditor} hint={HOME.auditorHint}>
        <Button component={To} href={`/o/${first.id}/projects`}>
          {t(HOME.seeProjects)}
        </Button>
      </Empty>
    );
  const named = [...roles].map((role) => t(ROLES[role])).join(language === "zh" ? "、" : ", ") || "–";
  const fill = (text: string): string => text.replace("{roles}", named);
  return <Empty title={HOME.worker} hint={{ en: fill(HOME.workerHint.en), zh: fill(HOME.workerHint.zh) }} />;
}

const ROLES = {
  owner: HOME.owner_role,
  manager: HOME.manager,
  annotator: HOME.annotator,
  reviewer: HOME.reviewer,
  inspector: HOME.inspector,
  client: HOME.client,
  auditor: HOME.auditor_role,
} as const;
