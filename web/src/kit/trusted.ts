/** Addresses of our own scripts, vouched for where the browser asks (Trusted Types): workers and nothing else. */

interface Policy {
  createScriptURL(url: string): unknown;
}

interface Factory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

let policy: Policy | null = null;

/** The address of a script of this site, as `new Worker` takes it. Addresses of other sites are refused. */
export function scriptUrl(url: string): string {
  const own = (asked: string): string => {
    if (new URL(asked, location.href).origin !== location.origin) throw new TypeError("not a script of this site");
    return asked;
  };
  const factory = (globalThis as { readonly trustedTypes?: Factory }).trustedTypes;
  if (factory === undefined) return own(url);
  policy ??= factory.createPolicy("galley", { createScriptURL: own });
  return policy.createScriptURL(url) as string;
}
