/** Progress as it happens: the totals of each stage over server-sent events, with a poll where those do not come. */

import { useEffect, useState } from "react";
import { call } from "@/api/call";
import type { NodeProgress } from "@/api/types";

const POLL_MS = 10_000;

export interface Live {
  readonly nodes: readonly NodeProgress[] | null;
  /** Whether the server tells by itself. */
  readonly live: boolean;
}

export function useLive(org: number, project: number): Live {
  const [state, set] = useState<Live>({ nodes: null, live: false });
  useEffect(() => {
    const ask = (): void => {
      call("GET /api/v1/orgs/{org}/projects/{project}/progress", { path: { org, project } }).then(
        ({ nodes }) => set((known) => ({ ...known, nodes })),
        () => undefined, // the page's own query says what is wrong
      );
    };
    const source = new EventSource(`/api/v1/orgs/${org}/projects/${project}/events`);
    source.addEventListener("progress", (event) => set({ nodes: JSON.parse(event.data), live: true }));
    source.addEventListener("error", () => set((known) => ({ ...known, live: false })));
    const timer = setInterval(() => source.readyState !== EventSource.OPEN && ask(), POLL_MS);
    ask();
    return () => {
      source.close();
      clearInterval(timer);
    };
  }, [org, project]);
  return state;
}
