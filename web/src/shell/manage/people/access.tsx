/** Who may do what in a project: roles given here, invitations that are open. */

import { Badge, Button, Group, Paper, Select, Stack, Table, Title, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { Grant, Grantee } from "@/api/types";
import { useSpeech } from "../../language";
import { Found } from "../../parts/page";
import type { Role } from "../../session";
import { useConfirm, useDo } from "../parts/ask";
import { useMembers } from "../parts/names";
import { ROLES } from "../parts/words";
import { START } from "../start/words";
import { choicesFor, granteeOf } from "./grantee";
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
  const [who, setWho] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const [roles, setRoles] = useState<readonly Role[]>(["annotator"]);
  const [confirm, asking] = useConfirm();
  const members = useMembers(place.org);
  const teams = useQuery({
    queryKey: ["teams", place.org],
    retry: false,
    queryFn: () => call("GET /api/v1/orgs/{org}/teams", { path: { org: place.org } }),
  });
  const stale = [["grants", place.org, place.project]];
  const listed = useQuery({
    queryKey: ["grants", place.org, place.project],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/grants", { path: { ...place }, query: { limit: 100 } }),
  });
  const give = useDo({
    run: (to: Grantee) =>
      call("POST /api/v1/orgs/{org}/projects/{project}/grants", {
        path: { ...place },
        body: { to, roles: [...roles] },
      }),
    stale,
    said: PEOPLE.saved,
    onDone: () => {
      setWho(null);
      setTyped("");
    },
  });
  const take = useDo({
    run: (grant: number) =>
      call("DELETE /api/v1/orgs/{org}/projects/{project}/grants/{grant}", { path: { ...place, grant } }),
    stale,
  });
  const known = [
    ...(members.data ?? []).map(({ person, name }) => ({ value: `person:${person}`, label: name })),
    ...(teams.data ?? []).map(({ id, name }) => ({ value: `team:${id}`, label: t(PEOPLE.team, { team: name }) })),
  ];
  const data = choicesFor(known, who, typed, (login) => t(PEOPLE.byLogin, { login }));
  const nameOf = (grant: Grant): string =>
    grant.name ??
    t(PEOPLE.team, { team: teams.data?.find(({ id }) => id === grant.team)?.name ?? String(grant.team ?? "") });
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
                    <Table.Td>{nameOf(grant)}</Table.Td>
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
                              name: nameOf(grant),
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
          description={t(PEOPLE.whoHint)}
          value={who}
          data={[...data]}
          limit={200}
          searchValue={typed}
          onSearchChange={setTyped}
          onChange={setWho}
        />
        <RolesSelect value={roles} onChange={setRoles} />
        <Button
          disabled={who === null || roles.length === 0}
          loading={give.isPending}
          onClick={() => give.mutate(granteeOf(who ?? ""))}
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
