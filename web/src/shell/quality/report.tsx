/** The report in numbers: labels and their distribution, agreement with intervals, the indicators of the standards. */

import { Anchor, Group, Stack, Table, Title, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { call } from "@/api/call";
import type { ReleaseReport, ReleaseView } from "@/api/types";
import type { Text } from "@/core/words";
import { useSpeech } from "../language";
import { Columns } from "../parts/charts/columns";
import { Empty, Found } from "../parts/page";
import { IntervalBar } from "./interval-bar";
import { classesOf, type Reading, readingsOf, type StepCount, stepsOf } from "./readings";
import { REPORT, VERDICTS } from "./words";

const STANDARDS: readonly (readonly [string, Text])[] = [
  ["galley", REPORT.galley],
  ["tc609-04", REPORT.tc609],
  ["gbt-36344", REPORT.gbt],
];

export default function Report(props: { readonly org: number; readonly release: ReleaseView }): ReactNode {
  const { t } = useSpeech();
  const path = { org: props.org, release: props.release.id };
  const asked = useQuery({
    queryKey: ["release-report", props.org, props.release.id],
    queryFn: () => call("GET /api/v1/orgs/{org}/releases/{release}/report", { path }),
  });
  return (
    <Found query={asked}>
      {(report) => {
        const readings = readingsOf(report.readings);
        const steps = stepsOf(report.counts);
        return (
          <Stack gap="lg">
            {props.release.has_report && (
              <Words size="sm" c="dimmed">
                <Anchor
                  underline="always"
                  href={`/api/v1/orgs/${path.org}/releases/${path.release}/report.html`}
                  target="_blank"
                  rel="noopener noreferrer"
                >
                  {t(REPORT.whole)}
                </Anchor>{" "}
                · {t(REPORT.wholeHint)}
              </Words>
            )}
            {readings.length === 0 && <Empty title={REPORT.none} hint={REPORT.noneHint} />}
            <Distributions readings={readings} />
            {STANDARDS.map(([code, title]) => (
              <Indicators key={code} title={title} readings={readings.filter(({ standard }) => standard === code)} />
            ))}
            {steps.length > 0 && <Steps steps={steps} said={report.reasons} />}
          </Stack>
        );
      }}
    </Found>
  );
}

function Distributions({ readings }: { readonly readings: readonly Reading[] }): ReactNode {
  const { t, format, language } = useSpeech();
  return readings.map((reading) => {
    const classes = classesOf(reading);
    return classes === null ? null : (
      <Columns
        key={reading.code}
        title={t(REPORT.classes, { title: reading.title[language] })}
        along={t(REPORT.class)}
        series={[{ name: t(REPORT.count), tone: "accent" }]}
        columns={classes.map(([label, count]) => ({ label, values: [count] }))}
        format={(value) => format.number(value)}
      />
    );
  });
}

function Indicators(props: { readonly title: Text; readonly readings: readonly Reading[] }): ReactNode {
  const { t } = useSpeech();
  if (props.readings.length === 0) return null;
  const measured = props.readings.filter(({ value }) => value !== null).length;
  return (
    <div>
      <Group justify="space-between" align="baseline">
        <Title order={2} size="h5">
          {t(props.title)}
        </Title>
        <Words size="xs" c="dimmed">
          {t(REPORT.measured, { measured, all: props.readings.length })}
        </Words>
      </Group>
      <Table.ScrollContainer minWidth={760}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="30%">{t(REPORT.indicator)}</Table.Th>
              <Table.Th w={130} ta="right">
                {t(REPORT.value)}
              </Table.Th>
              <Table.Th w={220}>{t(REPORT.interval)}</Table.Th>
              <Table.Th>{t(REPORT.basis)}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {props.readings.map((reading) => (
              <Indicator key={reading.code} reading={reading} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}

function Indicator({ reading }: { readonly reading: Reading }): ReactNode {
  const { t, format, language } = useSpeech();
  const { value, unit, sample, population } = reading;
  const shown = (number: number): string => {
    if (unit === "level") return t(REPORT.level, { value: number });
    return unit === "share" ? format.percent(number, 2) : format.number(number, 4);
  };
  return (
    <Table.Tr>
      <Table.Td>
        <Words size="sm">{reading.title[language]}</Words>
        <Words size="xs" c="dimmed">
          {reading.code}
        </Words>
      </Table.Td>
      <Table.Td ta="right">
        {value === null ? <Words size="sm">{t(REPORT.notMeasured)}</Words> : <Words fw={600}>{shown(value)}</Words>}
      </Table.Td>
      <Table.Td>
        <IntervalBar reading={reading} shown={shown} />
      </Table.Td>
      <Table.Td>
        <Words size="xs">{value === null ? reading.notMeasured[language] : reading.method[language]}</Words>
        {value !== null && sample !== null && population !== null && (
          <Words size="xs" c="dimmed">
            {t(REPORT.sample, { sample: format.number(sample), population: format.number(population) })}
          </Words>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** `drop image.corrupt` in words: what became of the records and why. */
function useReason(said: ReleaseReport["reasons"] = {}): (name: string) => string {
  const { t } = useSpeech();
  return (name) => {
    const [verdict = "", code = ""] = name.split(" ", 2);
    const became = (VERDICTS as { readonly [verdict: string]: Text })[verdict];
    const [en, zh] = said[code] ?? [code, code];
    return [became === undefined ? verdict : t(became), t({ en, zh })].filter(Boolean).join(t({ en: ": ", zh: "：" }));
  };
}

function Steps(props: { readonly steps: readonly StepCount[]; readonly said: ReleaseReport["reasons"] }): ReactNode {
  const { steps, said } = props;
  const reason = useReason(said);
  const { t, format } = useSpeech();
  return (
    <div>
      <Title order={2} size="h5">
        {t(REPORT.steps)}
      </Title>
      <Table.ScrollContainer minWidth={700}>
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t(REPORT.step)}</Table.Th>
              {[REPORT.kept, REPORT.edited, REPORT.dropped, REPORT.failed].map((head) => (
                <Table.Th key={head.en} ta="right">
                  {t(head)}
                </Table.Th>
              ))}
              <Table.Th>{t(REPORT.reasons)}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {steps.map((step) => (
              <Table.Tr key={step.step}>
                <Table.Td>
                  {step.step}. {step.op}
                </Table.Td>
                {[step.kept, step.edited, step.dropped, step.failed].map((count, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a column has no other name here
                  <Table.Td key={at} ta="right">
                    {format.number(count)}
                  </Table.Td>
                ))}
                <Table.Td>
                  <Words size="xs">
                    {step.reasons.map(([name, count]) => `${reason(name)} ${format.number(count)}`).join(" · ")}
                  </Words>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
