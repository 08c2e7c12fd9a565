"""The certificate in plain words, both languages: what is promised, relative to what, on what evidence."""

import math

from galley.assess.certificate import Certificate
from galley.kernel.language import Text

__all__ = ["statement"]


def statement(certificate: Certificate) -> Text:
    """The sentences that reports, cards and the command line show."""
    if certificate.refusal is not None:
        refusal = certificate.refusal
        return Text(
            f"No certificate was issued. {refusal.reason_en} {refusal.hint_en}",
            f"未签发证书。{refusal.reason_zh}{refusal.hint_zh}",
        )
    return Text(_english(certificate), _chinese(certificate))


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _at_least(share: float) -> str:
    """A proved lower bound, rounded down: 95.28 % must not be told as 95.3 %."""
    return f"{math.floor(1000 * share + 1e-9) / 10:.1f} %"


def _english(certificate: Certificate) -> str:
    terms, machine = certificate.terms, certificate.machine
    parts = [
        f"With {_percent(terms.confidence)} confidence at most {certificate.bound} of {certificate.items} labels are "
        f"wrong (accuracy at least {_at_least(certificate.certified_accuracy or 0.0)}; "
        f"promised: {_percent(terms.accuracy)}).",
        f"The machine decided {machine.accepted} items; {machine.wrong} of {machine.audited} drawn at random from them "
        f"were wrong and have been corrected."
        if machine.accepted
        else "No machine label was accepted.",
    ]
    if terms.gold == "human":
        parts.append("People's labels are the gold standard by declaration: their own errors are not measured here.")
    else:
        parts.append(
            f"Of {certificate.human_items} labels decided by people, {certificate.human_audited} were blindly "
            f"relabelled by the gold process: {certificate.human_wrong} wrong and corrected, at most "
            f"{certificate.human_bound} wrong ones left. "
            f"The gold process agreed with itself on {_percent(certificate.gold.agreement or 0.0)} of "
            f"{certificate.gold.pairs} items."
        )
    if certificate.undecided:
        parts.append(f"{certificate.undecided} items nobody could decide count as errors.")
    return " ".join(parts)


def _chinese(certificate: Certificate) -> str:
    terms, machine = certificate.terms, certificate.machine
    parts = [
        f"以 {_percent(terms.confidence)} 的置信度，{certificate.items} 条标签中错误不超过 {certificate.bound} 条"
        f"（准确率不低于 {_at_least(certificate.certified_accuracy or 0.0)}，承诺值 {_percent(terms.accuracy)}）。",
        f"机器判定 {machine.accepted} 条；从中随机抽检 {machine.audited} 条，发现 {machine.wrong} 条错误并已改正。"
        if machine.accepted
        else "未采纳任何机器标签。",
    ]
    if terms.gold == "human":
        parts.append("按声明以人工标签为金标准：人工自身的错误未在此测量。")
    else:
        parts.append(
            f"人工判定 {certificate.human_items} 条，金标准流程盲复标 {certificate.human_audited} 条："
            f"错误 {certificate.human_wrong} 条并已改正，剩余错误不超过 {certificate.human_bound} 条。"
            f"金标准流程在 {certificate.gold.pairs} 条数据上的自身一致率为 {_percent(certificate.gold.agreement or 0.0)}。"
        )
    if certificate.undecided:
        parts.append(f"另有 {certificate.undecided} 条无人能判定，按错误计入。")
    return "".join(parts)
