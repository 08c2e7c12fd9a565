/** The proof of one line of the audit, computed here: the line, its seal, the seal's signature, its place in the log. */

import { Alert, Badge, Button, Group, Stack, Table, Textarea, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { call } from "@/api/call";
import type { AuditLine, AuditProof } from "@/api/types";
import type { Json } from "@/core/json";
import type { Text } from "@/core/words";
import { type LineCheck, verifyLine } from "@/verify/audit";
import { Fault } from "@/verify/fault";
import { parseKeys, type VerifierKey } from "@/verify/notes";
import { LINE } from "@/verify/words";
import { useSpeech } from "../language";
import { Found } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { AUDIT } from "./words";

const KEYS = "galley.audit-keys";

export function Proof({ org, line }: { readonly org: number; readonly line: AuditLine }): ReactNode {
  const asked = useQuery({
    queryKey: ["audit-proof", org, line.id],
    queryFn: () => call("GET /api/v1/orgs/{org}/audit/{line}/proof", { path: { org, line: line.id } }),
  });
  return <Found query={asked}>{(proof) => <Checked org={org} line={line} proof={proof} />}</Found>;
}

interface Given {
  readonly org: number;
  readonly line: AuditLine;
  readonly proof: AuditProof;
}

const COLOR = { passed: "teal", failed: "red", skipped: "gray" } as const;

function Checked({ org, line, proof }: Given): ReactNode {
  const { t } = useSpeech();
  const [text, setText] = useState(() => sessionStorage.getItem(KEYS) ?? "");
  const [checks, setChecks] = useState<readonly LineCheck[]>([]);
  const [problem, setProblem] = useState<Text | null>(null);
  useEffect(() => {
    let current = true;
    let keys: readonly VerifierKey[] = [];
    setProblem(null);
    try {
      keys = parseKeys(text);
      sessionStorage.setItem(KEYS, text);
    } catch (wrong) {
      setProblem(wrong instanceof Fault ? wrong.said : { en: String(wrong), zh: String(wrong) });
    }
    const { id, at, kind } = line;
    const shown = { organisation: org, id, at, kind, facts: line.facts as Json };
    void verifyLine(proof, shown, keys).then((found) => current && setChecks(found));
    return () => {
      current = false;
    };
  }, [text, org, line, proof]);
  return (
    <Stack gap="sm">
      <Words size="sm">{t(AUDIT.proofAbout)}</Words>
      <Table verticalSpacing={6} layout="fixed">
        <Table.Tbody>
          {checks.map((check) => (
            <Table.Tr key={check.name} data-check={check.name} data-outcome={check.outcome}>
              <Table.Td w="36%">{t(LINE[check.name])}</Table.Td>
              <Table.Td w={100}>
                <Badge variant="light" tt="none" color={COLOR[check.outcome]}>
                  {t(AUDIT[check.outcome])}
                </Badge>
              </Table.Td>
              <Table.Td className="go-facts">
                <Words size="sm">{t(check.detail)}</Words>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Textarea
        label={t(AUDIT.keys)}
        description={t(AUDIT.keysHint)}
        autosize
        minRows={2}
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <FromServer onKeys={setText} />
      {problem !== null && <Alert color="red">{t(problem)}</Alert>}
      <details>
        <summary>{t(AUDIT.entry)}</summary>
        <pre className="go-entry">{proof.entry}</pre>
      </details>
    </Stack>
  );
}

function FromServer(props: { readonly onKeys: (text: string) => void }): ReactNode {
  const { t } = useSpeech();
  const [problem, setProblem] = useState<unknown>(null);
  const take = async (): Promise<void> => {
    const found = await call("GET /api/v1/ledger/keys", {});
    props.onKeys([...found.log_keys, ...found.signer_keys].join("\n"));
  };
  return (
    <Group>
      <Button size="compact-sm" variant="default" onClick={() => void take().catch(setProblem)}>
        {t(AUDIT.keysOfServer)}
      </Button>
      {problem !== null && <ProblemView problem={problem} />}
    </Group>
  );
}
