/** Filters of the explorer: kept in the address, sent as the query. Pure. */

export interface Filters {
  readonly status: string;
  readonly node: string;
  readonly labeler: string;
  readonly control: string;
  readonly value: string;
  readonly since: string;
  readonly until: string;
  readonly prefix: string;
  readonly differing: boolean;
  readonly gold: boolean;
  readonly newest: boolean;
}

const TEXTS = ["status", "node", "labeler", "control", "value", "since", "until", "prefix"] as const;
const FLAGS = ["differing", "gold", "newest"] as const;
const STATES = ["new", "working", "done", "void"];

/** What can be asked; an address that somebody wrote by hand may hold anything. */
const FITS: { readonly [name: string]: (text: string) => boolean } = {
  status: (text) => STATES.includes(text),
  labeler: (text) => /^\d{1,15}$/.test(text),
  since: isDay,
  until: isDay,
};

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00`));
}

export function filtersOf(search: URLSearchParams): Filters {
  const told = (name: string): string => {
    const text = (search.get(name) ?? "").replaceAll("\0", "");
    return FITS[name]?.(text) === false ? "" : text;
  };
  const texts = Object.fromEntries(TEXTS.map((name) => [name, told(name)]));
  const flags = Object.fromEntries(FLAGS.map((name) => [name, search.get(name) === "1"]));
  return { ...texts, ...flags } as unknown as Filters;
}

/** What stands in the address: only what is chosen. */
export function searchOf(filters: Filters): Record<string, string> {
  const texts = TEXTS.filter((name) => filters[name] !== "").map((name) => [name, filters[name]]);
  const flags = FLAGS.filter((name) => filters[name]).map((name) => [name, "1"]);
  return Object.fromEntries([...texts, ...flags]) as Record<string, string>;
}

export interface Query {
  readonly status?: "new" | "working" | "done" | "void";
  readonly node?: string;
  readonly labeler?: number;
  readonly control?: string;
  readonly value?: string;
  readonly since?: string;
  readonly until?: string;
  readonly prefix?: string;
  readonly differing?: boolean;
  readonly gold?: boolean;
  readonly newest?: boolean;
}

/** What the server is asked. A question without its answer is no filter yet; days are those of the person. */
export function queryOf(filters: Filters): Query {
  const said = filters.control !== "" && filters.value !== "";
  return {
    ...(filters.status === "" ? {} : { status: filters.status as "new" }),
    ...(filters.node === "" ? {} : { node: filters.node }),
    ...(filters.labeler === "" ? {} : { labeler: Number(filters.labeler) }),
    ...(said ? { control: filters.control, value: filters.value } : {}),
    ...(filters.since === "" ? {} : { since: new Date(`${filters.since}T00:00:00`).toISOString() }),
    ...(filters.until === "" ? {} : { until: new Date(`${filters.until}T23:59:59.999`).toISOString() }),
    ...(filters.prefix === "" ? {} : { prefix: filters.prefix }),
    ...(filters.differing ? { differing: true } : {}),
    ...(filters.gold ? { gold: true } : {}),
    ...(filters.newest ? { newest: true } : {}),
  };
}
