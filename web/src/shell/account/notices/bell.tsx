/** The bell in the frame: how many notices are unread, and the newest of them. */

import { ActionIcon, Button, Group, Indicator, Popover, ScrollArea, Text as Words } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBell } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link as To } from "wouter";
import { call } from "@/api/call";
import { useSpeech } from "../../language";
import { Found } from "../../parts/page";
import { NoticeList } from "./list";
import { countText } from "./sentence";
import { useRead, useUnread } from "./use-unread";
import { NOTICES } from "./words";

const NEWEST = 8;

export function Bell(): ReactNode {
  const { t } = useSpeech();
  const [open, { toggle, close }] = useDisclosure(false);
  const found = useUnread();
  const unread = found?.unread ?? 0;
  const count = countText(unread, found?.more ?? false);
  const label = unread > 0 ? t(NOTICES.bellUnread, { count }) : t(NOTICES.bell);
  return (
    <Popover opened={open} onChange={(now) => !now && close()} position="bottom-end" width={360} shadow="md" trapFocus>
      <Indicator label={count} size={16} disabled={unread === 0} color="red.8" offset={5}>
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={label}
            title={label}
            aria-haspopup="dialog"
            aria-expanded={open}
            onClick={toggle}
          >
            <IconBell size={18} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p={0} aria-label={t(NOTICES.title)}>
        {open && <Newest onGo={close} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Newest({ onGo }: { readonly onGo: () => void }): ReactNode {
  const { t } = useSpeech();
  const read = useRead();
  const asked = useQuery({
    queryKey: ["notices", "list", "newest"],
    queryFn: () => call("GET /api/v1/me/notices", { query: { limit: NEWEST } }),
    staleTime: 0,
  });
  return (
    <>
      <ScrollArea.Autosize mah={420}>
        <Found query={asked}>
          {({ items }) =>
            items.length === 0 ? (
              <Words size="sm" c="dimmed" p="md">
                {t(NOTICES.noneHint)}
              </Words>
            ) : (
              <NoticeList notices={items} onOpen={onGo} />
            )
          }
        </Found>
      </ScrollArea.Autosize>
      <Group justify="space-between" p="xs">
        <Button
          variant="subtle"
          size="compact-sm"
          disabled={!asked.data?.unread}
          onClick={() => void read(asked.data?.items[0]?.id ?? 0).catch(() => undefined)}
        >
          {t(NOTICES.readAll)}
        </Button>
        <Button component={To} href="/me/notices" variant="subtle" size="compact-sm" onClick={onGo}>
          {t(NOTICES.all)}
        </Button>
      </Group>
    </>
  );
}
