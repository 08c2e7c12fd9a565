/** A secret that is told once: a link or a token, to copy. */

import { Alert, Button, CopyButton, Group, TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useSpeech } from "../language";
import { OPERATE } from "./words";

export function Secret(props: { readonly title: string; readonly value: string; readonly until?: string }): ReactNode {
  const { t, format } = useSpeech();
  return (
    <Alert color="yellow" title={props.title} role="status">
      {t(OPERATE.once)} {props.until !== undefined && t(OPERATE.expires, { time: format.time(props.until) })}
      <Group mt="xs" wrap="nowrap">
        <TextInput
          style={{ flex: 1 }}
          readOnly
          value={props.value}
          aria-label={props.title}
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton value={props.value}>
          {({ copied, copy }) => <Button onClick={copy}>{t(copied ? OPERATE.copied : OPERATE.copy)}</Button>}
        </CopyButton>
      </Group>
    </Alert>
  );
}
