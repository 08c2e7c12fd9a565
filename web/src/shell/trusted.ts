/**
 * What may become HTML from a string: only what has no tag. Mantine writes its style sheets that way; nothing else does.
 *
 * The page's policy (`require-trusted-types-for 'script'`) sends every such string through here, also a library's.
 */

interface Policies {
  createPolicy(name: string, rules: { createHTML(text: string): string }): unknown;
}

const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;

policies?.createPolicy("default", {
  createHTML(text) {
    if (text.includes("<")) throw new TypeError("HTML from a string is refused");
    return text;
  },
});
