/** Putting chosen items into a batch: one that is there, or a new one. */

import { Button, Group, Select, Stack, TextInput, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import { useSpeech } from "../../language";
import { Dialog } from "../../parts/dialog";
import { useToast } from "../../toast";
import { FRAME } from "../../words";
import { useDo } from "../parts/ask";
import { EXPLORER } from "./words";

interface Props {
  readonly place: { readonly org: number; readonly project: number };
  readonly items: readonly string[];
  readonly onDone: () => void;
}

export function ToBatch(props: Props): ReactNode {
  const { t } = useSpeech();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
        {t(EXPLORER.toBatch)}
      </Button>
      <Dialog opened={open} onClose={() => setOpen(false)} title={t(EXPLORER.toBatch)}>
        {open && <Choose {...props} onClose={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function Choose({ place, items, onDone, onClose }: Props & { readonly onClose: () => void }): ReactNode {
  const { t } = useSpeech();
  const toast = useToast();
  const [batch, setBatch] = useState<string | null>(null);
  const [name, setName] = useState("");
  const known = useQuery({
    queryKey: ["batches", place.org, place.project, "to-choose"],
    queryFn: () =>
      call("GET /api/v1/orgs/{org}/projects/{project}/batches", { path: { ...place }, query: { limit: 200 } }),
  });
  const put = useDo({
    run: async () => {
      const made =
        name.trim() === ""
          ? Number(batch)
          : (
              await call("POST /api/v1/orgs/{org}/projects/{project}/batches", {
                path: { ...place },
                body: { name: name.trim() },
              })
            ).id;
      return call("PUT /api/v1/orgs/{org}/projects/{project}/batches/{batch}/items", {
        path: { ...place, batch: made },
        body: { items: [...items] },
      });
    },
    stale: [["batches", place.org, place.project]],
    onDone: ({ items: count }) => {
      toast(t(EXPLORER.batched, { count }), "good");
      onClose();
      onDone();
    },
  });
  return (
    <Stack gap="xs">
      <Words size="sm" c="dimmed">
        {t(EXPLORER.toBatchHint)}
      </Words>
      <Select
        searchable
        clearable
        label={t(EXPLORER.batch)}
        data={(known.data?.items ?? []).map((one) => ({ value: String(one.id), label: one.name }))}
        value={batch}
        disabled={name.trim() !== ""}
        onChange={setBatch}
      />
      <TextInput
        label={t(EXPLORER.newBatch)}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t(FRAME.cancel)}
        </Button>
        <Button loading={put.isPending} disabled={batch === null && name.trim() === ""} onClick={() => put.mutate({})}>
          {t(EXPLORER.toBatch)}
        </Button>
      </Group>
    </Stack>
  );
}
