/** A client's isolation rules: proposed, approved or refused, and every version there was. */

import { Alert, Badge, Button, Group, Modal, Table, Text as Words } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { AccessIsolationRule } from "@/api/types";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { Empty, MorePages, PageHead, usePages, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { useSession } from "../session";
import { useChange, useQuestion } from "./ask";
import { useProjects } from "./projects";
import { Propose } from "./propose";
import { ISOLATION, OPERATE } from "./words";

const COLOR = { proposed: "yellow", approved: "teal", refused: "gray", replaced: "gray" } as const;

export default function IsolationPage({ org }: PageProps): ReactNode {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  const pages = usePages(["isolation", org], (after) =>
    call("GET /api/v1/orgs/{org}/isolation", { path: { org }, query: { limit: 50, ...(after && { after }) } }),
  );
  const waiting = pages.rows?.filter(({ state }) => state === "proposed").length ?? 0;
  return (
    <>
      <PageHead title={t(OPERATE.isolation)} about={t(ISOLATION.about)}>
        <Button onClick={() => setOpen(true)}>{t(ISOLATION.propose)}</Button>
      </PageHead>
      {waiting > 0 && (
        <Alert color="yellow" mb="md" p="xs">
          {t(ISOLATION.waiting, { count: waiting })}
        </Alert>
      )}
      {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
      {pages.rows === undefined && pages.error === null && <Waiting />}
      {pages.rows?.length === 0 && <Empty title={ISOLATION.none} hint={ISOLATION.noneHint} />}
      {(pages.rows?.length ?? 0) > 0 && (
        <>
          <Rules org={org} rules={pages.rows ?? []} />
          <MorePages pages={pages} count={pages.rows?.length ?? 0} />
        </>
      )}
      <Modal opened={open} onClose={() => setOpen(false)} title={t(ISOLATION.propose)} size="lg" centered>
        {open && <Propose org={org} onDone={() => setOpen(false)} />}
      </Modal>
    </>
  );
}

function Rules({ org, rules }: { readonly org: number; readonly rules: readonly AccessIsolationRule[] }): ReactNode {
  const { t, format } = useSpeech();
  const projects = useProjects(org);
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {[ISOLATION.state, ISOLATION.place, ISOLATION.asks, ISOLATION.note, ISOLATION.by].map((head) => (
              <Table.Th key={head.en}>{t(head)}</Table.Th>
            ))}
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rules.map((rule) => (
            <Table.Tr key={rule.id} data-rule={rule.id} data-state={rule.state}>
              <Table.Td>
                <Badge variant="light" tt="none" color={COLOR[rule.state]}>
                  {t(ISOLATION[rule.state])}
                </Badge>
              </Table.Td>
              <Table.Td>
                {rule.project === null
                  ? t(ISOLATION.whole)
                  : (projects.find(({ id }) => id === rule.project)?.name ??
                    t(ISOLATION.project, { project: rule.project }))}
              </Table.Td>
              <Table.Td>
                <Asked rule={rule} />
              </Table.Td>
              <Table.Td maw={220}>
                <Words size="sm">{rule.note}</Words>
              </Table.Td>
              <Table.Td>
                <Words size="xs" c="dimmed">
                  {format.time(rule.proposed_at)}
                </Words>
              </Table.Td>
              <Table.Td>{rule.state === "proposed" && <Decide org={org} rule={rule} />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** What a rule asks, in sentences. */
export function Asked({ rule }: { readonly rule: AccessIsolationRule }): ReactNode {
  const { t, format } = useSpeech();
  const organisations =
    rule.organisations === null
      ? t(ISOLATION.anyOrganisation)
      : rule.organisations.length === 0
        ? t(ISOLATION.nobodyElse)
        : t(ISOLATION.onlyOrganisations, { list: rule.organisations.join(", ") });
  const told = [
    organisations,
    rule.networks.length === 0 ? t(ISOLATION.anywhere) : t(ISOLATION.networks, { list: rule.networks.join(", ") }),
    ...(rule.view_only ? [t(ISOLATION.viewOnly)] : []),
    ...(rule.until === null ? [] : [t(ISOLATION.until, { time: format.date(rule.until) })]),
  ];
  return told.map((said) => (
    <Words key={said} size="sm">
      {said}
    </Words>
  ));
}

/** By the project's own route where it is about one: who is the client there alone may, too. */
function decide(org: number, { id: rule, project }: AccessIsolationRule, how: "approve" | "refuse"): Promise<unknown> {
  return project === null
    ? call(`POST /api/v1/orgs/{org}/isolation/{rule}/${how}`, { path: { org, rule } })
    : call(`POST /api/v1/orgs/{org}/projects/{project}/isolation/{rule}/${how}`, { path: { org, project, rule } });
}

function Decide({ org, rule }: { readonly org: number; readonly rule: AccessIsolationRule }): ReactNode {
  const { t } = useSpeech();
  const { place, roles } = useSession();
  const approve = useChange([["isolation", org]], ISOLATION.approvedSaid);
  const refuse = useChange([["isolation", org]], ISOLATION.refusedSaid);
  const { ask, dialog } = useQuestion();
  const mine = roles(org, rule.project ?? undefined);
  // A processor's owner works on the data of others, and so cannot open the door for them.
  const may = mine.has("client") || (mine.has("owner") && place(org)?.kind !== "processor");
  return (
    <Group gap="xs" justify="end" wrap="nowrap">
      {dialog}
      {may && (
        <Button
          size="compact-sm"
          loading={approve.isPending}
          onClick={() =>
            ask(t(ISOLATION.approve), t(ISOLATION.approveAsk), () => approve.mutate(() => decide(org, rule, "approve")))
          }
        >
          {t(ISOLATION.approve)}
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        loading={refuse.isPending}
        onClick={() => refuse.mutate(() => decide(org, rule, "refuse"))}
      >
        {t(may ? ISOLATION.refuse : ISOLATION.withdraw)}
      </Button>
    </Group>
  );
}
