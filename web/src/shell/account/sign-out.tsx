/** Signing out, on a computer that others may use: what has not arrived is told of, and the rest is taken off the device. */

import { Button, Group, Text as Words } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Link as To } from "wouter";
import { words } from "@/core/words";
import type { Shelf } from "@/outbox/model";
import { useSpeech } from "../language";
import { type Outbox, useOutbox } from "../outbox";
import { Dialog } from "../parts/dialog";
import { forgetTexts } from "../parts/kept-text";
import { problemText } from "../parts/problem";
import { useSession } from "../session";
import { useToast } from "../toast";
import { FRAME } from "../words";
import { type Kept, keptOf } from "./kept";

const SAYS = words({
  unsentTitle: { en: "Some work has not arrived yet", zh: "部分工作尚未送达" },
  unsent: {
    en: "{count} handed in and not with the server yet. {count:It stays|They stay} on this device until you sign in here again; nobody else sees {count:it|them} in Galley.",
    zh: "{count} 条已提交但尚未到达服务器，将保留在本机，待您在此重新登录后发送；其他人在 Galley 中看不到。",
  },
  begunTitle: { en: "Some work is not handed in", zh: "部分工作尚未提交" },
  begun: {
    en: "{count} begun and not handed in. Keep {count:it|them} on this device to go on here later, or forget {count:it|them}: on a computer that others use, nothing of yours then stays on it.",
    zh: "{count} 条已开始但未提交。可保留在本机以便稍后继续；若为公用电脑，可选择清除，本机将不再保留您的内容。",
  },
  look: { en: "Look", zh: "查看" },
  keep: { en: "Keep and sign out", zh: "保留并退出" },
  forget: { en: "Forget and sign out", zh: "清除并退出" },
  offline: { en: "the server cannot be reached", zh: "无法连接服务器" },
  stillIn: { en: "You are still signed in: {problem}", zh: "尚未退出登录：{problem}" },
});

/** How somebody leaves: what is kept here is asked about first, when there is anything that could be lost. */
export function useSignOut(): { readonly leave: () => Promise<void>; readonly dialog: ReactNode } {
  const { me, signOut } = useSession();
  const { t } = useSpeech();
  const toast = useToast();
  const outbox = useOutbox();
  const [asked, ask] = useState<Kept | null>(null);
  const person = me.person ?? 0;
  const go = async (forget: boolean): Promise<void> => {
    ask(null);
    try {
      await signOut(() => (forget ? cleared(outbox, person) : Promise.resolve()));
    } catch (problem) {
      toast(t(SAYS.stillIn, { problem: problemText(problem, t(SAYS.offline)) }), "bad");
    }
  };
  const leave = async (): Promise<void> => {
    const kept = await looked(outbox, person);
    if (kept.parcels + kept.begun > 0) ask(kept);
    else await go(true);
  };
  const dialog = (
    <Dialog
      opened={asked !== null}
      onClose={() => ask(null)}
      title={t((asked?.parcels ?? 0) > 0 ? SAYS.unsentTitle : SAYS.begunTitle)}
    >
      {asked !== null && (
        <>
          <Words size="sm">
            {asked.parcels > 0 ? t(SAYS.unsent, { count: asked.parcels }) : t(SAYS.begun, { count: asked.begun })}
          </Words>
          <Group justify="flex-end" mt="md">
            <Button variant="default" component={To} href="/me/unsent" onClick={() => ask(null)}>
              {t(SAYS.look)}
            </Button>
            <Button variant="default" onClick={() => ask(null)}>
              {t(FRAME.cancel)}
            </Button>
            {asked.parcels === 0 && (
              <Button variant="default" color="red" onClick={() => void go(true)}>
                {t(SAYS.forget)}
              </Button>
            )}
            <Button onClick={() => void go(false)} data-autofocus>
              {t(SAYS.keep)}
            </Button>
          </Group>
        </>
      )}
    </Dialog>
  );
  return { leave, dialog };
}

async function looked(outbox: Outbox | null, person: number): Promise<Kept> {
  if (outbox === null) return { parcels: 0, begun: 0 };
  await Promise.race([outbox.sender.kick(), new Promise((resolve) => setTimeout(resolve, 2_000))]);
  const known = await keptOf(outbox.shelf, person).catch(() => ({ parcels: 0, begun: 0 })); // broad: nothing can be read
  return { ...known, parcels: known.parcels + outbox.sender.state.unsaved };
}

async function cleared(outbox: { readonly shelf: Shelf } | null, person: number): Promise<void> {
  forgetTexts(person);
  await outbox?.shelf.clear(person).catch(() => undefined); // broad: a disk that fails must not keep anybody signed in
}
