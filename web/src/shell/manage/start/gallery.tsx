/** Templates as cards by modality; the one chosen opens in the workbench, to try. */

import { Button, Group, Paper, SegmentedControl, Stack, Switch, UnstyledButton, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { call } from "@/api/call";
import type { ProjectView, TemplateHead, TemplateView } from "@/api/types";
import type { Labels } from "@/core/entity";
import { newId } from "@/core/ids";
import type { JsonObject } from "@/core/json";
import type { LabelSchema } from "@/core/schema";
import type { Text } from "@/core/words";
import { useSpeech } from "../../language";
import { Found } from "../../parts/page";
import { useDo } from "../parts/ask";
import { graphOf, SIMPLE } from "../parts/graph";
import { Preview, type Shown } from "../parts/preview";
import { type Basics, BasicsForm, dueOf } from "./plan";
import { START } from "./words";
import "./start.css";

interface Props {
  readonly org: number;
  readonly onMade: (project: ProjectView) => void;
}

export function Gallery({ org, onMade }: Props): ReactNode {
  const { t } = useSpeech();
  const [modality, setModality] = useState("all");
  const [chosen, choose] = useState<string | null>(null);
  const listed = useQuery({
    queryKey: ["templates"],
    queryFn: () => call("GET /api/v1/templates", {}),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Found query={listed}>
      {({ items }) => {
        const kinds = ["all", ...new Set(items.map((one) => one.modality))];
        const shown = items.filter((one) => modality === "all" || one.modality === modality);
        return (
          <div className="gm-gallery">
            <div>
              <SegmentedControl
                size="xs"
                fullWidth
                aria-label={t(START.gallery)}
                value={modality}
                onChange={setModality}
                data={kinds.map((kind) => ({ value: kind, label: t(kindName(kind)) }))}
              />
              <div className="gm-cards" role="radiogroup" aria-label={t(START.gallery)}>
                {shown.map((one) => (
                  <Card key={one.name} one={one} chosen={one.name === chosen} onChoose={() => choose(one.name)} />
                ))}
              </div>
            </div>
            <div>
              {chosen === null ? (
                <Paper withBorder p="xl" c="dimmed">
                  {t(START.pick)}
                </Paper>
              ) : (
                <Chosen key={chosen} org={org} name={chosen} onMade={onMade} />
              )}
            </div>
          </div>
        );
      }}
    </Found>
  );
}

function kindName(kind: string): Text {
  return (START as { readonly [name: string]: Text })[kind] ?? { en: kind, zh: kind };
}

function Card(props: {
  readonly one: TemplateHead;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}): ReactNode {
  const { language } = useSpeech();
  const { one } = props;
  return (
    <UnstyledButton
      role="radio"
      aria-checked={props.chosen}
      className="gm-card"
      data-chosen={props.chosen || undefined}
      data-template={one.name}
      onClick={props.onChoose}
    >
      <Words fw={600} size="sm">
        {one.title[language] || one.name}
      </Words>
      <Words size="xs" c="dimmed" lineClamp={2}>
        {one.description[language]}
      </Words>
    </UnstyledButton>
  );
}

function Chosen({ org, name, onMade }: Props & { readonly name: string }): ReactNode {
  const asked = useQuery({
    queryKey: ["template", name],
    queryFn: () => call("GET /api/v1/templates/{name}", { path: { name } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <Found query={asked}>{(template) => <Details org={org} template={template} onMade={onMade} />}</Found>;
}

function Details({ org, template, onMade }: Props & { readonly template: TemplateView }): ReactNode {
  const { t, language } = useSpeech();
  const [answered, setAnswered] = useState(false);
  // Pressed twice, or sent again after a broken connection, it is one project all the same.
  const [attempt, setAttempt] = useState(newId);
  const [basics, setBasics] = useState<Basics>({
    name: template.title[language] ?? template.name,
    plan: SIMPLE,
    due: "",
  });
  const shown = useMemo<Shown>(
    () => ({
      schema: template.schema as unknown as LabelSchema,
      content: template.record as JsonObject,
      ...(answered ? { labels: template.answer as Labels } : {}),
    }),
    [template, answered],
  );
  const create = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/projects/from-template", {
        path: { org },
        body: {
          template: template.name,
          name: basics.name.trim(),
          language,
          settings: { graph: graphOf(basics.plan) },
          due_at: dueOf(basics.due),
        },
        once: attempt,
      }),
    stale: [["projects", org]],
    said: START.created,
    onDone: onMade,
  });
  return (
    <Stack gap="sm">
      <Preview shown={shown} height={360} />
      <Switch
        size="xs"
        label={t(START.withAnswer)}
        checked={answered}
        onChange={(event) => setAnswered(event.currentTarget.checked)}
      />
      <BasicsForm
        value={basics}
        onChange={(next) => {
          setBasics(next);
          setAttempt(newId());
        }}
      />
      <Group justify="flex-end">
        <Button disabled={basics.name.trim() === ""} loading={create.isPending} onClick={() => create.mutate({})}>
          {t(START.create)}
        </Button>
      </Group>
    </Stack>
  );
}
