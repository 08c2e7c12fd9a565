/** Quality of a project: charts, rules, what was done, appeals. */

import { Paper, SimpleGrid, Tabs, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useSearchParams } from "wouter";
import { call } from "@/api/call";
import { type Control, choicesOf, titleOf } from "@/core/schema";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { Columns } from "../../parts/charts/columns";
import { Lines } from "../../parts/charts/lines";
import { Rows } from "../../parts/charts/rows";
import { wilson } from "../../parts/charts/scale";
import { Found, PageHead } from "../../parts/page";
import { useSchema } from "../explorer/explorer-page";
import { useNames } from "../parts/names";
import { byDay, sumOf } from "../people/days";
import { Actions, Appeals } from "./log";
import { Rules } from "./rules";
import { QUAL } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

const TABS = ["charts", "rules", "actions", "appeals"] as const;

export default function QualityPage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  const [search, setSearch] = useSearchParams();
  const place = { org, project };
  return (
    <>
      <PageHead title={t(QUAL.title)} about={t(QUAL.about)} />
      <Tabs
        value={search.get("tab") ?? "charts"}
        onChange={(tab) => setSearch({ tab: tab ?? "charts" })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(QUAL[tab])}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="charts">
          <ChartsTab place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="rules">
          <Rules place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="actions">
          <Actions place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="appeals">
          <Appeals place={place} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function ChartsTab({ place }: { readonly place: Place }): ReactNode {
  const { t, format } = useSpeech();
  const schema = useSchema(place);
  const asked = useQuery({
    queryKey: ["charts", place.org, place.project],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/charts", { path: { ...place }, query: { days: 60 } }),
  });
  const asks = (schema?.controls ?? []).filter((control) => choicesOf(control, "choices").length > 0);
  return (
    <Found query={asked}>
      {({ days }) => {
        const told = byDay(days).map(({ day, rows }) => {
          const [accepted, fixed, returned] = [
            sumOf(rows, (row) => row.accepted),
            sumOf(rows, (row) => row.fixed),
            sumOf(rows, (row) => row.returned),
          ];
          const given = rows.filter(({ stage }) => stage === "label");
          return {
            label: day.slice(5),
            accepted,
            fixed,
            returned,
            whole: accepted + fixed + returned,
            answers: sumOf(given, (row) => row.answers),
            skipped: sumOf(given, (row) => row.skipped),
          };
        });
        return (
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Paper withBorder p="md">
              <Columns
                title={t(QUAL.outcomes)}
                along={t(QUAL.day)}
                format={format.number}
                series={[
                  { name: t(QUAL.accepted), tone: "good" },
                  { name: t(QUAL.fixed), tone: "warn" },
                  { name: t(QUAL.returned), tone: "bad" },
                ]}
                columns={told.map((one) => ({ label: one.label, values: [one.accepted, one.fixed, one.returned] }))}
              />
            </Paper>
            <Paper withBorder p="md">
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
            </Paper>
            <Paper withBorder p="md">
              <Columns
                title={t(QUAL.volume)}
                along={t(QUAL.day)}
                format={format.number}
                series={[
                  { name: t(QUAL.answers), tone: "accent" },
                  { name: t(QUAL.skipped), tone: "warn" },
                ]}
                columns={told.map((one) => ({ label: one.label, values: [one.answers, one.skipped] }))}
              />
            </Paper>
            <Paper withBorder p="md">
              <GoldByPerson place={place} />
            </Paper>
            {asks.map((control) => (
              <Paper key={control.name} withBorder p="md">
                <Distribution place={place} control={control} />
              </Paper>
            ))}
          </SimpleGrid>
        );
      }}
    </Found>
  );
}

function GoldByPerson({ place }: { readonly place: Place }): ReactNode {
  const { t, format } = useSpeech();
  const nameOf = useNames(place.org);
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

const VALUES_MAX = 20;

/** Counted by the explorer's index, up to a thousand each: what it knows without counting. */
function Distribution({ place, control }: { readonly place: Place; readonly control: Control }): ReactNode {
  const { t, language, format } = useSpeech();
  const values = choicesOf(control, "choices")
    .slice(0, VALUES_MAX)
    .map(({ value }) => value);
  const asked = useQuery({
    queryKey: ["distribution", place.org, place.project, control.name, values],
    staleTime: 60_000,
    queryFn: () =>
      Promise.all(
        values.map(async (value) => {
          const { count } = await call("GET /api/v1/orgs/{org}/projects/{project}/explorer", {
            path: { ...place },
            query: { control: control.name, value, limit: 1 },
          });
          return { label: value, value: Number((count ?? "0").replaceAll(/[^0-9]/g, "")) };
        }),
      ),
  });
  return (
    <>
      <Rows
        title={t(QUAL.distribution, { control: titleOf(control, language) })}
        format={format.number}
        rows={asked.data ?? []}
      />
      <Words size="xs" c="dimmed">
        {t(QUAL.upTo)}
      </Words>
    </>
  );
}
