/** Settings of a project: its stages as a picture and a form, times, what people see, what is counted. */

import {
  Button,
  Checkbox,
  Group,
  JsonInput,
  NumberInput,
  Paper,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
  Title,
  Text as Words,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { Graph, ProjectView, Settings, UnitBody } from "@/api/types";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { Found, PageHead } from "../../parts/page";
import { FRAME } from "../../words";
import { useConfirm, useDo } from "../parts/ask";
import { graphOf, planOf, SIMPLE } from "../parts/graph";
import { useProject } from "../parts/project";
import { dueOf } from "../start/plan";
import { START } from "../start/words";
import { GraphView } from "./graph-view";
import { SETTINGS } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

export default function SettingsPage({ org, project }: PageProps): ReactNode {
  const { t } = useSpeech();
  const place = { org, project };
  const view = useProject(org, project);
  const asked = useQuery({
    queryKey: ["settings", org, project],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/settings", { path: place }),
  });
  return (
    <>
      <PageHead title={t(SETTINGS.title)} about={t(SETTINGS.about)} />
      <Found query={view}>
        {(found) => (
          <Found query={asked}>
            {(settings) => (
              <Stack maw={980}>
                <Stages key={`graph ${JSON.stringify(settings.graph)}`} place={place} settings={settings} />
                <Basics key={`basics ${JSON.stringify(settings)}`} place={place} view={found} settings={settings} />
                <Unit place={place} />
              </Stack>
            )}
          </Found>
        )}
      </Found>
    </>
  );
}

/** Changes of settings are sent whole: what is not changed goes along as it is. */
function useSave(place: Place) {
  return useDo({
    run: (change: { name?: string; due_at?: string | null; settings?: Settings }) =>
      call("PATCH /api/v1/orgs/{org}/projects/{project}", { path: { ...place }, body: change }),
    said: SETTINGS.saved,
    stale: [
      ["project", place.org, place.project],
      ["settings", place.org, place.project],
      ["projects", place.org],
    ],
  });
}

function parsed<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

function Stages({ place, settings }: { readonly place: Place; readonly settings: Settings }): ReactNode {
  const { t } = useSpeech();
  const before = settings.graph ?? null;
  const [text, setText] = useState(before === null ? "" : JSON.stringify(before, null, 2));
  const graph = text.trim() === "" ? null : parsed<Graph>(text);
  const plan = planOf(graph);
  const [confirm, asking] = useConfirm();
  const save = useSave(place);
  const take = (next: Graph): void => setText(JSON.stringify(next, null, 2));
  const usable = graph !== null && Array.isArray(graph.nodes);
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5">
        {t(SETTINGS.stages)}
      </Title>
      <Words size="sm" c="dimmed" mb="sm">
        {t(before === null && text === "" ? SETTINGS.byLine : SETTINGS.stagesHint)}
      </Words>
      {usable && <GraphView graph={graph} />}
      {plan === null ? (
        <Group mt="sm" justify="space-between">
          <Words size="sm">{usable && t(SETTINGS.byHand)}</Words>
          <Button size="xs" variant="default" onClick={() => take(graphOf(SIMPLE))}>
            {t(SETTINGS.useUsual)}
          </Button>
        </Group>
      ) : (
        <Group mt="sm" align="flex-end">
          <NumberInput
            label={t(START.opinions)}
            description={t(START.opinionsHint)}
            min={1}
            max={10}
            value={plan.overlap}
            onChange={(value) => take(graphOf({ ...plan, overlap: Number(value) || 1 }))}
          />
          <NumberInput
            label={t(START.review)}
            description={t(START.reviewHint)}
            suffix=" %"
            min={0}
            max={100}
            value={plan.review}
            onChange={(value) => take(graphOf({ ...plan, review: Number(value) || 0 }))}
          />
          <Checkbox
            label={t(SETTINGS.accept)}
            checked={plan.accept}
            onChange={(event) => take(graphOf({ ...plan, accept: event.currentTarget.checked }))}
          />
        </Group>
      )}
      <details>
        <summary>{t(SETTINGS.expert)}</summary>
        <JsonInput
          aria-label={t(SETTINGS.expert)}
          value={text}
          onChange={setText}
          autosize
          minRows={4}
          maxRows={18}
          error={text !== "" && graph === null ? t(SETTINGS.notJson) : undefined}
          styles={{ input: { fontFamily: "var(--g-mono)", fontSize: 12 } }}
        />
      </details>
      <Group justify="flex-end" mt="sm">
        <Button
          disabled={!usable || JSON.stringify(graph) === JSON.stringify(before)}
          loading={save.isPending}
          onClick={() =>
            confirm({
              title: t(SETTINGS.stages),
              about: t(SETTINGS.stagesSure),
              act: t(FRAME.save),
              onYes: () => save.mutate({ settings: { ...settings, graph } }),
            })
          }
        >
          {t(FRAME.save)}
        </Button>
      </Group>
      {asking}
    </Paper>
  );
}

function Basics(props: { readonly place: Place; readonly view: ProjectView; readonly settings: Settings }): ReactNode {
  const { t } = useSpeech();
  const { view, settings } = props;
  const [name, setName] = useState(view.name);
  const [description, setDescription] = useState(settings.description ?? "");
  const [due, setDue] = useState(view.due_at?.slice(0, 10) ?? "");
  const [minutes, setMinutes] = useState((settings.lease_seconds ?? view.lease_seconds) / 60);
  const [hidden, setHidden] = useState<string[]>([...(settings.hidden_fields ?? [])]);
  const [gold, setGold] = useState(settings.gold ?? null);
  const [verifiers, setVerifiers] = useState(JSON.stringify(settings.verifiers ?? [], null, 1));
  const save = useSave(props.place);
  const checks = parsed<NonNullable<Settings["verifiers"]>>(verifiers);
  const percent = (key: "rate" | "floor" | "target", usual: number): ReactNode => (
    <NumberInput
      label={t(SETTINGS[key])}
      min={0}
      max={100}
      value={Math.round((gold?.[key] ?? usual) * 1000) / 10}
      onChange={(value) => setGold({ ...gold, [key]: Number(value) / 100 })}
    />
  );
  return (
    <Paper withBorder p="md">
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput label={t(SETTINGS.name)} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput
          type="date"
          label={t(SETTINGS.due)}
          value={due}
          onChange={(event) => setDue(event.currentTarget.value)}
        />
        <NumberInput
          label={t(SETTINGS.lease)}
          description={t(SETTINGS.leaseHint)}
          min={1}
          value={minutes}
          onChange={(value) => setMinutes(Number(value) || 30)}
        />
        <TagsInput
          label={t(SETTINGS.hidden)}
          description={t(SETTINGS.hiddenHint)}
          value={hidden}
          onChange={setHidden}
        />
      </SimpleGrid>
      <Textarea
        mt="sm"
        label={t(SETTINGS.description)}
        autosize
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <Switch
        mt="md"
        label={t(SETTINGS.goldOn)}
        checked={gold !== null}
        onChange={(event) => setGold(event.currentTarget.checked ? { rate: 0.2, floor: 0.02, target: 0.9 } : null)}
      />
      {gold !== null && (
        <Group mt="xs" grow>
          {percent("rate", 0.2)}
          {percent("floor", 0.02)}
          {percent("target", 0.9)}
        </Group>
      )}
      <JsonInput
        mt="sm"
        label={t(SETTINGS.verifiers)}
        description={t(SETTINGS.verifiersHint)}
        value={verifiers}
        onChange={setVerifiers}
        autosize
        minRows={2}
        error={checks === null ? t(SETTINGS.notJson) : undefined}
        styles={{ input: { fontFamily: "var(--g-mono)", fontSize: 12 } }}
      />
      <Group justify="flex-end" mt="sm">
        <Button
          disabled={name.trim() === "" || checks === null}
          loading={save.isPending}
          onClick={() =>
            save.mutate({
              name: name.trim(),
              due_at: dueOf(due),
              settings: {
                ...settings,
                description,
                gold,
                lease_seconds: minutes * 60,
                hidden_fields: hidden,
                verifiers: checks ?? [],
              },
            })
          }
        >
          {t(FRAME.save)}
        </Button>
      </Group>
    </Paper>
  );
}

const UNITS = [
  ["item", SETTINGS.unitItem],
  ["region", SETTINGS.unitRegion],
  ["character", SETTINGS.unitCharacter],
  ["media_second", SETTINGS.unitMedia],
] as const;

function Unit({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  const set = useQuery({
    queryKey: ["unit", place.org, place.project],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/unit", { path: { ...place } }),
  });
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="xs">
        {t(SETTINGS.unit)}
      </Title>
      <Found query={set}>{({ unit }) => <UnitChoice key={unit} place={place} before={unit} />}</Found>
    </Paper>
  );
}

function UnitChoice({ place, before }: { readonly place: Place; readonly before: UnitBody["unit"] }): ReactNode {
  const { t } = useSpeech();
  const [unit, setUnit] = useState(before);
  const save = useDo({
    run: () => call("PUT /api/v1/orgs/{org}/projects/{project}/unit", { path: { ...place }, body: { unit } }),
    said: SETTINGS.saved,
    stale: [["unit", place.org, place.project]],
  });
  return (
    <Group align="flex-end">
      <Select
        label={t(SETTINGS.unitOf)}
        description={t(SETTINGS.unitHint)}
        allowDeselect={false}
        value={unit}
        data={UNITS.map(([value, title]) => ({ value, label: t(title) }))}
        onChange={(value) => setUnit(value as UnitBody["unit"])}
      />
      <Button disabled={unit === before} loading={save.isPending} onClick={() => save.mutate({})}>
        {t(SETTINGS.set)}
      </Button>
    </Group>
  );
}
