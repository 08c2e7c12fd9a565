/** Quality rules as sentences with their numbers to change; as JSON for experts. */

import { Button, Group, JsonInput, NumberInput, Paper, Stack, Switch, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { AnnotateQualityModelRule as Rule, RuleSet } from "@/api/types";
import { useSpeech } from "../../language";
import { Found } from "../../parts/page";
import { useDo } from "../parts/ask";
import { measureName, sentenceOf } from "./sentence";
import { COLLECTORS, QUAL } from "./words";

interface Place {
  readonly org: number;
  readonly project: number;
}

export function Rules({ place }: { readonly place: Place }): ReactNode {
  const asked = useQuery({
    queryKey: ["rules", place.org, place.project],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/quality/rules", { path: { ...place } }),
  });
  return <Found query={asked}>{(set) => <Edit key={set.version} place={place} set={set} />}</Found>;
}

function Edit({ place, set }: { readonly place: Place; readonly set: RuleSet }): ReactNode {
  const { t } = useSpeech();
  const [text, setText] = useState(JSON.stringify(set.rules, null, 2));
  const rules = parsed(text);
  const save = useDo({
    run: () =>
      call("PUT /api/v1/orgs/{org}/projects/{project}/quality/rules", {
        path: { ...place },
        body: { rules: [...(rules ?? [])] },
      }),
    said: QUAL.saved,
    stale: [["rules", place.org, place.project]],
  });
  const change = (at: number, next: Rule): void =>
    setText(
      JSON.stringify(
        rules?.map((rule, i) => (i === at ? next : rule)),
        null,
        2,
      ),
    );
  return (
    <Stack maw={920}>
      <Words size="sm" c="dimmed">
        {set.version === 0 ? t(QUAL.usualRules) : t(QUAL.versionNow, { version: set.version })}
      </Words>
      {rules?.map((rule, at) => (
        <RuleCard key={rule.name} rule={rule} onChange={(next) => change(at, next)} />
      ))}
      <details>
        <summary>{t(QUAL.expert)}</summary>
        <JsonInput
          aria-label={t(QUAL.expert)}
          value={text}
          onChange={setText}
          autosize
          minRows={8}
          maxRows={24}
          error={rules === null ? t(QUAL.notJson) : undefined}
          styles={{ input: { fontFamily: "var(--g-mono)", fontSize: 12 } }}
        />
      </details>
      <Group justify="flex-end">
        <Button disabled={rules === null} loading={save.isPending} onClick={() => save.mutate({})}>
          {t(QUAL.save)}
        </Button>
      </Group>
    </Stack>
  );
}

function parsed(text: string): readonly Rule[] | null {
  try {
    const told: unknown = JSON.parse(text);
    return Array.isArray(told) ? (told as Rule[]) : null;
  } catch {
    return null;
  }
}

function RuleCard({ rule, onChange }: { readonly rule: Rule; readonly onChange: (rule: Rule) => void }): ReactNode {
  const { t, language } = useSpeech();
  const conditions = rule.conditions as { measure: string; below?: number | null; above?: number | null }[];
  const limit = (at: number, side: "below" | "above", value: number): void =>
    onChange({ ...rule, conditions: conditions.map((one, i) => (i === at ? { ...one, [side]: value } : one)) });
  return (
    <Paper withBorder p="md">
      <Group justify="space-between">
        <Words fw={600} size="sm">
          {t(COLLECTORS[rule.collector])} · {rule.name}
        </Words>
        <Switch
          size="xs"
          label={t(QUAL.enabled)}
          checked={rule.enabled !== false}
          onChange={(event) => onChange({ ...rule, enabled: event.currentTarget.checked })}
        />
      </Group>
      <Words size="sm">{sentenceOf(rule, language)}</Words>
      <Group mt="xs">
        <NumberInput
          size="xs"
          w={120}
          label={t(QUAL.window)}
          min={1}
          value={rule.window ?? 0}
          onChange={(value) => onChange({ ...rule, window: Number(value) })}
        />
        <NumberInput
          size="xs"
          w={120}
          label={t(QUAL.least)}
          min={1}
          value={rule.least ?? 0}
          onChange={(value) => onChange({ ...rule, least: Number(value) })}
        />
        {conditions.map((one, at) => {
          const side = one.below === null || one.below === undefined ? "above" : "below";
          return (
            <NumberInput
              key={`${one.measure} ${side}`}
              size="xs"
              w={200}
              label={t(side === "below" ? QUAL.belowIs : QUAL.aboveIs, { measure: measureName(one.measure, language) })}
              step={0.05}
              value={one[side] ?? 0}
              onChange={(value) => limit(at, side, Number(value))}
            />
          );
        })}
      </Group>
    </Paper>
  );
}
