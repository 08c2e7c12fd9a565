"""What can go wrong with a lot."""

from galley.kernel.errors import InputError, IntegrityError, MissingError, StateError
from galley.kernel.language import Text

__all__ = [
    "LotChangedError",
    "LotDiscontinuedError",
    "LotEmptyError",
    "LotItemsTakenError",
    "LotLogError",
    "LotNotSampledError",
    "LotScopeError",
    "LotStateError",
    "LotTooLargeError",
    "LotUnfinishedError",
    "LotUnknownError",
]


class LotUnknownError(MissingError):
    """No such lot."""

    code = "GLY-ANN-250"
    text = Text("There is no lot {lot}.", "不存在批 {lot}。")


class LotEmptyError(InputError):
    """Fewer than two items fit."""

    code = "GLY-ANN-251"
    text = Text(
        "Only {count} finished items fit: a lot holds 2 or more.", "仅有 {count} 条已完成的数据符合条件，批量至少为 2。"
    )
    hint = Text(
        "Items with open slots, gold items and items of another lot do not fit.",
        "仍有未完成槽位的数据、考题以及已属于其他批的数据不计入。",
    )


class LotItemsTakenError(StateError):
    """Items are in another lot already."""

    code = "GLY-ANN-252"
    text = Text("Item {item} is already in lot {lot}.", "数据 {item} 已在批 {lot} 中。")
    hint = Text(
        "Items come again as the child of their lot, so that no sample is drawn twice until it pleases.",
        "再次送检须作为原批的后续批，以免反复抽样。",
    )


class LotStateError(StateError):
    """The lot is not in a state for that."""

    code = "GLY-ANN-253"
    text = Text("Lot {lot} is {state}: it cannot be {wish}.", "批 {lot} 处于 {state} 状态，无法执行 {wish}。")


class LotNotSampledError(InputError):
    """The item is not in the drawn sample, or somebody else judged it."""

    code = "GLY-ANN-254"
    text = Text(
        "Item {item} is not in the sample of lot {lot}, or another inspector has judged it.",
        "数据 {item} 不在批 {lot} 的样本中，或已由其他质检员判定。",
    )
    hint = Text("Only drawn items are inspected.", "只检验被抽中的数据。")


class LotChangedError(StateError):
    """Answers changed after the lot was made."""

    code = "GLY-ANN-255"
    text = Text(
        "{count} items of lot {lot} were answered anew after the lot was made: a verdict would speak of other answers.",
        "批 {lot} 成批后有 {count} 条数据的答案发生变化，判定将不再针对原答案。",
    )
    hint = Text(
        "Withdraw the lot and make its child from the answers as they are.", "请撤回该批，并按现有答案建立后续批。"
    )


class LotUnfinishedError(StateError):
    """Something is still to be done."""

    code = "GLY-ANN-256"
    text = Text("Lot {lot}: {count} items are not finished yet.", "批 {lot} 尚有 {count} 条数据未完成。")
    hint = Text(
        "Inspect what the plan asks for; returned items must be answered again before they come again.",
        "请按方案完成检验；退回的数据须重新完成后方可再次送检。",
    )


class LotTooLargeError(InputError):
    """More items than one lot may hold."""

    code = "GLY-ANN-257"
    text = Text("More than {most} items fit: one lot cannot hold them.", "符合条件的数据超过 {most} 条，一批无法容纳。")
    hint = Text("Narrow the choice, or set a limit.", "请缩小范围或设置数量上限。")


class LotDiscontinuedError(StateError):
    """Five lots were not accepted under tightened inspection."""

    code = "GLY-ANN-258"
    text = Text(
        "Inspection of series '{series}' is discontinued: five lots were not accepted under tightened inspection.",
        "系列“{series}”已暂停检验：加严检验下累计五批不接收。",
    )
    hint = Text(
        "When the work has improved and the client agrees, ask for the next lot with `resume`.",
        "改进措施生效并经需求方同意后，请以 `resume` 建立下一批。",
    )


class LotScopeError(InputError):
    """A return that does not say whose work is meant, or says it needlessly."""

    code = "GLY-ANN-259"
    text = Text(
        "Returning with scope '{scope}' and labeler {labeler} does not fit.",
        "退回范围“{scope}”与标注者 {labeler} 不相符。",
    )
    hint = Text(
        "Scope 'labeler' names a labeler; the others name none.", "范围为 labeler 时须指定标注者，其他范围不得指定。"
    )


class LotLogError(IntegrityError):
    """The log and the lot disagree."""

    code = "GLY-ANN-260"
    text = Text(
        "The sample of lot {lot} does not follow from what the log states: {reason}.",
        "批 {lot} 的样本与透明日志中的声明不符：{reason}。",
    )
    hint = Text(
        "Do not rely on its verdict; compare the lot's row, its items and the statements about it in the log.",
        "请勿采信该批的结论；请核对该批的记录、条目与日志中的相关声明。",
    )
