/** The signed statements about a release: about what, by whom, where in the log, and what they say. */

import { Alert, Paper, Stack, Text as Words } from "@mantine/core";
import type { ReactNode } from "react";
import type { StatementFacts } from "@/api/types";
import { useSpeech } from "../language";
import { CERT, QUALITY } from "./words";

export function Statements({ statements }: { readonly statements: readonly StatementFacts[] }): ReactNode {
  const { t } = useSpeech();
  return (
    <Stack gap="sm">
      <Alert p="xs">{t(QUALITY.unverified)}</Alert>
      {statements.map((one) => (
        <Paper key={one.name} withBorder p="sm" className="gq-statement">
          <Words fw={600}>{one.name}</Words>
          <Words size="xs" c="dimmed">
            {one.predicate_type}
          </Words>
          <Words size="sm">
            {t(QUALITY.subject)}: {one.subjects.map((subject) => String(subject.name)).join(", ")} · {t(QUALITY.keys)}:{" "}
            <code>{one.keyids.join(", ")}</code> · {t(QUALITY.logPlace)}:{" "}
            {one.log === null ? t(QUALITY.notLogged) : t(CERT.entry, { index: one.log.index })}
          </Words>
          <details>
            <summary>{t(QUALITY.says)}</summary>
            <pre>{JSON.stringify(one.predicate, null, 2)}</pre>
          </details>
        </Paper>
      ))}
    </Stack>
  );
}
