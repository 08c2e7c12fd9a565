/** How good the work of a project is, as charts over its folded series: no request goes by items. */

import { Paper, SimpleGrid, Stack, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { call } from "@/api/call";
import type { Charts } from "@/api/types";
import { choicesOf, titleOf } from "@/core/schema";
import { useSpeech } from "../../language";
import { Columns } from "../../parts/charts/columns";
import { Lines } from "../../parts/charts/lines";
import { Rows, Stacked } from "../../parts/charts/rows";
import { wilson } from "../../parts/charts/scale";
import { Found } from "../../parts/page";
import { REASONS, type Reason } from "../../review/words";
import { useSchema } from "../explorer/explorer-page";
import { useNames } from "../parts/names";
import { byDay, sumOf } from "../people/days";
import { labelsByControl, returnReasons } from "./series";
import { QUAL } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

const DAYS = 60;
const VALUES_MAX = 20;

export function ChartsTab({ place }: { readonly place: Place }): ReactNode {
  const asked = useQuery({
    queryKey: ["charts", place.org, place.project],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/charts", { path: { ...place }, query: { days: DAYS } }),
  });
  return (
    <Found query={asked}>
      {(charts) => (
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Reviewed days={charts.days} />
          <Agreement days={charts.agreement} />
          <Known days={charts.gold} />
          <Card>
            <GoldByPerson place={place} />
          </Card>
          <Reasons reviews={charts.reviews} />
          <Assistance told={charts.assistance} />
          <Labels place={place} charts={charts} />
        </SimpleGrid>
      )}
    </Found>
  );
}

function Card({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Paper withBorder p="md">
      {children}
    </Paper>
  );
}

function Reviewed({ days }: { readonly days: Charts["days"] }): ReactNode {
  const { t, format } = useSpeech();
  const told = byDay(days).map(({ day, rows }) => {
    const [accepted, fixed, returned] = (["accepted", "fixed", "returned"] as const).map((name) =>
      sumOf(rows, (row) => row[name]),
    ) as [number, number, number];
    const given = rows.filter(({ stage }) => stage === "label");
    return {
      label: day.slice(5),
      outcomes: [accepted, fixed, returned],
      accepted,
      whole: accepted + fixed + returned,
      volume: [sumOf(given, (row) => row.answers), sumOf(given, (row) => row.skipped)],
    };
  });
  return (
    <>
      <Card>
        <Columns
          title={t(QUAL.volume)}
          along={t(QUAL.day)}
          format={format.number}
          series={[
            { name: t(QUAL.answers), tone: "accent" },
            { name: t(QUAL.skipped), tone: "warn" },
          ]}
          columns={told.map(({ label, volume }) => ({ label, values: volume }))}
        />
      </Card>
      <Card>
        <Columns
          title={t(QUAL.outcomes)}
          along={t(QUAL.day)}
          format={format.number}
          series={[
            { name: t(QUAL.accepted), tone: "good" },
            { name: t(QUAL.fixed), tone: "warn" },
            { name: t(QUAL.returned), tone: "bad" },
          ]}
          columns={told.map(({ label, outcomes }) => ({ label, values: outcomes }))}
        />
      </Card>
      <Card>
        <Lines
          title={t(QUAL.acceptedShare)}
          along={t(QUAL.day)}
          labels={told.map(({ label }) => label)}
          domain={[0, 1]}
          format={(share) => format.percent(share, 0)}
          series={[
            {
              name: t(QUAL.accepted),
              tone: "good",
              values: told.map((one) => (one.whole === 0 ? null : one.accepted / one.whole)),
              band: told.map((one) => wilson(one.accepted, one.whole)),
            },
          ]}
        />
      </Card>
    </>
  );
}

function Agreement({ days }: { readonly days: Charts["agreement"] }): ReactNode {
  const { t, format } = useSpeech();
  const told = byDay(days).map(({ day, rows: [row] }) => ({ label: day.slice(5), row }));
  const least = Math.min(0, ...days.map(({ low, alpha }) => low ?? alpha ?? 0));
  const sampled = days.some((day) => day.sampled);
  return (
    <Card>
      <Lines
        title={t(QUAL.agreement)}
        along={t(QUAL.day)}
        labels={told.map(({ label }) => label)}
        domain={[least, 1]}
        format={(alpha) => format.number(alpha, 2)}
        series={[
          {
            name: t(QUAL.alpha),
            tone: "accent",
            values: told.map(({ row }) => row?.alpha ?? null),
            band: told.map(({ row }) =>
              row?.low === undefined || row.low === null || row.high === null ? null : [row.low, row.high],
            ),
          },
        ]}
      />
      <Words size="xs" c="dimmed" hidden={days.length === 0}>
        {t(QUAL.agreementHint, {
          items: format.number(sumOf(days, ({ items }) => items)),
          answers: format.number(sumOf(days, ({ answers }) => answers)),
        })}{" "}
        {sampled && t(QUAL.sampled)}
      </Words>
    </Card>
  );
}

function Known({ days }: { readonly days: Charts["gold"] }): ReactNode {
  const { t, format } = useSpeech();
  const told = byDay(days).map(({ day, rows }) => ({
    label: day.slice(5),
    seen: sumOf(rows, (row) => row.seen),
    correct: sumOf(rows, (row) => row.correct),
  }));
  return (
    <Card>
      <Lines
        title={t(QUAL.goldDaily)}
        along={t(QUAL.day)}
        labels={told.map(({ label }) => label)}
        domain={[0, 1]}
        format={(share) => format.percent(share, 0)}
        series={[
          {
            name: t(QUAL.right),
            tone: "good",
            values: told.map(({ seen, correct }) => (seen === 0 ? null : correct / seen)),
            band: told.map(({ seen, correct }) => wilson(correct, seen)),
          },
        ]}
      />
    </Card>
  );
}

function GoldByPerson({ place }: { readonly place: Place }): ReactNode {
  const { t, format } = useSpeech();
  const nameOf = useNames(place);
  const asked = useQuery({
    queryKey: ["people-gold", place.org, place.project],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/people", { path: { ...place }, query: { limit: 100 } }),
  });
  const known = (asked.data?.items ?? []).filter(({ gold_answers }) => gold_answers > 0);
  return (
    <Rows
      title={t(QUAL.gold)}
      format={(share) => format.percent(share, 0)}
      rows={known.map((one) => ({ label: nameOf(one.name), value: one.gold_accuracy ?? 0, tone: "good" }))}
    />
  );
}

function Reasons({ reviews }: { readonly reviews: Charts["reviews"] }): ReactNode {
  const { t, format } = useSpeech();
  const nameOf = (reason: string): string => (reason === "" ? t(QUAL.noReason) : t(REASONS[reason as Reason]));
  return (
    <Card>
      <Rows
        title={t(QUAL.reasons)}
        format={format.number}
        rows={returnReasons(reviews).map(({ key, count }) => ({
          label: key === "" || key in REASONS ? nameOf(key) : key,
          value: count,
          tone: "bad",
        }))}
      />
    </Card>
  );
}

function Assistance({ told }: { readonly told: Charts["assistance"] }): ReactNode {
  const { t, format } = useSpeech();
  const parts = [
    { name: t(QUAL.kept), value: told.kept, tone: "good" },
    { name: t(QUAL.edited), value: told.edited, tone: "warn" },
    { name: t(QUAL.rejected), value: told.rejected, tone: "bad" },
    { name: t(QUAL.addedTo), value: told.added, tone: "accent" },
  ] as const;
  return (
    <Card>
      <figure className="gs-chart">
        <figcaption>{t(QUAL.assistance)}</figcaption>
        {told.answers === 0 ? (
          <Words size="sm" c="dimmed">
            {t(QUAL.noAssistance)}
          </Words>
        ) : (
          <Stack gap="xs">
            <Stacked label={t(QUAL.assistance)} parts={parts} format={format.number} legend />
            <Words size="xs" c="dimmed">
              {t(QUAL.assistanceHint, { answers: format.number(told.answers), shown: format.number(told.shown) })}
            </Words>
          </Stack>
        )}
      </figure>
    </Card>
  );
}

function Labels({ place, charts }: { readonly place: Place; readonly charts: Charts }): ReactNode {
  const { t, language, format } = useSpeech();
  const schema = useSchema(place);
  const controls = schema?.controls ?? [];
  const known = new Map(
    controls
      .map(({ name }, at) => [name, choicesOf(controls[at]!, "choices").map(({ value }) => value)] as const)
      .filter(([, choices]) => choices.length > 0),
  );
  const titles = new Map(controls.map((control) => [control.name, titleOf(control, language)]));
  return (
    <>
      {[...labelsByControl(charts.labels, known)].map(([control, rows]) => (
        <Card key={control}>
          <Rows
            title={t(QUAL.distribution, { control: titles.get(control) ?? control })}
            format={format.number}
            rows={rows.slice(0, VALUES_MAX).map(({ key, count }) => ({ label: key, value: count }))}
          />
          {(charts.labels_more || rows.length > VALUES_MAX) && (
            <Words size="xs" c="dimmed">
              {t(QUAL.mostFrequent)}
            </Words>
          )}
        </Card>
      ))}
    </>
  );
}
