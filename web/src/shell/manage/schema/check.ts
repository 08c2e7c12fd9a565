/** Whether a schema's text is one, asked as it is written. */

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "@/api/call";
import type { SchemaChecked } from "@/api/types";

const WAIT_MS = 350;

/** The last answer about the text, and whether it is about the text as it stands. */
export function useCheck(text: string): { readonly checked: SchemaChecked | undefined; readonly fresh: boolean } {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), WAIT_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const asked = useQuery({
    queryKey: ["schema-check", settled],
    enabled: settled.trim() !== "",
    queryFn: ({ signal }) => call("POST /api/v1/schemas/check", { body: { text: settled, format: "auto" }, signal }),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return { checked: asked.data, fresh: settled === text && !asked.isFetching && !asked.isPlaceholderData };
}
