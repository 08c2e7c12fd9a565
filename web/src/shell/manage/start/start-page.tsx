/** The wizard: what is asked, the data, the people, start. The address keeps the place, so a reload loses nothing. */

import { Alert, Badge, Button, Group, Paper, Stack, Stepper, Table, Tabs, Title, Text as Words } from "@mantine/core";
import { IconChecklist, IconFileImport, IconForms, IconTemplate } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link as To, useLocation, useSearchParams } from "wouter";
import { call } from "@/api/call";
import type { LabelSchema } from "@/core/schema";
import type { PageProps } from "../../area";
import { useSpeech } from "../../language";
import { Found, MorePages, PageHead, usePages, Waiting } from "../../parts/page";
import { ImportCard, useImport } from "../parts/jobs";
import { ROLES } from "../parts/words";
import { Invite } from "../people/invite";
import { Gallery } from "./gallery";
import { Intake } from "./intake";
import { Studio } from "./studio";
import { START } from "./words";
import { FromRecipe, Scratch } from "./written";

const STEPS = ["what", "data", "people", "go"] as const;

export default function StartPage({ org }: PageProps): ReactNode {
  const { t } = useSpeech();
  const [, go] = useLocation();
  const [search, setSearch] = useSearchParams();
  const project = Number(search.get("project"));
  const imported = Number(search.get("import"));
  const step = project > 0 ? Math.max(1, STEPS.indexOf((search.get("step") ?? "data") as (typeof STEPS)[number])) : 0;
  const to = (name: (typeof STEPS)[number]): void => setSearch({ project: String(project), step: name });
  const made = (id: number, brought: number | null = null): void =>
    setSearch({ project: String(id), step: "data", ...(brought === null ? {} : { import: String(brought) }) });
  return (
    <>
      <PageHead title={t(START.title)} about={t(START.about)} />
      <Stepper
        active={step}
        size="sm"
        mb="lg"
        onStepClick={(at) => project > 0 && at > 0 && to(STEPS[at]!)}
        allowNextStepsSelect={project > 0}
      >
        {STEPS.map((name) => (
          <Stepper.Step key={name} label={t(START[name])} />
        ))}
      </Stepper>
      {step === 0 && <Ways org={org} onMade={made} />}
      {step === 1 && (
        <DataStep place={{ org, project }} imported={imported > 0 ? imported : null} onNext={() => to("people")} />
      )}
      {step === 2 && <PeopleStep place={{ org, project }} onNext={() => to("go")} />}
      {step === 3 && <GoStep place={{ org, project }} onGo={(path) => go(path)} />}
    </>
  );
}

function Ways(props: {
  readonly org: number;
  readonly onMade: (project: number, imported?: number | null) => void;
}): ReactNode {
  const { t } = useSpeech();
  const { org, onMade } = props;
  return (
    <Tabs defaultValue="gallery" keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="gallery" leftSection={<IconTemplate size={16} />}>
          {t(START.gallery)}
        </Tabs.Tab>
        <Tabs.Tab value="studio" leftSection={<IconFileImport size={16} />}>
          {t(START.studio)}
        </Tabs.Tab>
        <Tabs.Tab value="recipe" leftSection={<IconChecklist size={16} />}>
          {t(START.recipe)}
        </Tabs.Tab>
        <Tabs.Tab value="scratch" leftSection={<IconForms size={16} />}>
          {t(START.scratch)}
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="gallery">
        <Gallery org={org} onMade={({ id }) => onMade(id)} />
      </Tabs.Panel>
      <Tabs.Panel value="studio">
        <Studio org={org} onMade={({ id }, imported) => onMade(id, imported)} />
      </Tabs.Panel>
      <Tabs.Panel value="recipe">
        <FromRecipe org={org} onMade={({ id }) => onMade(id)} />
      </Tabs.Panel>
      <Tabs.Panel value="scratch">
        <Scratch org={org} onMade={({ id }) => onMade(id)} />
      </Tabs.Panel>
    </Tabs>
  );
}

interface Place {
  readonly org: number;
  readonly project: number;
}

/** The fields of the records that the project's schema asks about. */
export function useFields({ org, project }: Place): readonly string[] {
  const asked = useQuery({
    queryKey: ["fields", org, project],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const view = await call("GET /api/v1/orgs/{org}/projects/{project}", { path: { org, project } });
      const { schema } = await call("GET /api/v1/orgs/{org}/projects/{project}/schemas/{version}", {
        path: { org, project, version: view.schema_version },
      });
      const { controls } = schema as unknown as LabelSchema;
      return [...new Set(controls.map(({ field }) => field).filter((field) => field !== ""))];
    },
  });
  return asked.data ?? [];
}

function DataStep(props: {
  readonly place: Place;
  readonly imported: number | null;
  readonly onNext: () => void;
}): ReactNode {
  const { t } = useSpeech();
  const fields = useFields(props.place);
  const first = useImport(props.place, props.imported);
  return (
    <Stack maw={860}>
      <Words size="sm">{t(START.dataAbout)}</Words>
      {first.data !== undefined && <ImportCard place={props.place} one={first.data} />}
      <Intake place={props.place} fields={fields} />
      <Group justify="flex-end">
        <Button onClick={props.onNext}>{t(START.next)}</Button>
      </Group>
    </Stack>
  );
}

function PeopleStep({ place, onNext }: { readonly place: Place; readonly onNext: () => void }): ReactNode {
  const { t } = useSpeech();
  const pages = usePages(["members", place.org], (after) =>
    call("GET /api/v1/orgs/{org}/members", {
      path: { org: place.org },
      query: { limit: 25, ...(after === undefined ? {} : { after }) },
    }),
  );
  return (
    <Stack maw={860}>
      <Words size="sm">{t(START.peopleAbout)}</Words>
      <Paper withBorder p="md">
        <Invite org={place.org} project={place.project} />
      </Paper>
      <Title order={2} size="h5">
        {t(START.members)}
      </Title>
      {pages.rows === undefined ? (
        <Waiting />
      ) : (
        <>
          <Table>
            <Table.Tbody>
              {pages.rows.map((member) => (
                <Table.Tr key={member.person}>
                  <Table.Td>{member.name}</Table.Td>
                  <Table.Td>
                    <Group gap={4}>
                      {member.roles.map((role) => (
                        <Badge key={role} variant="light" size="sm">
                          {t(ROLES[role])}
                        </Badge>
                      ))}
                    </Group>
                  </Table.Td>
                  <Table.Td>
                    {member.roles.includes("annotator") && (
                      <Words size="sm" c="var(--g-good)">
                        {t(START.hasRole)}
                      </Words>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <MorePages pages={pages} count={pages.rows.length} />
        </>
      )}
      <Group justify="flex-end">
        <Button onClick={onNext}>{t(START.next)}</Button>
      </Group>
    </Stack>
  );
}

function GoStep({ place, onGo }: { readonly place: Place; readonly onGo: (path: string) => void }): ReactNode {
  const { t } = useSpeech();
  const asked = useQuery({
    queryKey: ["any-item", place.org, place.project],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/items", { path: { ...place }, query: { limit: 1 } }),
    staleTime: 0,
  });
  const home = `/o/${place.org}/p/${place.project}`;
  return (
    <Found query={asked}>
      {({ items }) => (
        <Stack maw={620}>
          <Alert color={items.length > 0 ? "green" : "yellow"} title={t(START.ready)}>
            {items.length > 0 ? t(START.readyAbout, { items: "" }) : t(START.noData)}
          </Alert>
          <Group>
            <Button onClick={() => onGo(home)}>{t(START.toProject)}</Button>
            {items.length > 0 && (
              <Button variant="default" component={To} href={`${home}/work`}>
                {t(START.toWork)}
              </Button>
            )}
          </Group>
        </Stack>
      )}
    </Found>
  );
}
