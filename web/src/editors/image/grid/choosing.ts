/** Many pictures and one question: which are chosen, and what each is said to be. Pure. */

export interface Choosing {
  /** Where the keyboard is. */
  readonly focus: number;
  /** From where a range is chosen. */
  readonly anchor: number;
  readonly chosen: ReadonlySet<number>;
  /** The class of each picture; null: not said yet. */
  readonly answers: readonly (string | null)[];
}

export type Act =
  /** Move by some places, or to one; with `extend` everything from the anchor to there is chosen. */
  | { readonly do: "go"; readonly by: number; readonly extend: boolean }
  | { readonly do: "pick"; readonly at: number; readonly how: "one" | "toggle" | "extend" }
  | { readonly do: "toggle" | "all" | "none" }
  /** Say what the chosen ones are, or the one in focus; null takes it back. */
  | { readonly do: "assign"; readonly value: string | null };

export function begun(answers: readonly (string | null)[]): Choosing {
  const first = answers.indexOf(null);
  const focus = Math.max(first, 0);
  return { focus, anchor: focus, chosen: new Set(), answers };
}

export function acted(state: Choosing, act: Act): Choosing {
  const last = state.answers.length - 1;
  if (last < 0) return state;
  switch (act.do) {
    case "go": {
      const focus = Math.max(0, Math.min(state.focus + act.by, last));
      if (act.extend) return { ...state, focus, chosen: range(state.anchor, focus) };
      return { ...state, focus, anchor: focus };
    }
    case "pick": {
      const at = Math.max(0, Math.min(act.at, last));
      if (act.how === "extend") return { ...state, focus: at, chosen: range(state.anchor, at) };
      const chosen = act.how === "toggle" ? toggled(state.chosen, at) : new Set([at]);
      return { ...state, focus: at, anchor: at, chosen };
    }
    case "toggle":
      return { ...state, anchor: state.focus, chosen: toggled(state.chosen, state.focus) };
    case "all":
      return { ...state, chosen: range(0, last) };
    case "none":
      return { ...state, chosen: new Set() };
    case "assign":
      return assigned(state, act.value);
  }
}

/** The places that are chosen, or the one where the keyboard is. */
export function meantOf({ chosen, focus, answers }: Choosing): readonly number[] {
  if (answers.length === 0) return [];
  return chosen.size > 0 ? [...chosen].sort((one, other) => one - other) : [focus];
}

/** Those that are said change; then the keyboard is at the next one of which nothing is said. */
function assigned(state: Choosing, value: string | null): Choosing {
  const meant = new Set(meantOf(state));
  const answers = state.answers.map((answer, at) => (meant.has(at) ? value : answer));
  const from = Math.max(...meant) + 1;
  const open = answers.findIndex((answer, at) => at >= from && answer === null);
  const next = open >= 0 ? open : answers.indexOf(null);
  const focus = value === null || next < 0 ? state.focus : next;
  return { focus, anchor: focus, chosen: new Set(), answers };
}

function range(from: number, to: number): ReadonlySet<number> {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  return new Set(Array.from({ length: high - low + 1 }, (_, at) => low + at));
}

function toggled(chosen: ReadonlySet<number>, at: number): ReadonlySet<number> {
  const next = new Set(chosen);
  if (!next.delete(at)) next.add(at);
  return next;
}
