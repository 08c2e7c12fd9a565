/** Service tokens: how programs come in, with scopes and an end. */

import { Badge, Button, Group, MultiSelect, NumberInput, Stack, Table, TextInput, Text as Words } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { TokenMade } from "@/api/types";
import { useSpeech } from "../language";
import { Empty, MorePages, usePages, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { useChange, useQuestion } from "./ask";
import { Secret } from "./secret";
import { MEMBERS, OPERATE } from "./words";

/** Verbs of the API that programs are given; they are its words and so the same in every language. */
const SCOPES = [
  ...["project.read", "project.create", "project.manage", "data.import", "data.export", "data.view", "work", "review"],
  ...["inspect", "people.read", "line.read", "release.read", "audit.read", "org.read", "member.read", "gold.manage"],
];

export function Tokens({ org }: { readonly org: number }): ReactNode {
  const { t, format } = useSpeech();
  const change = useChange([["tokens", org]]);
  const { ask, dialog } = useQuestion();
  const pages = usePages(["tokens", org], (after) =>
    call("GET /api/v1/orgs/{org}/tokens", { path: { org }, query: { limit: 100, ...(after && { after }) } }),
  );
  const revoke = (token: number): void =>
    ask(t(MEMBERS.revoke), t(MEMBERS.revokeAsk), () =>
      change.mutate(() => call("DELETE /api/v1/orgs/{org}/tokens/{token}", { path: { org, token } })),
    );
  return (
    <Stack>
      {dialog}
      <NewToken org={org} />
      {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
      {pages.rows === undefined && pages.error === null && <Waiting />}
      {pages.rows?.length === 0 && <Empty title={MEMBERS.noTokens} hint={MEMBERS.noTokensHint} />}
      {(pages.rows?.length ?? 0) > 0 && (
        <>
          <Table verticalSpacing={6}>
            <Table.Tbody>
              {pages.rows?.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>
                    {one.name} <code>{t(MEMBERS.ending, { ending: one.ending })}</code>
                  </Table.Td>
                  <Table.Td>
                    <Words size="xs">{one.scopes.join(", ")}</Words>
                  </Table.Td>
                  <Table.Td>
                    {one.used_at === null ? t(MEMBERS.unused) : t(MEMBERS.used, { time: format.time(one.used_at) })}
                  </Table.Td>
                  <Table.Td>{t(OPERATE.expires, { time: format.date(one.expires_at) })}</Table.Td>
                  <Table.Td ta="right">
                    {one.revoked_at === null ? (
                      <Button size="compact-xs" variant="default" onClick={() => revoke(one.id)}>
                        {t(MEMBERS.revoke)}
                      </Button>
                    ) : (
                      <Badge color="gray" tt="none">
                        {t(MEMBERS.revoked)}
                      </Badge>
                    )}
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

function NewToken({ org }: { readonly org: number }): ReactNode {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const [scopes, setScopes] = useState<string[]>(["project.read", "data.import"]);
  const [days, setDays] = useState<number | string>(90);
  const [made, setMade] = useState<TokenMade | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name"));
    setProblem(null);
    call("POST /api/v1/orgs/{org}/tokens", { path: { org }, body: { name, scopes, days: Number(days) } }).then(
      (done) => {
        setMade(done);
        void queries.invalidateQueries({ queryKey: ["tokens", org] });
      },
      setProblem,
    );
  };
  return (
    <>
      {problem !== null && <ProblemView problem={problem} />}
      <form onSubmit={submit}>
        <Group align="end">
          <TextInput name="name" label={t(OPERATE.name)} required />
          <MultiSelect
            label={t(MEMBERS.scopes)}
            data={SCOPES}
            value={scopes}
            onChange={setScopes}
            miw={280}
            maw={520}
          />
          <NumberInput label={t(MEMBERS.days)} w={110} min={1} max={365} value={days} onChange={setDays} />
          <Button type="submit" disabled={scopes.length === 0}>
            {t(MEMBERS.newToken)}
          </Button>
        </Group>
      </form>
      {made !== null && <Secret title={t(MEMBERS.token)} value={made.secret} until={made.expires_at} />}
    </>
  );
}
