"""What can be wrong with a label, a label schema or a file of labels: every GLY-LAB error."""

from typing import Any

from galley.kernel.errors import InputError
from galley.kernel.language import Text

__all__ = [
    "AttributeHiddenError",
    "AttributeMissingError",
    "ConfigEmptyError",
    "ConfigHostileError",
    "ConfigSyntaxError",
    "ControlHiddenError",
    "ControlMissingError",
    "ControlUnknownError",
    "ImageSizeUnknownError",
    "LabelChoiceError",
    "LabelContentError",
    "LabelCountError",
    "LabelEmptyError",
    "LabelFileError",
    "LabelFileKeptOutError",
    "LabelFileReferenceError",
    "LabelFileShapeError",
    "LabelFileSizeError",
    "LabelOverlapError",
    "LabelRangeError",
    "LabelReferenceError",
    "LabelRepeatedError",
    "LabelShapeError",
    "LabelTextError",
    "LabelValueError",
    "SchemaConditionControlError",
    "SchemaConditionCycleError",
    "SchemaConditionError",
    "SchemaConditionWordError",
    "SchemaError",
    "SchemaKeyError",
    "SchemaOptionError",
    "SchemaReferenceError",
    "SchemaRepeatedError",
    "SchemaShapeError",
    "SchemaSizeError",
    "SchemaSyntaxError",
    "SchemaTypeError",
    "moved",
]


class LabelValueError(InputError):
    """A label does not fit its control; `place` says where in the value (`boxes[3].width`)."""

    code = "GLY-LAB-001"
    text = Text("{place}: this is not a valid label.", "{place}：不是有效的标注。")
    hint = Text("Correct the label and submit it again.", "请修正标注后重新提交。")


class LabelShapeError(LabelValueError):
    """The value has the wrong JSON shape."""

    code = "GLY-LAB-002"
    text = Text("{place}: expected {expected}, found {found}", "{place}：应为 {expected}，实际为 {found}")


class LabelChoiceError(LabelValueError):
    """A label is not one of the control's."""

    code = "GLY-LAB-003"
    text = Text(
        "{place}: '{value}' is not one of the labels of this control.", "{place}：“{value}”不在该控件的标签中。"
    )
    hint = Text("Did you mean {suggestion}?", "是否想写 {suggestion}？")


class LabelRangeError(LabelValueError):
    """A number lies outside the record's content."""

    code = "GLY-LAB-004"
    text = Text("{place}: {value} lies outside {allowed}", "{place}：{value} 超出范围 {allowed}")


class LabelEmptyError(LabelValueError):
    """A span of no characters or a shape of no area."""

    code = "GLY-LAB-005"
    text = Text("{place}: nothing is inside: {value}", "{place}：区域为空：{value}")


class LabelRepeatedError(LabelValueError):
    """The same thing is labelled twice."""

    code = "GLY-LAB-006"
    text = Text("{place}: this is already labelled at {first}", "{place}：与 {first} 重复")


class LabelOverlapError(LabelValueError):
    """Two spans overlap in a way the control does not allow."""

    code = "GLY-LAB-007"
    text = Text(
        "{place} overlaps {other}, which this control does not allow.", "{place} 与 {other} 重叠，该控件不允许。"
    )
    hint = Text(
        "Set `overlap: nested` or `overlap: any` in the schema to allow it.",
        "如需允许，请在标签体系中设置 `overlap: nested` 或 `overlap: any`。",
    )


class LabelCountError(LabelValueError):
    """Too few or too many."""

    code = "GLY-LAB-008"
    text = Text("{place}: {count} given, {allowed} allowed", "{place}：给出 {count} 个，允许 {allowed} 个")


class LabelReferenceError(LabelValueError):
    """A relation points at a span that is not there."""

    code = "GLY-LAB-009"
    text = Text(
        "{place} points at something that control '{control}' does not hold.",
        "{place} 指向控件“{control}”中不存在的对象。",
    )
    hint = Text("Label the span first, or remove the relation.", "请先标注该片段，或删除该关系。")


class ControlUnknownError(LabelValueError):
    """The annotation answers a control the schema does not have."""

    code = "GLY-LAB-010"
    text = Text("{place}: the schema has no control of this name.", "{place}：标签体系中没有这个控件。")
    hint = Text("Did you mean {suggestion}?", "是否想写 {suggestion}？")


class ControlMissingError(LabelValueError):
    """A required control has no answer."""

    code = "GLY-LAB-011"
    text = Text("{place}: this control must be answered.", "{place}：该控件必须作答。")
    hint = Text(
        "An empty list is an answer where a list is expected; `required: false` makes the control optional.",
        "需要列表的控件可以用空列表作答；设置 `required: false` 可使其变为可选。",
    )


class LabelContentError(LabelValueError):
    """The record does not have what the label type needs."""

    code = "GLY-LAB-012"
    text = Text("{place}: the record's {missing} is needed and not known.", "{place}：需要记录的 {missing}，但未知。")
    hint = Text(
        "Use this control on records of the right modality whose content can be read.",
        "请把该控件用于模态相符且内容可读的记录。",
    )


class LabelTextError(LabelValueError):
    """A span carries text that the record does not have at that place: the offsets are wrong."""

    code = "GLY-LAB-013"
    text = Text(
        "{place}: the record says '{actual}' here, the label says '{stated}'.",
        "{place}：记录此处为“{actual}”，标注写的是“{stated}”。",
    )
    hint = Text(
        "Offsets count Unicode code points from 0 and the end is exclusive.",
        "偏移量按 Unicode 码点从 0 计数，结束位置不含在内。",
    )


class ControlHiddenError(LabelValueError):
    """The annotation answers a control that is not asked, given its other answers."""

    code = "GLY-LAB-014"
    text = Text(
        "{place}: this control is not asked here and must have no answer.", "{place}：该控件在此不需作答，不应有值。"
    )
    hint = Text(
        "Its condition (`when` in the schema) does not hold for the other answers. Remove the answer, or correct them.",
        "按其他回答，其条件（标签体系中的 `when`）不成立。请删除该值，或修正其他回答。",
    )


class AttributeHiddenError(LabelValueError):
    """A region answers an attribute that is not asked of it."""

    code = "GLY-LAB-015"
    text = Text(
        "{place}: this attribute is not asked of this region and must have no answer.",
        "{place}：该属性在此区域不需填写，不应有值。",
    )
    hint = Text(
        "Its condition (`when`) does not hold for the region's label and other attributes. Remove the answer.",
        "按该区域的标签和其他属性，其条件（`when`）不成立。请删除该值。",
    )


class AttributeMissingError(LabelValueError):
    """A region leaves a required attribute out."""

    code = "GLY-LAB-016"
    text = Text("{place}: this attribute must be given.", "{place}：必须填写该属性。")
    hint = Text("Fill it in, or make it optional in the label schema.", "请填写，或在标签体系中将其设为选填。")


class SchemaError(InputError):
    """A label schema cannot be used; `line` is its line in the YAML (0 when it did not come from text)."""

    code = "GLY-LAB-020"
    text = Text("Line {line}: the label schema is not valid.", "第 {line} 行：标签体系无效。")
    hint = Text(
        "The format is described in docs/reference/label-schema.json.", "格式见 docs/reference/label-schema.json。"
    )


class SchemaSyntaxError(SchemaError):
    """The text is not YAML, or uses what a schema may not use (tags, anchors)."""

    code = "GLY-LAB-021"
    text = Text(
        "Line {line}: this is not the YAML of a label schema: {detail}",
        "第 {line} 行：不是有效的标签体系 YAML：{detail}",
    )


class SchemaKeyError(SchemaError):
    """A word that means nothing here."""

    code = "GLY-LAB-022"
    text = Text("Line {line}: '{key}' is not known here.", "第 {line} 行：此处没有“{key}”这一项。")
    hint = Text("Did you mean {suggestion}? Known here: {known}.", "是否想写 {suggestion}？此处可用：{known}。")


class SchemaTypeError(SchemaError):
    """A control of a type that is not installed."""

    code = "GLY-LAB-023"
    text = Text("Line {line}: there is no label type '{type}'.", "第 {line} 行：没有标注类型“{type}”。")
    hint = Text("Did you mean {suggestion}? Installed: {known}.", "是否想写 {suggestion}？已安装：{known}。")


class SchemaShapeError(SchemaError):
    """A value of the wrong shape."""

    code = "GLY-LAB-024"
    text = Text(
        "Line {line}: '{key}': expected {expected}, found {found}",
        "第 {line} 行：“{key}”应为 {expected}，实际为 {found}",
    )


class SchemaRepeatedError(SchemaError):
    """Two things of one name."""

    code = "GLY-LAB-025"
    text = Text("Line {line}: '{name}' is there twice.", "第 {line} 行：“{name}”重复。")
    hint = Text("Give each its own name.", "请为每一项取不同的名称。")


class SchemaReferenceError(SchemaError):
    """A control refers to another that does not exist or is of the wrong type."""

    code = "GLY-LAB-026"
    text = Text(
        "Line {line}: control '{control}' refers to '{other}', which is not a control of type {type}.",
        "第 {line} 行：控件“{control}”引用的“{other}”不是 {type} 类型的控件。",
    )
    hint = Text("Did you mean {suggestion}?", "是否想写 {suggestion}？")


class SchemaSizeError(SchemaError):
    """The text is too large to be a schema."""

    code = "GLY-LAB-027"
    text = Text(
        "The label schema is larger than {limit} bytes or nested deeper than {depth}.",
        "标签体系超过 {limit} 字节或嵌套超过 {depth} 层。",
    )
    hint = Text("A schema is written by people; is this the right file?", "标签体系由人编写，请确认文件是否正确。")


class SchemaOptionError(SchemaError):
    """Options that contradict each other."""

    code = "GLY-LAB-028"
    text = Text("Line {line}: control '{control}': {detail}", "第 {line} 行：控件“{control}”：{detail}")


class SchemaConditionError(SchemaError):
    """A condition that is none."""

    code = "GLY-LAB-029"
    text = Text(
        "Line {line}: the condition of control '{control}': expected {expected}",
        "第 {line} 行：控件“{control}”的条件应为 {expected}",
    )
    hint = Text(
        "A condition is {{control, is: [words]}}, {{control, answered: true}}, {{all: […]}}, {{any: […]}} or {{not: …}}.",
        "条件的写法：{{control, is: [词]}}、{{control, answered: true}}、{{all: […]}}、{{any: […]}} 或 {{not: …}}。",
    )


class SchemaConditionCycleError(SchemaError):
    """Conditions that wait for one another."""

    code = "GLY-LAB-034"
    text = Text(
        "Line {line}: these conditions depend on one another: {cycle}", "第 {line} 行：这些条件相互依赖：{cycle}"
    )
    hint = Text("Remove one of them: some control must be asked first.", "请去掉其中一个条件：必须有一个控件先被询问。")


class SchemaConditionControlError(SchemaError):
    """A condition about a control that does not exist."""

    code = "GLY-LAB-035"
    text = Text(
        "Line {line}: the condition of control '{control}' asks about '{other}', which is no control.",
        "第 {line} 行：控件“{control}”的条件所问的“{other}”不是控件。",
    )
    hint = Text("Did you mean {suggestion}?", "是否想写 {suggestion}？")


class SchemaConditionWordError(SchemaError):
    """A condition about an answer that cannot be given."""

    code = "GLY-LAB-036"
    text = Text(
        "Line {line}: the condition of control '{control}' waits for '{word}', which '{other}' does not offer.",
        "第 {line} 行：控件“{control}”的条件等待“{word}”，而“{other}”没有该选项。",
    )
    hint = Text("Did you mean {suggestion}?", "是否想写 {suggestion}？")


class ConfigSyntaxError(InputError):
    """A Label Studio config is not XML."""

    code = "GLY-LAB-030"
    text = Text(
        "Line {line}: this is not the XML of a Label Studio config: {detail}",
        "第 {line} 行：不是有效的 Label Studio 配置 XML：{detail}",
    )
    hint = Text(
        "Copy the config from the project's Labeling Interface, Code.",
        "请从项目的 Labeling Interface → Code 复制配置。",
    )


class ConfigHostileError(InputError):
    """A Label Studio config uses what no config needs: a document type, entities, or enormous size."""

    code = "GLY-LAB-031"
    text = Text(
        "Line {line}: a Label Studio config may not have this: {detail}",
        "第 {line} 行：Label Studio 配置不允许：{detail}",
    )
    hint = Text("Remove the document type, entities or excess.", "请删除文档类型声明、实体或超限内容。")


class ConfigEmptyError(InputError):
    """Nothing in a Label Studio config can be annotated here."""

    code = "GLY-LAB-032"
    text = Text("No control of this config is supported: {tags}", "该配置中没有受支持的控件：{tags}")
    hint = Text(
        "Supported: Choices, Taxonomy, TextArea, Number, Rating, DateTime; Labels on Text and Audio; RectangleLabels, "
        "PolygonLabels, KeyPointLabels, EllipseLabels, BrushLabels, VectorLabels; ParagraphLabels, Ranker, Pairwise, Relations.",
        "支持：Choices、Taxonomy、TextArea、Number、Rating、DateTime；Text 与 Audio 上的 Labels；RectangleLabels、"
        "PolygonLabels、KeyPointLabels、EllipseLabels、BrushLabels、VectorLabels；ParagraphLabels、Ranker、Pairwise、Relations。",
    )


class LabelFileError(InputError):
    """A file of labels in another tool's format cannot be read at some place; `line` counts from 1, 0 when unknown."""

    code = "GLY-LAB-040"
    text = Text("{format}, line {line}: this cannot be read: {found}", "{format} 第 {line} 行：无法读取：{found}")
    hint = Text("Correct the file or leave this entry out.", "请修正文件，或去掉这一条。")


class LabelFileShapeError(LabelFileError):
    """A part of the file has the wrong shape."""

    code = "GLY-LAB-041"
    text = Text(
        "{format}, line {line}: expected {expected}, found {found}",
        "{format} 第 {line} 行：应为 {expected}，实际为 {found}",
    )


class LabelFileReferenceError(LabelFileError):
    """The file refers to something it does not hold (an image, a category, a class number)."""

    code = "GLY-LAB-042"
    text = Text("{format}, line {line}: there is no {kind} {found}", "{format} 第 {line} 行：不存在 {kind} {found}")


class LabelFileSizeError(LabelFileError):
    """One entry of the file is too large or too deep."""

    code = "GLY-LAB-043"
    text = Text(
        "{format}, line {line}: one entry is larger than {limit}", "{format} 第 {line} 行：单个条目超过 {limit}"
    )


class LabelFileKeptOutError(LabelFileError):
    """Something in the file that this version has no place for."""

    code = "GLY-LAB-044"
    text = Text(
        "{format}, line {line}: left out, because it has no place in the schema: {found}",
        "{format} 第 {line} 行：已略去，标签体系中没有对应项：{found}",
    )
    hint = Text(
        "Add a control of the right type to the schema to keep it.", "如需保留，请在标签体系中添加相应类型的控件。"
    )


class ImageSizeUnknownError(LabelFileError):
    """The format gives shares of the image and nobody knows its size."""

    code = "GLY-LAB-045"
    text = Text(
        "{format}, line {line}: the size of the image '{found}' is not known.",
        "{format} 第 {line} 行：图像“{found}”的尺寸未知。",
    )
    hint = Text("Import the images first, so that their sizes are known.", "请先导入图像，以便获知其尺寸。")


def moved(problem: LabelValueError, old: str, new: str) -> LabelValueError:
    """The same error with the root of its place renamed: a type says `value[3]`, a schema `boxes[3]`."""
    place = str(problem.facts.get("place", old))
    facts: dict[str, Any] = {**problem.facts, "place": new + place.removeprefix(old)}
    return type(problem)(**facts)
