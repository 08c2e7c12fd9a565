/** Model backends: add, test, prelabel, train. */

import { Badge, Button, Group, Paper, Stack, Switch, TextInput, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { AnnotateBackendModelHealth, Backend } from "@/api/types";
import { useSpeech } from "../../language";
import { Found } from "../../parts/page";
import { SureButton, useDo } from "../parts/ask";
import { Jobs } from "./data-page";
import { DATA } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

const STATES = {
  new: ["gray", DATA.stateNew],
  up: ["green", DATA.stateUp],
  down: ["red", DATA.stateDown],
} as const;

export function Models({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [interactive, setInteractive] = useState(false);
  const listed = useQuery({
    queryKey: ["backends", place.org, place.project],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/backends", { path: { ...place } }),
  });
  const add = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/projects/{project}/backends", {
        path: { ...place },
        body: { name: name.trim(), url: url.trim(), interactive },
      }),
    stale: [["backends", place.org, place.project]],
    onDone: () => {
      setName("");
      setUrl("");
    },
  });
  return (
    <Stack maw={860}>
      <Words size="sm">{t(DATA.backendsHint)}</Words>
      <Found query={listed}>
        {(backends) =>
          backends.length === 0 ? (
            <Words c="dimmed">{t(DATA.noBackends)}</Words>
          ) : (
            backends.map((backend) => <BackendCard key={backend.id} place={place} backend={backend} />)
          )
        }
      </Found>
      <Paper withBorder p="md">
        <Group align="flex-end">
          <TextInput label={t(DATA.name)} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <TextInput
            type="url"
            label={t(DATA.url)}
            placeholder="https://"
            w={280}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Switch
            label={t(DATA.interactive)}
            checked={interactive}
            onChange={(event) => setInteractive(event.currentTarget.checked)}
          />
          <Button
            disabled={name.trim() === "" || url.trim() === ""}
            loading={add.isPending}
            onClick={() => add.mutate({})}
          >
            {t(DATA.add)}
          </Button>
        </Group>
      </Paper>
      <Jobs place={place} />
    </Stack>
  );
}

function BackendCard({ place, backend }: { readonly place: Place; readonly backend: Backend }): ReactNode {
  const { t, language } = useSpeech();
  const [health, setHealth] = useState<AnnotateBackendModelHealth | null>(null);
  const path = { ...place, backend: backend.id };
  const stale = [
    ["backends", place.org, place.project],
    ["jobs", place.org, place.project],
  ];
  const test = useDo({
    run: () => call("POST /api/v1/orgs/{org}/projects/{project}/backends/{backend}/test", { path }),
    stale,
    onDone: setHealth,
  });
  const prelabel = useDo({
    run: () => call("POST /api/v1/orgs/{org}/projects/{project}/backends/{backend}/prelabel", { path, body: {} }),
    stale,
    said: DATA.prelabelling,
  });
  const train = useDo({
    run: () => call("POST /api/v1/orgs/{org}/projects/{project}/backends/{backend}/train", { path }),
    said: DATA.training,
  });
  const remove = useDo({
    run: () => call("DELETE /api/v1/orgs/{org}/projects/{project}/backends/{backend}", { path }),
    stale,
  });
  const [tone, state] = STATES[backend.state];
  return (
    <Paper withBorder p="md">
      <Group justify="space-between">
        <div>
          <Words fw={600} size="sm">
            {backend.name}{" "}
            <Badge size="sm" variant="light" color={tone}>
              {t(state)}
            </Badge>
          </Words>
          <Words size="xs" c="dimmed">
            {backend.url} {backend.model_version}
          </Words>
        </div>
        <Group gap="xs">
          <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate({})}>
            {t(DATA.test)}
          </Button>
          <Button size="xs" loading={prelabel.isPending} onClick={() => prelabel.mutate({})}>
            {t(DATA.prelabel)}
          </Button>
          <Button size="xs" variant="default" loading={train.isPending} onClick={() => train.mutate({})}>
            {t(DATA.train)}
          </Button>
          <SureButton label={t(DATA.remove)} about={t(DATA.removeSure)} onYes={() => remove.mutate({})} />
        </Group>
      </Group>
      {health !== null && (
        <Words size="sm" c={health.up ? "var(--g-good)" : "var(--g-bad)"} role="status">
          {health.up
            ? t(DATA.up, { version: health.model_version ?? "" })
            : t(DATA.down, { reason: (language === "zh" ? health.reason_zh : health.reason) ?? "" })}
        </Words>
      )}
    </Paper>
  );
}
