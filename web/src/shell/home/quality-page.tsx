/** How I do in a project: the numbers, what was done about me and why, my appeal, my hours and accounts. */

import { Alert, Badge, Button, Card, Group, SimpleGrid, Stack, Table, Textarea, Text as Words } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { ActionRow, PersonStats, WorkRow } from "@/api/types";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { Dialog } from "../parts/dialog";
import { LongTable } from "../parts/long-table";
import { Empty, Found, MorePages, PageHead, usePages, Waiting } from "../parts/page";
import { ProblemView, problemText } from "../parts/problem";
import { useToast } from "../toast";
import { FRAME } from "../words";
import { Figure } from "./home-page";
import { QUALITY } from "./words";
import "./home.css";

export default function QualityPage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  const mine = useQuery({
    queryKey: ["my-stats", org, project],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/people/me", { path: { org, project } }),
  });
  return (
    <>
      <PageHead title={t(QUALITY.title)} about={t(QUALITY.about)} />
      <Stack gap="lg">
        <Found query={mine}>
          {({ items: [stats] }) =>
            stats === undefined ? <Empty title={QUALITY.none} hint={QUALITY.noneHint} /> : <Numbers stats={stats} />
          }
        </Found>
        <Actions org={org} project={project} />
        <Rows org={org} project={project} />
      </Stack>
    </>
  );
}

function Numbers({ stats }: { readonly stats: PersonStats }): ReactNode {
  const { t, format } = useSpeech();
  const share = (value: number | null): string => (value === null ? "–" : format.percent(value));
  return (
    <Card withBorder>
      <SimpleGrid cols={{ base: 2, sm: 3, md: 5 }}>
        <Figure name={t(QUALITY.answers)} value={format.number(stats.answers + stats.reviews)} />
        <Figure
          name={t(QUALITY.accuracy)}
          value={share(stats.gold_accuracy)}
          {...(stats.gold_answers > 0 ? { hint: t(QUALITY.ofGold, { count: stats.gold_answers }) } : {})}
        />
        <Figure name={t(QUALITY.returned)} value={share(stats.returned_share)} />
        <Figure
          name={t(QUALITY.speed)}
          value={stats.answers_an_hour === null ? "–" : format.number(stats.answers_an_hour, 1)}
        />
        <Figure name={t(QUALITY.units)} value={format.number(stats.units)} />
        <Figure name={t(QUALITY.counted)} value={format.duration(stats.counted_hours * 3600)} />
        <Figure name={t(QUALITY.raw)} value={format.duration(stats.raw_hours * 3600)} />
        <Figure name={t(QUALITY.skipped)} value={format.number(stats.skipped)} />
        <Figure name={t(QUALITY.late)} value={format.number(stats.late)} />
      </SimpleGrid>
      <Words size="sm" c="dimmed" mt="sm">
        {t(QUALITY.hoursHint)}
      </Words>
      <details>
        <summary>
          <Words span size="sm">
            {t(QUALITY.rule, { rule: "active_time@1" })}
          </Words>
        </summary>
        <Words size="sm" mt={4} maw={820}>
          {t(QUALITY.ruleText)}
        </Words>
      </details>
    </Card>
  );
}

function Actions({ org, project }: { readonly org: number; readonly project: number }): ReactNode {
  const { t } = useSpeech();
  const [asked, ask] = useState<ActionRow | null>(null);
  const pages = usePages(["my-actions", org, project], (after) =>
    call("GET /api/v1/orgs/{org}/projects/{project}/quality/mine", {
      path: { org, project },
      query: { limit: 50, after: after ?? null },
    }),
  );
  return (
    <section>
      <Words component="h2" fw={600} mb="xs">
        {t(QUALITY.actions)}
      </Words>
      {pages.error !== null && pages.rows === undefined ? (
        <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />
      ) : pages.rows === undefined ? (
        <Waiting />
      ) : pages.rows.length === 0 ? (
        <Words size="sm" c="dimmed">
          {t(QUALITY.noActions)}
        </Words>
      ) : (
        <Stack gap="xs">
          {pages.rows.map((action) => (
            <ActionCard key={action.id} action={action} onAppeal={() => ask(action)} />
          ))}
          {pages.hasNextPage && <MorePages pages={pages} count={pages.rows.length} />}
        </Stack>
      )}
      {asked !== null && <AppealDialog org={org} project={project} action={asked} onClose={() => ask(null)} />}
    </section>
  );
}

function ActionCard({ action, onAppeal }: { readonly action: ActionRow; readonly onAppeal: () => void }): ReactNode {
  const { t, format, language } = useSpeech();
  const appeal =
    action.appeal_state === "open"
      ? QUALITY.appealOpen
      : action.appeal_state === "upheld"
        ? QUALITY.appealUpheld
        : action.appeal_state === "overturned"
          ? QUALITY.appealOverturned
          : null;
  const by = action.rule === null ? t(QUALITY.byLead) : t(QUALITY.byRule, { rule: action.rule });
  return (
    <Alert color={action.state === "active" ? "orange" : "gray"} p="sm">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Words size="sm">{language === "zh" ? action.explanation_zh : action.explanation_en}</Words>
          <Words size="xs" c="dimmed">
            {[
              format.time(action.at),
              by,
              ...(action.until === null ? [] : [t(QUALITY.until, { time: format.time(action.until) })]),
            ].join(" · ")}
          </Words>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Badge variant="default" tt="none">
            {t(QUALITY[action.state])}
          </Badge>
          {appeal !== null ? (
            <Badge tt="none" color={action.appeal_state === "overturned" ? "green" : "blue"} variant="light">
              {t(appeal)}
            </Badge>
          ) : (
            <Button size="xs" variant="default" onClick={onAppeal}>
              {t(QUALITY.appeal)}
            </Button>
          )}
        </Group>
      </Group>
    </Alert>
  );
}

function AppealDialog(props: {
  readonly org: number;
  readonly project: number;
  readonly action: ActionRow;
  readonly onClose: () => void;
}): ReactNode {
  const { org, project, action, onClose } = props;
  const { t, language } = useSpeech();
  const toast = useToast();
  const queries = useQueryClient();
  const [said, say] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    try {
      await call("POST /api/v1/orgs/{org}/projects/{project}/quality/actions/{action}/appeal", {
        path: { org, project, action: action.id },
        body: { words: said },
      });
      toast(t(QUALITY.sent), "good");
      await queries.invalidateQueries({ queryKey: ["my-actions", org, project] });
      onClose();
    } catch (problem) {
      toast(problemText(problem, t(FRAME.offline)), "bad");
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog opened onClose={onClose} title={t(QUALITY.appealTitle)}>
      <Stack gap="sm">
        <Words size="sm">{language === "zh" ? action.explanation_zh : action.explanation_en}</Words>
        <Textarea
          label={t(QUALITY.appealTitle)}
          description={t(QUALITY.appealHint)}
          autosize
          minRows={4}
          maxRows={12}
          maxLength={4000}
          value={said}
          onChange={(event) => say(event.currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t(FRAME.cancel)}
          </Button>
          <Button loading={busy} disabled={said.trim() === ""} onClick={() => void send()}>
            {t(QUALITY.send)}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

function Rows({ org, project }: { readonly org: number; readonly project: number }): ReactNode {
  const { t } = useSpeech();
  const pages = usePages(["my-rows", org], (after) =>
    call("GET /api/v1/orgs/{org}/work-rows/mine", { path: { org }, query: { limit: 100, after: after ?? null } }),
  );
  const rows = pages.rows?.filter((row) => row.project === project) ?? [];
  return (
    <section>
      <Words component="h2" fw={600}>
        {t(QUALITY.rows)}
      </Words>
      <Words size="sm" c="dimmed" mb="xs">
        {t(QUALITY.rowsHint)}
      </Words>
      {pages.error !== null && pages.rows === undefined && (
        <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />
      )}
      {rows.length > 0 && (
        <LongTable minWidth={640}>
          <Table verticalSpacing={4} withTableBorder stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t(QUALITY.at)}</Table.Th>
                <Table.Th>{t(QUALITY.what)}</Table.Th>
                <Table.Th>{t(QUALITY.item)}</Table.Th>
                <Table.Th ta="right">{t(QUALITY.counted)}</Table.Th>
                <Table.Th ta="right">{t(QUALITY.raw)}</Table.Th>
                <Table.Th ta="right">{t(QUALITY.units)}</Table.Th>
                <Table.Th>{t(QUALITY.note)}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <RowView key={row.id} row={row} />
              ))}
            </Table.Tbody>
          </Table>
        </LongTable>
      )}
      {pages.rows !== undefined && <MorePages pages={pages} count={rows.length} />}
    </section>
  );
}

const VERDICTS = {
  submitted: QUALITY.submitted,
  revised: QUALITY.revised,
  "orphan-adopted": QUALITY["orphan-adopted"],
  skipped: QUALITY["skipped-row"],
  late: QUALITY["late-row"],
  accepted: QUALITY.accepted,
  fixed: QUALITY.fixed,
  returned: QUALITY["returned-row"],
  void: QUALITY.void,
} as const;

function RowView({ row }: { readonly row: WorkRow }): ReactNode {
  const { t, format } = useSpeech();
  return (
    <Table.Tr>
      <Table.Td>{format.time(row.at)}</Table.Td>
      <Table.Td>{t(VERDICTS[row.verdict])}</Table.Td>
      <Table.Td>{row.slot}</Table.Td>
      <Table.Td ta="right">
        {row.counted_ms === null ? t(QUALITY.unknown) : format.duration(row.counted_ms / 1000)}
      </Table.Td>
      <Table.Td ta="right">{format.duration(row.raw_ms / 1000)}</Table.Td>
      <Table.Td ta="right">{format.number(row.units, 2)}</Table.Td>
      <Table.Td className="gs-row-note">{row.note}</Table.Td>
    </Table.Tr>
  );
}
