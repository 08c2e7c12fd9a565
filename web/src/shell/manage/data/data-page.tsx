/** Data in and out of a project. */

import { Button, Group, Paper, Select, Stack, Tabs, Title, Text as Words } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useSearchParams } from "wouter";
import { call } from "@/api/call";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { MorePages, PageHead, usePages } from "../../parts/page";
import { useSession } from "../../session";
import { useDo } from "../parts/ask";
import { going, ImportCard, JobCard } from "../parts/jobs";
import { Intake } from "../start/intake";
import { useFields } from "../start/start-page";
import { Hooks } from "./hooks";
import { Models } from "./models";
import { DATA } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

const TABS = ["in", "out", "models", "hooks"] as const;

export default function DataPage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  const [search, setSearch] = useSearchParams();
  const place = { org, project };
  // Webhooks belong to the organisation: only its owners see and set them.
  const owns = useSession().roles(org).has("owner");
  const tabs = TABS.filter((tab) => tab !== "hooks" || owns);
  return (
    <>
      <PageHead title={t(DATA.title)} about={t(DATA.about)} />
      <Tabs value={search.get("tab") ?? "in"} onChange={(tab) => setSearch({ tab: tab ?? "in" })} keepMounted={false}>
        <Tabs.List mb="md">
          {tabs.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(DATA[tab])}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="in">
          <In place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="out">
          <Out place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="models">
          <Models place={place} />
        </Tabs.Panel>
        {owns && (
          <Tabs.Panel value="hooks">
            <Hooks place={place} />
          </Tabs.Panel>
        )}
      </Tabs>
    </>
  );
}

function In({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  const fields = useFields(place);
  const pages = usePages(
    ["imports", place.org, place.project],
    (after) =>
      call("GET /api/v1/orgs/{org}/projects/{project}/imports", {
        path: { ...place },
        query: { limit: 20, ...(after === undefined ? {} : { after }) },
      }),
    (rows) => rows.some(({ state }) => going(state)),
  );
  return (
    <Stack maw={860}>
      <Intake place={place} fields={fields} listed />
      <Title order={2} size="h5">
        {t(DATA.imports)}
      </Title>
      {pages.rows?.length === 0 && <Words c="dimmed">{t(DATA.noImports)}</Words>}
      {pages.rows?.map((one) => (
        <ImportCard key={one.id} place={place} one={one} />
      ))}
      {pages.rows !== undefined && pages.rows.length > 0 && <MorePages pages={pages} count={pages.rows.length} />}
    </Stack>
  );
}

const STREAMS = ["jsonl", "label-studio", "csv", "chat", "preference", "prm"];
const SNAPSHOTS = ["jsonl", "csv", "parquet", "label-studio", "coco", "yolo", "conll"];

function Out({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  const [stream, setStream] = useState("jsonl");
  const [snapshot, setSnapshot] = useState("coco");
  const [include, setInclude] = useState<"answered" | "all">("answered");
  const [answers, setAnswers] = useState<"all" | "chosen">("chosen");
  const make = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/exports", {
        path: { ...place },
        body: { format: snapshot, include },
      }),
    said: DATA.started,
    stale: [["jobs", place.org, place.project]],
  });
  const query = new URLSearchParams({ format: stream, include, answers, marker: "false" }).toString();
  const includes = (
    <Select
      label={t(DATA.include)}
      allowDeselect={false}
      value={include}
      data={(["answered", "all"] as const).map((one) => ({ value: one, label: t(DATA[one]) }))}
      onChange={(value) => setInclude(value as "all")}
    />
  );
  return (
    <Stack maw={860}>
      <Paper withBorder p="md">
        <Title order={2} size="h5">
          {t(DATA.stream)}
        </Title>
        <Words size="sm" c="dimmed">
          {t(DATA.streamHint)}
        </Words>
        <Group align="flex-end" mt="xs">
          <Select
            label={t(DATA.format)}
            allowDeselect={false}
            value={stream}
            data={STREAMS}
            onChange={(value) => setStream(value ?? "jsonl")}
          />
          {includes}
          <Select
            label={t(DATA.answers)}
            allowDeselect={false}
            value={answers}
            data={[
              { value: "chosen", label: t(DATA.chosen) },
              { value: "all", label: t(DATA.every) },
            ]}
            onChange={(value) => setAnswers(value as "all")}
          />
          <Button
            component="a"
            download={`project-${place.project}.${stream === "csv" ? "csv" : stream === "label-studio" ? "json" : "jsonl"}`}
            href={`/api/v1/orgs/${place.org}/projects/${place.project}/export?${query}`}
          >
            {t(DATA.download)}
          </Button>
        </Group>
      </Paper>
      <Paper withBorder p="md">
        <Title order={2} size="h5">
          {t(DATA.snapshot)}
        </Title>
        <Words size="sm" c="dimmed">
          {t(DATA.snapshotHint)}
        </Words>
        <Group align="flex-end" mt="xs">
          <Select
            label={t(DATA.format)}
            allowDeselect={false}
            value={snapshot}
            data={SNAPSHOTS}
            onChange={(value) => setSnapshot(value ?? "coco")}
          />
          <Button loading={make.isPending} onClick={() => make.mutate({})}>
            {t(DATA.make)}
          </Button>
        </Group>
      </Paper>
      <Jobs place={place} />
    </Stack>
  );
}

export function Jobs({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  const pages = usePages(
    ["jobs", place.org, place.project],
    (after) =>
      call("GET /api/v1/orgs/{org}/projects/{project}/jobs", {
        path: { ...place },
        query: { limit: 20, ...(after === undefined ? {} : { after }) },
      }),
    (rows) => rows.some(({ state }) => going(state)),
  );
  return (
    <>
      <Title order={2} size="h5">
        {t(DATA.jobs)}
      </Title>
      {pages.rows?.length === 0 && <Words c="dimmed">{t(DATA.noJobs)}</Words>}
      {pages.rows?.map((job) => (
        <JobCard key={job.id} place={place} job={job} />
      ))}
      {pages.rows !== undefined && pages.rows.length > 0 && <MorePages pages={pages} count={pages.rows.length} />}
    </>
  );
}
