/** The label schema of a project: written beside its preview, its versions, and what a change would mean. */

import { Badge, Button, Group, Paper, Select, Stack, Title, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { Impact, SchemaVersion } from "@/api/types";
import type { JsonObject } from "@/core/json";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { useKeptText } from "../../parts/kept-text";
import { Found, PageHead, Waiting } from "../../parts/page";
import { useConfirm, useDo } from "../parts/ask";
import { Diff } from "../parts/diff";
import { useCheck } from "./check";
import { SchemaEditor } from "./editor";
import { ImpactView } from "./impact";
import { SCHEMA } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

export default function SchemaPage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  const listed = useQuery({
    queryKey: ["schemas", org, project],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/schemas", { path: { org, project } }),
  });
  return (
    <>
      <PageHead title={t(SCHEMA.title)} about={t(SCHEMA.about)} />
      <Found query={listed}>{({ items }) => <Versions place={{ org, project }} versions={newestFirst(items)} />}</Found>
    </>
  );
}

function newestFirst(versions: readonly SchemaVersion[]): readonly SchemaVersion[] {
  return [...versions].sort((left, right) => right.version - left.version);
}

/** A version as YAML. */
function useText(place: Place, version: number | null) {
  return useQuery({
    queryKey: ["schema-text", place.org, place.project, version],
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const { schema } = await call("GET /api/v1/orgs/{org}/projects/{project}/schemas/{version}", {
        path: { ...place, version: version ?? 0 },
      });
      const { text } = await call("POST /api/v1/schemas/check", { body: { data: schema } });
      return text ?? JSON.stringify(schema, null, 2);
    },
  });
}

function Versions({
  place,
  versions,
}: {
  readonly place: Place;
  readonly versions: readonly SchemaVersion[];
}): ReactNode {
  const newest = versions[0]?.version ?? 1;
  const current = useText(place, newest);
  return (
    <Found query={current}>{(text) => <Edit key={newest} place={place} versions={versions} current={text} />}</Found>
  );
}

function useOwnItem(place: Place) {
  return useQuery({
    queryKey: ["own-item", place.org, place.project],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const { items } = await call("GET /api/v1/orgs/{org}/projects/{project}/items", {
        path: { ...place },
        query: { limit: 1 },
      });
      const item = items[0]?.item;
      if (item === undefined) return null;
      const [found, media] = await Promise.all([
        call("GET /api/v1/orgs/{org}/projects/{project}/item", { path: { ...place }, query: { item } }),
        call("GET /api/v1/orgs/{org}/projects/{project}/item/media", { path: { ...place }, query: { item } }),
      ]);
      return { content: found.data as JsonObject | null, media };
    },
  });
}

function Edit(props: {
  readonly place: Place;
  readonly versions: readonly SchemaVersion[];
  readonly current: string;
}): ReactNode {
  const { t } = useSpeech();
  const { place, versions, current } = props;
  const newest = versions[0]?.version ?? 1;
  const { text, set: setText, forget, note } = useKeptText(`schema.${place.org}.${place.project}`, current);
  const [impact, setImpact] = useState<{ readonly text: string; readonly told: Impact } | null>(null);
  const [confirm, asking] = useConfirm();
  const { checked, fresh } = useCheck(text);
  const own = useOwnItem(place);
  const send = (dry: boolean) =>
    call("POST /api/v1/orgs/{org}/projects/{project}/schemas", {
      path: { ...place },
      body: { schema: text, dry_run: dry },
    });
  const ask = useDo({ run: () => send(true), onDone: ({ impact: told }) => setImpact({ text, told }) });
  const save = useDo({
    run: () => send(false),
    onDone: forget,
    said: SCHEMA.saved,
    stale: [["schemas", place.org, place.project], ["project", place.org, place.project], ["impact"]],
  });
  const usable = checked?.valid === true && fresh;
  const untouched = text === current;
  const told = impact !== null && impact.text === text ? impact.told : null;
  return (
    <Stack>
      {note}
      {own.isPending ? (
        <Waiting />
      ) : (
        <SchemaEditor
          value={text}
          onChange={setText}
          own={own.data?.content ?? null}
          {...(own.data?.media === undefined ? {} : { media: own.data.media })}
        />
      )}
      <Paper withBorder p="md">
        <Group justify="space-between">
          <Words size="sm" c="dimmed" maw={560}>
            {untouched ? t(SCHEMA.same) : t(SCHEMA.impactAbout)}
          </Words>
          <Group gap="xs">
            <Button
              variant="default"
              disabled={!usable || untouched}
              loading={ask.isPending}
              onClick={() => ask.mutate({})}
            >
              {t(SCHEMA.impact)}
            </Button>
            <Button
              disabled={!usable || untouched || told === null}
              loading={save.isPending}
              onClick={() =>
                confirm({
                  title: t(SCHEMA.saveTitle, { version: newest + 1 }),
                  about: t(SCHEMA.misfitsHint),
                  act: t(SCHEMA.save),
                  onYes: () => save.mutate({}),
                })
              }
            >
              {t(SCHEMA.save)}
            </Button>
          </Group>
        </Group>
        {told !== null && (
          <Stack mt="sm" gap="sm">
            <ImpactView {...place} impact={told} />
          </Stack>
        )}
        {!untouched && (
          <Stack mt="sm" gap={4}>
            <Words size="sm" fw={600}>
              {t(SCHEMA.mine, { version: newest })}
            </Words>
            <Diff before={current} after={text} />
          </Stack>
        )}
      </Paper>
      <History place={place} versions={versions} onLoad={setText} />
      {asking}
    </Stack>
  );
}

function History(props: {
  readonly place: Place;
  readonly versions: readonly SchemaVersion[];
  readonly onLoad: (text: string) => void;
}): ReactNode {
  const { t, format } = useSpeech();
  const { place, versions } = props;
  const [chosen, choose] = useState<number>(versions[0]?.version ?? 1);
  const shown = useText(place, chosen);
  const before = useText(place, chosen > 1 ? chosen - 1 : null);
  const about = versions.find(({ version }) => version === chosen);
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {t(SCHEMA.versions)}
        </Title>
        <Group gap="xs">
          <Select
            size="xs"
            aria-label={t(SCHEMA.versions)}
            allowDeselect={false}
            value={String(chosen)}
            data={versions.map(({ version }) => ({ value: String(version), label: t(SCHEMA.version, { version }) }))}
            onChange={(value) => choose(Number(value))}
          />
          <Button
            size="xs"
            variant="default"
            disabled={shown.data === undefined}
            onClick={() => props.onLoad(shown.data ?? "")}
          >
            {t(SCHEMA.back)}
          </Button>
        </Group>
      </Group>
      {about !== undefined && (
        <Group gap="xs" mb="xs">
          <Words size="sm" c="dimmed">
            {t(SCHEMA.by, { author: about.author, at: format.time(about.created_at) })}
          </Words>
          {about.version === versions[0]?.version && <Badge size="sm">{t(SCHEMA.current)}</Badge>}
        </Group>
      )}
      {chosen > 1 && shown.data !== undefined && before.data !== undefined && (
        <>
          <Words size="sm" fw={600} mb={4}>
            {t(SCHEMA.against, { version: chosen - 1 })}
          </Words>
          <Diff before={before.data} after={shown.data} />
        </>
      )}
    </section>
  );
}
