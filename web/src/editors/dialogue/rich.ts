/** Text as it is read: Markdown as elements, code and formulas as they are written. No HTML is parsed. */

import { type Child, el } from "@/kit/dom";
import { type Block, blocksOf, type Inline } from "./markdown";

/** Longer than this, and a text is shown as it is: nobody reads its headings. */
const MARKED_MOST = 200_000;

export function rich(text: string, raw = false): HTMLElement {
  if (raw || text.length > MARKED_MOST) return el("div", { class: "gd-text gd-raw", dir: "auto" }, text);
  return el("div", { class: "gd-text", dir: "auto" }, blocksOf(text).map(block));
}

function block(told: Block): HTMLElement {
  switch (told.kind) {
    case "code":
      return el(
        "pre",
        { class: "gd-code", dir: "ltr", tabindex: "0", "aria-label": told.language || "code" },
        told.language === "" ? null : el("span", { class: "gd-language", "aria-hidden": "true" }, told.language),
        el("code", {}, told.text),
      );
    case "math":
      return el("div", { class: "gd-math gd-display", dir: "ltr" }, told.text);
    case "heading":
      return el(
        "p",
        { class: `gd-heading gd-h${told.level}`, role: "heading", "aria-level": told.level + 2 },
        told.inner.map(inline),
      );
    case "list":
      return el(
        "div",
        { class: "gd-list", role: "list" },
        told.items.map((item) =>
          el(
            "div",
            { class: "gd-item", role: "listitem", style: { "--gd-depth": String(item.depth) } },
            el("span", { class: "gd-bullet" }, item.bullet),
            el("div", {}, item.inner.map(inline)),
          ),
        ),
      );
    case "quote":
      return el("blockquote", { class: "gd-quote" }, told.inner.map(inline));
    case "table":
      return el("div", { class: "gd-table", tabindex: "0" }, table(told.rows));
    case "rule":
      return el("hr", { class: "gd-rule" });
    case "paragraph":
      return el("p", { class: "gd-paragraph" }, told.inner.map(inline));
  }
}

function table(rows: readonly (readonly (readonly Inline[])[])[]): HTMLElement {
  const [head = [], ...body] = rows;
  return el(
    "table",
    {},
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        head.map((cell) => el("th", {}, cell.map(inline))),
      ),
    ),
    el(
      "tbody",
      {},
      body.map((row) =>
        el(
          "tr",
          {},
          row.map((cell) => el("td", {}, cell.map(inline))),
        ),
      ),
    ),
  );
}

function inline(told: Inline): Child {
  switch (told.kind) {
    case "text":
      return told.text;
    case "code":
      return el("code", { class: "gd-mono" }, told.text);
    case "math":
      return el("span", { class: "gd-math", dir: "ltr" }, told.text);
    case "strong":
    case "em":
    case "del":
      return el(told.kind, {}, told.inner.map(inline));
    case "link":
      return el("a", { href: told.href, title: told.href, target: "_blank", rel: "noopener noreferrer" }, told.text);
  }
}

/** JSON as people read it; text that is none stays as it is. */
export function pretty(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value ?? null, null, 2);
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === "object" && read !== null ? JSON.stringify(read, null, 2) : value;
  } catch {
    return value;
  }
}

/** The beginning of a text on one line. */
export function brief(text: string, most = 90): string {
  const line = text
    .slice(0, most * 4)
    .replace(/\s+/g, " ")
    .trim();
  const points = Array.from(line);
  return points.length > most ? `${points.slice(0, most).join("")}…` : line;
}
