/** Where one goes after signing in: `?next=` of the address, which anybody may have written. */

const HERE = "https://galley.invalid";

/** Only addresses of our own pages: anything else would send people away from here. */
export function nextOf(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  if (!next.startsWith("/")) return "/";
  // Browsers drop tabs and line ends, and take `\` for `/`: what they would make of it is what counts.
  if (!URL.canParse(next, HERE)) return "/";
  const found = new URL(next, HERE);
  if (found.origin !== HERE || found.pathname.startsWith("//")) return "/";
  if (found.pathname === "/sign-in" || found.pathname.startsWith("/api/")) return "/";
  return found.pathname + found.search + found.hash;
}
