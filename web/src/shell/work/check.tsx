/** What the project's verifiers say of the answer as it stands; nothing is stored. */

import { ActionIcon, Group, Paper, Stack, Text as Words } from "@mantine/core";
import { IconCheck, IconHelpCircle, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { call } from "@/api/call";
import type { FindingView } from "@/api/types";
import { words } from "@/core/words";
import { useSpeech } from "../language";
import { FRAME } from "../words";
import type { OpenBench } from "./bench";

const SAYS = words({
  title: { en: "Checked", zh: "校验结果" },
  passed: { en: "passed", zh: "通过" },
  failed: { en: "failed", zh: "未通过" },
  unknown: { en: "could not be told", zh: "无法判定" },
});

export interface Checked {
  readonly slot: number;
  readonly findings: readonly FindingView[];
}

export function check(org: number, project: number, desk: "work", open: OpenBench): Promise<FindingView[]> {
  return call(`POST /api/v1/orgs/{org}/projects/{project}/${desk}/slots/{slot}/check`, {
    path: { org, project, slot: open.ready.lease.slot },
    body: { labels: open.bench.labels() },
  });
}

/** Whether the project checks answers at all: asked once with the first item. */
export function useHasChecks(org: number, project: number, desk: "work", open: OpenBench | null): boolean {
  const asked = useQuery({
    queryKey: ["has-checks", org, project, desk],
    queryFn: async () => (await check(org, project, desk, open!)).length > 0,
    enabled: open !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnWindowFocus: false,
  });
  return asked.data === true;
}

export function CheckPanel({
  checked,
  onClose,
}: {
  readonly checked: Checked;
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useSpeech();
  return (
    <Paper className="gw-check" withBorder shadow="md" role="status" p="sm">
      <Group justify="space-between" mb={4}>
        <Words fw={600} size="sm">
          {t(SAYS.title)}
        </Words>
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t(FRAME.close)} onClick={onClose}>
          <IconX size={14} />
        </ActionIcon>
      </Group>
      <Stack gap={4}>
        {checked.findings.map((finding) => (
          <Finding key={finding.verifier} finding={finding} />
        ))}
      </Stack>
    </Paper>
  );
}

function Finding({ finding }: { readonly finding: FindingView }): ReactNode {
  const { t } = useSpeech();
  const [Icon, color, word] =
    finding.passed === null
      ? [IconHelpCircle, "var(--g-fg-2)", SAYS.unknown]
      : finding.passed
        ? [IconCheck, "var(--g-good)", SAYS.passed]
        : [IconX, "var(--g-bad)", SAYS.failed];
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Icon size={16} color={color} aria-hidden />
      <div>
        <Words size="sm">
          <b>{finding.verifier}</b> {t(word)}
        </Words>
        {finding.message !== "" && (
          <Words size="xs" c="dimmed" className="gw-check-message">
            {finding.message}
          </Words>
        )}
      </div>
    </Group>
  );
}
