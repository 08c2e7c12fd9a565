"""Links: signed over every field, for one place, one purpose and a while; keys shared, rotated and retired."""

import base64
import threading
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.access import audit
from galley.access.errors import LinkError, NotAllowedError
from galley.access.keys import Key, Keyring, rotate, shared_keys
from galley.access.links import (
    DOWNLOAD_SECONDS,
    LINK_PURPOSE,
    VIEW_SECONDS,
    Claim,
    Wanted,
    download_link,
    export_place,
    open_link,
    signed,
    view_links,
)
from galley.access.model import Actor, Circumstances, Isolation, Role
from galley.store.database import Database
from galley.testing.memory import FakeClock

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = [Key(2, b"k" * 32), Key(1, b"o" * 32)]
BLOB = "ab" * 32
HERE = Circumstances(now=NOW, address="10.2.3.4")


def claim(**more: object) -> Claim:
    facts: dict[str, object] = {
        **{"organisation": 1, "project": 5, "person": 7, "do": "view", "of": "blob", "path": BLOB},
        "until": int(NOW.timestamp()) + 60,
    }
    return Claim(**(facts | more))  # type: ignore[arg-type]


def actor(*roles: Role, isolation: tuple[Isolation, ...] = ()) -> Actor:
    return Actor(
        person=7,
        name="Li",
        organisation=1,
        organisation_kind="client",
        roles=frozenset(roles),
        memberships=frozenset({1}),
        isolation=isolation,
    )


def test_a_link_says_what_was_signed() -> None:
    link = signed(KEYS, claim(fences=(("10.2.0.0/16",),)))
    assert open_link(KEYS, link, NOW, "10.2.3.4") == claim(fences=(("10.2.0.0/16",),))
    assert open_link(list(reversed(KEYS)), link, NOW, "10.2.9.9").path == BLOB
    with pytest.raises(LinkError):
        open_link(KEYS, link, NOW, "10.3.0.1")
    with pytest.raises(LinkError):
        open_link(KEYS, link, NOW, None)
    with pytest.raises(LinkError):
        open_link(KEYS, link, NOW + timedelta(seconds=60), "10.2.3.4")
    with pytest.raises(LinkError):
        open_link(KEYS[1:], link, NOW, "10.2.3.4")


@given(st.data())
def test_a_link_with_any_other_byte_is_refused(data: st.DataObject) -> None:
    link = signed(KEYS, claim())
    place = data.draw(st.integers(0, len(link) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda letter: letter != link[place]))
    changed = link[:place] + other + link[place + 1 :]
    with pytest.raises(LinkError):
        open_link(KEYS, changed, NOW, None)


@pytest.mark.parametrize("link", ["", ".", "..", "a.b", "a.2.b", "a.2.b.c", "\ud800.2.\ud800", "." * 5000, "é.2.é"])
def test_what_is_no_link_is_refused(link: str) -> None:
    with pytest.raises(LinkError):
        open_link(KEYS, link, NOW, None)


@pytest.mark.parametrize(
    ("of", "do", "path"),
    [
        ("blob", "view", "ab" * 31),
        ("blob", "view", "../" + "ab" * 32),
        ("blob", "view", "AB" * 32),
        ("export", "download", "exports/2/a.zip"),
        ("export", "download", "exports/1/../2/a.zip"),
        ("export", "download", "exports/1/.hidden"),
        ("export", "download", "exports/1"),
        ("export", "download", "exports/01/a"),
        ("export", "download", "sha256/ab/cd"),
        ("export", "download", "/etc/passwd"),
        ("export", "view", "exports/1/a.zip"),
    ],
)
def test_no_link_is_made_or_opened_for_a_path_beyond_its_own(of: str, do: str, path: str) -> None:
    wrong = claim(of=of, do=do, path=path)
    with pytest.raises(LinkError):
        signed(KEYS, wrong)
    right = signed(KEYS, claim())
    payload = base64.urlsafe_b64encode(msgspec.json.encode(wrong)).rstrip(b"=").decode()
    with pytest.raises(LinkError):
        open_link(KEYS, f"{payload}.{right.partition('.')[2]}", NOW, None)


def test_exports_are_reached_below_the_organisations_folder() -> None:
    place = export_place(1, "project-5", "2026.jsonl")
    assert open_link(KEYS, signed(KEYS, claim(of="export", do="download", path=place)), NOW, None).path == place


def test_pictures_of_a_task_are_viewed_by_who_may() -> None:
    found = view_links(KEYS, actor(Role.ANNOTATOR), HERE, project=5, blobs=[(BLOB, "image/png")])
    told = open_link(KEYS, found[BLOB], NOW, None)
    assert (told.do, told.person, told.media_type) == ("view", 7, "image/png")
    assert told.until == NOW.timestamp() + VIEW_SECONDS
    with pytest.raises(NotAllowedError):
        view_links(KEYS, actor(), HERE, project=5, blobs=[(BLOB, "image/png")])
    fenced = Isolation(id=1, networks=("10.2.0.0/16",))
    of_project, of_other = (
        Isolation(id=2, project=5, networks=("10.2.3.0/24",)),
        Isolation(id=3, project=6, networks=("::/0",)),
    )
    (link,) = view_links(
        KEYS, actor(Role.ANNOTATOR, isolation=(fenced, of_project, of_other)), HERE, project=5, blobs=[(BLOB, "")]
    ).values()
    assert open_link(KEYS, link, NOW, "10.2.3.9").fences == (("10.2.0.0/16",), ("10.2.3.0/24",))
    with pytest.raises(LinkError):
        open_link(KEYS, link, NOW, "10.2.4.1")


def test_a_download_is_told_to_the_audit_and_refused_where_data_stay(base: Database, clock: FakeClock) -> None:
    keys = shared_keys(base.house(), clock, LINK_PURPOSE)
    home = base.of(1)
    wanted = Wanted(of="export", path=export_place(1, "a.zip"), name="a.zip", project=5)
    link = download_link(home, keys, audit.By(now=NOW, actor=actor(Role.OWNER), address="10.2.3.4"), wanted)
    told = open_link(keys, link, NOW, None)
    assert (told.do, told.name, told.until) == ("download", "a.zip", NOW.timestamp() + DOWNLOAD_SECONDS)
    view_only = (Isolation(id=1, view_only=True),)
    for who, where in (
        (actor(Role.OWNER, isolation=view_only), home),
        (actor(Role.ANNOTATOR), home),
        (actor(Role.OWNER), base.of(2)),
    ):
        with pytest.raises(NotAllowedError):
            download_link(where, keys, audit.By(now=NOW, actor=who, address="10.2.3.4"), wanted)
    assert view_links(keys, actor(Role.OWNER, isolation=view_only), HERE, project=5, blobs=[(BLOB, "")])
    with home.connection() as connection:
        rows = connection.execute("SELECT kind, subject, person FROM access.audit").fetchall()
    assert rows == [("link_made", "export/exports/1/a.zip", 7)]


# --- keys ------------------------------------------------------------------------------------------------------------


def test_all_processes_share_one_key(base: Database, clock: FakeClock) -> None:
    found: list[tuple[Key, ...]] = []

    def ask() -> None:
        found.append(shared_keys(base.house(), clock, LINK_PURPOSE))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found[0]) == 1
    assert shared_keys(base.house(), clock, "another") != found[0]


def test_keys_are_rotated_without_breaking_links_and_retired(base: Database, clock: FakeClock) -> None:
    house = base.house()
    ring = Keyring(house, clock, LINK_PURPOSE)
    link = signed(ring.keys(), claim())
    clock.advance(10)
    rotate(house, clock, LINK_PURPOSE, keep_seconds=3600)
    fresh = shared_keys(house, clock, LINK_PURPOSE)
    assert len(fresh) == 2
    assert len(ring.keys()) == 1, "remembered for a minute"
    clock.advance(51)
    assert tuple(ring.keys()) == fresh
    assert open_link(fresh, link, NOW, None) == claim()
    assert signed(fresh, claim()) != link
    rotate(house, clock, LINK_PURPOSE, keep_seconds=0)
    with pytest.raises(LinkError):
        open_link(shared_keys(house, clock, LINK_PURPOSE), link, NOW, None)


def test_no_organisation_sees_keys(base: Database, clock: FakeClock) -> None:
    import psycopg

    shared_keys(base.house(), clock, LINK_PURPOSE)
    with base.of(1).connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT 1 FROM access.secret")
