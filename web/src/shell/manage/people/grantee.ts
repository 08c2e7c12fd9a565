/** To whom a role is given: a member, a team, or somebody by what they sign in with. Pure. */

import type { Grantee } from "@/api/types";

export interface Choice {
  readonly value: string;
  readonly label: string;
}

const LOGIN = "login:";

/**
 * What can be chosen: those that are known, and by what they sign in with whoever is typed or was chosen so. Whom the list
 * lacks, or whom the asker may not see listed, can so be named all the same.
 */
export function choicesFor(
  known: readonly Choice[],
  chosen: string | null,
  typed: string,
  say: (login: string) => string,
): readonly Choice[] {
  const labels = new Set(known.map(({ label }) => label));
  const logins = new Set<string>();
  if (chosen?.startsWith(LOGIN)) logins.add(chosen.slice(LOGIN.length));
  const login = typed.trim();
  if (login !== "" && !labels.has(login) && ![...logins].some((one) => say(one) === login)) logins.add(login);
  return [...known, ...[...logins].map((one) => ({ value: `${LOGIN}${one}`, label: say(one) }))];
}

/** To whom a choice gives. */
export function granteeOf(choice: string): Grantee {
  const [, kind, name] = /^(person|team|login):(.*)$/s.exec(choice) ?? [];
  return kind === "login" ? { login: name ?? "" } : { [kind ?? "person"]: Number(name) };
}
