"""Pictures of held items: links for who holds the item, bytes behind them, nothing for anybody else."""

import io
import zipfile

from galley_floor import Floor
from PIL import Image

from galley.annotate.flow import service as flow
from galley.labels.schema_text import schema_from_yaml

SCHEMA = "name: t\ncontrols:\n - {name: topic, type: classify, field: image, choices: [World, Sports]}\n"


def test_whoever_holds_an_item_sees_its_picture_and_nobody_else(floor: Floor) -> None:
    new = flow.NewProject(name="p", schema=schema_from_yaml(SCHEMA))
    project = flow.create(floor.database, floor.ports.blobs, floor.clock, new).id
    base = f"/api/v1/orgs/{{org}}/projects/{project}"
    picture, packed = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (3, 2), (200, 10, 10)).save(picture, "PNG")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("scan.png", picture.getvalue())
    sent = floor.post(
        f"{base}/imports/stream?name=x.zip",
        content=packed.getvalue(),
        headers={"content-type": "application/octet-stream"},
        by=floor.owner,
    )
    assert sent.json()["added"] == 1, sent.text
    ann, other = floor.annotators[:2]
    [lease] = floor.post(f"{base}/work/claim", json={"count": 1}, by=ann).json()["leases"]
    place = f"{base}/work/slots/{lease['slot']}/media"
    links = floor.get(place, by=ann).json()["links"]
    assert list(links) == [lease["content"]["image"]]
    shown = floor.get(next(iter(links.values())))
    assert (shown.content, shown.headers["content-type"]) == (picture.getvalue(), "image/png")
    assert floor.get(place, by=other).status_code == 404
    assert floor.get(f"{base}/reviews/slots/{lease['slot']}/media", by=other).status_code in (403, 404)
    floor.clock.advance(3 * 3600)
    assert floor.get(next(iter(links.values()))).status_code in (400, 403, 404, 410)
