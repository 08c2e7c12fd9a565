"""`galley serve` as a process: it becomes ready, drains on SIGTERM and ends with 0."""

from galley_floor import Served


def test_it_serves_and_ends_cleanly(served: Served) -> None:
    assert served.client.get("/health").json()["status"] == "alive"
    missing = served.client.get("/nothing", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert (missing.status_code, missing.json()["code"]) == (404, "GLY-SRV-001")
    assert served.stop() == 0
    lines = [line for line in served.told() if line.get("request") == missing.headers["x-request-id"]]
    assert [(line["status"], line["code"]) for line in lines] == [(404, "GLY-SRV-001")]
