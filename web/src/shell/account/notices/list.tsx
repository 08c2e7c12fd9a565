/** Notices as lines: what happened, where and when; each leads there. */

import { Text as Words } from "@mantine/core";
import type { ReactNode } from "react";
import { Link as To } from "wouter";
import type { Notice } from "@/api/types";
import { useSpeech } from "../../language";
import { useSession } from "../../session";
import { toldOf } from "./sentence";
import { NOTICES } from "./words";
import "./notices.css";

const LEADS = ["owner", "manager", "reviewer"] as const;

export function NoticeList(props: { readonly notices: readonly Notice[]; readonly onOpen?: () => void }): ReactNode {
  const { t, format } = useSpeech();
  const { roles, place } = useSession();
  return (
    <ul className="gn-list">
      {props.notices.map((notice) => {
        const mine = roles(notice.organisation, notice.project ?? undefined);
        const told = toldOf(
          notice,
          LEADS.some((role) => mine.has(role)),
        );
        return (
          <li key={notice.id} data-unread={!notice.read || undefined}>
            <To href={told.href} className="gn-notice" onClick={() => props.onOpen?.()}>
              <span className="gn-dot" role="img" aria-hidden={notice.read} aria-label={t(NOTICES.unread)} />
              <span className="gn-said">
                {t(told.text, told.facts)}
                <Words span size="xs" c="dimmed" display="block">
                  {[notice.project_name || place(notice.organisation)?.name, format.time(notice.at)]
                    .filter(Boolean)
                    .join(" · ")}
                </Words>
              </span>
            </To>
          </li>
        );
      })}
    </ul>
  );
}
