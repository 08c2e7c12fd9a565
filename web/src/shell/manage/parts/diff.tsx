/** What changed between two texts: added and removed lines, long same stretches left out. */

import { type ReactNode, useMemo } from "react";
import { diff } from "./typing";
import "./diff.css";

const NEAR = 2;
const SIGNS = { same: " ", added: "+", removed: "−" } as const;

export function Diff({ before, after }: { readonly before: string; readonly after: string }): ReactNode {
  const lines = useMemo(() => diff(before, after), [before, after]);
  const near = new Set(
    lines.flatMap((line, at) =>
      line.kind === "same" ? [] : Array.from({ length: 2 * NEAR + 1 }, (_, step) => at + step - NEAR),
    ),
  );
  return (
    <pre className="gm-diff">
      {lines.map((line, at) =>
        near.has(at) ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          <div key={at} className={`gm-diff-${line.kind}`}>
            {SIGNS[line.kind]} {line.text}
          </div>
        ) : near.has(at - 1) || at === 0 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          <div key={at} className="gm-diff-gap">
            ⋯
          </div>
        ) : null,
      )}
    </pre>
  );
}
