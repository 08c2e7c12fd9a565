/** A rule to propose: admitted organisations, networks, whether data may leave, until when, and why. */

import { Button, Checkbox, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { call } from "@/api/call";
import { useSpeech } from "../language";
import { useSession } from "../session";
import { useChange } from "./ask";
import { useProjects } from "./projects";
import { ISOLATION } from "./words";

export function Propose(props: { readonly org: number; readonly onDone: () => void }): ReactNode {
  const { t, language } = useSpeech();
  const { me } = useSession();
  const { org } = props;
  const [project, setProject] = useState<string | null>(null);
  const projects = useProjects(org);
  const others = me.places.filter(({ id }) => id !== org);
  const [any, setAny] = useState(true);
  const [chosen, setChosen] = useState<string[]>([]);
  const [viewOnly, setViewOnly] = useState(false);
  const change = useChange([["isolation", org]], ISOLATION.proposedSaid);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const until = String(form.get("until"));
    const networks = String(form.get("networks"))
      .split(/[\s,]+/)
      .filter((one) => one !== "");
    const body = {
      organisations: any ? null : chosen.map(Number),
      networks,
      view_only: viewOnly,
      until: until === "" ? null : new Date(`${until}T23:59:59`).toISOString(),
      note: String(form.get("note")),
    };
    const propose = (): Promise<unknown> =>
      project === null
        ? call("POST /api/v1/orgs/{org}/isolation", { path: { org }, body })
        : call("POST /api/v1/orgs/{org}/projects/{project}/isolation", {
            path: { org, project: Number(project) },
            body,
          });
    change.mutate(propose, { onSuccess: props.onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Select
          searchable
          clearable
          label={t(ISOLATION.projectField)}
          description={t(ISOLATION.projectHint)}
          placeholder={t(ISOLATION.whole)}
          data={projects.map(({ id, name }) => ({ value: String(id), label: name }))}
          value={project}
          onChange={setProject}
        />
        <Textarea name="networks" label={t(ISOLATION.networksField)} autosize minRows={2} data-autofocus />
        <Checkbox
          label={`${t(ISOLATION.organisationsField)}: ${t(ISOLATION.organisationsAny)}`}
          checked={any}
          onChange={(event) => setAny(event.currentTarget.checked)}
        />
        {!any && others.length > 0 && (
          <Checkbox.Group label={t(ISOLATION.organisationsField)} value={chosen} onChange={setChosen}>
            <Stack gap={4} mt={4}>
              {others.map((place) => (
                <Checkbox
                  key={place.id}
                  value={String(place.id)}
                  label={(language === "zh" && place.name_zh) || place.name}
                />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <Checkbox
          label={t(ISOLATION.viewOnlyField)}
          checked={viewOnly}
          onChange={(event) => setViewOnly(event.currentTarget.checked)}
        />
        <TextInput name="until" type="date" label={t(ISOLATION.untilField)} w={220} />
        <Textarea name="note" label={t(ISOLATION.note)} autosize minRows={2} />
        <Button type="submit" loading={change.isPending}>
          {t(ISOLATION.propose)}
        </Button>
      </Stack>
    </form>
  );
}
