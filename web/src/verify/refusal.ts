/** Why a certificate is refused, in the very words that are signed: they are part of what is recomputed. */

import { type Facts, say, words } from "@/core/words";

const REASONS = words({
  gold_unmeasured: {
    en: "The gold process itself has not been measured: nobody knows how well it agrees with itself.",
    zh: "金标准流程本身未经测量：其自身一致性未知。",
  },
  human_unmeasured: {
    en: "No human label was checked against the gold process, so the human part has no bound.",
    zh: "没有任何人工标签经过金标准复核，人工部分无法给出上界。",
  },
  undecided_too_many: {
    en: "{undecided} items were decided by nobody; {budget} errors are allowed in all.",
    zh: "有 {undecided} 条数据无人能判定，而允许的错误总数为 {budget}。",
  },
  errors_too_many: {
    en: "Up to {bound} of the labels may be wrong (people's labels: {human_bound}); {budget} are allowed.",
    zh: "标签错误数上界为 {bound}（其中人工标签 {human_bound}），超过允许的 {budget}。",
  },
});

const HINTS = words({
  gold_unmeasured: {
    en: "Have the gold process label some items twice, independently, or declare `gold: human`.",
    zh: "请让金标准流程对部分数据独立标注两次，或声明 `gold: human`。",
  },
  human_unmeasured: { en: "Run the relabelling audit of the human labels.", zh: "请执行人工标签的复核抽检。" },
  undecided_too_many: {
    en: "Clarify the guideline for these items or take them out of the list.",
    zh: "请针对这些数据完善标注指南，或将其移出清单。",
  },
  errors_too_many: {
    en: "Raise the overlap so that people's labels get better, or enlarge the relabelling audit.",
    zh: "请提高重叠标注数以改善人工标签质量，或扩大复核抽检量。",
  },
});

interface Counts {
  readonly budget: number;
  readonly bound: number | null;
  readonly humanBound: number | null;
  readonly undecided: number;
}

export function refusalOf(
  measured: boolean,
  gold: { readonly agreement: number | null; readonly pairs: number },
  { budget, bound, humanBound, undecided }: Counts,
): unknown {
  if (measured && (gold.agreement === null || gold.pairs < 1)) return told("gold_unmeasured", {});
  if (bound === null || humanBound === null) return told("human_unmeasured", {});
  if (bound <= budget) return null;
  const facts = { budget, bound, human_bound: humanBound, undecided };
  return told(undecided > budget ? "undecided_too_many" : "errors_too_many", facts);
}

function told(code: keyof typeof REASONS, facts: Facts): unknown {
  const [reason, hint] = [REASONS[code], HINTS[code]];
  return {
    code,
    reason_en: say(reason, "en", facts),
    reason_zh: say(reason, "zh", facts),
    hint_en: hint.en,
    hint_zh: hint.zh,
    facts,
  };
}
