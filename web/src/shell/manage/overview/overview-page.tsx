/** A project as it goes: where the work is, how fast, when it will be finished, how good it is, and its switches. */

import { Badge, Button, Group, Menu, Paper, SimpleGrid, Stack, Title, Text as Words } from "@mantine/core";
import { IconChevronDown, IconEye, IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link as To } from "wouter";
import { call } from "@/api/call";
import type { BoardView, ProjectView } from "@/api/types";
import type { Text } from "@/core/words";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { Columns } from "../../parts/charts/columns";
import { Stacked } from "../../parts/charts/rows";
import { Empty, Found, PageHead } from "../../parts/page";
import { useSession } from "../../session";
import { useConfirm, useDo } from "../parts/ask";
import { type Live, useLive } from "../parts/events";
import { useProject } from "../parts/project";
import { STAGES } from "../parts/words";
import { ProjectState } from "../projects/projects-page";
import { hourLines, type StageLine, stageLines, totals } from "./stages";
import { BOARD } from "./words";
import "./overview.css";

const SEES_PEOPLE = ["owner", "manager", "auditor"] as const;

export default function OverviewPage({ org, project }: PageProps): ReactNode {
  const found = useProject(org, project);
  return <Found query={found}>{(view) => <Overview org={org} view={view} />}</Found>;
}

function Overview({ org, view }: { readonly org: number; readonly view: ProjectView }): ReactNode {
  const { t } = useSpeech();
  const { roles } = useSession();
  const mine = roles(org, view.id);
  const manages = mine.has("manager") || mine.has("owner");
  const sees = SEES_PEOPLE.some((role) => mine.has(role));
  const live = useLive(org, view.id);
  const home = `/o/${org}/p/${view.id}`;
  const board = useQuery({
    queryKey: ["board", org, view.id],
    enabled: sees,
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/dashboard", { path: { org, project: view.id } }),
    refetchInterval: 15_000,
  });
  const lines = stageLines(live.nodes ?? board.data?.nodes ?? [], board.data?.nodes ?? [], view.graph);
  const works = view.state === "open" || view.state === "draining";
  return (
    <>
      <PageHead title={view.name} about={view.description}>
        <ProjectState state={view.state} />
        {works && (mine.has("annotator") || manages) && (
          <Button component={To} href={`${home}/work`} leftSection={<IconPencil size={16} />}>
            {t(BOARD.work)}
          </Button>
        )}
        {works && mine.has("reviewer") && (
          <Button component={To} href={`${home}/review`} variant="default" leftSection={<IconEye size={16} />}>
            {t(BOARD.review)}
          </Button>
        )}
        {manages && <Switches org={org} view={view} />}
      </PageHead>
      {live.nodes?.length === 0 && manages && (
        <Empty title={BOARD.empty} hint={BOARD.emptyHint}>
          <Button component={To} href={`/o/${org}/new?project=${view.id}&step=data`}>
            {t(BOARD.bring)}
          </Button>
        </Empty>
      )}
      {lines.length > 0 && (
        <Stack>
          <Figures lines={lines} board={board.data} due={view.due_at} />
          <StageList lines={lines} live={live} slowest={board.data?.slowest ?? null} />
          {board.data !== undefined && <Hours board={board.data} />}
        </Stack>
      )}
    </>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <Paper withBorder p="md">
      <Words size="xs" c="dimmed" fw={600}>
        {title}
      </Words>
      {children}
    </Paper>
  );
}

function Figures(props: {
  readonly lines: readonly StageLine[];
  readonly board: BoardView | undefined;
  readonly due: string | null;
}): ReactNode {
  const { t, format } = useSpeech();
  const { board } = props;
  const sum = totals(props.lines);
  const whole = sum.done + sum.open;
  const hour = board === undefined ? undefined : hourLines(board.hours, new Date(), 1)[0];
  const day = new Date().toDateString();
  const today = board?.hours
    .filter((one) => one.stage === "label" && new Date(one.hour).toDateString() === day)
    .reduce((all, one) => all + one.submitted, 0);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
      <Card title={t(BOARD.progress)}>
        <Words fz={26} fw={700} data-testid="share">
          {whole === 0 ? "–" : format.percent(sum.done / whole)}
        </Words>
        <Words size="sm" c="dimmed" data-testid="done">
          {t(BOARD.ofWhole, { done: format.number(sum.done), whole: format.number(whole) })}
        </Words>
      </Card>
      <FinishCard board={board} due={props.due} left={sum.open} />
      <Card title={t(BOARD.now)}>
        <Words fz={26} fw={700}>
          {board === undefined
            ? "–"
            : board.leased_more
              ? t(BOARD.atLeast, { count: format.number(board.leased) })
              : format.number(board.leased)}
        </Words>
        <Words size="sm" c="dimmed">
          {t(BOARD.people, { count: hour?.people ?? 0 })} · {t(BOARD.today)}{" "}
          {t(BOARD.answersToday, { count: format.number(today ?? 0) })}
        </Words>
        {board?.answer_seconds_median !== undefined && board.answer_seconds_median !== null && (
          <Words size="xs" c="dimmed">
            {t(BOARD.median, {
              seconds: format.duration(board.answer_seconds_median),
              slow: format.duration(board.answer_seconds_p95 ?? 0),
            })}
          </Words>
        )}
      </Card>
      <Card title={t(BOARD.quality)}>
        <Reading title={BOARD.gold} share={board?.gold_answers === 0 ? null : (board?.gold_accuracy ?? null)}>
          {board !== undefined && board.gold_answers > 0 && t(BOARD.goldOf, { count: board.gold_answers })}
        </Reading>
        <Reading title={BOARD.accepted} share={board?.accepted_share ?? null} />
        <Reading title={BOARD.identical} share={board?.identical_answers ?? null} />
      </Card>
    </SimpleGrid>
  );
}

function Reading(props: {
  readonly title: Text;
  readonly share: number | null;
  readonly children?: ReactNode;
}): ReactNode {
  const { t, format } = useSpeech();
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <Words size="sm">{t(props.title)}</Words>
      {props.share === null ? (
        <Words size="xs" c="dimmed">
          {t(BOARD.notYet)}
        </Words>
      ) : (
        <Words size="sm" fw={600}>
          {format.percent(props.share)}{" "}
          <Words span size="xs" c="dimmed">
            {props.children}
          </Words>
        </Words>
      )}
    </Group>
  );
}

function FinishCard(props: {
  readonly board: BoardView | undefined;
  readonly due: string | null;
  readonly left: number;
}): ReactNode {
  const { t, format } = useSpeech();
  const finish = props.board?.finish;
  const likely = finish?.likely ?? null;
  const late = likely !== null && props.due !== null && likely > props.due;
  return (
    <Card title={t(BOARD.finish)}>
      <Words fz={likely === null ? 18 : 26} fw={700}>
        {props.left === 0 ? t(BOARD.allDone) : likely === null ? t(BOARD.whyNot) : format.date(likely)}
      </Words>
      {props.left > 0 && finish !== undefined && (
        <Words size="sm" c="dimmed" title={finish.assumptions.join("\n")}>
          {likely === null ? finish.why_not : finish.safe !== null && t(BOARD.safe, { at: format.date(finish.safe) })}
        </Words>
      )}
      {props.due !== null && (
        <Words size="sm" {...(late ? { c: "var(--g-bad)" } : { c: "dimmed" })}>
          {t(BOARD.due, { at: format.date(props.due) })} {late && `· ${t(BOARD.late)}`}
        </Words>
      )}
    </Card>
  );
}

function StageList(props: {
  readonly lines: readonly StageLine[];
  readonly live: Live;
  readonly slowest: string | null;
}): ReactNode {
  const { t, format } = useSpeech();
  return (
    <Paper withBorder p="md">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">
          {t(BOARD.stages)}
        </Title>
        <Badge variant="dot" color={props.live.live ? "green" : "gray"} size="sm">
          {t(props.live.live ? BOARD.live : BOARD.polled)}
        </Badge>
      </Group>
      <div className="gm-stages">
        {props.lines.map((line) => (
          <div key={line.key} className="gm-stage" data-stage={line.key}>
            <div>
              <Words fw={600} size="sm">
                {line.name || stageName(line.stage, t)}
              </Words>
              <Words size="xs" c="dimmed">
                {[
                  line.seconds !== null &&
                    line.seconds > 0 &&
                    t(BOARD.secondsEach, { seconds: format.duration(line.seconds) }),
                  line.days !== null && line.open > 0 && t(BOARD.daysLeft, { days: format.number(line.days, 1) }),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </Words>
              {line.key === props.slowest && line.open > 0 && (
                <Badge color="orange" variant="light" size="xs">
                  {t(BOARD.slowest)}
                </Badge>
              )}
            </div>
            <Stacked
              label={line.name || line.stage}
              legend
              format={format.number}
              parts={[
                { name: t(BOARD.done), value: line.done, tone: "good" },
                { name: t(BOARD.open), value: line.open, tone: "accent" },
                ...(line.skipped > 0 ? [{ name: t(BOARD.skipped), value: line.skipped, tone: "warn" as const }] : []),
              ]}
            />
            <Words size="sm" ta="right" c={line.returned > 0 ? "var(--g-warn)" : "dimmed"}>
              {t(BOARD.returned)} {format.number(line.returned)}
            </Words>
          </div>
        ))}
      </div>
    </Paper>
  );
}

export function stageName(stage: string, t: (text: Text) => string): string {
  const known = (STAGES as { readonly [name: string]: Text })[stage];
  return known === undefined ? stage : t(known);
}

function Hours({ board }: { readonly board: BoardView }): ReactNode {
  const { t, language, format } = useSpeech();
  const clock = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en", { hour: "2-digit", minute: "2-digit" });
  const lines = hourLines(board.hours, new Date());
  return (
    <Paper withBorder p="md">
      <Columns
        title={t(BOARD.hours)}
        along={t(BOARD.hour)}
        format={format.number}
        series={[
          { name: t(BOARD.answers), tone: "accent" },
          { name: t(BOARD.reviews), tone: "good" },
        ]}
        columns={lines.map((line) => ({ label: clock.format(line.hour), values: [line.answers, line.reviews] }))}
      />
    </Paper>
  );
}

const SWITCHES = {
  open: ["pause", "drain", "close"],
  paused: ["reopen", "drain", "close"],
  draining: ["reopen", "pause", "close"],
  closed: ["reopen"],
} as const;
const SURE = {
  pause: BOARD.pauseSure,
  drain: BOARD.drainSure,
  close: BOARD.closeSure,
  reopen: BOARD.reopenSure,
} as const;

function Switches({ org, view }: { readonly org: number; readonly view: ProjectView }): ReactNode {
  const { t } = useSpeech();
  const [confirm, asking] = useConfirm();
  const change = useDo({
    run: (act: keyof typeof SURE) =>
      call(`POST /api/v1/orgs/{org}/projects/{project}/${act}`, { path: { org, project: view.id } }),
    said: BOARD.changed,
    stale: [
      ["project", org, view.id],
      ["projects", org],
      ["board", org, view.id],
    ],
  });
  const acts = SWITCHES[view.state];
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />} loading={change.isPending}>
            {t(BOARD.more)}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {acts.map((act) => (
            <Menu.Item
              key={act}
              {...(act === "close" ? { color: "red" } : {})}
              onClick={() =>
                confirm({
                  title: t(BOARD.sure, { act: t(BOARD[act]), name: view.name }),
                  about: t(SURE[act]),
                  act: t(BOARD[act]),
                  danger: act === "close",
                  onYes: () => change.mutate(act),
                })
              }
            >
              {t(BOARD[act])}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asking}
    </>
  );
}
