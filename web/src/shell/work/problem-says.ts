/** What keeps an answer from being handed in, as a toast says it: the question's title and what is wrong. */

import { type LabelSchema, titleOf } from "@/core/schema";
import { type Language, say } from "@/core/words";
import type { Problem } from "@/labels/kind";

export function problemSays(schema: LabelSchema, problem: Problem, language: Language): string {
  const control = schema.controls.find(({ name }) => name === problem.control);
  const title = control === undefined ? problem.control : titleOf(control, language);
  return `${title}${language === "zh" ? "：" : ": "}${say(problem.text, language, problem.facts)}`;
}
