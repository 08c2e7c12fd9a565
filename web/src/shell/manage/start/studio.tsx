/** A Label Studio project moves in: its config, and its export of tasks through the resumable upload. */

import { Alert, Button, FileButton, Group, List, Progress, Stack, Text as Words } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import type { ProjectView, StudioOpened } from "@/api/types";
import { useSpeech } from "../../language";
import { useDo } from "../parts/ask";
import { SIMPLE } from "../parts/graph";
import { upload } from "../parts/upload";
import { PARTS } from "../parts/words";
import { SchemaEditor } from "../schema/editor";
import { type Basics, BasicsForm } from "./plan";
import { START } from "./words";

const BLANK = `<View>
  <Text name="text" value="$text"/>
  <Choices name="sentiment" toName="text">
    <Choice value="positive"/>
    <Choice value="negative"/>
  </Choices>
</View>
`;

export function Studio(props: {
  readonly org: number;
  readonly onMade: (project: ProjectView, imported: number | null) => void;
}): ReactNode {
  const { t, language, format } = useSpeech();
  const [config, setConfig] = useState(BLANK);
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState<number | null>(null);
  const [basics, setBasics] = useState<Basics>({ name: "", plan: SIMPLE, due: "" });
  const [opened, setOpened] = useState<StudioOpened | null>(null);
  const move = useDo({
    run: async () => {
      const id =
        file === null
          ? null
          : await upload({
              org: props.org,
              name: file.name,
              blob: file,
              mark: `${file.name}.${file.size}.${file.lastModified}`,
              onProgress: setSent,
            });
      return call("POST /api/v1/orgs/{org}/studio/projects", {
        path: { org: props.org },
        body: { name: basics.name.trim(), config, upload: id },
      });
    },
    stale: [["projects", props.org]],
    said: START.created,
    onDone: setOpened,
  });
  if (opened !== null) {
    const losses = language === "zh" ? opened.losses_zh : opened.losses;
    return (
      <Stack>
        <Alert color={losses.length === 0 ? "green" : "yellow"} title={losses.length === 0 ? "" : t(START.lost)}>
          {losses.length === 0 ? (
            t(START.allCame)
          ) : (
            <List size="sm">
              {losses.map((loss) => (
                <List.Item key={loss}>{loss}</List.Item>
              ))}
            </List>
          )}
        </Alert>
        <Group justify="flex-end">
          <Button onClick={() => props.onMade(opened.project, opened.tasks?.id ?? null)}>{t(START.next)}</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack>
      <Words size="sm" fw={600}>
        {t(START.configXml)}
      </Words>
      <SchemaEditor value={config} onChange={setConfig} height={300} />
      <div>
        <Words size="sm" fw={600}>
          {t(START.exportFile)}
        </Words>
        <Words size="xs" c="dimmed" mb={4}>
          {t(START.exportHint)}
        </Words>
        <Group>
          <FileButton onChange={setFile} inputProps={{ "aria-label": t(START.exportFile) }}>
            {(given) => (
              <Button variant="default" size="xs" {...given}>
                {t(START.chooseFile)}
              </Button>
            )}
          </FileButton>
          <Words size="sm" {...(file === null ? { c: "dimmed" } : {})}>
            {file === null ? t(START.noFile) : `${file.name} · ${format.bytes(file.size)}`}
          </Words>
        </Group>
        {move.isPending && file !== null && sent !== null && (
          <>
            <Progress
              mt="xs"
              value={(100 * sent) / Math.max(1, file.size)}
              aria-label={t(START.sending, { name: file.name })}
            />
            <Words size="xs" c="dimmed">
              {t(PARTS.sent, { sent: format.bytes(sent), whole: format.bytes(file.size) })}
            </Words>
          </>
        )}
      </div>
      <BasicsForm value={basics} onChange={setBasics} planned={false} />
      <Group justify="flex-end">
        <Button disabled={basics.name.trim() === ""} loading={move.isPending} onClick={() => move.mutate({})}>
          {t(START.move)}
        </Button>
      </Group>
    </Stack>
  );
}
