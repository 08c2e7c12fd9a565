/** Open invitations: made with roles, told once as a link, revoked. */

import { Button, Group, MultiSelect, Stack, Table, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { InvitationMade } from "@/api/types";
import { useSpeech } from "../language";
import { Empty, MorePages, usePages, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import type { Role } from "../session";
import { useChange, useQuestion } from "./ask";
import { useRoles } from "./members";
import { Secret } from "./secret";
import { MEMBERS, OPERATE, ROLES } from "./words";

export function Invitations({ org }: { readonly org: number }): ReactNode {
  const { t, format } = useSpeech();
  const change = useChange([["invitations", org]]);
  const { ask, dialog } = useQuestion();
  const pages = usePages(["invitations", org], (after) =>
    call("GET /api/v1/orgs/{org}/invitations", { path: { org }, query: { limit: 100, ...(after && { after }) } }),
  );
  return (
    <Stack>
      {dialog}
      <Invite org={org} />
      {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
      {pages.rows === undefined && pages.error === null && <Waiting />}
      {pages.rows?.length === 0 && <Empty title={MEMBERS.noInvitations} hint={MEMBERS.noInvitationsHint} />}
      {(pages.rows?.length ?? 0) > 0 && (
        <>
          <Table verticalSpacing={6}>
            <Table.Tbody>
              {pages.rows?.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>{one.email ?? t(MEMBERS.anyone)}</Table.Td>
                  <Table.Td>{one.roles.map((role) => t(ROLES[role])).join(", ")}</Table.Td>
                  <Table.Td>{t(OPERATE.expires, { time: format.time(one.expires_at) })}</Table.Td>
                  <Table.Td ta="right">
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() =>
                        ask(t(MEMBERS.revoke), t(MEMBERS.revokeAsk), () =>
                          change.mutate(() =>
                            call("DELETE /api/v1/orgs/{org}/invitations/{invitation}", {
                              path: { org, invitation: one.id },
                            }),
                          ),
                        )
                      }
                    >
                      {t(MEMBERS.revoke)}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <MorePages pages={pages} count={pages.rows?.length ?? 0} />
        </>
      )}
    </Stack>
  );
}

function Invite({ org }: { readonly org: number }): ReactNode {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const data = useRoles();
  const [roles, setRoles] = useState<string[]>(["annotator"]);
  const [made, setMade] = useState<InvitationMade | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get("email")).trim();
    setProblem(null);
    call("POST /api/v1/orgs/{org}/invitations", {
      path: { org },
      body: { roles: roles as Role[], email: email === "" ? null : email },
    }).then((done) => {
      setMade(done);
      void queries.invalidateQueries({ queryKey: ["invitations", org] });
    }, setProblem);
  };
  return (
    <>
      {problem !== null && <ProblemView problem={problem} />}
      <form onSubmit={submit}>
        <Group align="end">
          <TextInput name="email" type="email" label={t(MEMBERS.email)} w={360} />
          <MultiSelect label={t(MEMBERS.roles)} data={data} value={roles} onChange={setRoles} miw={240} />
          <Button type="submit" disabled={roles.length === 0}>
            {t(MEMBERS.invite)}
          </Button>
        </Group>
      </form>
      {made !== null && (
        <Secret
          title={t(MEMBERS.link)}
          value={`${location.origin}/invitation#secret=${made.secret}`}
          until={made.expires_at}
        />
      )}
    </>
  );
}
