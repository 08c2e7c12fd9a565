/** An invitation link with roles: for the organisation, or for one project. */

import { Button, CopyButton, Group, MultiSelect, NumberInput, Stack, TextInput, Text as Words } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { call } from "@/api/call";
import { useSpeech } from "../../language";
import type { Role } from "../../session";
import { FRAME } from "../../words";
import { useDo } from "../parts/ask";
import { ROLES } from "../parts/words";
import { START } from "../start/words";

export const ROLE_NAMES: readonly Role[] = ["annotator", "reviewer", "inspector", "manager", "client", "auditor"];

export function RolesSelect(props: {
  readonly value: readonly Role[];
  readonly onChange: (roles: readonly Role[]) => void;
}): ReactNode {
  const { t } = useSpeech();
  return (
    <MultiSelect
      label={t(START.roles)}
      value={[...props.value]}
      data={ROLE_NAMES.map((role) => ({ value: role, label: t(ROLES[role]) }))}
      onChange={(roles) => props.onChange(roles as Role[])}
    />
  );
}

export function Invite({ org, project }: { readonly org: number; readonly project: number | null }): ReactNode {
  const { t } = useSpeech();
  const [mail, setMail] = useState("");
  const [roles, setRoles] = useState<readonly Role[]>(["annotator"]);
  const [days, setDays] = useState(7);
  const [link, setLink] = useState<string | null>(null);
  const make = useDo({
    run: () =>
      call("POST /api/v1/orgs/{org}/invitations", {
        path: { org },
        body: { roles: [...roles], project, days, email: mail.trim() || null },
      }),
    stale: [["invitations", org]],
    onDone: ({ secret }) => setLink(`${location.origin}/invitation#secret=${secret}`),
  });
  return (
    <Stack gap="xs">
      <Group grow align="flex-end">
        <TextInput
          type="email"
          label={t(START.mail)}
          value={mail}
          onChange={(event) => setMail(event.currentTarget.value)}
        />
        <RolesSelect value={roles} onChange={setRoles} />
        <NumberInput
          label={t(START.days)}
          min={1}
          max={90}
          value={days}
          onChange={(value) => setDays(Number(value) || 7)}
        />
      </Group>
      <Group justify="space-between">
        <Words size="xs" c="dimmed">
          {t(START.linkOnce)}
        </Words>
        <Button size="xs" disabled={roles.length === 0} loading={make.isPending} onClick={() => make.mutate({})}>
          {t(START.invite)}
        </Button>
      </Group>
      {link !== null && (
        <Group wrap="nowrap" gap="xs">
          <TextInput readOnly value={link} aria-label={t(START.invite)} flex={1} data-testid="invitation" />
          <CopyButton value={link}>
            {({ copied, copy }) => <Button onClick={copy}>{t(copied ? FRAME.copied : FRAME.copy)}</Button>}
          </CopyButton>
        </Group>
      )}
    </Stack>
  );
}
