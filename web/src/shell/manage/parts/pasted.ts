/** Rows out of text that somebody pasted: which form it has, and the body to send. Pure. */

export type PastedForm = "lines" | "jsonl" | "json" | "table";

export interface Pasted {
  readonly form: PastedForm;
  /** The name says the form to the server. */
  readonly name: string;
  readonly body: string;
  readonly rows: number;
}

/** What the text looks like: JSON, one object a line, a table with a header, or one text a line. */
export function formOf(text: string): PastedForm {
  const bare = text.trim();
  if (bare.startsWith("[")) return "json";
  const [first = "", second] = bare.split("\n", 2);
  if (first.trimStart().startsWith("{")) return isJson(first) ? "jsonl" : "json";
  const tabs = first.split("\t").length;
  if (tabs > 1 && second?.split("\t").length === tabs) return "table";
  const commas = first.split(",").length;
  const header = commas > 1 && first.split(",").every((cell) => /^"?[\p{L}_][\p{L}\p{N}_ .-]*"?$/u.test(cell.trim()));
  return header && first.length < 200 && second !== undefined && second.split(",").length >= commas ? "table" : "lines";
}

/** The body of an import; `field` is what a plain line becomes. */
export function pasted(text: string, field: string, form: PastedForm = formOf(text)): Pasted {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (form === "lines") {
    const body = lines.map((line) => JSON.stringify({ [field]: line.trim() })).join("\n");
    return { form, name: "pasted.jsonl", body, rows: lines.length };
  }
  if (form === "jsonl") return { form, name: "pasted.jsonl", body: lines.join("\n"), rows: lines.length };
  if (form === "json") return { form, name: "pasted.json", body: text, rows: rowsOfJson(text) };
  const name = lines[0]?.includes("\t") === true ? "pasted.tsv" : "pasted.csv";
  return { form, name, body: text, rows: Math.max(0, lines.length - 1) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function rowsOfJson(text: string): number {
  try {
    const told: unknown = JSON.parse(text);
    return Array.isArray(told) ? told.length : 1;
  } catch {
    return 0;
  }
}
