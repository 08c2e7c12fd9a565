"""The catalogue: versions are immutable, numbered, found by name, number or root, and carry their evidence."""

import threading

import psycopg
import pytest

from galley.catalog import service
from galley.catalog.errors import DatasetNameError, ManifestMismatchError, VersionAmbiguousError, VersionUnknownError
from galley.catalog.manifest import FileRef, Manifest, ShardRef, manifest_root
from galley.catalog.model import Version
from galley.kernel.canonical import canonical_json
from galley.store.database import Database
from galley.store.errors import BlobMissingError
from galley.testing.memory import FakeClock, MemoryBlobs


def manifest(blobs: MemoryBlobs, content: str) -> Manifest:
    """A manifest of one shard that is not a real Parquet file; the catalogue does not look inside."""
    data = content.encode()
    return Manifest(shards=(ShardRef(rows=len(data), data=FileRef(sha256=blobs.put(data), bytes=len(data))),))


def publish(database: Database, blobs: MemoryBlobs, name: str, content: str, **facts: object) -> Version:
    made = manifest(blobs, content)
    return service.publish_version(database, blobs, FakeClock(), name=name, manifest=made, **facts)  # type: ignore[arg-type]


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs()


def test_versions_are_numbered_and_found_again(database: Database, blobs: MemoryBlobs) -> None:
    first = publish(database, blobs, "acme/街道-signs", "one", run_id="run-1")
    second = publish(database, blobs, "acme/街道-signs", "two!", parents=[first.root])
    other = publish(database, blobs, "bees", "three")
    assert (first.spec, second.spec, other.spec) == ("acme/街道-signs@1", "acme/街道-signs@2", "bees@1")
    assert second.rows == 4
    assert second.parents == (first.root,)
    assert service.get_version(database, "acme/街道-signs") == second
    assert service.get_version(database, "acme/街道-signs@1") == first
    assert service.get_version(database, first.root[:12]) == first
    assert service.versions(database) == [first, second, other]
    assert service.versions(database, "bees") == [other]
    assert service.children(database, first.root) == [second]
    assert service.load_manifest(blobs, second) == manifest(blobs, "two!")
    assert service.open_version(database, blobs, "bees").root == other.root


def test_the_same_content_is_the_same_version(database: Database, blobs: MemoryBlobs) -> None:
    first = publish(database, blobs, "bees", "one", run_id="run-1")
    publish(database, blobs, "bees", "two")
    assert publish(database, blobs, "bees", "one", run_id="run-2") == first
    assert publish(database, blobs, "wasps", "one").root == first.root
    assert len(service.versions(database)) == 3


def test_concurrent_publishers_get_one_number_each(database: Database, blobs: MemoryBlobs) -> None:
    contents = ["a", "b", "c", "d", "a", "b", "c", "d"]
    barrier = threading.Barrier(len(contents))
    found: list[Version] = []

    def work(content: str) -> None:
        barrier.wait()
        found.append(publish(database, blobs, "bees", content))

    threads = [threading.Thread(target=work, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(contents)
    assert sorted({version.number for version in found}) == [1, 2, 3, 4]
    assert len({version.root for version in found}) == 4


def test_a_version_whose_files_are_missing_is_not_published(database: Database, blobs: MemoryBlobs) -> None:
    made = manifest(MemoryBlobs(), "elsewhere")
    with pytest.raises(BlobMissingError):
        service.publish_version(database, blobs, FakeClock(), name="bees", manifest=made)
    assert service.versions(database) == []


def test_unknown_versions_are_refused_with_the_nearest_name(database: Database, blobs: MemoryBlobs) -> None:
    with pytest.raises(VersionUnknownError):
        service.get_version(database, "street-signs")
    publish(database, blobs, "street-signs", "one")
    with pytest.raises(VersionUnknownError) as typo:
        service.get_version(database, "stret-signs")
    assert "'street-signs'" in typo.value.advice()
    with pytest.raises(VersionUnknownError) as number:
        service.get_version(database, "street-signs@7")
    assert "'street-signs@1'" in number.value.advice("zh")
    for spec in ("street-signs@", "street-signs@99999999999", "@1", "", "0" * 64, "%", "street-signs@-1", "a@b@c"):
        with pytest.raises(VersionUnknownError):
            service.get_version(database, spec)


def test_an_ambiguous_root_is_refused_with_what_would_tell_them_apart(database: Database, blobs: MemoryBlobs) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO catalog.dataset VALUES ('bees', now())")
        for number, root in enumerate(["ab" * 31 + "00", "ab" * 31 + "01"], start=1):
            connection.execute(
                "INSERT INTO catalog.version (dataset, number, root, manifest, rows, created_at)"
                " VALUES ('bees', %s, %s, %s, 0, now())",
                [number, root, "0" * 64],
            )
    with pytest.raises(VersionAmbiguousError) as ambiguous:
        service.get_version(database, "ababab")
    assert ambiguous.value.facts["second"] == "ab" * 31 + "01"
    assert service.get_version(database, "ab" * 31 + "01").number == 2


@pytest.mark.parametrize("name", ["", "a b", "a@1", "/a", "a/", "../a", "a//b", "a\n", "x" * 201, "%"])
def test_impossible_names_are_refused(database: Database, blobs: MemoryBlobs, name: str) -> None:
    with pytest.raises(DatasetNameError):
        publish(database, blobs, name, "one")


@pytest.mark.parametrize("table", ["version", "lineage", "evidence"])
@pytest.mark.parametrize(
    "statement", ["UPDATE catalog.{} SET {}", "DELETE FROM catalog.{}", "TRUNCATE catalog.{} CASCADE"]
)
def test_the_database_refuses_to_rewrite_history(
    database: Database, blobs: MemoryBlobs, table: str, statement: str
) -> None:
    parent = publish(database, blobs, "bees", "one")
    child = publish(database, blobs, "bees", "two", parents=[parent.root])
    service.add_evidence(database, blobs, FakeClock(), root=child.root, kind="release", envelope=b"{}")
    change = {"version": "rows = 0", "lineage": "parent = parent", "evidence": "kind = 'x'"}[table]
    refused = (psycopg.errors.IntegrityConstraintViolation, psycopg.errors.InsufficientPrivilege)
    with pytest.raises(refused), database.connection() as connection:
        connection.execute(statement.format(table, change))
    assert service.get_version(database, child.root) == child


def test_a_manifest_swapped_for_another_is_found_out(database: Database, blobs: MemoryBlobs) -> None:
    version = publish(database, blobs, "bees", "one")
    swapped = canonical_json(manifest(blobs, "two"))
    blobs.content[version.manifest] = swapped  # memory blobs do not verify, as a store under attack would not
    with pytest.raises(ManifestMismatchError):
        service.load_manifest(blobs, version)


def test_evidence_is_kept_in_order_and_once(database: Database, blobs: MemoryBlobs) -> None:
    version = publish(database, blobs, "bees", "one")
    clock = FakeClock()
    one = service.add_evidence(database, blobs, clock, root=version.root, kind="collection", envelope=b"first")
    clock.advance(5)
    two = service.add_evidence(database, blobs, clock, root=version.root, kind="release", envelope=b"second")
    assert service.add_evidence(database, blobs, clock, root=version.root, kind="collection", envelope=b"first") == one
    assert service.evidence(database, version.root) == [one, two]
    assert service.evidence(database, version.root, "release") == [two]
    assert blobs.get(two.envelope) == b"second"
    assert service.evidence(database, manifest_root(Manifest(shards=()))) == []
