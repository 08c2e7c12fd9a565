/**
 * What the tabs of a browser tell one another of who is signed in: they share one session, and a computer is shared.
 *
 * A tab shows nothing of a person who signed out in another one, and nothing of one person to the next. A session that
 * merely ends is not told: whoever was here signs in again over their work.
 */

/** Who came in, or that somebody left. */
export type Presence = { readonly kind: "in"; readonly person: number } | { readonly kind: "out" };

const NAME = "galley-presence";

/** Whether a tab of a person must let go of what it shows. */
export function mustLeave(told: unknown, person: number): boolean {
  if (typeof told !== "object" || told === null) return false;
  const { kind, person: other } = told as { readonly kind?: unknown; readonly person?: unknown };
  return kind === "out" || (kind === "in" && other !== person);
}

/** The channel this tab listens on: what is said on it is heard by the others alone. */
let mine: BroadcastChannel | null = null;

export function tellPresence(told: Presence): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = mine ?? new BroadcastChannel(NAME);
  channel.postMessage(told);
  if (mine === null) channel.close();
}

/** Run something when this tab must let go. Returns how to stop. */
export function watchPresence(person: number, leave: () => void): () => void {
  if (typeof BroadcastChannel === "undefined") return () => undefined;
  const channel = new BroadcastChannel(NAME);
  mine = channel;
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (mustLeave(data, person)) leave();
  };
  return () => {
    if (mine === channel) mine = null;
    channel.close();
  };
}
