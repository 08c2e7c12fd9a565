/** A long text while it is written: kept on this device until it is saved, so that leaving the page loses nothing. */

import { Button, Group, Text as Words } from "@mantine/core";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { words } from "@/core/words";
import { useSpeech } from "../language";
import { useSession } from "../session";

const SAYS = words({
  kept: { en: "You wrote this before and did not save it.", zh: "这是您之前编写但尚未保存的内容。" },
  discard: { en: "Discard it", zh: "放弃" },
});

const PREFIX = "galley.text.";

/** Forget what a person wrote here and did not save. */
export function forgetTexts(person: number, storage: Storage = localStorage): void {
  const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? "");
  for (const key of keys) if (key.startsWith(`${PREFIX}${person}.`)) storage.removeItem(key);
}

interface KeptText {
  readonly text: string;
  readonly set: (text: string) => void;
  /** It is saved: forget it here. */
  readonly forget: () => void;
  /** Says that it was found here; nothing when it was not. */
  readonly note: ReactNode;
}

/** `name` tells the text among all of them; `start` is where it begins, and what is the same as it is not kept. */
export function useKeptText(name: string, start: string): KeptText {
  const { t } = useSpeech();
  const { me } = useSession();
  const key = `${PREFIX}${me.person ?? 0}.${name}`;
  const [found, setFound] = useState(() => localStorage.getItem(key));
  const [text, set] = useState(found ?? start);
  useEffect(() => {
    try {
      if (text === start) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
    } catch {
      // broad: a full or forbidden storage is no reason not to go on writing
    }
  }, [key, text, start]);
  const forget = useCallback(() => localStorage.removeItem(key), [key]);
  const note =
    found === null || text === start ? null : (
      <Group gap="xs" role="status">
        <Words size="sm" c="var(--g-warn)">
          {t(SAYS.kept)}
        </Words>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            setFound(null);
            set(start);
          }}
        >
          {t(SAYS.discard)}
        </Button>
      </Group>
    );
  return { text, set, forget, note };
}
