/** The outbox of this browser: opened once, shared by every page, sending whenever it can. */

import { Alert, Button, Group, Text as Words } from "@mantine/core";
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { Link as To } from "wouter";
import { words } from "@/core/words";
import { post } from "@/floor/server";
import { openShelf } from "@/outbox/indexed";
import { MemoryShelf } from "@/outbox/memory";
import type { Shelf } from "@/outbox/model";
import { Sender, type SenderState } from "@/outbox/sender";
import { useSpeech } from "./language";
import { useSession } from "./session";

export interface Outbox {
  readonly shelf: Shelf;
  readonly sender: Sender;
}

const SAYS = words({
  signedOut: {
    en: "Your session has ended. Nothing is lost: sign in again and your work is sent.",
    zh: "登录已过期。工作没有丢失：重新登录后将自动提交。",
  },
  signIn: { en: "Sign in", zh: "登录" },
  waiting: {
    en: "{count} to be sent; {count:it is|they are} safe on this device.",
    zh: "{count} 条待发送，已安全保存在本机。",
  },
  parked: {
    en: "{count} could not be accepted and {count:is|are} kept for you.",
    zh: "{count} 条未被接受，已为您保留。",
  },
  look: { en: "Look", zh: "查看" },
  unsaved: {
    en: "{count} handed in and not saved yet: this device cannot save (storage is full or was deleted). Do not close this page; it is tried again.",
    zh: "{count} 条已提交但尚未保存：本机无法保存（空间已满或数据被清除）。请勿关闭本页，系统会自动重试。",
  },
  noDisk: {
    en: "This browser keeps nothing on this device (private window, or storage is full). Work would be lost if the page closed.",
    zh: "浏览器无法在本机保存数据（隐私窗口或空间不足）。关闭页面将丢失未提交的工作。",
  },
});

const OutboxContext = createContext<Outbox | null>(null);
const EVERY_MS = 20_000;
const LASTING_MS = 1000;

function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks === undefined ? work() : navigator.locks.request("galley-outbox", work);
}

export function OutboxProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { me } = useSession();
  const { t } = useSpeech();
  const [outbox, setOutbox] = useState<Outbox | null>(null);
  const [broken, setBroken] = useState(false);
  const person = me.person ?? 0;
  useEffect(() => {
    let ended = false;
    let close = (): void => undefined;
    openShelf()
      .catch(() => {
        setBroken(true); // broad: whatever keeps it from keeping
        return new MemoryShelf();
      })
      .then((shelf) => {
        const sender = new Sender({ shelf, person, post, alone });
        const kick = (): void => void sender.kick();
        const timer = setInterval(kick, EVERY_MS);
        addEventListener("online", kick);
        addEventListener("focus", kick);
        close = () => {
          clearInterval(timer);
          removeEventListener("online", kick);
          removeEventListener("focus", kick);
          sender.end();
          shelf.close();
        };
        if (ended) return close();
        kick();
        // Asked for once: the browser then keeps our store when space is short.
        void navigator.storage?.persist?.();
        setOutbox({ shelf, sender });
      });
    return () => {
      ended = true;
      setOutbox(null);
      close();
    };
  }, [person]);
  useStay(broken);
  return (
    <OutboxContext.Provider value={outbox}>
      {broken && <Alert color="red">{t(SAYS.noDisk)}</Alert>}
      {children}
    </OutboxContext.Provider>
  );
}

/** Null until it is open. */
export function useOutbox(): Outbox | null {
  return useContext(OutboxContext);
}

const NOTHING: SenderState = { waiting: 0, parked: 0, offline: false, signedOut: false, unsaved: 0 };

export function useSending(): SenderState {
  const outbox = useOutbox();
  return useSyncExternalStore(
    (listener) => outbox?.sender.onState(listener) ?? (() => undefined),
    () => outbox?.sender.state ?? NOTHING,
  );
}

/** Ask before the page is left. */
function useStay(stays: boolean): void {
  useEffect(() => {
    if (!stays) return;
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", stay);
    return () => removeEventListener("beforeunload", stay);
  }, [stays]);
}

/** Whether it has been so for a while: what is over at once is not worth saying. */
function useLasting(is: boolean): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!is) return setLasts(false);
    const timer = setTimeout(() => setLasts(true), LASTING_MS);
    return () => clearTimeout(timer);
  }, [is]);
  return lasts;
}

/** What has not arrived yet, said where people see it; nothing when all is well. */
export function Sending(): ReactNode {
  const { t } = useSpeech();
  const state = useSending();
  const { unsaved } = state;
  useStay(unsaved > 0);
  if (useLasting(unsaved > 0) && unsaved > 0) {
    return (
      <Alert color="red" role="alert">
        {t(SAYS.unsaved, { count: unsaved })}
      </Alert>
    );
  }
  if (state.signedOut) {
    return (
      <Alert color="yellow" role="status">
        <Group justify="space-between">
          <Words size="sm">{t(SAYS.signedOut)}</Words>
          <Button size="xs" component={To} href={`/sign-in?next=${encodeURIComponent(location.pathname)}`}>
            {t(SAYS.signIn)}
          </Button>
        </Group>
      </Alert>
    );
  }
  if (state.parked === 0 && (state.waiting === 0 || !state.offline)) return null;
  return (
    <Alert color={state.parked > 0 ? "red" : "yellow"} role="status">
      <Group justify="space-between">
        <Words size="sm">
          {state.parked > 0 ? t(SAYS.parked, { count: state.parked }) : t(SAYS.waiting, { count: state.waiting })}
        </Words>
        {state.parked > 0 && (
          <Button size="xs" variant="light" component={To} href="/me/unsent">
            {t(SAYS.look)}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
