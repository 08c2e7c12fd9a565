/** A run as a drawing: stages from left to right, what flows between them, what leaves. Pure. */

import type { RunPicture, Stage } from "@/api/types";

export interface StageBox {
  readonly name: string;
  readonly status: string;
  readonly in: number | null;
  readonly out: number | null;
  readonly dropped: number;
  readonly speed: number | null;
  readonly slowest: boolean;
  readonly waits: boolean;
  /** The width of the flow that leaves, 0…1 of the most. */
  readonly flow: number;
}

export const ORDER = ["collect", "clean", "annotate", "assess", "release", "verify"] as const;

/** The stages that ran or are yet to run, in order. */
export function stageBoxes(picture: RunPicture): readonly StageBox[] {
  const found = new Map(picture.stages.map((stage) => [stage.stage, stage]));
  const names = [...new Set([...ORDER.filter((name) => found.has(name) || name !== "verify"), ...found.keys()])];
  const most = Math.max(
    1,
    ...picture.stages.map(({ records_in, records_out }) => Math.max(records_in ?? 0, records_out ?? 0)),
  );
  return names.map((name) => boxOf(name, found.get(name), picture, most));
}

function boxOf(name: string, stage: Stage | undefined, picture: RunPicture, most: number): StageBox {
  const [come, go] = [stage?.records_in ?? null, stage?.records_out ?? null];
  return {
    name,
    status: stage?.status ?? "pending",
    in: come,
    out: go,
    dropped: come !== null && go !== null ? Math.max(0, come - go) : 0,
    speed: stage?.records_per_second ?? null,
    slowest: picture.slowest === name,
    waits: name === "annotate" && picture.open_answers > 0,
    flow: (go ?? 0) / most,
  };
}

export interface Reason {
  /** A stable code: `picture.reasons` has it in words. */
  readonly code: string;
  readonly failed: boolean;
  readonly step: string;
  readonly count: number;
}

/** Why records left, the most frequent first. */
export function reasons(picture: RunPicture): readonly Reason[] {
  return picture.steps
    .flatMap(({ op, reasons: told }) =>
      Object.entries(told ?? {})
        .filter(([reason]) => reason.startsWith("drop ") || reason.startsWith("fail"))
        .map(([reason, count]) => ({
          code: reason.replace(/^(drop|fail) /, ""),
          failed: reason.startsWith("fail"),
          step: op,
          count,
        })),
    )
    .sort((left, right) => right.count - left.count);
}
