"""Names of reasons, verdicts, deciders and purposes in plain words; a code nobody has translated is shown as it is."""

from typing import Final

from galley.kernel.errors import GalleyError
from galley.kernel.extension import find
from galley.kernel.language import Text

__all__ = ["BASIS", "DECIDERS", "GRADE", "PURPOSES", "STANDARDS", "VERDICTS", "operator_summary", "reason_words"]

_REASONS: Final[dict[str, Text]] = {
    "image.animated": Text("animated", "动态图像"),
    "image.blurred": Text("blurred", "模糊"),
    "image.bright": Text("too bright", "过亮"),
    "image.corrupt": Text("cannot be decoded", "无法解码"),
    "image.dark": Text("too dark", "过暗"),
    "image.duplicate": Text("exact copy of another", "与另一图像完全相同"),
    "image.empty": Text("empty file", "空文件"),
    "image.format": Text("format not wanted", "格式不符"),
    "image.near_duplicate": Text("looks like another", "与另一图像近似重复"),
    "image.no_content": Text("no image content", "没有图像内容"),
    "image.not_an_image": Text("not an image", "不是图像"),
    "image.oriented": Text("turned upright", "已转正"),
    "image.ratio": Text("too long and narrow", "长宽比不符"),
    "image.refused": Text("cannot be used", "无法使用"),
    "image.size": Text("size out of bounds", "尺寸超出范围"),
    "image.size_filled": Text("size written down", "已补写尺寸"),
    "image.stripped": Text("private metadata removed", "已移除隐私元数据"),
    "image.too_many_bytes": Text("file too large", "文件过大"),
    "image.too_many_pixels": Text("too many pixels", "像素过多"),
    "image.too_small": Text("too small", "尺寸过小"),
    "image.truncated": Text("file is cut off", "文件不完整"),
    "image.type_corrected": Text("media type corrected", "已更正媒体类型"),
    "text.characters": Text("unwanted characters", "字符不符合要求"),
    "text.duplicate": Text("exact copy of another", "与另一文本完全相同"),
    "text.html_to_text": Text("HTML turned into text", "HTML 已转为文本"),
    "text.language": Text("other language", "语种不符"),
    "text.language_unknown": Text("language unknown", "语种未知"),
    "text.near_duplicate": Text("almost the same as another", "与另一文本近似重复"),
    "text.normalised": Text("normalised", "已规范化"),
    "text.pii_masked": Text("personal data masked", "已遮盖个人信息"),
    "text.pii_reported": Text("personal data found", "发现个人信息"),
    "text.pii_tagged": Text("personal data tagged", "已标记个人信息"),
    "text.repeated_lines": Text("repeated lines", "行重复"),
    "text.repeated_ngrams": Text("repeated wording", "用语重复"),
    "text.repeated_paragraphs": Text("repeated paragraphs", "段落重复"),
    "text.repeated_phrase": Text("one phrase again and again", "短语反复出现"),
    "text.too_long": Text("too long", "过长"),
    "text.too_short": Text("too short", "过短"),
}

VERDICTS: Final[dict[str, Text]] = {
    "drop": Text("dropped", "丢弃"),
    "edit": Text("edited", "修改"),
    "split": Text("split", "拆分"),
    "merge": Text("merged", "合并"),
    "fail": Text("failed", "失败"),
}

DECIDERS: Final[dict[str, Text]] = {
    "machine": Text("machine", "机器"),
    "human": Text("people", "人工"),
    "audit": Text("blind audit", "盲审"),
    "imported": Text("imported", "导入"),
    "nobody": Text("nobody", "无人判定"),
}

PURPOSES: Final[dict[str, Text]] = {
    "seed": Text("random start", "随机初始"),
    "active": Text("least certain items", "最不确定的数据"),
    "gold-audit": Text("blind audit of the machine", "机器标签盲审"),
    "gold-human": Text("blind relabelling of people's labels", "人工标签盲复标"),
    "gold-repeat": Text("gold process, once more", "金标准重复"),
    "rest": Text("what the machine may not decide", "机器不得判定的数据"),
}

GRADE: Final[dict[str, Text]] = {
    "general": Text("general", "一般"),
    "important": Text("important", "重要"),
    "core": Text("core", "核心"),
}

BASIS: Final[dict[str, Text]] = {
    "owned": Text("owned", "自有"),
    "purchased": Text("purchased", "采购"),
    "licensed": Text("licensed", "许可"),
    "open": Text("open licence", "开放许可"),
    "public": Text("public", "公开"),
    "consent": Text("consent", "个人同意"),
    "contract": Text("contract", "合同"),
    "authorised-operation": Text("authorised operation", "授权运营"),
    "synthetic": Text("synthetic", "合成"),
}

STANDARDS: Final[dict[str, Text]] = {
    "galley": Text("Galley's own readings", "Galley 自有指标"),
    "tc609-04": Text("TC609-5-2025-04, high-quality datasets", "TC609-5-2025-04 高质量数据集 质量评测规范"),
    "gbt-36344": Text("GB/T 36344-2018, data quality", "GB/T 36344-2018 数据质量评价指标"),
}


def reason_words(code: str) -> Text:
    """A reason in plain words; several codes joined by commas give several words."""
    parts = [_REASONS.get(part, Text(part, part)) for part in code.split(",")]
    return Text(", ".join(part.en for part in parts), "、".join(part.zh for part in parts))


def operator_summary(op: str) -> Text:
    """What an operator says of itself; nothing when it is not installed here."""
    try:
        return find("operator", op).summary
    except GalleyError:  # the report is about a run that has ended: a missing plugin must not stop it
        return Text("", "")
