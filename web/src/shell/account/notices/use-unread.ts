/** How many notices are unread, as it changes: told by the server while the page is looked at, asked for where it cannot. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { call } from "@/api/call";
import type { Unread } from "@/api/types";

const KEY = ["notices", "unread"];
const ASK_MS = 60_000;

export function useUnread(): Unread | undefined {
  const queries = useQueryClient();
  const asked = useQuery({
    queryKey: KEY,
    queryFn: async (): Promise<Unread> => {
      const { unread, more } = await call("GET /api/v1/me/notices", { query: { limit: 1 } });
      return { unread, more };
    },
    staleTime: ASK_MS,
    refetchInterval: ASK_MS,
  });
  useEffect(() => {
    let source: EventSource | null = null;
    const close = (): void => {
      source?.close();
      source = null;
    };
    // Browsers keep few connections to a server: only the window that is seen holds one.
    const follow = (): void => {
      close();
      if (document.hidden) return;
      source = new EventSource("/api/v1/me/events");
      source.addEventListener("notices", (event: MessageEvent<string>) => {
        const told = JSON.parse(event.data) as Unread;
        const before = queries.getQueryData<Unread>(KEY);
        queries.setQueryData<Unread>(KEY, told);
        if (before?.unread !== told.unread) void queries.invalidateQueries({ queryKey: ["notices", "list"] });
      });
    };
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      close();
    };
  }, [queries]);
  return asked.data;
}

/** Tell the server up to where one has read, and the page how many are left. */
export function useRead(): (until: number) => Promise<void> {
  const queries = useQueryClient();
  return async (until) => {
    queries.setQueryData<Unread>(KEY, await call("POST /api/v1/me/notices/read", { body: { until } }));
    await queries.invalidateQueries({ queryKey: ["notices", "list"] });
  };
}
