/** The members of an organisation: their roles, and for operators their sessions and state. */

import { ActionIcon, Badge, Menu, MultiSelect, Table, Text as Words } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { Member } from "@/api/types";
import { useSpeech } from "../language";
import { LongTable } from "../parts/long-table";
import { MorePages, usePages, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { type Role, useSession } from "../session";
import { useChange, useQuestion } from "./ask";
import { Secret } from "./secret";
import { MEMBERS, OPERATE, ROLES } from "./words";

export function useRoles(): { value: string; label: string }[] {
  const { t } = useSpeech();
  return Object.entries(ROLES).map(([value, text]) => ({ value, label: t(text) }));
}

export function Members({ org }: { readonly org: number }): ReactNode {
  const { t } = useSpeech();
  const [ticket, setTicket] = useState<string | null>(null);
  const pages = usePages(["members", org], (after) =>
    call("GET /api/v1/orgs/{org}/members", { path: { org }, query: { limit: 100, ...(after && { after }) } }),
  );
  if (pages.error !== null) return <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />;
  if (pages.rows === undefined) return <Waiting />;
  return (
    <>
      {ticket !== null && <Secret title={t(MEMBERS.ticket)} value={`${location.origin}/sign-in#ticket=${ticket}`} />}
      <LongTable minWidth={640}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t(OPERATE.name)}</Table.Th>
              <Table.Th>{t(MEMBERS.login)}</Table.Th>
              <Table.Th w="40%">{t(MEMBERS.roles)}</Table.Th>
              <Table.Th>{t(MEMBERS.state)}</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {pages.rows.map((one) => (
              <Row key={one.person} org={org} one={one} onTicket={setTicket} />
            ))}
          </Table.Tbody>
        </Table>
      </LongTable>
      <MorePages pages={pages} count={pages.rows.length} />
    </>
  );
}

interface RowProps {
  readonly org: number;
  readonly one: Member;
  readonly onTicket: (ticket: string) => void;
}

function Row({ org, one, onTicket }: RowProps): ReactNode {
  const { t } = useSpeech();
  const data = useRoles();
  const change = useChange([["members", org]], MEMBERS.saved);
  const setRoles = (roles: readonly string[]): void =>
    change.mutate(() =>
      call("PUT /api/v1/orgs/{org}/members/{person}/roles", {
        path: { org, person: one.person },
        body: { roles: roles as Role[] },
      }),
    );
  return (
    <Table.Tr>
      <Table.Td>{one.name}</Table.Td>
      <Table.Td>
        <Words size="sm">{one.email ?? one.username}</Words>
      </Table.Td>
      <Table.Td>
        <MultiSelect
          size="xs"
          aria-label={t(MEMBERS.rolesOf, { name: one.name })}
          data={data}
          value={one.roles}
          disabled={change.isPending}
          onChange={setRoles}
        />
      </Table.Td>
      <Table.Td>
        <Badge variant="light" tt="none" color={one.state === "active" ? "teal" : "red"}>
          {t(one.state === "active" ? MEMBERS.active : MEMBERS.blocked)}
        </Badge>
      </Table.Td>
      <Table.Td>
        <Actions org={org} one={one} onTicket={onTicket} />
      </Table.Td>
    </Table.Tr>
  );
}

function Actions({ org, one, onTicket }: RowProps): ReactNode {
  const { t } = useSpeech();
  const { me } = useSession();
  const change = useChange([["members", org]]);
  const { ask, dialog } = useQuestion();
  const path = { person: one.person };
  const { name } = one;
  const blocked = one.state !== "active";
  const sure = (title: string, why: string, run: () => Promise<unknown>): void =>
    ask(title, why, () => change.mutate(run));
  return (
    <>
      {dialog}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t(MEMBERS.more, { name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {me.operator && (
            <>
              <Menu.Item
                onClick={() =>
                  change.mutate(async () =>
                    onTicket((await call("POST /api/v1/system/people/{person}/ticket", { path })).ticket),
                  )
                }
              >
                {t(MEMBERS.ticket)}
              </Menu.Item>
              <Menu.Item
                onClick={() =>
                  sure(t(MEMBERS.endSessions), t(MEMBERS.endAsk, { name }), () =>
                    call("DELETE /api/v1/system/people/{person}/sessions", { path }),
                  )
                }
              >
                {t(MEMBERS.endSessions)}
              </Menu.Item>
              <Menu.Item
                onClick={() => {
                  const run = (): Promise<unknown> =>
                    call("PUT /api/v1/system/people/{person}/state", { path, body: { blocked: !blocked } });
                  if (blocked) change.mutate(run);
                  else sure(t(MEMBERS.block), t(MEMBERS.blockAsk, { name }), run);
                }}
              >
                {t(blocked ? MEMBERS.unblock : MEMBERS.block)}
              </Menu.Item>
              <Menu.Divider />
            </>
          )}
          <Menu.Item
            color="red"
            onClick={() =>
              sure(t(MEMBERS.remove), t(MEMBERS.removeAsk, { name }), () =>
                call("DELETE /api/v1/orgs/{org}/members/{person}", { path: { org, person: one.person } }),
              )
            }
          >
            {t(MEMBERS.remove)}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
