/** All lines, each as a small picture. */

import { Anchor, Badge, Group, Paper, Stack, Text as Words } from "@mantine/core";
import type { ReactNode } from "react";
import { Link as To } from "wouter";
import { call } from "@/api/call";
import type { LineHead } from "@/api/types";
import type { Text } from "@/core/words";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { Empty, MorePages, PageHead, usePages, Waiting } from "../../parts/page";
import { ProblemView } from "../../parts/problem";
import { stageName } from "../overview/overview-page";
import { LINES } from "./words";

export default function LinesPage({ org }: PageProps): ReactNode {
  const { t } = useSpeech();
  const pages = usePages(["lines", org], (after) =>
    call("GET /api/v1/orgs/{org}/lines", {
      path: { org },
      query: { limit: 25, ...(after === undefined ? {} : { after }) },
    }),
  );
  return (
    <>
      <PageHead title={t(LINES.title)} about={t(LINES.about)} />
      {pages.rows === undefined && (pages.error ? <ProblemView problem={pages.error} /> : <Waiting />)}
      {pages.rows?.length === 0 && <Empty title={LINES.none} hint={LINES.noneHint} />}
      {pages.rows !== undefined && pages.rows.length > 0 && (
        <Stack>
          {pages.rows.map((line) => (
            <LineCard key={line.run} org={org} line={line} />
          ))}
          <MorePages pages={pages} count={pages.rows.length} />
        </Stack>
      )}
    </>
  );
}

const TONES: { readonly [status: string]: string } = {
  done: "green",
  running: "blue",
  failed: "red",
  waiting: "orange",
};

export function RunStatus({ status }: { readonly status: string }): ReactNode {
  const { t } = useSpeech();
  const known = (LINES as { readonly [name: string]: Text })[status];
  return (
    <Badge variant="light" color={TONES[status] ?? "gray"}>
      {known === undefined ? status : t(known)}
    </Badge>
  );
}

function LineCard({ org, line }: { readonly org: number; readonly line: LineHead }): ReactNode {
  const { t, format } = useSpeech();
  return (
    <Paper withBorder p="md">
      <Group justify="space-between">
        <Anchor component={To} href={`/o/${org}/lines/${encodeURIComponent(line.line)}`} fw={600}>
          {line.line}
        </Anchor>
        <Group gap="xs">
          {line.open_answers > 0 && (
            <Words size="sm" c="var(--g-warn)">
              {t(LINES.open, { count: format.number(line.open_answers) })}
            </Words>
          )}
          <RunStatus status={line.status} />
        </Group>
      </Group>
      <Group gap={6} mt="xs">
        {line.stages.map((stage, at) => (
          <Words key={stage.stage} size="sm" {...(stage.stage === line.slowest ? { fw: 700 } : { c: "dimmed" })}>
            {at > 0 && "→ "}
            {stageName(stage.stage, t)} {stage.records_out !== null && format.number(stage.records_out)}
          </Words>
        ))}
      </Group>
      <Words size="xs" c="dimmed" mt={4}>
        {t(LINES.started)} {format.time(line.started_at)}
      </Words>
    </Paper>
  );
}
