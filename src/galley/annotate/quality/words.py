"""How an action explains itself to the person concerned, in both languages."""

from typing import Final

from galley.annotate.quality.model import (
    Act,
    Block,
    ExtraReview,
    MoveSkill,
    Pause,
    Reading,
    Reopen,
    Rule,
    SetSkill,
    StopGold,
    TellLead,
    TellWorker,
)
from galley.kernel.language import Text

__all__ = ["by_lead", "explain"]

_FOUND: Final[dict[str, Text]] = {
    "gold": Text(
        "{hits} of your last {count} answers to known items were right; with 99 % confidence that is less than "
        "{high:.0%} in the long run.",
        "您最近 {count} 条考题中答对 {hits} 条；以 99 % 置信度推断，长期正确率低于 {high:.0%}。",
    ),
    "agreement": Text(
        "In {hits} of your last {count} items that others answered too, at least half of them said the same.",
        "最近 {count} 条与他人重叠的数据中，有 {hits} 条您的答案与至少半数人一致。",
    ),
    "consensus": Text(
        "In {hits} of your last {count} items your answer was the consensus of the others.",
        "最近 {count} 条数据中，有 {hits} 条您的答案与他人的共识一致。",
    ),
    "returns": Text(
        "{hits} of your last {count} reviewed answers were returned.",
        "最近 {count} 条被审核的答案中有 {hits} 条被退回。",
    ),
    "speed": Text(
        "{hits} of your last {count} answers came far faster than this project's answers usually do; half of yours took "
        "{ratio:.0%} of the usual time or less.",
        "最近 {count} 条答案中有 {hits} 条远快于本项目的通常速度；您的用时中位数为通常的 {ratio:.0%}。",
    ),
    "repeats": Text(
        "You gave the same answer {hits} times in a row among your last {count}; given how others answer, chance makes "
        "such a run with probability {chance:.1g} at most.",
        "最近 {count} 条答案中连续 {hits} 次相同；依他人答题情况，偶然出现的概率不超过 {chance:.1g}。",
    ),
    "copies": Text(
        "You left {hits} of the last {count} suggestions of the model as they were; given how often it is wrong, somebody "
        "who looks keeps so many with probability {chance:.1g} at most.",
        "最近 {count} 条预标注中您原样保留 {hits} 条；依其错误率，认真检查者保留如此之多的概率不超过 {chance:.1g}。",
    ),
    "skips": Text("You skipped {hits} of the last {count} items.", "最近 {count} 条数据中您跳过 {hits} 条。"),
    "lateness": Text(
        "{hits} of your last {count} answers came after their time had run out.",
        "最近 {count} 条答案中有 {hits} 条超时提交。",
    ),
}

_APPEAL: Final = Text(" You can appeal; somebody else decides.", "您可以申诉，由他人裁定。")


def explain(rule: Rule, act: Act, reading: Reading) -> Text:
    """What was found, what follows, and what the person can do."""
    facts = {"count": reading.count, "hits": reading.hits, **reading.measures}
    found = _FOUND[rule.collector]
    follows = _follows(act)
    return Text(
        f"{found.en.format(**facts)} {follows.en}{_APPEAL.en}", f"{found.zh.format(**facts)}{follows.zh}{_APPEAL.zh}"
    )


def by_lead(act: Act, reason: str) -> Text:
    """What a lead decided, with their words."""
    follows = _follows(act)
    return Text(
        f"A lead decided: {follows.en} Reason: {reason}{_APPEAL.en}",
        f"负责人决定：{follows.zh}理由：{reason}。{_APPEAL.zh}",
    )


def _follows(act: Act) -> Text:
    if isinstance(act, Pause):
        return _paused(act)
    if isinstance(act, ExtraReview):
        span = None if act.seconds is None else _span(act.seconds)
        return Text(
            f"{act.percent} % of your answers are reviewed" + (f" for {span.en}." if span else "."),
            f"您的答案按 {act.percent} % 审核" + (f"，为期 {span.zh}。" if span else "。"),
        )
    if isinstance(act, SetSkill | MoveSkill):
        return Text(f"Your skill '{act.name}' was set anew.", f"您的技能“{act.name}”已重新评定。")
    return _PLAIN[type(act)]


_PLAIN: Final[dict[type[Act], Text]] = {
    Block: Text("You get no work in this project any more.", "您不再参与本项目。"),
    Reopen: Text("All pauses and extra review end.", "暂停与加审全部解除。"),
    StopGold: Text("You are given no known items any more.", "不再向您派发考题。"),
    TellLead: Text("A lead was told.", "已通知负责人。"),
    TellWorker: Text("Nothing else follows from this notice.", "本通知本身不影响派发任务。"),
}


def _paused(act: Pause) -> Text:
    if act.training is not None:
        return Text(
            f"You get no work in this project until you have passed the training '{act.training}'.",
            f"通过培训“{act.training}”之前，本项目暂停派发任务。",
        )
    if act.seconds is None:
        return Text("You get no work in this project until a lead ends it.", "本项目暂停派发任务，由负责人解除。")
    span = _span(act.seconds)
    return Text(f"You get no work in this project for {span.en}.", f"本项目暂停派发任务 {span.zh}。")


def _span(seconds: float) -> Text:
    if seconds >= 2 * 86400:
        return Text(f"{seconds / 86400:.0f} days", f"{seconds / 86400:.0f} 天")
    if seconds >= 2 * 3600:
        return Text(f"{seconds / 3600:.0f} hours", f"{seconds / 3600:.0f} 小时")
    return Text(f"{max(1, round(seconds / 60))} minutes", f"{max(1, round(seconds / 60))} 分钟")
