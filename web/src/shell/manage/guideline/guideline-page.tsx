/** The guideline of a project: written beside its preview, with its versions and what a new one touches. */

import { Button, Group, Paper, Select, Stack, Title, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link as To } from "wouter";
import { call } from "@/api/call";
import type { GuidelineVersion } from "@/api/types";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { useKeptText } from "../../parts/kept-text";
import { Markdown } from "../../parts/markdown-view";
import { Found, PageHead } from "../../parts/page";
import { useConfirm, useDo } from "../parts/ask";
import { Diff } from "../parts/diff";
import { YamlEditor } from "../parts/yaml";
import { GUIDE } from "./words";
import "../schema/schema.css";

interface Place {
  readonly org: number;
  readonly project: number;
}

export default function GuidelinePage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  const listed = useQuery({
    queryKey: ["guidelines", org, project],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/guidelines", { path: { org, project } }),
  });
  return (
    <>
      <PageHead title={t(GUIDE.title)} about={t(GUIDE.about)} />
      <Found query={listed}>
        {({ items }) => (
          <Newest place={{ org, project }} versions={[...items].sort((left, right) => right.version - left.version)} />
        )}
      </Found>
    </>
  );
}

function useVersion(place: Place, version: number) {
  return useQuery({
    queryKey: ["guideline", place.org, place.project, version],
    enabled: version > 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/guidelines/{version}", { path: { ...place, version } }),
  });
}

function Newest(props: { readonly place: Place; readonly versions: readonly GuidelineVersion[] }): ReactNode {
  const newest = props.versions[0]?.version ?? 0;
  const asked = useVersion(props.place, newest);
  if (newest === 0) return <Edit {...props} current="" />;
  return <Found query={asked}>{({ text }) => <Edit key={newest} {...props} current={text} />}</Found>;
}

function Edit(props: {
  readonly place: Place;
  readonly versions: readonly GuidelineVersion[];
  readonly current: string;
}): ReactNode {
  const { t } = useSpeech();
  const { place, versions, current } = props;
  const newest = versions[0]?.version ?? 0;
  const start = newest === 0 ? t(GUIDE.start) : current;
  const { text, set: setText, forget, note } = useKeptText(`guideline.${place.org}.${place.project}`, start);
  const [confirm, asking] = useConfirm();
  const save = useDo({
    run: () => call("POST /api/v1/orgs/{org}/projects/{project}/guidelines", { path: { ...place }, body: { text } }),
    onDone: forget,
    said: GUIDE.saved,
    stale: [
      ["guidelines", place.org, place.project],
      ["project", place.org, place.project],
    ],
  });
  const label = t(GUIDE.save, { version: newest + 1 });
  return (
    <Stack>
      {note}
      <div className="gm-schema">
        <YamlEditor label={t(GUIDE.text)} value={text} onChange={setText} height={440} />
        <Paper withBorder p="md" h={440} className="gm-guide" aria-label={t(GUIDE.preview)}>
          <Markdown text={text} />
        </Paper>
      </div>
      <Group justify="space-between">
        <Words size="sm" c="dimmed">
          {newest === 0 ? t(GUIDE.none) : t(GUIDE.write)}
        </Words>
        <Button
          disabled={text.trim() === "" || text === current}
          loading={save.isPending}
          onClick={() =>
            confirm({ title: `${label}?`, about: t(GUIDE.sure), act: label, onYes: () => save.mutate({}) })
          }
        >
          {label}
        </Button>
      </Group>
      {newest > 0 && text !== current && (
        <div>
          <Words size="sm" fw={600} mb={4}>
            {t(GUIDE.unsaved, { version: newest })}
          </Words>
          <Diff before={current} after={text} />
        </div>
      )}
      {newest > 0 && <History place={place} versions={versions} />}
      {asking}
    </Stack>
  );
}

function History({
  place,
  versions,
}: {
  readonly place: Place;
  readonly versions: readonly GuidelineVersion[];
}): ReactNode {
  const { t, format } = useSpeech();
  const [chosen, choose] = useState(versions[0]?.version ?? 1);
  const shown = useVersion(place, chosen);
  const before = useVersion(place, chosen - 1);
  const about = versions.find(({ version }) => version === chosen);
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {t(GUIDE.versions)}
        </Title>
        <Select
          size="xs"
          aria-label={t(GUIDE.versions)}
          allowDeselect={false}
          value={String(chosen)}
          data={versions.map(({ version }) => ({ value: String(version), label: t(GUIDE.version, { version }) }))}
          onChange={(value) => choose(Number(value))}
        />
      </Group>
      {about !== undefined && (
        <>
          <Words size="sm" c="dimmed">
            {t(GUIDE.by, { author: about.author, at: format.time(about.created_at) })}
          </Words>
          {chosen > 1 && (
            <Group my="xs" gap="xs">
              <Words size="sm">{t(GUIDE.impactHint, { version: chosen, at: format.time(about.created_at) })}</Words>
              <Button
                size="compact-xs"
                variant="default"
                component={To}
                href={`/o/${place.org}/p/${place.project}/explorer?until=${about.created_at.slice(0, 10)}`}
              >
                {t(GUIDE.open)}
              </Button>
            </Group>
          )}
        </>
      )}
      {chosen > 1 && shown.data !== undefined && before.data !== undefined && (
        <>
          <Words size="sm" fw={600} mb={4}>
            {t(GUIDE.changed, { version: chosen - 1 })}
          </Words>
          <Diff before={before.data.text} after={shown.data.text} />
        </>
      )}
    </section>
  );
}
