/** Who is here, where they may go, and which organisation they look at. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useLayoutEffect, useMemo } from "react";
import { actAs, call, Refusal } from "@/api/call";
import type { Me, Place } from "@/api/types";
import { tellPresence, watchPresence } from "./presence";

export type Role = Place["roles"][number];

interface Session {
  readonly me: Me;
  place(org: number): Place | undefined;
  /** The roles somebody has in an organisation, and in one of its projects. */
  roles(org: number, project?: number): ReadonlySet<Role>;
  /** Ask again who is here: roles or organisations changed. */
  refresh(): Promise<void>;
  /** End the session, then what is to be done once it has ended; raises when the server did not end it. */
  signOut(then?: () => Promise<void>): Promise<void>;
}

const SessionContext = createContext<Session | null>(null);

/** `null`: nobody is signed in. */
export function useMe(): { readonly me: Me | null | undefined; readonly problem: unknown } {
  const asked = useQuery({
    queryKey: ["me"],
    queryFn: async () => {
      try {
        return await call("GET /api/v1/me", {});
      } catch (problem) {
        if (problem instanceof Refusal && problem.status === 401) return null;
        throw problem;
      }
    },
    staleTime: 60_000,
  });
  return { me: asked.data, problem: asked.error };
}

export function SessionProvider({ me, children }: { readonly me: Me; readonly children: ReactNode }): ReactNode {
  const queries = useQueryClient();
  const session = useMemo<Session>(() => {
    const place = (org: number): Place | undefined => me.places.find(({ id }) => id === org);
    return {
      me,
      place,
      roles: (org, project) =>
        new Set([
          ...(place(org)?.roles ?? []),
          ...(project === undefined ? [] : (place(org)?.project_roles[String(project)] ?? [])),
        ]),
      refresh: () => queries.invalidateQueries({ queryKey: ["me"] }),
      signOut: async (then) => {
        try {
          await call("POST /api/v1/sign-out", {});
        } catch (problem) {
          // Whoever believes to have left, and has not, leaves their session to the next.
          if (!(problem instanceof Refusal && problem.status === 401)) throw problem;
        }
        tellPresence({ kind: "out" });
        await then?.();
        queries.clear();
        location.assign("/sign-in");
      },
    };
  }, [me, queries]);
  const person = me.person;
  useLayoutEffect(() => {
    actAs(person);
    const leave = (): void => location.replace("/");
    const shown = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) location.reload(); // kept by the browser for its back button, from before somebody left
    };
    addEventListener("pageshow", shown);
    const stop = person === null ? () => undefined : watchPresence(person, leave);
    if (person !== null) tellPresence({ kind: "in", person });
    return () => {
      removeEventListener("pageshow", shown);
      stop();
      actAs(null);
    };
  }, [person]);
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession outside SessionProvider");
  return session;
}
