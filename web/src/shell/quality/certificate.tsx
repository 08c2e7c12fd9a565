/** The certificate explained: what was audited, what that proves, what it does not say. */

import { Button, Code, Group, List, Paper, SimpleGrid, Stack, Table, Title, Text as Words } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { CertificateFacts, ReleaseView } from "@/api/types";
import type { Text } from "@/core/words";
import { useSpeech } from "../language";
import { Lines } from "../parts/charts/lines";
import { Empty } from "../parts/page";
import { BoundPicture } from "./bound-picture";
import { CERT } from "./words";

export default function Certificate(props: { readonly org: number; readonly release: ReleaseView }): ReactNode {
  const { t, language } = useSpeech();
  const { certificate } = props.release;
  if (certificate === null) return <Empty title={CERT.none} hint={CERT.noneHint} />;
  return (
    <Stack gap="lg" maw={980}>
      <Paper withBorder p="md">
        <Group justify="space-between" mb="xs">
          <Title order={2} size="h4" c={certificate.issued ? "var(--g-good)" : "var(--g-bad)"}>
            {t(certificate.issued ? CERT.issued : CERT.refused)}
          </Title>
          <Button
            component={Link}
            href={`/o/${props.org}/releases/${props.release.id}/verify`}
            size="xs"
            variant="light"
          >
            {t(CERT.recompute)}
          </Button>
        </Group>
        <Words>{language === "zh" ? certificate.statement_zh : certificate.statement_en}</Words>
      </Paper>
      <Numbers facts={certificate} />
      <BoundPicture facts={certificate} />
      <Parts facts={certificate} />
      <How facts={certificate} />
      <Climb facts={certificate} />
      <Committed facts={certificate} />
      <NotSaid facts={certificate} />
    </Stack>
  );
}

interface Given {
  readonly facts: CertificateFacts;
}

const found = (facts: CertificateFacts): number => facts.parts.reduce((sum, part) => sum + part.wrong, 0);
/** A proved lower bound is rounded down: 95.28 % must not be told as 95.3 %. */
const down = (share: number): number => Math.floor(share * 1000 + 1e-9) / 1000;

function Numbers({ facts }: Given): ReactNode {
  const { t, format } = useSpeech();
  const told: readonly (readonly [Text, string])[] = [
    [CERT.promise, t(CERT.atLeast, { share: format.percent(facts.target) })],
    [CERT.proved, facts.certified === null ? "—" : t(CERT.atLeast, { share: format.percent(down(facts.certified)) })],
    [CERT.confidence, format.percent(facts.confidence)],
    [CERT.audited, format.number(facts.audits)],
    [CERT.found, format.number(found(facts))],
  ];
  return (
    <SimpleGrid cols={{ base: 2, sm: 5 }}>
      {told.map(([name, value]) => (
        <Paper key={name.en} withBorder p="sm">
          <Words size="xs" c="dimmed">
            {t(name)}
          </Words>
          <Words fz={22} fw={600}>
            {value}
          </Words>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

const PART: { readonly [part: string]: Text } = { machine: CERT.machine, human: CERT.human, undecided: CERT.undecided };

function Parts({ facts }: Given): ReactNode {
  const { t, format } = useSpeech();
  return (
    <div>
      <Title order={3} size="h5" mb={4}>
        {t(CERT.who)}
      </Title>
      <Table withTableBorder>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t(CERT.part)}</Table.Th>
            {[CERT.labels, CERT.audited, CERT.wrong, CERT.bound].map((head) => (
              <Table.Th key={head.en} ta="right">
                {t(head)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {facts.parts.map((part) => (
            <Table.Tr key={part.part}>
              <Table.Td>{t(PART[part.part] ?? { en: part.part, zh: part.part })}</Table.Td>
              <Table.Td ta="right">{format.number(part.items)}</Table.Td>
              <Table.Td ta="right">{format.number(part.audited)}</Table.Td>
              <Table.Td ta="right">{format.number(part.wrong)}</Table.Td>
              <Table.Td ta="right">
                {part.bound === null ? t(CERT.notMeasured) : `≤ ${format.number(part.bound)}`}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function How({ facts }: Given): ReactNode {
  const { t, format } = useSpeech();
  const { bound, budget, gold } = facts;
  return (
    <div>
      <Title order={3} size="h5" mb={4}>
        {t(CERT.how)}
      </Title>
      <List spacing={4} size="sm">
        <List.Item>
          {t(CERT.howDraw, { audits: format.number(facts.audits), wrong: format.number(found(facts)) })}
        </List.Item>
        {bound !== null && (
          <List.Item>
            {t(CERT.howExact, {
              bound: format.number(bound),
              items: format.number(facts.items),
              risk: format.percent(1 - facts.confidence),
            })}
          </List.Item>
        )}
        {bound !== null && (
          <List.Item>
            {t(CERT.howTarget, {
              target: format.percent(facts.target),
              budget: format.number(budget),
              bound: format.number(bound),
              verdict: bound <= budget ? CERT.within : CERT.beyond,
            })}
          </List.Item>
        )}
        <List.Item>
          {gold.process === "human"
            ? t(CERT.howHuman)
            : t(CERT.howGold, {
                agreement: gold.agreement === null ? "—" : format.percent(Number(gold.agreement)),
                pairs: format.number(Number(gold.pairs ?? 0)),
              })}
        </List.Item>
      </List>
    </div>
  );
}

function Climb({ facts }: Given): ReactNode {
  const { t, format } = useSpeech();
  if (facts.climb.length < 2) return null; // one step is no climb
  return (
    <div>
      <Words size="sm" c="dimmed" mb={4}>
        {t(CERT.climbAbout)}
      </Words>
      <Lines
        title={t(CERT.climb)}
        along={t(CERT.setSize)}
        labels={facts.climb.map(([size]) => format.number(size))}
        series={[
          { name: t(CERT.seen), tone: "bad", values: facts.climb.map(([, seen]) => seen) },
          { name: t(CERT.allowed), tone: "good", values: facts.climb.map(([, , allowed]) => allowed) },
        ]}
        format={(value) => format.number(value)}
      />
    </div>
  );
}

function Committed({ facts }: Given): ReactNode {
  const { t, format } = useSpeech();
  if (facts.rounds.length === 0) return null;
  return (
    <div>
      <Title order={3} size="h5">
        {t(CERT.commitments)}
      </Title>
      <Words size="sm" c="dimmed" mb={4}>
        {t(CERT.commitmentsAbout)}
      </Words>
      <Table.ScrollContainer minWidth={640}>
        <Table withTableBorder>
          <Table.Thead>
            <Table.Tr>
              {[CERT.part, CERT.round, CERT.risk, CERT.sample, CERT.seed, CERT.log].map((head) => (
                <Table.Th key={head.en}>{t(head)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {facts.rounds.map((round) => (
              <Table.Tr key={`${round.part} ${round.round}`}>
                <Table.Td>{t(PART[round.part] ?? CERT.part)}</Table.Td>
                <Table.Td>{round.round + 1}</Table.Td>
                <Table.Td>{round.alpha}</Table.Td>
                <Table.Td>{format.number(round.audit_size)}</Table.Td>
                <Table.Td>
                  <Code title={round.seed}>{round.seed.slice(0, 24)}…</Code>
                </Table.Td>
                <Table.Td>{round.logged === null ? "—" : t(CERT.entry, { index: round.logged.index })}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}

function NotSaid({ facts }: Given): ReactNode {
  const { t, format } = useSpeech();
  const share = format.number((1 - facts.confidence) * 100, 1);
  return (
    <Paper withBorder p="md">
      <Title order={3} size="h5" mb={4}>
        {t(CERT.not)}
      </Title>
      <List spacing={4} size="sm">
        {[CERT.notTruth, CERT.notOne, CERT.notFuture, CERT.notChance, CERT.notLegal].map((said) => (
          <List.Item key={said.en}>{t(said, { share })}</List.Item>
        ))}
      </List>
    </Paper>
  );
}
