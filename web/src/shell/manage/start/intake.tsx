/** Data in: a folder, files, rows or an archive, dropped or chosen or pasted; sent in pieces, then brought in by a job. */

import { Button, Group, Paper, Progress, Select, Stack, Textarea, Text as Words } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { call, send } from "@/api/call";
import type { ImportView } from "@/api/types";
import { useSpeech } from "../../language";
import { problemText } from "../../parts/problem";
import { useToast } from "../../toast";
import { FRAME } from "../../words";
import { useDo } from "../parts/ask";
import { filesOfDrop, filesOfList, type Sendable, sendable } from "../parts/dropped";
import { ImportCard, useImport } from "../parts/jobs";
import { formOf, type PastedForm, pasted } from "../parts/pasted";
import { upload } from "../parts/upload";
import { PARTS } from "../parts/words";
import { IMPORT_FORM, START } from "./words";
import "./start.css";

interface Place {
  readonly org: number;
  readonly project: number;
}

type ImportForm = keyof typeof IMPORT_FORM;

const IMPORT_FORMS = Object.keys(IMPORT_FORM) as readonly ImportForm[];

interface Sending {
  readonly file: Sendable;
  readonly sent: number;
  readonly abort: AbortController;
}

export function Intake(props: {
  readonly place: Place;
  readonly fields: readonly string[];
  /** The page lists imports itself. */
  readonly listed?: boolean;
}): ReactNode {
  const { place, fields, listed = false } = props;
  const [imports, setImports] = useState<readonly number[]>([]);
  const started = (number: number): void => setImports((known) => [number, ...known]);
  return (
    <Stack>
      {fields.length > 0 && <Wanted fields={fields} />}
      <DropZone place={place} onStarted={started} />
      <PasteBox place={place} field={fields[0] ?? "text"} onStarted={started} />
      {!listed && imports.map((number) => <Going key={number} place={place} number={number} />)}
    </Stack>
  );
}

function Wanted({ fields }: { readonly fields: readonly string[] }): ReactNode {
  const { t } = useSpeech();
  return (
    <Words size="sm" c="dimmed">
      {t(START.wanted, { fields: fields.join(", ") })}
    </Words>
  );
}

/** What a file is taken for: seen from the file itself, unless somebody says. */
function FormOfFile(props: { readonly form: ImportForm; readonly onForm: (form: ImportForm) => void }): ReactNode {
  const { t } = useSpeech();
  return (
    <Select
      size="xs"
      w={250}
      allowDeselect={false}
      aria-label={t(START.formOfFile)}
      value={props.form}
      data={IMPORT_FORMS.map((one) => ({ value: one, label: t(IMPORT_FORM[one]) }))}
      onChange={(value) => props.onForm((value ?? "auto") as ImportForm)}
    />
  );
}

function Going({ place, number }: { readonly place: Place; readonly number: number }): ReactNode {
  const { data } = useImport(place, number);
  return data === undefined ? null : <ImportCard place={place} one={data} />;
}

/** What files of text are often written in where it is not UTF-8. */
const ENCODINGS = ["utf-8", "utf-16", "gb18030", "big5", "shift_jis", "euc-kr", "windows-1252"];

function DropZone({
  place,
  onStarted,
}: {
  readonly place: Place;
  readonly onStarted: (one: number) => void;
}): ReactNode {
  const { t, format } = useSpeech();
  const toast = useToast();
  const [over, setOver] = useState(false);
  const [going, setGoing] = useState<Sending | null>(null);
  const queries = useQueryClient();
  const [encoding, setEncoding] = useState<string | null>(null);
  const [form, setForm] = useState<ImportForm>("auto");
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = async (file: Sendable | null): Promise<void> => {
    if (file === null) return;
    const abort = new AbortController();
    setGoing({ file, sent: 0, abort });
    try {
      const id = await upload({
        org: place.org,
        name: file.name,
        blob: file.blob,
        mark: file.mark,
        signal: abort.signal,
        onProgress: (sent) => setGoing({ file, sent, abort }),
      });
      const made = await call("POST /api/v1/orgs/{org}/projects/{project}/imports", {
        path: { ...place },
        body: { upload: id, settings: { format: form, encoding } },
      });
      onStarted(made.import_id);
      void queries.invalidateQueries({ queryKey: ["imports", place.org, place.project] });
    } catch (problem) {
      if (!abort.signal.aborted) toast(problemText(problem, t(FRAME.offline)), "bad");
    } finally {
      setGoing(null);
    }
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void filesOfDrop(event.dataTransfer).then((found) => take(sendable(found)));
  };
  const picked = (list: FileList | null): void => void take(sendable(filesOfList(list ?? [])));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has its other way in the buttons inside
    <div
      className="gm-drop"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {going === null ? (
        <Stack align="center" gap="xs">
          <Words fw={600}>{t(START.drop)}</Words>
          <Group justify="center" gap="xs">
            <Words size="sm" c="dimmed">
              {t(START.orChoose)}
            </Words>
            <Button size="xs" variant="default" onClick={() => files.current?.click()}>
              {t(START.files)}
            </Button>
            <Button size="xs" variant="default" onClick={() => folder.current?.click()}>
              {t(START.folder)}
            </Button>
            <FormOfFile form={form} onForm={setForm} />
            <Select
              size="xs"
              w={190}
              clearable
              aria-label={t(START.encoding)}
              placeholder={t(START.encodingAuto)}
              value={encoding}
              data={ENCODINGS}
              onChange={setEncoding}
            />
          </Group>
        </Stack>
      ) : (
        <Stack gap="xs">
          <Group justify="space-between">
            <Words size="sm">
              {t(START.sending, { name: going.file.name })}
              {going.file.files > 1 && ` · ${t(START.filesIn, { count: format.number(going.file.files) })}`}
            </Words>
            <Button size="compact-xs" variant="default" onClick={() => going.abort.abort()}>
              {t(START.stop)}
            </Button>
          </Group>
          <Progress
            value={going.file.blob.size > 0 ? (100 * going.sent) / going.file.blob.size : 100}
            aria-label={t(START.sending, { name: going.file.name })}
          />
          <Words size="xs" c="dimmed">
            {t(PARTS.sent, { sent: format.bytes(going.sent), whole: format.bytes(going.file.blob.size) })}
          </Words>
        </Stack>
      )}
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-testid="files"
        onChange={(event) => picked(event.currentTarget.files)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        {...{ webkitdirectory: "" }}
        onChange={(event) => picked(event.currentTarget.files)}
      />
    </div>
  );
}

const FORMS: readonly PastedForm[] = ["lines", "table", "jsonl", "json"];

function PasteBox(props: {
  readonly place: Place;
  readonly field: string;
  readonly onStarted: (one: number) => void;
}): ReactNode {
  const { t, format } = useSpeech();
  const { place, field } = props;
  const [text, setText] = useState("");
  const [form, setForm] = useState<PastedForm | null>(null);
  const told = pasted(text, field, form ?? formOf(text));
  const add = useDo({
    run: async (): Promise<ImportView> => {
      const query = new URLSearchParams({ name: told.name });
      const answer = await send(
        `/api/v1/orgs/${place.org}/projects/${place.project}/imports/stream?${query.toString()}`,
        { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: told.body },
      );
      return (await answer.json()) as ImportView;
    },
    stale: [["imports", place.org, place.project]],
    onDone: (done) => {
      setText("");
      setForm(null);
      props.onStarted(done.id);
    },
  });
  return (
    <Paper withBorder p="md">
      <Textarea
        label={t(START.paste)}
        description={t(START.pasteHint)}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={3}
        maxRows={10}
        styles={{ input: { fontFamily: "var(--g-mono)", fontSize: 13 } }}
      />
      {text.trim() !== "" && (
        <Group mt="xs" justify="space-between">
          <Group gap="xs">
            <Words size="sm">{t(START.asForm)}</Words>
            <Select
              size="xs"
              allowDeselect={false}
              aria-label={t(START.asForm)}
              value={told.form}
              data={FORMS.map((one) => ({ value: one, label: t(START[one]) }))}
              onChange={(value) => setForm(value as PastedForm)}
            />
            <Words size="sm" c="dimmed">
              {t(START.rows, { count: format.number(told.rows) })}
            </Words>
          </Group>
          <Button size="xs" loading={add.isPending} onClick={() => add.mutate({})}>
            {t(START.add)}
          </Button>
        </Group>
      )}
    </Paper>
  );
}
