"""The gallery: every template is a schema that its own example fits."""

import pytest

from galley.annotate.flow.content import content_of_data
from galley.labels.errors import LabelValueError
from galley.labels.schema import labels_check, schema_dict, schema_digest, schema_from_dict
from galley.labels.schema_text import schema_from_yaml, schema_yaml
from galley.labels.templates import Template, TemplateMissingError, template, template_media, templates

MEDIA = "/api/v1/templates/media/"


@pytest.mark.parametrize("found", templates(), ids=lambda found: found.name)
def test_a_template_is_whole(found: Template) -> None:
    schema = found.schema
    content = content_of_data(found.record)
    answer = labels_check(schema, found.answer, content)
    assert labels_check(schema, answer, content) == answer
    assert answer, "the example answers something"
    assert schema_digest(schema_from_yaml(schema_yaml(schema))) == schema_digest(schema)
    assert schema_dict(schema_from_dict(schema_dict(schema))) == schema_dict(schema)
    for words in (found.title, found.description, found.guideline, *(control.title for control in schema.controls)):
        assert words is not None
        assert words.en
        assert words.zh
        assert words.en != words.zh
    for field in {control.field for control in schema.controls}:
        assert field in found.record, field
    for value in found.record.values():
        if isinstance(value, str) and value.startswith(MEDIA):
            assert template_media(value.removeprefix(MEDIA))[1]


@pytest.mark.parametrize("found", templates(), ids=lambda found: found.name)
def test_an_example_with_an_unknown_answer_does_not_fit(found: Template) -> None:
    with pytest.raises(LabelValueError):
        labels_check(found.schema, {**found.answer, "no such control": "x"}, content_of_data(found.record))


def test_the_gallery_is_in_order_and_known_by_name() -> None:
    found = templates()
    assert [one.order for one in found] == sorted({one.order for one in found})
    assert template("boxes") is next(one for one in found if one.name == "boxes")
    for wrong in ("Boxes", "../boxes", "boxes.yaml", ""):
        with pytest.raises(TemplateMissingError):
            template(wrong)
    for wrong in ("../boxes.yaml", "street.svg", "media/street.png", "no.png"):
        with pytest.raises(TemplateMissingError):
            template_media(wrong)
