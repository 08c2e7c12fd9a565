/** One person in a project: their days, skills and standing. */

import {
  Anchor,
  Button,
  Group,
  NumberInput,
  Paper,
  Select,
  SimpleGrid,
  Stack,
  Table,
  Textarea,
  TextInput,
  Title,
  Text as Words,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link as To } from "wouter";
import { call } from "@/api/call";
import type { Charts, Override } from "@/api/types";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { Columns } from "../../parts/charts/columns";
import { Lines } from "../../parts/charts/lines";
import { wilson } from "../../parts/charts/scale";
import { Found, PageHead } from "../../parts/page";
import { usePeopleNames } from "../explorer/explorer-page";
import { useDo } from "../parts/ask";
import { byDay, sumOf } from "./days";
import { StandingBadges, useStandings } from "./people-page";
import { PEOPLE } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

export default function PersonPage({ org, project, params }: PageProps): ReactNode {
  const { t } = useSpeech();
  const labeler = Number(params.labeler);
  const place = { org, project };
  const name = usePeopleNames(place).get(labeler) ?? `#${labeler}`;
  const standing = useStandings(place).get(labeler) ?? [];
  const charts = useQuery({
    queryKey: ["charts", org, project, labeler],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/charts", { path: place, query: { days: 60, labeler } }),
  });
  return (
    <>
      <Anchor component={To} href={`/o/${org}/p/${project}/people`} size="sm">
        ← {t(PEOPLE.back)}
      </Anchor>
      <PageHead title={name}>
        <StandingBadges actions={standing} />
      </PageHead>
      <Stack>
        <Found query={charts}>{(told) => <Days charts={told} />}</Found>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Skills org={org} labeler={labeler} />
          <ChangeStanding place={place} labeler={labeler} />
        </SimpleGrid>
      </Stack>
    </>
  );
}

function Days({ charts }: { readonly charts: Charts }): ReactNode {
  const { t, format } = useSpeech();
  const days = byDay(charts.people);
  const labels = days.map(({ day }) => day.slice(5));
  const reviewed = days.map(({ rows }) => ({
    returned: sumOf(rows, (row) => row.returned),
    whole: sumOf(rows, (row) => row.accepted + row.fixed + row.returned),
  }));
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Paper withBorder p="md">
        <Columns
          title={t(PEOPLE.daily)}
          along={t(PEOPLE.day)}
          format={format.number}
          series={[{ name: t(PEOPLE.answers), tone: "accent" }]}
          columns={days.map(({ rows }, at) => ({ label: labels[at]!, values: [sumOf(rows, (row) => row.answers)] }))}
        />
      </Paper>
      <Paper withBorder p="md">
        <Lines
          title={t(PEOPLE.returnedDaily)}
          along={t(PEOPLE.day)}
          labels={labels}
          domain={[0, 1]}
          format={(share) => format.percent(share, 0)}
          series={[
            {
              name: t(PEOPLE.returned),
              tone: "bad",
              values: reviewed.map(({ returned, whole }) => (whole === 0 ? null : returned / whole)),
              band: reviewed.map(({ returned, whole }) => wilson(returned, whole)),
            },
          ]}
        />
      </Paper>
      <Paper withBorder p="md">
        <Lines
          title={t(PEOPLE.goldDaily)}
          along={t(PEOPLE.day)}
          labels={charts.gold.map(({ day }) => day.slice(5))}
          domain={[0, 1]}
          format={(share) => format.percent(share, 0)}
          series={[
            {
              name: t(PEOPLE.gold),
              tone: "good",
              values: charts.gold.map(({ seen, correct }) => (seen === 0 ? null : correct / seen)),
              band: charts.gold.map(({ seen, correct }) => wilson(correct, seen)),
            },
          ]}
        />
      </Paper>
      <Paper withBorder p="md">
        <Lines
          title={t(PEOPLE.secondsDaily)}
          along={t(PEOPLE.day)}
          labels={labels}
          format={(seconds) => format.number(seconds, 1)}
          series={[
            {
              name: t(PEOPLE.seconds),
              tone: "accent",
              values: days.map(
                ({ rows }) => rows.find((row) => row.seconds_per_answer !== null)?.seconds_per_answer ?? null,
              ),
            },
          ]}
        />
      </Paper>
      <Paper withBorder p="md">
        <Columns
          title={t(PEOPLE.hoursDaily)}
          along={t(PEOPLE.day)}
          format={(hours) => format.number(hours, 1)}
          series={[{ name: t(PEOPLE.hours), tone: "good" }]}
          columns={days.map(({ rows }, at) => ({
            label: labels[at]!,
            values: [sumOf(rows, (row) => row.counted_ms) / 3_600_000],
          }))}
        />
      </Paper>
    </SimpleGrid>
  );
}

function Skills({ org, labeler }: { readonly org: number; readonly labeler: number }): ReactNode {
  const { t, format } = useSpeech();
  const [name, setName] = useState("");
  const [level, setLevel] = useState<number>(1);
  const listed = useQuery({
    queryKey: ["skills", org, labeler],
    queryFn: () => call("GET /api/v1/orgs/{org}/skills", { path: { org }, query: { labeler, limit: 100 } }),
  });
  const save = useDo({
    run: () =>
      call("PUT /api/v1/orgs/{org}/skills/{labeler}/{name}", {
        path: { org, labeler, name: name.trim() },
        body: { level },
      }),
    stale: [["skills", org, labeler]],
    said: PEOPLE.saved,
  });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h6">
        {t(PEOPLE.skills)}
      </Title>
      <Words size="xs" c="dimmed">
        {t(PEOPLE.skillsHint)}
      </Words>
      <Found query={listed}>
        {({ items }) => (
          <Table>
            <Table.Tbody>
              {items.map((skill) => (
                <Table.Tr key={skill.name}>
                  <Table.Td>{skill.name}</Table.Td>
                  <Table.Td>{format.number(skill.level, 2)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Found>
      <Group align="flex-end" mt="xs">
        <TextInput label={t(PEOPLE.skill)} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <NumberInput
          label={t(PEOPLE.level)}
          min={0}
          max={1}
          step={0.1}
          w={100}
          value={level}
          onChange={(value) => setLevel(Number(value))}
        />
        <Button disabled={name.trim() === ""} loading={save.isPending} onClick={() => save.mutate({})}>
          {t(PEOPLE.set)}
        </Button>
      </Group>
    </Paper>
  );
}

const ACTS = ["pause", "block", "reopen", "review", "stop_gold"] as const;

function ChangeStanding({ place, labeler }: { readonly place: Place; readonly labeler: number }): ReactNode {
  const { t } = useSpeech();
  const [act, setAct] = useState<(typeof ACTS)[number]>("pause");
  const [hours, setHours] = useState<number | "">("");
  const [percent, setPercent] = useState(100);
  const [reason, setReason] = useState("");
  const seconds = hours === "" ? null : hours * 3600;
  const told: Override["act"] =
    act === "review"
      ? { do: act, percent, seconds }
      : act === "pause" || act === "stop_gold"
        ? { do: act, seconds }
        : { do: act };
  const change = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/quality/people/{labeler}/standing", {
        path: { ...place, labeler },
        body: { reason: reason.trim(), act: told },
      }),
    stale: [["standings", place.org, place.project]],
    said: PEOPLE.saved,
    onDone: () => setReason(""),
  });
  const timed = act !== "block" && act !== "reopen";
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h6">
        {t(PEOPLE.changeStanding)}
      </Title>
      <Group grow align="flex-end">
        <Select
          label={t(PEOPLE.act)}
          allowDeselect={false}
          value={act}
          data={ACTS.map((one) => ({ value: one, label: t(PEOPLE[one]) }))}
          onChange={(value) => setAct(value as (typeof ACTS)[number])}
        />
        {act === "review" && (
          <NumberInput
            label={t(PEOPLE.percent)}
            min={1}
            max={100}
            value={percent}
            onChange={(value) => setPercent(Number(value) || 100)}
          />
        )}
        {timed && (
          <NumberInput
            label={t(PEOPLE.forHours)}
            min={1}
            value={hours}
            onChange={(value) => setHours(value === "" ? "" : Number(value))}
          />
        )}
      </Group>
      <Textarea
        mt="xs"
        label={t(PEOPLE.reason)}
        required
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Group justify="flex-end" mt="xs">
        <Button disabled={reason.trim() === ""} loading={change.isPending} onClick={() => change.mutate({})}>
          {t(PEOPLE.changeStanding)}
        </Button>
      </Group>
    </Paper>
  );
}
