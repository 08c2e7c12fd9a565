"""Media on the floor: facts after an import, at once or by the duty; links of this organisation and project alone."""

import io
import struct
import zipfile
import zlib
from typing import Any, BinaryIO

import numpy as np
import psycopg
import pytest
import soundfile
from galley_floor import Floor, Person
from PIL import Image

from galley.access.links import Claim, signed
from galley.access.model import Role
from galley.annotate.flow import service as flow
from galley.annotate.media import repo, service
from galley.annotate.media.maker import Maker
from galley.annotate.media.model import MAKER, MEL, PEAKS, THUMBNAIL, TILES
from galley.labels.schema_text import schema_from_yaml
from galley.server.doers import link_keys
from galley.store.folder import Folder
from galley.worker.duties import media_type

SCHEMA = "name: t\ncontrols:\n - {name: topic, type: classify, field: FIELD, choices: [World, Sports]}\n"


def picture(width: int, height: int, form: str = "PNG", colour: tuple[int, int, int] = (200, 10, 10)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, form)
    return out.getvalue()


def sound(seconds: float, form: str = "WAV") -> bytes:
    out = io.BytesIO()
    samples = np.sin(np.arange(int(8000 * seconds)) / 5).astype(np.float32) * 0.5
    soundfile.write(out, samples, 8000, format=form)
    return out.getvalue()


def huge_png() -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


class Shop:
    """A project of media, and how its people ask."""

    def __init__(self, floor: Floor, field: str, files: dict[str, bytes]) -> None:
        self.floor = floor
        new = flow.NewProject(name="p", schema=schema_from_yaml(SCHEMA.replace("FIELD", field)))
        self.project = flow.create(floor.database, floor.ports.blobs, floor.clock, new).id
        self.base = f"/api/v1/orgs/{{org}}/projects/{self.project}"
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        sent = floor.post(
            f"{self.base}/imports/stream?name=x.zip",
            content=packed.getvalue(),
            headers={"content-type": "application/octet-stream"},
            by=floor.owner,
        )
        assert sent.json()["added"] == len(files), sent.text

    def claim(self, count: int, by: Person) -> list[dict[str, Any]]:
        leases: list[dict[str, Any]] = self.floor.post(f"{self.base}/work/claim", json={"count": count}, by=by).json()[
            "leases"
        ]
        return leases

    def media(self, slot: int, by: Person) -> dict[str, Any]:
        """The facts of the only medium of a slot."""
        answer = self.floor.get(f"{self.base}/work/slots/{slot}/media", by=by)
        assert answer.status_code == 200, answer.text
        [facts] = answer.json()["facts"].values()
        assert isinstance(facts, dict)
        return facts

    def duty(self) -> int:
        """The duty's turn."""
        maker = Maker()
        ports = self.floor.ports
        shelf = ports.workspace.shelf
        desk = service.Desk(database=ports.house, clock=ports.clock, shelf=shelf, sniff=media_type, maker=maker)
        try:
            return service.make_waiting(desk)
        finally:
            maker.close()

    def states(self) -> dict[str, int]:
        """How many blobs are in which state."""
        with self.floor.ports.house.connection() as connection:
            return dict(connection.execute("SELECT state, count(*) FROM annotate.media GROUP BY state").fetchall())


def test_a_picture_has_its_facts_when_it_is_first_opened(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_NOW_SECONDS", 60.0)  # a busy machine takes long to start the maker
    shop, ann = Shop(floor, "image", {"a.png": picture(300, 200)}), floor.annotators[0]
    assert shop.states() == {"waiting": 1}
    [lease] = shop.claim(1, ann)
    facts = shop.media(lease["slot"], ann)
    assert {name: facts[name] for name in ("state", "kind", "media_type", "width", "height", "orientation")} == {
        **{"state": "ready", "kind": "image", "media_type": "image/png", "width": 300, "height": 200},
        "orientation": 1,
    }
    assert "tiles" not in facts
    shown = floor.get(facts["thumbnail"])
    assert shown.headers["content-type"] == "image/webp"
    with Image.open(io.BytesIO(shown.content)) as small:
        assert small.size == (256, 171)
    assert shop.states() == {"ready": 1}
    assert shop.duty() == 0


def test_a_large_picture_is_seen_by_its_tiles_behind_one_link(floor: Floor) -> None:
    shop, ann = Shop(floor, "image", {"a.png": picture(5000, 1200)}), floor.annotators[0]
    assert shop.duty() == 1
    [lease] = shop.claim(1, ann)
    tiles = shop.media(lease["slot"], ann)["tiles"]
    assert tiles["tile_size"] == 512
    assert tiles["levels"][-1] == {"width": 5000, "height": 1200, "columns": 10, "rows": 3}

    def ask(level: int, x: object, y: object, **more: Any) -> Any:
        return floor.get(tiles["template"].format(level=level, x=x, y=y), **more)

    last = len(tiles["levels"]) - 1
    for level, x, y, size in ((last, 0, 0, (512, 512)), (last, 9, 2, (392, 176)), (0, 0, 0, (313, 75))):
        shown = ask(level, x, y)
        assert shown.headers["content-type"] == "image/webp"
        assert "immutable" in shown.headers["cache-control"]
        assert Image.open(io.BytesIO(shown.content)).size == size
    tag = ask(last, 1, 1).headers["etag"]
    assert tag != ask(last, 1, 2).headers["etag"]
    assert ask(last, 1, 1, headers={"if-none-match": tag}).status_code == 304
    wrong: list[tuple[int, object, object]] = [(last, 10, 0), (last + 1, 0, 0), (last, "..", 0), (9**9, 0, 0)]
    wrong += [(last, "²", 0), (last, "-1", 0)]
    for level, column, row in wrong:
        assert ask(level, column, row).status_code in (400, 403, 404), (level, column, row)
    link = tiles["template"].removesuffix("/{level}/{x}_{y}.webp")
    assert floor.get(link).status_code == 403  # the pack itself is not given out
    floor.clock.advance(2 * 3600)
    assert ask(last, 0, 0).status_code == 403


def test_links_to_anything_else_show_no_tiles(floor: Floor) -> None:
    shop, ann = Shop(floor, "image", {"a.png": picture(5000, 1200)}), floor.annotators[0]
    shop.duty()
    [lease] = shop.claim(1, ann)
    facts = shop.media(lease["slot"], ann)
    assert floor.get(f"{facts['thumbnail']}/0/0_0.webp").status_code == 403
    sha256 = lease["content"]["image"].removeprefix("blob:")
    keys = link_keys(floor.ports)
    claim: dict[str, Any] = {"project": shop.project, "person": None, "do": "view", "until": 2**40}
    place = service.derived_name(floor.organisation, sha256, TILES)
    good = signed(keys, Claim(organisation=floor.organisation, of="tiles", path=place, **claim))
    assert floor.get(f"/api/v1/media/{good}/0/0_0.webp").status_code == 200
    for path, organisation in (
        (place, floor.organisation + 1),
        (place + "/../x", floor.organisation),
        ("exports/1/x", 1),
    ):
        with pytest.raises(Exception, match="not valid"):
            signed(keys, Claim(organisation=organisation, of="tiles", path=path, **claim))


def test_sound_has_peaks_and_a_spectrogram_of_which_parts_can_be_asked_for(floor: Floor) -> None:
    files = {"a.wav": sound(3), "b.flac": sound(2, "FLAC"), "c.ogg": sound(1, "OGG"), "d.mp3": sound(1, "MP3")}
    shop, ann = Shop(floor, "audio", files), floor.annotators[0]
    leases = shop.claim(4, ann)
    body = {"slots": [lease["slot"] for lease in leases]}
    answer = floor.post(f"{shop.base}/work/media", json=body, by=ann)
    found = answer.json()
    assert {tuple(names) for names in found["slots"].values()} == {(lease["content"]["audio"],) for lease in leases}
    assert set(found["links"]) == set(found["facts"])
    wave = next(facts for facts in found["facts"].values() if facts["media_type"] == "audio/wav")
    assert (wave["state"], wave["duration"], wave["channels"], wave["sample_rate"]) == ("ready", 3.0, 1, 8000)
    assert all(facts["duration"] > 0.9 for facts in found["facts"].values())
    whole = floor.get(wave["peaks"]).content
    span, _, bins, place = struct.unpack_from("<IIQQ", whole, 32)
    assert (whole[:4], span, bins) == (b"GLYP", 256, 94)
    part = floor.get(wave["peaks"], headers={"range": f"bytes={place + 20}-{place + 39}"})
    assert (part.status_code, part.content) == (206, whole[place + 20 : place + 40])
    assert floor.get(wave["spectrogram"]).content[:4] == b"GLYS"


def test_what_cannot_be_decoded_says_why_and_its_bytes_are_still_there(floor: Floor) -> None:
    files = {"a.png": huge_png(), "b.jpg": picture(400, 300, "JPEG")[:900]}
    shop, ann = (
        Shop(floor, "image", files),
        floor.annotators[0],
    )
    assert shop.duty() == 2
    assert shop.states() == {"failed": 2}
    codes = set()
    for lease in shop.claim(2, ann):
        answer = floor.get(f"{shop.base}/work/slots/{lease['slot']}/media", by=ann).json()
        [facts], [link] = answer["facts"].values(), answer["links"].values()
        assert facts["state"] == "failed"
        assert facts["problem"]["message_zh"] != facts["problem"]["message"]
        codes.add(facts["problem"]["code"])
        assert floor.get(link).content in files.values()
    assert codes == {"GLY-ANN-330", "GLY-ANN-331"}


def test_a_maker_that_dies_again_and_again_is_given_up(floor: Floor) -> None:
    shop = Shop(floor, "image", {"a.png": picture(30, 20)})
    with floor.ports.house.connection() as connection:
        for _ in range(service.ATTEMPTS_MAX):  # taken by somebody who is never heard of again
            now = floor.clock.now()
            assert repo.take(connection, {"now": now, "stale": now, "limit": 8})
            floor.clock.advance(1)
    assert shop.duty() == 0
    floor.clock.advance(3600)
    assert shop.duty() == 1
    assert shop.states() == {"failed": 1}


def test_many_are_made_by_the_duty_and_said_to_be_on_their_way(floor: Floor) -> None:
    files = {f"{number}.png": picture(40, 30, colour=(number, 0, 0)) for number in range(9)}
    shop, ann = Shop(floor, "image", files), floor.annotators[0]
    body = {"slots": [lease["slot"] for lease in shop.claim(9, ann)]}
    found = floor.post(f"{shop.base}/work/media", json=body, by=ann).json()
    states = sorted(facts["state"] for facts in found["facts"].values())
    assert states == ["ready"] * 4 + ["waiting"] * 5
    assert len(found["links"]) == 9
    assert shop.duty() == 5
    found = floor.post(f"{shop.base}/work/media", json=body, by=ann).json()
    assert all(facts["state"] == "ready" for facts in found["facts"].values())


def test_items_that_were_there_before_are_made_when_they_are_opened(floor: Floor) -> None:
    shop, ann = Shop(floor, "image", {"a.png": picture(30, 20)}), floor.annotators[0]
    with floor.ports.house.connection() as connection:
        connection.execute("DELETE FROM annotate.media")
    [lease] = shop.claim(1, ann)
    assert shop.media(lease["slot"], ann)["width"] == 30


def test_who_does_not_hold_a_slot_is_told_nothing_of_it(floor: Floor) -> None:
    shop = Shop(floor, "image", {"a.png": picture(30, 20), "b.png": picture(31, 20)})
    ann, other = floor.annotators[:2]
    [mine], [hers] = shop.claim(1, ann), shop.claim(1, other)
    body = {"slots": [mine["slot"], hers["slot"]]}
    found = floor.post(f"{shop.base}/work/media", json=body, by=ann).json()
    assert set(found["slots"]) == {str(mine["slot"])}
    assert set(found["facts"]) == {mine["content"]["image"]}
    assert floor.post(f"{shop.base}/work/media", json={"slots": list(range(1, 60))}, by=ann).status_code == 400
    assert floor.get(f"{shop.base}/work/slots/{hers['slot']}/media", by=ann).status_code == 404


def test_organisations_with_the_same_file_know_nothing_of_one_another(floor: Floor) -> None:
    shop, ann = Shop(floor, "image", {"a.png": picture(30, 20)}), floor.annotators[0]
    [lease] = shop.claim(1, ann)
    shop.media(lease["slot"], ann)
    sha256 = lease["content"]["image"].removeprefix("blob:")
    theirs = floor.ports.database.of(floor.another("other"))
    with theirs.connection() as connection:
        assert repo.known(connection, [sha256]) == {}
        repo.want(connection, [sha256], floor.clock.now())
        assert repo.known(connection, [sha256])[sha256].state == "waiting"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "INSERT INTO annotate.media (organisation, sha256, maker, changed_at) VALUES (%s, %s, 1, now())",
                (floor.organisation, "cd" * 32),
            )
    with floor.database.connection() as connection:
        assert repo.known(connection, [sha256])[sha256].state == "ready"
    shelf = floor.ports.workspace.shelf
    assert [name for name in shelf.names("derived/") if sha256 in name] == [
        f"derived/{floor.organisation}/{sha256}/{MAKER}/{THUMBNAIL}"
    ]
    outsider = floor.person("out", Role.OWNER, organisation=theirs.organisation)
    for path in (f"{shop.base}/work/slots/{lease['slot']}/media",):
        assert floor.get(path, by=outsider).status_code in (403, 404)
    assert floor.post(f"{shop.base}/thumbnails", json={"items": [lease["item"]]}, by=outsider).status_code in (403, 404)


def test_managers_see_thumbnails_of_items_and_annotators_do_not(floor: Floor) -> None:
    shop = Shop(floor, "image", {"a.png": picture(300, 200), "b.png": picture(200, 300)})
    items = [lease["item"] for lease in shop.claim(2, floor.annotators[0])]
    answer = floor.post(f"{shop.base}/thumbnails", json={"items": [*items, "unknown"]}, by=floor.owner)
    found = answer.json()["items"]
    assert set(found) == set(items)
    for one in found.values():
        with Image.open(io.BytesIO(floor.get(one["link"]).content)) as small:
            assert sorted(small.size) == [171, 256]
    assert floor.post(f"{shop.base}/thumbnails", json={"items": items}, by=floor.annotators[0]).status_code == 403
    assert floor.post(f"{shop.base}/thumbnails", json={"items": ["x"] * 101}, by=floor.owner).status_code == 400
    assert floor.post(f"{shop.base}/thumbnails", json={"items": []}, by=floor.owner).json() == {"items": {}}


def test_what_somebody_waits_for_is_made_first(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{number}.png": picture(40, 30, colour=(number, 0, 0)) for number in range(20)}
    shop, ann = Shop(floor, "image", files), floor.annotators[0]
    monkeypatch.setattr(service, "NOW_BYTES", 10)  # too large to be made at once
    floor.clock.advance(60)
    [lease] = shop.claim(1, ann)
    assert shop.media(lease["slot"], ann) == {"state": "waiting"}
    assert shop.duty() == 8
    assert shop.media(lease["slot"], ann)["state"] == "ready"
    assert shop.states() == {"ready": 8, "waiting": 12}


def test_blobs_of_a_shelf_without_files_are_copied_to_be_decoded(floor: Floor) -> None:
    class Far(Folder):
        def open(self, name: str) -> BinaryIO | None:
            data = self.read(name)
            return None if data is None else io.BytesIO(data)

    shop = Shop(floor, "audio", {"a.wav": sound(2)})
    shelf = floor.ports.workspace.shelf
    assert isinstance(shelf, Folder)
    maker, ports = Maker(), floor.ports
    desk = service.Desk(database=ports.house, clock=ports.clock, shelf=Far(shelf.root), sniff=media_type, maker=maker)
    assert service.make_waiting(desk) == 1
    maker.close()
    assert shop.states() == {"ready": 1}
    assert len(list(shelf.names("derived/"))) == 2


def test_text_costs_no_row_and_no_process(floor: Floor) -> None:
    new = flow.NewProject(name="p", schema=schema_from_yaml(SCHEMA.replace("FIELD", "text")))
    project = flow.create(floor.database, floor.ports.blobs, floor.clock, new).id
    base = f"/api/v1/orgs/{{org}}/projects/{project}"
    rows = b"".join(b'{"text":"see blob %d"}\n' % number for number in range(20))
    sent = floor.post(
        f"{base}/imports/stream?name=x.jsonl",
        content=rows,
        headers={"content-type": "application/octet-stream"},
        by=floor.owner,
    )
    assert sent.json()["added"] == 20, sent.text
    ann = floor.annotators[0]
    [lease] = floor.post(f"{base}/work/claim", json={"count": 1}, by=ann).json()["leases"]
    assert floor.get(f"{base}/work/slots/{lease['slot']}/media", by=ann).json() == {"links": {}, "facts": {}}
    with floor.ports.house.connection() as connection:
        assert connection.execute("SELECT count(*) FROM annotate.media").fetchone() == (0,)


def test_names_of_what_is_made_can_be_in_links() -> None:
    for name in (THUMBNAIL, TILES, PEAKS, MEL):
        path = service.derived_name(3, "ab" * 32, name)
        assert Claim(organisation=3, project=1, person=None, do="view", of="derived", path=path, until=1).path == path
