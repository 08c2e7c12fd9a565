/** What a new schema would mean for the answers there are. */

import { Alert, Table, Text as Words } from "@mantine/core";
import type { ReactNode } from "react";
import { Link as To } from "wouter";
import type { Impact } from "@/api/types";
import { useSpeech } from "../../language";
import { SCHEMA } from "./words";

export function ImpactView(props: {
  readonly org: number;
  readonly project: number;
  readonly impact: Impact;
}): ReactNode {
  const { t, language, format } = useSpeech();
  const { impact } = props;
  const facts = { answers: format.number(impact.answers), misfits: format.number(impact.misfits) };
  if (impact.answers === 0) return <Alert color="gray">{t(SCHEMA.noAnswers)}</Alert>;
  if (impact.misfits === 0) return <Alert color="green">{t(SCHEMA.fits, facts)}</Alert>;
  return (
    <Alert color="orange" title={t(SCHEMA.misfits, facts)}>
      <Words size="sm">{t(SCHEMA.misfitsHint)}</Words>
      <Table mt="xs" withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t(SCHEMA.item)}</Table.Th>
            <Table.Th>{t(SCHEMA.why)}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {impact.first.map((one) => (
            <Table.Tr key={one.revision}>
              <Table.Td>
                <To href={`/o/${props.org}/p/${props.project}/explorer?item=${encodeURIComponent(one.item)}`}>
                  <code>{one.item.slice(0, 16)}</code>
                </To>
              </Table.Td>
              <Table.Td>
                {language === "zh" ? one.text_zh : one.text_en}{" "}
                <Words span size="xs" c="dimmed">
                  {one.code}
                </Words>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Alert>
  );
}
