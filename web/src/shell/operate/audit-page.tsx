/** The audit: who did what, and the proof of a line computed by this browser. */

import { Button, Group, Modal, Select, Table, TextInput, Text as Words } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { call } from "@/api/call";
import type { AuditLine } from "@/api/types";
import type { Text } from "@/core/words";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { LongTable } from "../parts/long-table";
import { Empty, MorePages, PageHead, usePages, Waiting } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { Proof } from "./proof";
import { AUDIT, AUDIT_FACTS, AUDIT_KINDS, AUDIT_WORDS, OPERATE } from "./words";
import "./operate.css";

export default function AuditPage({ org }: PageProps): ReactNode {
  const { t } = useSpeech();
  const [wanted, setWanted] = useState("");
  const [kind, setKind] = useState<string | null>(null);
  const [proved, prove] = useState<AuditLine | null>(null);
  const pages = usePages(["audit", org], (after) =>
    call("GET /api/v1/orgs/{org}/audit", { path: { org }, query: { limit: 200, ...(after && { after }) } }),
  );
  const kinds = useMemo(() => [...new Set(pages.rows?.map((line) => line.kind))].sort(), [pages.rows]);
  const shown = useMemo(() => {
    const text = wanted.trim().toLowerCase();
    const fits = (line: AuditLine): boolean =>
      (kind === null || line.kind === kind) &&
      (text === "" || `${JSON.stringify(line)} ${t(kindOf(line.kind))}`.toLowerCase().includes(text));
    return pages.rows?.filter(fits);
  }, [pages.rows, wanted, kind, t]);
  return (
    <>
      <PageHead title={t(OPERATE.audit)} about={t(AUDIT.about)} />
      <Group mb="sm">
        <TextInput
          aria-label={t(AUDIT.filter)}
          placeholder={t(AUDIT.filter)}
          w={380}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <Select
          aria-label={t(AUDIT.kindFilter)}
          placeholder={t(AUDIT.kindFilter)}
          clearable
          searchable
          data={kinds.map((one) => ({ value: one, label: t(kindOf(one)) }))}
          value={kind}
          onChange={setKind}
        />
      </Group>
      {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
      {shown === undefined && pages.error === null && <Waiting />}
      {shown?.length === 0 && <Empty title={AUDIT.none} hint={AUDIT.noneHint} />}
      {shown !== undefined && shown.length > 0 && <Lines lines={shown} onProve={prove} />}
      {pages.rows !== undefined && <MorePages pages={pages} count={pages.rows.length} />}
      <Modal
        opened={proved !== null}
        onClose={() => prove(null)}
        size="xl"
        title={proved === null ? "" : t(AUDIT.proof, { line: proved.id })}
      >
        {proved !== null && <Proof org={org} line={proved} />}
      </Modal>
    </>
  );
}

/** A kind that a newer server has and these words do not is shown as it is written. */
function kindOf(kind: string): Text {
  return (AUDIT_KINDS as { readonly [kind: string]: Text })[kind] ?? { en: kind, zh: kind };
}

function Lines(props: {
  readonly lines: readonly AuditLine[];
  readonly onProve: (line: AuditLine) => void;
}): ReactNode {
  const { t, format } = useSpeech();
  return (
    <LongTable minWidth={860}>
      <Table verticalSpacing={4} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {[AUDIT.when, AUDIT.what, AUDIT.who, AUDIT.from, AUDIT.about2, AUDIT.seal].map((head) => (
              <Table.Th key={head.en}>{t(head)}</Table.Th>
            ))}
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {props.lines.map((line) => (
            <Table.Tr key={line.id} data-line={line.id}>
              <Table.Td className="go-when">{format.time(line.at)}</Table.Td>
              <Table.Td>
                <span title={line.kind}>{t(kindOf(line.kind))}</span>
              </Table.Td>
              <Table.Td>{who(line, t)}</Table.Td>
              <Table.Td>{line.address}</Table.Td>
              <Table.Td className="go-facts">
                <Words size="xs">{[line.subject, factsOf(line, t)].filter(Boolean).join(" · ")}</Words>
              </Table.Td>
              <Table.Td>{line.seal ?? t(AUDIT.waiting)}</Table.Td>
              <Table.Td>
                <Button
                  size="compact-xs"
                  variant="default"
                  disabled={line.seal === null}
                  aria-label={t(AUDIT.proveLine, { line: line.id })}
                  onClick={() => props.onProve(line)}
                >
                  {t(AUDIT.prove)}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </LongTable>
  );
}

function who(line: AuditLine, t: ReturnType<typeof useSpeech>["t"]): string {
  const person = line.person === null ? "—" : (line.person_name ?? t(AUDIT.person, { person: line.person }));
  if (line.token === null) return person;
  const token = t(AUDIT.token, { token: line.token_name ?? line.token });
  return line.person === null ? token : `${person} · ${token}`;
}

/** Facts by their words; a name or word that these do not have is shown as it is written. */
function factsOf(line: AuditLine, t: ReturnType<typeof useSpeech>["t"]): string {
  const said = (known: { readonly [name: string]: Text }, word: string): string => {
    const found = known[word];
    return found === undefined ? word : t(found);
  };
  const value = (told: unknown): string =>
    Array.isArray(told)
      ? told.map(value).join(t({ en: ", ", zh: "、" }))
      : typeof told === "object"
        ? JSON.stringify(told)
        : said(AUDIT_WORDS, String(told));
  const facts = Object.entries(line.facts).filter(([, value]) => value !== null && value !== "");
  return facts
    .map(([name, told]) => `${said(AUDIT_FACTS, name)}${t({ en: ": ", zh: "：" })}${value(told)}`)
    .join(t({ en: ", ", zh: "，" }));
}
