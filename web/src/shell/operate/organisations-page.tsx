/** Every organisation of the platform, and making one. */

import { Anchor, Badge, Button, Modal, Select, Stack, Table, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link } from "wouter";
import { call } from "@/api/call";
import type { OrganisationBody, OrganisationMade } from "@/api/types";
import { useSpeech } from "../language";
import { Empty, MorePages, PageHead, usePages, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { useSession } from "../session";
import { Secret } from "./secret";
import { OPERATE, ORGANISATIONS } from "./words";

const KINDS = ["provider", "processor", "client", "operator", "regulator"] as const;

export default function OrganisationsPage(): ReactNode {
  const { t, language, format } = useSpeech();
  const { place } = useSession();
  const [open, setOpen] = useState(false);
  const pages = usePages(["organisations"], (after) =>
    call("GET /api/v1/organisations", { query: { limit: 100, ...(after && { after }) } }),
  );
  return (
    <>
      <PageHead title={t(OPERATE.organisations)} about={t(ORGANISATIONS.about)}>
        <Button onClick={() => setOpen(true)}>{t(ORGANISATIONS.new)}</Button>
      </PageHead>
      {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
      {pages.rows === undefined && pages.error === null && <Waiting />}
      {pages.rows?.length === 0 && <Empty title={ORGANISATIONS.none} hint={ORGANISATIONS.noneHint} />}
      {(pages.rows?.length ?? 0) > 0 && (
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t(OPERATE.name)}</Table.Th>
              <Table.Th>{t(ORGANISATIONS.slug)}</Table.Th>
              <Table.Th>{t(OPERATE.kind)}</Table.Th>
              <Table.Th>{t(OPERATE.made)}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {pages.rows?.map((one) => {
              const name = (language === "zh" && one.name_zh) || one.name;
              return (
                <Table.Tr key={one.id}>
                  <Table.Td>
                    {place(one.id) === undefined ? (
                      name
                    ) : (
                      <Anchor component={Link} href={`/o/${one.id}/members`}>
                        {name}
                      </Anchor>
                    )}
                  </Table.Td>
                  <Table.Td>{one.slug}</Table.Td>
                  <Table.Td>
                    <Badge variant="light" tt="none">
                      {t(ORGANISATIONS[one.kind])}
                    </Badge>
                  </Table.Td>
                  <Table.Td>{Date.parse(one.created_at) > 0 ? format.date(one.created_at) : "—"}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
      {(pages.rows?.length ?? 0) > 0 && <MorePages pages={pages} count={pages.rows?.length ?? 0} />}
      <Modal opened={open} onClose={() => setOpen(false)} title={t(ORGANISATIONS.new)} centered>
        {open && <NewOrganisation />}
      </Modal>
    </>
  );
}

function NewOrganisation(): ReactNode {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const [kind, setKind] = useState<OrganisationBody["kind"]>("processor");
  const [made, setMade] = useState<OrganisationMade | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [slug, name, zh] = [String(form.get("slug")), String(form.get("name")), String(form.get("name_zh"))];
    setProblem(null);
    call("POST /api/v1/organisations", { body: { slug, name, name_zh: zh, kind } }).then((done) => {
      setMade(done);
      void queries.invalidateQueries({ queryKey: ["organisations"] });
    }, setProblem);
  };
  if (made !== null)
    return (
      <Secret
        title={t(ORGANISATIONS.invitation)}
        value={`${location.origin}/invitation#secret=${made.invitation}`}
        until={made.expires_at}
      />
    );
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {problem !== null && <ProblemView problem={problem} />}
        <TextInput name="name" label={t(OPERATE.name)} required data-autofocus />
        <TextInput name="name_zh" label={t(ORGANISATIONS.nameZh)} />
        <TextInput
          name="slug"
          label={t(ORGANISATIONS.slug)}
          description={t(ORGANISATIONS.slugHint)}
          pattern="[a-z0-9][a-z0-9\-]*"
          required
        />
        <Select
          label={t(OPERATE.kind)}
          allowDeselect={false}
          value={kind}
          onChange={(next) => next !== null && setKind(next as OrganisationBody["kind"])}
          data={KINDS.map((value) => ({ value, label: t(ORGANISATIONS[value]) }))}
        />
        <Button type="submit">{t(OPERATE.create)}</Button>
      </Stack>
    </form>
  );
}
