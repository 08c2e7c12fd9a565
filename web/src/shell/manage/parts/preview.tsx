/** The workbench as annotators see it, on an example record; loaded only when it is looked at. */

import { Center, Loader, Text as Words } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { MediaLinks } from "@/api/types";
import type { Labels } from "@/core/entity";
import type { JsonObject } from "@/core/json";
import type { LabelSchema } from "@/core/schema";
import type { Media } from "@/host/editor";
import type { EditorHandle } from "@/host/embed";
import { useSpeech } from "../../language";
import { PARTS } from "./words";
import "./preview.css";

export interface Shown {
  readonly schema: LabelSchema;
  readonly content: JsonObject;
  readonly labels?: Labels;
}

const KINDS: readonly (readonly [RegExp, "image" | "audio" | "video"])[] = [
  [/\.(png|jpe?g|gif|webp|avif|bmp|svg)$/i, "image"],
  [/\.(wav|mp3|ogg|flac|m4a|opus)$/i, "audio"],
  [/\.(mp4|webm|mov)$/i, "video"],
];

function mediumOf(reference: string, media: MediaLinks | undefined): Media | undefined {
  const url = media?.links[reference];
  const facts = media?.facts[reference];
  if (url !== undefined) return facts === undefined ? { url } : { url, facts };
  if (!/^(\/|https?:)/.test(reference)) return undefined;
  const kind = KINDS.find(([ending]) => ending.test(reference))?.[1];
  return { url: reference, ...(kind === undefined ? {} : { facts: { kind, state: "ready" } }) };
}

export function Preview(props: {
  readonly shown: Shown | null;
  readonly readOnly?: boolean;
  readonly height?: number;
  /** Where `blob:…` of the content can be loaded, and what is known of it. */
  readonly media?: MediaLinks;
}): ReactNode {
  const { t, language } = useSpeech();
  const place = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [ready, setReady] = useState(false);
  const { shown, readOnly = false, media } = props;
  useEffect(() => {
    if (place.current === null || shown === null) return;
    // A root of its own each time: one that is still being opened when another begins must not clear its place.
    const root = document.createElement("div");
    root.className = "gm-preview-place";
    place.current.append(root);
    let ended = false;
    let editor: EditorHandle | null = null;
    setReady(false);
    setProblem(null);
    import("@/host/embed")
      .then(({ openEditor }) =>
        openEditor(root, {
          ...shown,
          readOnly,
          language,
          media: (reference) => mediumOf(reference, media),
        }),
      )
      .then((handle) => {
        if (ended) return handle.end();
        editor = handle;
        setReady(true);
      })
      .catch((cause: unknown) => setProblem(cause instanceof Error ? cause.message : String(cause)));
    return () => {
      ended = true;
      editor?.end();
      root.remove();
    };
  }, [shown, readOnly, language, media]);
  return (
    <section className="gm-preview" aria-label={t(PARTS.preview)} style={{ height: props.height ?? 420 }}>
      {shown === null && (
        <Center h="100%">
          <Words size="sm" c="dimmed">
            {t(PARTS.noPreview)}
          </Words>
        </Center>
      )}
      {shown !== null && !ready && problem === null && (
        <Center h="100%" role="status" aria-label={t(PARTS.opening)}>
          <Loader size="sm" />
        </Center>
      )}
      {problem !== null && (
        <Words size="sm" c="var(--g-bad)" p="md" role="alert">
          {t(PARTS.previewBroken, { problem })}
        </Words>
      )}
      <div ref={place} className="gm-preview-place" hidden={shown === null || problem !== null} />
    </section>
  );
}
