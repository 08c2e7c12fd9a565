/** What a reviewer writes: why an answer goes back, and a comment on what is selected. */

import { Button, Group, Kbd, Radio, Stack, Textarea, Text as Words } from "@mantine/core";
import { type FormEvent, type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { useSpeech } from "../language";
import { Dialog } from "../parts/dialog";
import { FRAME } from "../words";
import { REASONS, RETURN_REASONS, REVIEW, type Reason } from "./words";

/** Ctrl+Enter in a dialog is its main button. */
export function submitsByKey(event: KeyboardEvent<HTMLFormElement>): void {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    event.currentTarget.requestSubmit();
  }
}

export function ReasonRadios(props: {
  readonly value: Reason;
  readonly reasons: readonly Reason[];
  readonly label: string;
  onChange(reason: Reason): void;
}): ReactNode {
  const { t } = useSpeech();
  const byNumber = (event: KeyboardEvent): void => {
    const picked = props.reasons[Number(event.key) - 1];
    if (picked === undefined) return;
    event.preventDefault();
    props.onChange(picked);
    const group = event.currentTarget;
    requestAnimationFrame(() => group.querySelector<HTMLInputElement>("input:checked")?.focus());
  };
  return (
    <Radio.Group
      label={props.label}
      value={props.value}
      onChange={(reason) => props.onChange(reason as Reason)}
      onKeyDown={byNumber}
    >
      <Stack gap={6} mt={6}>
        {props.reasons.map((reason, at) => (
          <Radio
            key={reason}
            value={reason}
            {...(reason === props.value ? { "data-autofocus": true } : {})}
            label={
              <Group gap={6}>
                <Kbd size="xs">{at + 1}</Kbd>
                {t(REASONS[reason])}
              </Group>
            }
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

export function ReturnDialog(props: {
  readonly opened: boolean;
  onClose(): void;
  onReturn(reason: Reason, note: string): void;
}): ReactNode {
  const { t } = useSpeech();
  const [reason, setReason] = useState<Reason>("wrong");
  const [note, setNote] = useState("");
  const send = (event: FormEvent): void => {
    event.preventDefault();
    props.onReturn(reason, note.trim());
    setReason("wrong");
    setNote("");
  };
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t(REVIEW.returnTitle)}>
      <form onSubmit={send} onKeyDown={submitsByKey}>
        <Stack>
          <Words size="sm" c="dimmed">
            {t(REVIEW.returnAbout)}
          </Words>
          <ReasonRadios value={reason} reasons={RETURN_REASONS} label={t(REVIEW.reason)} onChange={setReason} />
          <Textarea
            label={t(REVIEW.note)}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={10_000}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t(FRAME.cancel)}
            </Button>
            <Button type="submit" color="orange">
              {t(REVIEW.giveBack)} <kbd className="gw-kbd">Ctrl+Enter</kbd>
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

const KINDS: readonly Reason[] = ["wrong", "missing", "extra", "imprecise", "guideline", "question", "note"];

export function CommentDialog(props: {
  readonly opened: boolean;
  readonly about: string;
  onClose(): void;
  onSay(kind: Reason, body: string): void;
}): ReactNode {
  const { t } = useSpeech();
  const [kind, setKind] = useState<Reason>("wrong");
  const [body, setBody] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (body.trim() === "") {
      field.current?.focus();
      return;
    }
    props.onSay(kind, body.trim());
    setBody("");
  };
  return (
    <Dialog
      opened={props.opened}
      onClose={props.onClose}
      title={t(REVIEW.commentTitle, { about: props.about || t(REVIEW.whole) })}
    >
      <form onSubmit={send} onKeyDown={submitsByKey}>
        <Stack>
          <Textarea
            ref={field}
            data-autofocus
            required
            label={t(REVIEW.commentBody)}
            autosize
            minRows={3}
            maxRows={10}
            maxLength={10_000}
            value={body}
            onChange={(event) => setBody(event.currentTarget.value)}
          />
          <ReasonRadios value={kind} reasons={KINDS} label={t(REVIEW.kind)} onChange={setKind} />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t(FRAME.cancel)}
            </Button>
            <Button type="submit">
              {t(REVIEW.send)} <kbd className="gw-kbd">Ctrl+Enter</kbd>
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
