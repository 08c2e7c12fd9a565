/** The filters of the explorer. */

import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { type Choice, choicesOf, titleOf } from "@/core/schema";
import { useSpeech } from "../../language";
import { stageName } from "../overview/overview-page";
import { useProject } from "../parts/project";
import { usePeopleNames, useSchema } from "./explorer-page";
import type { Filters } from "./filters";
import { EXPLORER } from "./words";

interface Props {
  readonly place: { readonly org: number; readonly project: number };
  readonly value: Filters;
  readonly onChange: (next: Filters) => void;
}

const STAGE_OF: { readonly [kind: string]: string } = { annotate: "label", agent: "label", consensus: "adjudicate" };

export function FilterBar({ place, value, onChange }: Props): ReactNode {
  const { t, language } = useSpeech();
  const project = useProject(place.org, place.project);
  const people = usePeopleNames(place);
  const schema = useSchema(place);
  const set = (change: Partial<Filters>): void => onChange({ ...value, ...change });
  const nodes = (project.data?.graph?.nodes ?? [])
    .filter(({ kind }) => kind !== "router")
    .map(({ kind, name, title }) => {
      const stage = STAGE_OF[kind] ?? kind;
      return { value: `${stage}/${name}`, label: title || `${stageName(stage, t)} (${name})` };
    });
  const control = schema?.controls.find(({ name }) => name === value.control);
  const choices =
    control === undefined ? [] : leaves([...choicesOf(control, "choices"), ...choicesOf(control, "labels")]);
  return (
    <search className="gm-filters" aria-label={t(EXPLORER.title)}>
      <Select
        size="xs"
        clearable
        label={t(EXPLORER.status)}
        placeholder={t(EXPLORER.any)}
        value={value.status || null}
        data={(["new", "working", "done", "void"] as const).map((one) => ({ value: one, label: t(EXPLORER[one]) }))}
        onChange={(status) => set({ status: status ?? "" })}
      />
      <Select
        size="xs"
        clearable
        label={t(EXPLORER.stage)}
        placeholder={t(EXPLORER.any)}
        value={value.node || null}
        data={nodes}
        onChange={(node) => set({ node: node ?? "" })}
      />
      <Select
        size="xs"
        clearable
        searchable
        label={t(EXPLORER.person)}
        placeholder={t(EXPLORER.any)}
        value={value.labeler || null}
        data={[...people].map(([id, name]) => ({ value: String(id), label: name }))}
        onChange={(labeler) => set({ labeler: labeler ?? "" })}
      />
      <Select
        size="xs"
        clearable
        label={t(EXPLORER.control)}
        placeholder={t(EXPLORER.any)}
        value={value.control || null}
        data={(schema?.controls ?? []).map((one) => ({ value: one.name, label: titleOf(one, language) }))}
        onChange={(name) => set({ control: name ?? "", value: "" })}
      />
      {choices.length > 0 ? (
        <Select
          size="xs"
          clearable
          searchable
          label={t(EXPLORER.value)}
          placeholder={t(EXPLORER.any)}
          value={value.value || null}
          data={[...new Set(choices)]}
          onChange={(said) => set({ value: said ?? "" })}
        />
      ) : (
        <Typed
          key={value.control}
          label={t(EXPLORER.value)}
          value={value.value}
          disabled={value.control === ""}
          onChange={(said) => set({ value: said })}
        />
      )}
      <TextInput
        size="xs"
        type="date"
        label={t(EXPLORER.since)}
        value={value.since}
        onChange={(event) => set({ since: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        type="date"
        label={t(EXPLORER.until)}
        value={value.until}
        onChange={(event) => set({ until: event.currentTarget.value })}
      />
      <Typed label={t(EXPLORER.prefix)} value={value.prefix} onChange={(prefix) => set({ prefix })} />
      {(["differing", "gold", "newest"] as const).map((flag) => (
        <Checkbox
          key={flag}
          size="xs"
          label={t(EXPLORER[flag])}
          checked={value[flag]}
          onChange={(event) => set({ [flag]: event.currentTarget.checked })}
        />
      ))}
      <Button size="xs" variant="subtle" onClick={() => onChange(NOTHING)}>
        {t(EXPLORER.clear)}
      </Button>
    </search>
  );
}

const NOTHING: Filters = {
  status: "",
  node: "",
  labeler: "",
  control: "",
  value: "",
  since: "",
  until: "",
  prefix: "",
  differing: false,
  gold: false,
  newest: false,
};

function leaves(choices: readonly Choice[]): readonly string[] {
  return choices.flatMap((one) => [one.value, ...leaves(one.children ?? [])]);
}

function Typed(props: {
  readonly label: string;
  readonly value: string;
  readonly disabled?: boolean;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const [text, setText] = useState(props.value);
  const tell = useDebouncedCallback(props.onChange, 400);
  return (
    <TextInput
      size="xs"
      label={props.label}
      value={text}
      disabled={props.disabled === true}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}
