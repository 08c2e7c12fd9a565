/**
 * One way to the server: operations by method and path, typed from its own description.
 *
 * What it refuses becomes a `Refusal` (RFC 9457) in the language of the page; what did not arrive becomes `Unreachable`.
 */

import type { Operations } from "./types";

type Key = keyof Operations;
type Part<K extends Key, Name extends string> = Operations[K] extends { [name in Name]: infer P } ? P : undefined;

/** What an operation takes: `path`, `query` and `body` as far as it has them. */
export type Given<K extends Key> = (Part<K, "path"> extends undefined ? unknown : { readonly path: Part<K, "path"> }) &
  (Part<K, "query"> extends undefined ? unknown : { readonly query?: Part<K, "query"> }) &
  (Part<K, "body"> extends undefined ? unknown : { readonly body: Part<K, "body"> }) & {
    /** Sent as Idempotency-Key: the same key is done once. */
    readonly once?: string;
    readonly signal?: AbortSignal;
    /** Keep the request alive when the page goes away. */
    readonly keepalive?: boolean;
  };

export type Answer<K extends Key> = Operations[K] extends { answer: infer A } ? A : undefined;

export interface Problem {
  readonly code: string;
  readonly title: string;
  readonly hint?: string;
  readonly status: number;
  readonly request_id?: string;
  readonly facts?: { readonly [name: string]: unknown };
}

/** The server said no, and why. */
export class Refusal extends Error {
  readonly problem: Problem;
  /** When to ask again, if it said so. */
  readonly retrySeconds: number | null;

  constructor(problem: Problem, retrySeconds: number | null = null) {
    super(problem.title);
    this.problem = problem;
    this.retrySeconds = retrySeconds;
  }

  get status(): number {
    return this.problem.status;
  }

  /** Nobody decided: the server is busy or restarts, or what answered was a proxy, or the portal of a network. */
  get passing(): boolean {
    const { status, code } = this.problem;
    return status >= 500 || status === 429 || status === 408 || code === "";
  }
}

/** The request did not arrive, or its answer did not: nobody knows whether it was done. */
export class Unreachable extends Error {}

let language: () => string = () => "zh";

/** Who tells the language that problems are to be told in. */
export function speakAs(chosen: () => string): void {
  language = chosen;
}

let person: number | null = null;

/** Whose page this is: the server does nothing for it in the name of somebody who signed in elsewhere meanwhile. */
export function actAs(who: number | null): void {
  person = who;
}

export async function call<K extends Key>(operation: K, given: Given<K>): Promise<Answer<K>> {
  const {
    path = {},
    query = {},
    body,
    once,
    signal,
    keepalive,
  } = given as {
    path?: Record<string, string | number>;
    query?: Record<string, string | number | boolean | null | undefined>;
    body?: unknown;
    once?: string;
    signal?: AbortSignal;
    keepalive?: boolean;
  };
  const [method = "GET", template = ""] = operation.split(" ");
  const address = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  ).toString();
  const response = await send(search === "" ? address : `${address}?${search}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
    ...(keepalive === true ? { keepalive } : {}),
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(once === undefined ? {} : { "Idempotency-Key": once }),
    },
  });
  if (response.status === 204) return undefined as Answer<K>;
  const text = await response.text().catch(() => {
    throw new Unreachable("the answer broke off");
  });
  return (text === "" ? undefined : JSON.parse(text)) as Answer<K>;
}

/** Send a request of any kind with what ours need; raises Refusal and Unreachable. */
export async function send(address: string, options: RequestInit): Promise<Response> {
  const headers = new Headers(options.headers);
  headers.set("Accept-Language", language());
  if (person !== null) headers.set("X-Galley-Person", String(person));
  if (options.method !== "GET" && options.method !== "HEAD") headers.set("X-Galley-CSRF", "1");
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...options, headers });
  } catch (problem) {
    if (options.signal?.aborted === true) throw problem;
    throw new Unreachable(String(problem));
  }
  if (response.ok) return response;
  const wait = Number(response.headers.get("Retry-After"));
  throw new Refusal(
    problemIn(await response.json().catch(() => null), response),
    Number.isFinite(wait) && wait > 0 ? wait : null,
  );
}

/** What a refusal says; one that is not the server's own (a proxy's, a portal's) has no code. */
function problemIn(told: unknown, { status, statusText }: Response): Problem {
  const ours = typeof told === "object" && told !== null && typeof (told as Problem).code === "string";
  return ours ? { ...(told as Problem), status } : { code: "", title: statusText || String(status), status };
}
