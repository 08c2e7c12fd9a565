/** Everything one was told of, newest first. */

import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { call } from "@/api/call";
import { useSpeech } from "../language";
import { Empty, MorePages, PageHead, usePages, Waiting } from "../parts/page";
import { ProblemView, problemText } from "../parts/problem";
import { useToast } from "../toast";
import { FRAME } from "../words";
import { NoticeList } from "./notices/list";
import { useRead } from "./notices/use-unread";
import { NOTICES } from "./notices/words";

export default function NoticesPage(): ReactNode {
  const { t } = useSpeech();
  const tell = useToast();
  const read = useRead();
  const pages = usePages(["notices", "list", "all"], (after) =>
    call("GET /api/v1/me/notices", { query: { limit: 50, ...(after === undefined ? {} : { after }) } }),
  );
  const rows = pages.rows;
  const newest = rows?.[0];
  return (
    <>
      <PageHead title={t(NOTICES.title)} about={t(NOTICES.about)}>
        <Button
          variant="default"
          size="xs"
          disabled={newest === undefined || newest.read}
          onClick={() =>
            newest !== undefined &&
            void read(newest.id).catch((problem: unknown) => tell(problemText(problem, t(FRAME.offline)), "bad"))
          }
        >
          {t(NOTICES.readAll)}
        </Button>
      </PageHead>
      {pages.error !== null && <ProblemView problem={pages.error} onAgain={() => void pages.refetch()} />}
      {rows === undefined && pages.error === null && <Waiting />}
      {rows?.length === 0 && <Empty title={NOTICES.none} hint={NOTICES.noneHint} />}
      {rows !== undefined && rows.length > 0 && (
        <>
          <NoticeList notices={rows} />
          <MorePages pages={pages} count={rows.length} />
        </>
      )}
    </>
  );
}
