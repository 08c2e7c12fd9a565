"""objects: a real S3 server over a socket, and one that breaks transfers."""

import threading
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from galley.collect.connector import Unit
from galley.collect.errors import NothingFoundError
from galley.collect.remote_errors import StoreListError, StoreUrlError, VariableMissingError
from galley.collect.rules import source_spec
from galley.collect.service import connector_of, list_units
from galley.kernel.ports import Desk
from galley.testing.connector_contract import Collect, check_connector, drafts, spoiled

GIF = b"GIF89a\x02\0\x03\0\0\0\0"
OBJECTS = {
    "raw/a.txt": b"one",
    "raw/a/b.gif": GIF,
    "raw/中文 名%20.txt": "内容".encode(),
    "raw/.hidden": b"x",
    "raw/big.bin": bytes(range(256)) * 20_000,
    "raw/folder/": b"",
    "rawness/no.txt": b"outside the prefix",
}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The endpoint of a real S3 protocol server holding OBJECTS in `bucket`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import boto3  # type: ignore[import-untyped]
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        client = boto3.client(
            "s3", endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1"
        )
        client.create_bucket(Bucket="bucket")
        for name, data in OBJECTS.items():
            client.put_object(Bucket="bucket", Key=name, Body=data)
        yield endpoint
        client.close()
        server.stop()


def settings(endpoint: str, **changes: Any) -> dict[str, Any]:
    return {
        "url": "s3://bucket/raw",
        "options": {"endpoint": endpoint, "region": "us-east-1"},
        "secrets_env": {"access_key_id": "KITCHEN_ID", "secret_access_key": "KITCHEN_SECRET"},
        "allow_http": True,
        **changes,
    }


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITCHEN_ID", "a")
    monkeypatch.setenv("KITCHEN_SECRET", "b")


def test_objects_below_the_prefix_are_records(s3: str, collect: Collect, desk: Desk) -> None:
    found = collect("objects", **settings(s3))
    assert spoiled(found) == []
    assert [(item.key, item.media_type) for item in drafts(found)] == [
        ("a.txt", "text/plain"),
        ("a/b.gif", "image/gif"),
        ("big.bin", "application/octet-stream"),
        ("中文 名%20.txt", "text/plain"),
    ]
    assert drafts(found)[3].text == "内容"
    assert drafts(found)[0].uri == "s3://bucket/raw/a.txt"
    assert desk.blobs.get(str(drafts(found)[2].blob)) == OBJECTS["raw/big.bin"]
    assert all(str(item.time).endswith("Z") for item in drafts(found))


def test_a_glob_and_bounds(s3: str, collect: Collect) -> None:
    assert [item.key for item in drafts(collect("objects", **settings(s3, glob="*.txt", time="none")))] == [
        "a.txt",
        "中文 名%20.txt",
    ]
    found = collect("objects", **settings(s3, glob="b*", max_bytes=1000))
    assert [item.code for item in spoiled(found)] == ["GLY-COL-027"]
    with pytest.raises(NothingFoundError):
        collect("objects", **settings(s3, glob="*.none"))


def test_stamps_follow_the_content(s3: str, desk: Desk) -> None:
    spec = source_spec({"from": "objects", "license": "x", "basis": "open", **settings(s3)})
    stamps = {unit.key: unit.stamp for unit in list_units(connector_of(spec), desk)}
    assert len(set(stamps.values())) == len(stamps)
    assert all(stamps.values())


def test_an_object_that_went_away_is_spoiled(s3: str, desk: Desk) -> None:
    spec = source_spec({"from": "objects", "license": "x", "basis": "open", **settings(s3)})
    made = connector_of(spec)
    gone = Unit(key="gone.txt", uri="s3://bucket/raw/gone.txt", stamp="1", bytes=10)
    (item,) = made.read(gone, desk)
    assert spoiled([item])[0].code == "GLY-COL-083"


@pytest.mark.parametrize(
    "url", ["file:///etc", "http://a/b", "memory:///", "s3://user@bucket/x", "s3://b?sig=1", "s3://"]
)
def test_stores_that_are_refused(s3: str, collect: Collect, url: str) -> None:
    with pytest.raises(StoreUrlError):
        collect("objects", **settings(s3, url=url))


def test_a_missing_secret_and_a_missing_bucket(s3: str, collect: Collect) -> None:
    with pytest.raises(VariableMissingError):
        collect("objects", **settings(s3, secrets_env={"access_key_id": "NOT_SET_ANYWHERE"}))
    with pytest.raises(StoreUrlError):
        collect("objects", **settings(s3, options={"nonsense": "x"}))
    with pytest.raises(StoreListError):
        collect("objects", **settings(s3, url="s3://nobucket/x"))


def test_a_broken_transfer_is_continued(desk: Desk) -> None:
    """A server that speaks enough S3 for one object and breaks off after a part of it."""
    body = OBJECTS["raw/big.bin"]
    ranges: list[str | None] = []

    class Breaking(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            ranges.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-").partition("-")[0]) if asked else 0
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(len(body) - start))
            self.send_header("ETag", '"v1"')
            self.send_header("Last-Modified", "Sun, 13 Sep 2020 12:26:40 GMT")
            if asked:
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            self.end_headers()
            self.wfile.write(body[start:] if len(ranges) > 2 else body[start : start + 2_000_000])
            self.close_connection = True

        def log_message(self, *arguments: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Breaking) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        spec = source_spec(
            {"from": "objects", "license": "x", "basis": "open", **settings(f"http://127.0.0.1:{server.server_port}")}
        )
        (item,) = connector_of(spec).read(Unit(key="big.bin", uri="u", stamp="1", bytes=9), desk)
        server.shutdown()
        thread.join()
    assert desk.blobs.get(str(drafts([item])[0].blob)) == body
    assert len(ranges) >= 2


def test_the_contract(s3: str, tmp_path: Path) -> None:
    assert len(check_connector("objects", settings(s3), tmp_path)) == 4
