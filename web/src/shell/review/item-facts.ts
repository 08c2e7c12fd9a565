/** What is needed to show items of a project outside of a lease: the schema, and links to pictures and sounds. */

import { useQuery } from "@tanstack/react-query";
import { call } from "@/api/call";
import type { MediaLinks } from "@/api/types";
import type { LabelSchema } from "@/core/schema";
import type { Media } from "@/host/editor";

/** The project's newest label schema. */
export function useSchema(org: number, project: number) {
  return useQuery({
    queryKey: ["newest-schema", org, project],
    queryFn: async () => {
      const { schema_version: version } = await call("GET /api/v1/orgs/{org}/projects/{project}", {
        path: { org, project },
      });
      const { schema } = await call("GET /api/v1/orgs/{org}/projects/{project}/schemas/{version}", {
        path: { org, project, version },
      });
      return schema as unknown as LabelSchema;
    },
    staleTime: 300_000,
  });
}

export function hasMedia(content: unknown): boolean {
  return JSON.stringify(content ?? null).includes('"blob:');
}

const NONE: ReadonlyMap<string, Media> = new Map();

/** References of a record's content and where they can be loaded; `ask` is left alone when it has none. */
export async function mediaOf(content: unknown, ask: () => Promise<MediaLinks>): Promise<ReadonlyMap<string, Media>> {
  if (!hasMedia(content)) return NONE;
  const { links, facts } = await ask();
  return new Map(
    Object.entries(links).map(([reference, url]): [string, Media] => {
      const known = facts[reference];
      return [reference, known === undefined ? { url } : { url, facts: known as never }];
    }),
  );
}
