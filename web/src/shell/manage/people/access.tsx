/** Who may do what in a project: roles given here, invitations that are open. */

import { Badge, Button, Group, Paper, Select, Stack, Table, Title, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import { useSpeech } from "../../language";
import { Found } from "../../parts/page";
import type { Role } from "../../session";
import { useConfirm, useDo } from "../parts/ask";
import { useMembers } from "../parts/names";
import { ROLES } from "../parts/words";
import { START } from "../start/words";
import { Invite, RolesSelect } from "./invite";
import { PEOPLE } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

export function Access({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  return (
    <Stack maw={900}>
      <Title order={2} size="h5">
        {t(PEOPLE.grants)}
      </Title>
      <Grants place={place} />
      <Title order={2} size="h5">
        {t(START.invite)}
      </Title>
      <Paper withBorder p="md">
        <Invite org={place.org} project={place.project} />
      </Paper>
      <Title order={2} size="h5">
        {t(PEOPLE.invitations)}
      </Title>
      <Invitations org={place.org} />
    </Stack>
  );
}

function RoleBadges({ roles }: { readonly roles: readonly Role[] }): ReactNode {
  const { t } = useSpeech();
  return (
    <Group gap={4}>
      {roles.map((role) => (
        <Badge key={role} variant="light" size="sm">
          {t(ROLES[role])}
        </Badge>
      ))}
    </Group>
  );
}

function Grants({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  const [person, setPerson] = useState<string | null>(null);
  const [roles, setRoles] = useState<readonly Role[]>(["annotator"]);
  const [confirm, asking] = useConfirm();
  const members = useMembers(place.org);
  const stale = [["grants", place.org, place.project]];
  const listed = useQuery({
    queryKey: ["grants", place.org, place.project],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/grants", { path: { ...place }, query: { limit: 100 } }),
  });
  const give = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/grants", {
        path: { ...place },
        body: { to: { person: Number(person) }, roles: [...roles] },
      }),
    stale,
    said: PEOPLE.saved,
    onDone: () => setPerson(null),
  });
  const take = useDo({
    run: (grant: number) =>
      call("DELETE /api/v1/orgs/{org}/projects/{project}/grants/{grant}", { path: { ...place, grant } }),
    stale,
  });
  return (
    <Paper withBorder p="md">
      <Found query={listed}>
        {({ items }) =>
          items.length === 0 ? (
            <Words size="sm" c="dimmed">
              {t(PEOPLE.noGrants)}
            </Words>
          ) : (
            <Table>
              <Table.Tbody>
                {items.map((grant) => (
                  <Table.Tr key={grant.id}>
                    <Table.Td>{grant.name ?? t(PEOPLE.team, { team: grant.team ?? "" })}</Table.Td>
                    <Table.Td>
                      <RoleBadges roles={grant.roles} />
                    </Table.Td>
                    <Table.Td ta="right">
                      <Button
                        size="compact-xs"
                        variant="default"
                        onClick={() =>
                          confirm({
                            title: t(PEOPLE.take),
                            about: t(PEOPLE.takeSure, {
                              name: grant.name ?? "",
                              roles: grant.roles.map((role) => t(ROLES[role])).join(", "),
                            }),
                            act: t(PEOPLE.take),
                            danger: true,
                            onYes: () => take.mutate(grant.id),
                          })
                        }
                      >
                        {t(PEOPLE.take)}
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Found>
      <Group align="flex-end" mt="md" grow>
        <Select
          searchable
          label={t(PEOPLE.who)}
          value={person}
          data={(members.data ?? []).map((one) => ({ value: String(one.person), label: one.name }))}
          onChange={setPerson}
        />
        <RolesSelect value={roles} onChange={setRoles} />
        <Button
          disabled={person === null || roles.length === 0}
          loading={give.isPending}
          onClick={() => give.mutate({})}
        >
          {t(PEOPLE.grant)}
        </Button>
      </Group>
      {asking}
    </Paper>
  );
}

function Invitations({ org }: { readonly org: number }): ReactNode {
  const { t, format } = useSpeech();
  const listed = useQuery({
    queryKey: ["invitations", org],
    queryFn: () => call("GET /api/v1/orgs/{org}/invitations", { path: { org }, query: { limit: 100 } }),
  });
  const revoke = useDo({
    run: (invitation: number) =>
      call("DELETE /api/v1/orgs/{org}/invitations/{invitation}", { path: { org, invitation } }),
    stale: [["invitations", org]],
  });
  return (
    <Found query={listed}>
      {({ items }) =>
        items.length === 0 ? (
          <Words size="sm" c="dimmed">
            {t(PEOPLE.noInvitations)}
          </Words>
        ) : (
          <Table>
            <Table.Tbody>
              {items.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>{one.email ?? `#${one.id}`}</Table.Td>
                  <Table.Td>
                    <RoleBadges roles={one.roles} />
                  </Table.Td>
                  <Table.Td>
                    {t(PEOPLE.until)} {format.date(one.expires_at)}
                  </Table.Td>
                  <Table.Td ta="right">
                    <Button size="compact-xs" variant="default" onClick={() => revoke.mutate(one.id)}>
                      {t(PEOPLE.revoke)}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )
      }
    </Found>
  );
}
