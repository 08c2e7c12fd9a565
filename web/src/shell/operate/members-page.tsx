/** Who is in an organisation, as what; invitations; service tokens. */

import { Tabs } from "@mantine/core";
import { type ReactNode, useState } from "react";
import type { PageProps } from "../area";
import { useSpeech } from "../language";
import { PageHead } from "../parts/page";
import { Invitations } from "./invitations";
import { Members } from "./members";
import { Tokens } from "./tokens";
import { MEMBERS, OPERATE } from "./words";

export default function MembersPage({ org }: PageProps): ReactNode {
  const { t } = useSpeech();
  const [tab, setTab] = useState<string | null>("people");
  return (
    <>
      <PageHead title={t(OPERATE.members)} about={t(MEMBERS.about)} />
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="people">{t(MEMBERS.people)}</Tabs.Tab>
          <Tabs.Tab value="invitations">{t(MEMBERS.invitations)}</Tabs.Tab>
          <Tabs.Tab value="tokens">{t(MEMBERS.tokens)}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="people">
          <Members org={org} />
        </Tabs.Panel>
        <Tabs.Panel value="invitations">
          <Invitations org={org} />
        </Tabs.Panel>
        <Tabs.Panel value="tokens">
          <Tokens org={org} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
