/** A label schema as text, with its mistakes marked, beside the workbench it makes. */

import { Alert, Button, Group, JsonInput, List, Stack, Text as Words } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import type { MediaLinks } from "@/api/types";
import { isObject, type JsonObject } from "@/core/json";
import type { LabelSchema } from "@/core/schema";
import { useSpeech } from "../../language";
import { Preview, type Shown } from "../parts/preview";
import { YamlEditor } from "../parts/yaml";
import { useCheck } from "./check";
import { exampleOf } from "./example";
import { SCHEMA } from "./words";
import "./schema.css";

export function SchemaEditor(props: {
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** A record of the project, to be shown instead of an example. */
  readonly own?: JsonObject | null;
  readonly media?: MediaLinks;
  readonly height?: number;
}): ReactNode {
  const { t } = useSpeech();
  const { value, onChange, own = null, height = 420 } = props;
  const { checked, fresh } = useCheck(value);
  const [typed, setTyped] = useState<string | null>(null);
  // The preview stays as it was while the text is wrong: nothing jumps at every letter.
  const schemaText = checked?.valid === true ? JSON.stringify(checked.schema) : null;
  const [last, setLast] = useState<string | null>(null);
  if (schemaText !== null && schemaText !== last) setLast(schemaText);
  const schema = useMemo(() => (last === null ? null : (JSON.parse(last) as LabelSchema)), [last]);
  const example = useMemo(() => own ?? (schema === null ? {} : exampleOf(schema)), [own, schema]);
  const record = useMemo(() => (typed === null ? example : (parsed(typed) ?? example)), [typed, example]);
  const shown = useMemo<Shown | null>(() => (schema === null ? null : { schema, content: record }), [schema, record]);
  const problem = checked?.valid === false ? checked.problem : null;
  return (
    <div className="gm-schema">
      <Stack gap="xs">
        <YamlEditor
          label={t(SCHEMA.text)}
          value={value}
          onChange={onChange}
          height={height}
          wrongLine={problem?.line ?? null}
          {...(problem ? { wrong: problem.title } : {})}
        />
        <Told checked={checked} fresh={fresh} onConvert={onChange} text={value} />
      </Stack>
      <Stack gap="xs">
        <Preview shown={shown} height={height} {...(props.media === undefined ? {} : { media: props.media })} />
        <JsonInput
          label={t(SCHEMA.record)}
          description={t(SCHEMA.recordHint)}
          value={typed ?? JSON.stringify(example, null, 2)}
          onChange={setTyped}
          error={typed !== null && parsed(typed) === null ? t(SCHEMA.notJson) : undefined}
          autosize
          minRows={2}
          maxRows={6}
          styles={{ input: { fontFamily: "var(--g-mono)", fontSize: 12 } }}
        />
      </Stack>
    </div>
  );
}

function parsed(text: string): JsonObject | null {
  try {
    const told: unknown = JSON.parse(text);
    return isObject(told) ? told : null;
  } catch {
    return null;
  }
}

function Told(props: {
  readonly checked: ReturnType<typeof useCheck>["checked"];
  readonly fresh: boolean;
  readonly text: string;
  readonly onConvert: (text: string) => void;
}): ReactNode {
  const { t } = useSpeech();
  const { checked, fresh } = props;
  if (props.text.trim() === "")
    return (
      <Words size="sm" c="dimmed" role="status">
        {t(SCHEMA.blank)}
      </Words>
    );
  if (checked === undefined || !fresh)
    return (
      <Words size="sm" c="dimmed" role="status">
        {t(SCHEMA.checking)}
      </Words>
    );
  const { problem } = checked;
  if (problem !== undefined && problem !== null)
    return (
      <Alert color="red" role="status" title={problem.title}>
        <Words size="sm">{problem.hint}</Words>
        <Words size="xs" c="dimmed">
          {problem.place} {problem.code}
        </Words>
      </Alert>
    );
  const controls = (checked.schema?.controls as unknown[] | undefined)?.length ?? 0;
  const losses = checked.losses ?? [];
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Words size="sm" c="var(--g-good)" role="status">
          {t(SCHEMA.right, { count: controls })}
        </Words>
        {props.text.trimStart().startsWith("<") && typeof checked.text === "string" && (
          <Button size="compact-xs" variant="default" onClick={() => props.onConvert(checked.text ?? "")}>
            {t(SCHEMA.convert)}
          </Button>
        )}
      </Group>
      {losses.length > 0 && (
        <Alert color="yellow" title={t(SCHEMA.losses)}>
          <List size="sm">
            {losses.map((loss) => (
              <List.Item key={`${loss.line} ${loss.name} ${loss.code}`}>
                {t(SCHEMA.wrongAt, { line: loss.line, title: loss.title })}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Stack>
  );
}
