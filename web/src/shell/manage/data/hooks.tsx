/** Webhooks of a project. */

import { Badge, Button, Group, MultiSelect, Paper, Stack, TextInput, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { Hook } from "@/api/types";
import type { Text } from "@/core/words";
import { useSpeech } from "../../language";
import { Found } from "../../parts/page";
import { SureButton, useDo } from "../parts/ask";
import { DATA, EVENTS, HOOK_STATES } from "./words";

const STATE_COLORS = { active: "green", paused: "gray", failing: "red" } as const;

function eventName(event: string, t: (text: Text) => string): string {
  const known = (EVENTS as { readonly [name: string]: Text })[event];
  return known === undefined ? event : t(known);
}

interface Place {
  readonly org: number;
  readonly project: number;
}

export function Hooks({ place }: { readonly place: Place }): ReactNode {
  const { t } = useSpeech();
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState<string[]>([]);
  const [secret, setSecret] = useState<string | null>(null);
  const stale = [["hooks", place.org]];
  const listed = useQuery({
    queryKey: ["hooks", place.org],
    queryFn: () => call("GET /api/v1/orgs/{org}/hooks", { path: { org: place.org }, query: { limit: 100 } }),
  });
  const add = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/hooks", {
        path: { org: place.org },
        body: { url: url.trim(), events, project: place.project },
      }),
    stale,
    onDone: (made) => {
      setSecret(made.secret);
      setUrl("");
    },
  });
  return (
    <Stack maw={860}>
      <Words size="sm">{t(DATA.hooksHint)}</Words>
      <Found query={listed}>
        {({ items }) => {
          const mine = items.filter(({ project }) => project === null || project === place.project);
          return mine.length === 0 ? (
            <Words c="dimmed">{t(DATA.noHooks)}</Words>
          ) : (
            mine.map((hook) => <HookCard key={hook.id} org={place.org} hook={hook} />)
          );
        }}
      </Found>
      <Paper withBorder p="md">
        <Group align="flex-end">
          <TextInput
            type="url"
            label={t(DATA.url)}
            placeholder="https://"
            w={300}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <MultiSelect
            label={t(DATA.events)}
            w={300}
            data={Object.keys(EVENTS).map((one) => ({ value: one, label: eventName(one, t) }))}
            value={events}
            onChange={setEvents}
          />
          <Button
            disabled={url.trim() === "" || events.length === 0}
            loading={add.isPending}
            onClick={() => add.mutate({})}
          >
            {t(DATA.add)}
          </Button>
        </Group>
        {secret !== null && <TextInput readOnly mt="sm" label={t(DATA.secret)} value={secret} />}
      </Paper>
    </Stack>
  );
}

function HookCard({ org, hook }: { readonly org: number; readonly hook: Hook }): ReactNode {
  const { t, format } = useSpeech();
  const path = { org, hook: hook.id };
  const stale = [["hooks", org]];
  const change = useDo({
    run: (state: "active" | "paused") => call("PATCH /api/v1/orgs/{org}/hooks/{hook}", { path, body: { state } }),
    stale,
  });
  const remove = useDo({ run: () => call("DELETE /api/v1/orgs/{org}/hooks/{hook}", { path }), stale });
  const paused = hook.state === "paused";
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between">
        <div>
          <Group gap="xs">
            <Words size="sm" fw={600}>
              {hook.url}
            </Words>
            <Badge size="sm" variant="light" color={STATE_COLORS[hook.state]}>
              {t(HOOK_STATES[hook.state])}
            </Badge>
            {hook.failing_since !== null && (
              <Words size="xs" c="dimmed">
                {format.time(hook.failing_since)}
              </Words>
            )}
          </Group>
          <Group gap={4}>
            {hook.events.map((event) => (
              <Badge key={event} size="xs" variant="light" tt="none">
                {eventName(event, t)}
              </Badge>
            ))}
          </Group>
        </div>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => change.mutate(paused ? "active" : "paused")}>
            {t(paused ? DATA.resume : DATA.pause)}
          </Button>
          <SureButton label={t(DATA.remove)} about={t(DATA.removeHookSure)} onYes={() => remove.mutate({})} />
        </Group>
      </Group>
    </Paper>
  );
}
