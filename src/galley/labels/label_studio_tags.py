"""Label Studio's tags: which there are, and what each becomes here. Tables only."""

from collections.abc import Mapping
from typing import Final

from galley.kernel.language import Text

__all__ = [
    "LOSSES",
    "OBJECTS",
    "OBJECTS_MARKED",
    "PARTS",
    "REGION_TAGS",
    "REGION_TYPES",
    "UNSUPPORTED",
    "VISUAL",
]

OBJECTS: Final[Mapping[str, str]] = {
    "Text": "text", "HyperText": "text", "Paragraphs": "text", "Image": "image", "Audio": "audio", "AudioPlus": "audio",
    "Video": "video", "TimeSeries": "any", "Table": "any", "List": "any", "Chat": "any", "Pdf": "any", "PDF": "any",
}  # fmt: skip
"""Object tags and the modality of what they show."""

OBJECTS_MARKED: Final = frozenset({"Text", "Image", "Audio", "AudioPlus", "Paragraphs", "List", "Chat"})
"""Object tags of which parts can be marked, ranked or judged here; of the others only the whole."""

REGION_TYPES: Final[Mapping[str, str]] = {
    "RectangleLabels": "box", "Rectangle": "box", "PolygonLabels": "polygon", "Polygon": "polygon",
    "KeyPointLabels": "keypoint", "KeyPoint": "keypoint", "EllipseLabels": "ellipse", "Ellipse": "ellipse",
    "BrushLabels": "mask", "Brush": "mask", "VectorLabels": "polyline", "Vector": "polyline",
}  # fmt: skip
"""Control tags that mark regions of an image, and the label type of each; a rectangle that may turn is a rotated_box."""

REGION_TAGS: Final[Mapping[str, str]] = {
    "box": "Rectangle", "rotated_box": "Rectangle", "polygon": "Polygon", "keypoint": "KeyPoint", "ellipse": "Ellipse",
    "mask": "Brush", "polyline": "Vector",
}  # fmt: skip
"""The tag of each type of region, without labels."""

UNSUPPORTED: Final = frozenset(
    [
        "HyperTextLabels",
        "BitmaskLabels",
        "Bitmask",
        "MagicWand",
        "VideoRectangle",
        "VideoVector",
        "VideoVectorLabels",
        "TimelineLabels",
        "TimeSeriesLabels",
        "OcrLabels",
        "ChatMessage",
        "ReactCode",
    ]
)
"""Control tags Label Studio has and this version does not read; each one found is a loss."""

PARTS: Final = frozenset(["Label", "Choice", "Relation", "Bucket", "Channel", "MultiChannel", "Shortcut", "Option"])
"""Tags that only mean something inside another."""

VISUAL: Final = frozenset(
    ["View", "Header", "Style", "Collapse", "Panel", "Filter", "Markdown", "Dialog", "Typography"]
)
"""Tags that only arrange the page."""

LOSSES: Final[Mapping[str, Text]] = {
    "object": Text("this kind of content can be classified and described as a whole, but not marked", "此类内容只能整体标注，不能标注局部"),
    "control": Text("this kind of annotation is not supported", "不支持此类标注"),
    "unknown-tag": Text("this tag is not known", "未知的标签"),
    "no-object": Text("its toName names no object of the config", "toName 指向的对象不存在"),
    "condition": Text("shown always: this condition has no equivalent", "始终显示：该条件没有对应写法"),
    "per-region": Text("about single regions only choices, text, numbers and ratings can be asked, and only where there are regions", "针对单个区域只支持选择、文本、数值与评分，且须有可标注的区域"),
    "message": Text("labels whole messages, not stretches of them; the record's field holds messages {role, content}", "标注整条消息而非其中片段；记录字段为消息列表 {role, content}"),
    "pairwise": Text("asked as a choice between the two fields; a ranking needs its candidates in one list", "改为在两个字段之间选择；排序要求候选位于同一列表字段"),
    "buckets": Text("sorting candidates into named groups is not supported; one order from best to worst is", "不支持把候选分入命名的组；支持由优到劣的排序"),
    "date-part": Text("only whole dates are supported, not months, years or times alone", "仅支持完整日期，不支持单独的月、年或时间"),
    "repeated": Text("the same word twice: kept once", "同一选项出现两次：保留一个"),
    "per-item": Text("a question about single items of a list is not supported", "不支持针对列表单项的问题"),
    "dynamic": Text("labels read from the task's data are not supported", "不支持从任务数据读取标签"),
    "attribute": Text("this attribute has no equivalent", "该属性没有对应项"),
    "relations": Text("relations need exactly one text span control", "关系需要恰好一个文本片段控件"),
    "repeat": Text("its controls are made anew for every entry of the task's data, so no fixed list of questions exists: give each entry a record of its own", "其控件按任务数据逐项生成，没有固定的问题清单：请将每一项作为单独的记录"),
    "option": Text("Label Studio has no equivalent of this option", "Label Studio 没有与该选项对应的设置"),
    "refused": Text("its labels or name cannot be used", "其标签或名称无法使用"),
}  # fmt: skip
"""What each kind of loss means, in words for people."""
