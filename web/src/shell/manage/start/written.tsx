/** Projects out of what is written down: a recipe with its schema, or a schema from scratch. */

import { Button, Group, Stack, Text as Words } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { ProjectView } from "@/api/types";
import { useSpeech } from "../../language";
import { useDo } from "../parts/ask";
import { graphOf, SIMPLE } from "../parts/graph";
import { YamlEditor } from "../parts/yaml";
import { SchemaEditor } from "../schema/editor";
import { type Basics, BasicsForm, dueOf } from "./plan";
import { START } from "./words";

const SCHEMA = `name: topics
controls:
- name: topic
  type: classify
  field: text
  required: true
  choices:
  - news
  - science
  - other
`;

const RECIPE = `line: topics
collect:
- {from: jsonl, path: topics.jsonl, text_field: text, license: CC0-1.0, basis: owned, grade: general}
annotate:
  schema: topics.labels.yaml
  overlap: 2
  people: [{labeler: person, names: [anna, bo, cid]}]
`;

interface Props {
  readonly org: number;
  readonly onMade: (project: ProjectView) => void;
}

export function Scratch({ org, onMade }: Props): ReactNode {
  const { t } = useSpeech();
  const [text, setText] = useState(SCHEMA);
  const [basics, setBasics] = useState<Basics>({ name: "", plan: SIMPLE, due: "" });
  const create = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/projects", {
        path: { org },
        body: {
          name: basics.name.trim(),
          schema: text,
          settings: { graph: graphOf(basics.plan) },
          due_at: dueOf(basics.due),
        },
      }),
    stale: [["projects", org]],
    said: START.created,
    onDone: onMade,
  });
  return (
    <Stack>
      <SchemaEditor value={text} onChange={setText} height={320} />
      <BasicsForm value={basics} onChange={setBasics} />
      <Group justify="flex-end">
        <Button disabled={basics.name.trim() === ""} loading={create.isPending} onClick={() => create.mutate({})}>
          {t(START.create)}
        </Button>
      </Group>
    </Stack>
  );
}

export function FromRecipe({ org, onMade }: Props): ReactNode {
  const { t } = useSpeech();
  const [recipe, setRecipe] = useState(RECIPE);
  const [schema, setSchema] = useState(SCHEMA);
  const [basics, setBasics] = useState<Basics>({ name: "", plan: SIMPLE, due: "" });
  const create = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/projects/from-recipe", {
        path: { org },
        body: { recipe, schema, name: basics.name.trim() || null, due_at: dueOf(basics.due) },
      }),
    stale: [["projects", org]],
    said: START.created,
    onDone: onMade,
  });
  return (
    <Stack>
      <div>
        <Words size="sm" fw={600}>
          {t(START.recipeYaml)}
        </Words>
        <Words size="xs" c="dimmed" mb={4}>
          {t(START.recipeHint)}
        </Words>
        <YamlEditor label={t(START.recipeYaml)} value={recipe} onChange={setRecipe} height={200} />
      </div>
      <Words size="sm" fw={600}>
        {t(START.schemaYaml)}
      </Words>
      <SchemaEditor value={schema} onChange={setSchema} height={280} />
      <BasicsForm value={basics} onChange={setBasics} planned={false} />
      <Group justify="flex-end">
        <Button loading={create.isPending} onClick={() => create.mutate({})}>
          {t(START.create)}
        </Button>
      </Group>
    </Stack>
  );
}
