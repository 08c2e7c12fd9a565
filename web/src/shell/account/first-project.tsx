/** The first project: of example data, of a folder, or from Label Studio. */

import { Anchor, Button, Group, Paper, Progress, Select, SimpleGrid, Stack, Title, Text as Words } from "@mantine/core";
import { IconArrowLeft, IconFileImport, IconFolderOpen, IconSparkles } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ComponentType, type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { call, send } from "@/api/call";
import type { Text } from "@/core/words";
import { useSpeech } from "../language";
import { Intake } from "../manage/start/intake";
import { Studio } from "../manage/start/studio";
import { Found } from "../parts/page";
import { ProblemView } from "../parts/problem";
import { EXAMPLES } from "./examples";
import { SETUP } from "./set-up-words";

type Way = "choose" | "folder" | "studio";

export function FirstProject({ org }: { readonly org: number }): ReactNode {
  const { t } = useSpeech();
  const [way, setWay] = useState<Way>("choose");
  const [project, setProject] = useState<number | null>(null);
  const back = (
    <Anchor component="button" type="button" size="sm" onClick={() => setWay("choose")}>
      <Group gap={4}>
        <IconArrowLeft size={14} />
        {t(SETUP.back)}
      </Group>
    </Anchor>
  );
  if (project !== null) return <Ready org={org} project={project} intake={way === "folder"} />;
  if (way === "folder")
    return (
      <Stack>
        {back}
        <FolderWay org={org} onMade={setProject} />
      </Stack>
    );
  if (way === "studio")
    return (
      <Stack>
        {back}
        <Studio org={org} onMade={({ id }) => setProject(id)} />
      </Stack>
    );
  return <Choose org={org} onWay={setWay} />;
}

const TRIED = ["sentiment", "entities-relations"] as const;

function Choose(props: { readonly org: number; readonly onWay: (way: Way) => void }): ReactNode {
  const { t } = useSpeech();
  return (
    <Stack>
      <div>
        <Title order={2} size="h4">
          {t(SETUP.first)}
        </Title>
        <Words size="sm" c="dimmed">
          {t(SETUP.firstAbout)}
        </Words>
      </div>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Card icon={IconSparkles} title={SETUP.examples} about={SETUP.examplesAbout}>
          <Examples org={props.org} />
        </Card>
        <Card icon={IconFolderOpen} title={SETUP.folder} about={SETUP.folderAbout}>
          <Button variant="light" onClick={() => props.onWay("folder")}>
            {t(SETUP.folder)}
          </Button>
        </Card>
        <Card icon={IconFileImport} title={SETUP.studio} about={SETUP.studioAbout}>
          <Button variant="light" onClick={() => props.onWay("studio")}>
            {t(SETUP.studio)}
          </Button>
        </Card>
      </SimpleGrid>
      <Anchor component={Link} href={`/o/${props.org}/new`} size="sm">
        {t(SETUP.all)}
      </Anchor>
    </Stack>
  );
}

function Card(props: {
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
  readonly title: Text;
  readonly about: Text;
  readonly children: ReactNode;
}): ReactNode {
  const { t } = useSpeech();
  return (
    <Paper withBorder p="md">
      <Stack gap="sm" h="100%">
        <props.icon size={28} stroke={1.5} />
        <div>
          <Words fw={600}>{t(props.title)}</Words>
          <Words size="sm" c="dimmed">
            {t(props.about)}
          </Words>
        </div>
        <Stack gap="xs" mt="auto">
          {props.children}
        </Stack>
      </Stack>
    </Paper>
  );
}

/** One click: a project of a template with sentences in it, and on to the first of them. */
function Examples({ org }: { readonly org: number }): ReactNode {
  const { t, language } = useSpeech();
  const [, go] = useLocation();
  const [done, setDone] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const templates = useQuery({ queryKey: ["templates"], queryFn: () => call("GET /api/v1/templates", {}) });
  const begin = async (name: string, title: string): Promise<void> => {
    setProblem(null);
    setDone(10);
    try {
      const body = { template: name, name: title, language };
      const { id } = await call("POST /api/v1/orgs/{org}/projects/from-template", { path: { org }, body });
      setDone(50);
      const rows = Object.values(EXAMPLES).map((text) => `${JSON.stringify({ text: text[language] })}\n`);
      const address = `/api/v1/orgs/${org}/projects/${id}/imports/stream?name=examples.jsonl&format=jsonl`;
      await send(address, { method: "POST", body: rows.join("") });
      setDone(100);
      go(`/o/${org}/p/${id}/work`);
    } catch (refused) {
      setProblem(refused);
      setDone(null);
    }
  };
  return (
    <>
      {problem !== null && <ProblemView problem={problem} />}
      {templates.data?.items
        .filter(({ name }) => (TRIED as readonly string[]).includes(name))
        .map((one) => {
          const title = one.title[language] ?? one.name;
          return (
            <Button key={one.name} variant="light" disabled={done !== null} onClick={() => void begin(one.name, title)}>
              {title}
            </Button>
          );
        })}
      {done !== null && <Progress value={done} animated aria-label={t(SETUP.making)} />}
    </>
  );
}

const ASKED = ["image-classification", "text-classification"];

/** Which question, then a project without data, which is brought in on the next page. */
function FolderWay(props: { readonly org: number; readonly onMade: (project: number) => void }): ReactNode {
  const { t, language } = useSpeech();
  const { org } = props;
  const [name, setName] = useState<string | null>(ASKED[0] ?? null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const templates = useQuery({ queryKey: ["templates"], queryFn: () => call("GET /api/v1/templates", {}) });
  const make = async (title: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const body = { template: name ?? "", name: title, language };
      props.onMade((await call("POST /api/v1/orgs/{org}/projects/from-template", { path: { org }, body })).id);
    } catch (refused) {
      setProblem(refused);
      setBusy(false);
    }
  };
  return (
    <Found query={templates}>
      {({ items }) => {
        const title = items.find((one) => one.name === name)?.title[language] ?? name ?? "";
        return (
          <Stack maw={480}>
            {problem !== null && <ProblemView problem={problem} />}
            <Select
              label={t(SETUP.ask)}
              searchable
              allowDeselect={false}
              value={name}
              onChange={setName}
              data={items.map((one) => ({ value: one.name, label: one.title[language] ?? one.name }))}
            />
            <Button loading={busy} disabled={name === null} onClick={() => void make(title)}>
              {t(SETUP.make)}
            </Button>
          </Stack>
        );
      }}
    </Found>
  );
}

/** The project is open: bring data in, see how many items there are, and start. */
function Ready(props: { readonly org: number; readonly project: number; readonly intake: boolean }): ReactNode {
  const { t, format } = useSpeech();
  const { org, project } = props;
  const path = { org, project };
  const progress = useQuery({
    queryKey: ["first-progress", org, project],
    queryFn: () => call("GET /api/v1/orgs/{org}/projects/{project}/progress", { path }),
    refetchInterval: 1_000,
  });
  const items = (progress.data?.nodes ?? []).reduce((sum, node) => sum + node.open, 0);
  return (
    <Stack>
      <Paper withBorder p="md">
        <Group justify="space-between">
          <Words fw={600} role="status">
            {items > 0 ? t(SETUP.ready, { count: format.number(items) }) : t(SETUP.waits)}
          </Words>
          <Group>
            <Button component={Link} href={`/o/${org}/p/${project}`} variant="default">
              {t(SETUP.overview)}
            </Button>
            <Button component={Link} href={`/o/${org}/p/${project}/work`} disabled={items === 0} data-start>
              {t(SETUP.start)}
            </Button>
          </Group>
        </Group>
      </Paper>
      {props.intake && <Intake place={{ org, project }} fields={[]} />}
    </Stack>
  );
}
