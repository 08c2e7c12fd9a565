/**
 * docs/guide/keys.md says the keys that the source gives to actions: no more, no fewer, in both languages.
 *
 * Its tables are made from the source: `KEYS_PAGE=write npx vitest run tests/docs/keys.test.ts` writes them.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { shownChord } from "@/core/hotkeys";
import type { Text } from "@/core/words";
import { SAYS as AUDIO } from "@/editors/audio/words";
import { SAYS as DIALOGUE } from "@/editors/dialogue/words";
import { FORM } from "@/editors/forms/words";
import { MODEL } from "@/editors/image/assist/model/words";
import { GRID } from "@/editors/image/grid/words";
import { MASK } from "@/editors/image/mask/words";
import { OCR } from "@/editors/image/ocr/words";
import { SAYS as IMAGE } from "@/editors/image/words";
import { SAYS as TEXT } from "@/editors/text/words";
import { PANEL } from "@/host/panel/words";
import { BESIDE, REVIEW } from "@/shell/review/words";
import { WORK } from "@/shell/work/words";

type Words = { readonly [key: string]: Text };
const ROOT = resolve(import.meta.dirname, "../../..");
const PAGE = resolve(ROOT, "docs/guide/keys.md");

/** Heading of the page -> where its actions stand in `web/src`, with the words of their titles by the name used there. */
const SECTIONS: {
  readonly [title: string]: readonly [files: readonly string[], words: { readonly [name: string]: Words }];
} = {
  "Work page 标注页": [["shell/work/work-page.tsx"], { WORK }],
  "Regions of any kind 各类区域": [
    ["host/panel/region_list.ts", "host/panel/hiding.ts", "host/panel/detail.ts"],
    { PANEL },
  ],
  "Forms 表单": [["editors/forms/form.ts"], { FORM }],
  "Text 文本": [["editors/text/keys.ts"], { SAYS: TEXT }],
  "Images 图像": [
    ["editors/image/tools/select.ts", "editors/image/editor.ts", "editors/image/keys.ts"],
    { SAYS: IMAGE },
  ],
  "Masks 掩码": [
    [
      "editors/image/mask/tools.ts",
      "editors/image/assist/tool.ts",
      "editors/image/mask/addon.ts",
      "editors/image/assist/model/tool.ts",
    ],
    { MASK, MODEL },
  ],
  "Text in images 图像文字": [["editors/image/ocr/tools.ts", "editors/image/ocr/addon.ts"], { OCR }],
  "Grid 宫格": [["editors/image/grid/grid.ts", "shell/work/grid-page.tsx"], { GRID, WORK }],
  "Audio 音频": [["editors/audio/keys.ts"], { SAYS: AUDIO }],
  "Conversations 对话": [["editors/dialogue/conversation.ts"], { SAYS: DIALOGUE }],
  "Rankings 排序": [["editors/dialogue/ranking.ts"], { SAYS: DIALOGUE }],
  "Rubrics 评分": [["editors/dialogue/rubric.ts"], { SAYS: DIALOGUE }],
  "Steps 步骤": [["editors/dialogue/steps_view.ts"], { SAYS: DIALOGUE }],
  "Review 审核": [["shell/review/review-page.tsx"], { REVIEW }],
  "Deciding 裁决": [["shell/review/adjudicate-page.tsx"], { REVIEW, BESIDE }],
};

const STRING = String.raw`"(?:[^"\\]|\\.)*"|'[^']*'|${"`"}\$\{alt\}\w${"`"}`;
/** `"name", SAYS.title, ["chord", …]`, with or without names of fields, as arguments, tuples and objects have it. */
const ACTION = new RegExp(
  String.raw`"([\w.]+)",\s*(?:title: )?(?:filled\()?([A-Z]+)\.(\w+)\)?,\s*(?:icon: (?:"[^"]*"|[\w.]+),\s*)?(?:group(?:: [\w.]+)?,\s*)?` +
    String.raw`(?:chords: )?(?:\[((?:\s*(?:${STRING}),?)+)(?:\s*\.\.\.\w+)?\s*\]|(${STRING}),)`,
  "g",
);
/** The chords of the marks of steps stand by themselves. */
const MARK = /^ {2}(right|neutral|wrong): \[([^\]]+)\],$/gm;

interface Row {
  readonly chords: readonly string[];
  readonly title: Text;
}

function chordsIn(code: string): string[] {
  return [...code.matchAll(new RegExp(STRING, "g"))].map(([one]) =>
    one.startsWith("`") ? one.slice(-2, -1) : one.slice(1, -1),
  );
}

function rowsOf(files: readonly string[], words: { readonly [name: string]: Words }): Row[] {
  const rows = files.flatMap((file) => {
    const source = readFileSync(resolve(ROOT, "web/src", file), "utf8");
    const marks = file.endsWith("steps_view.ts") ? [...source.matchAll(MARK)] : [];
    return [
      ...marks.map(([, mark = "", code = ""]) => ({ chords: chordsIn(code), title: words.SAYS![mark]! })),
      ...[...source.matchAll(ACTION)].map(([, name, from = "", key = "", many, one]) => {
        const title = words[from]?.[key];
        if (title === undefined)
          throw new Error(`${file}: ${name} has the title ${from}.${key}, which is not known here`);
        return { chords: chordsIn(many ?? one ?? ""), title };
      }),
    ];
  });
  return rows.filter(({ chords }) => chords.length > 0);
}

function lineOf({ chords, title }: Row): string {
  const said = (text: string): string => text.replace("{left}", "A").replace("{right}", "B");
  return `| ${chords.map((chord) => `\`${shownChord(chord)}\``).join(" ")} | ${said(title.en)} | ${said(title.zh)} |`;
}

function tableOf(title: string): string {
  const [files, words] = SECTIONS[title]!;
  const lines = [...new Set(rowsOf(files, words).map(lineOf))];
  return ["| keys 按键 | action | 动作 |", "|---|---|---|", ...lines].join("\n");
}

/** The page with its tables made anew; what stands around them stays. */
function made(page: string): string {
  return page.replace(/(^## (.+)\n(?:(?!^#|^\|).*\n)*?)(?:\|.*\n)+/gm, (whole, head: string, title: string) =>
    title in SECTIONS ? `${head}${tableOf(title)}\n` : whole,
  );
}

describe("the page of keys", () => {
  if (process.env.KEYS_PAGE === "write") writeFileSync(PAGE, made(readFileSync(PAGE, "utf8")));
  const page = readFileSync(PAGE, "utf8");

  test("has every part", () => {
    const titles = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(titles.filter((title) => title! in SECTIONS)).toEqual(Object.keys(SECTIONS));
  });

  test.each(Object.keys(SECTIONS))("%s: every chord is an action's default, and none is missing", (title) => {
    const table = tableOf(title);
    expect(table.split("\n").length, "the source is still understood").toBeGreaterThan(2);
    expect(page).toContain(`${table}\n`);
  });
});
