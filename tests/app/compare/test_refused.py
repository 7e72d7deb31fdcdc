"""What no page sends is refused in a sentence, and nothing is computed for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.app_comparisons import QUESTION, ask, by_kind, ended, said, streaming, told
from tools.app_server import Server

DEEP: dict[str, Any] = {}
for _ in range(40):
    DEEP = {"a": DEEP}
WRONG = [
    ({"policies": []}, "one to 6 policies"),
    ({"policies": [{"library": "training"}] * 7}, "one to 6 policies"),
    ({"policies": "training"}, "one to 6 policies"),
    ({"policies": [{"library": "../../etc/passwd"}]}, "no scenario ../../etc/passwd"),
    ({"policies": [{"library": "/etc/passwd"}]}, "no scenario /etc/passwd"),
    ({"policies": [{"file": "/etc/passwd"}]}, "not a request"),
    ({"policies": [{"content": {"extends": "../../etc/passwd"}, "name": "x"}]}, "extends"),
    ({"policies": [{"content": {"interventions": [{"no_such": {}}]}, "name": "x"}]}, "no_such"),
    ({"policies": [{"content": {"title": {"en": "x", "id": "x"}}, "name": "../x"}]}, "not a request"),
    ({"policies": [{"content": DEEP, "name": "x"}]}, "not a request"),
    ({"baseline": "<script>alert(1)</script>"}, "no scenario"),
    ({"sample": "/etc/passwd"}, "not a request"),
    ({"draws": 0}, "draws is a whole number from 1 to 50"),
    ({"draws": 51}, "draws is a whole number"),
    ({"draws": True}, "draws is a whole number"),
    ({"draws": "5; rm"}, "draws is a whole number"),
    ({"seeds": 1e9}, "seeds is a whole number"),
    ({"full_pairs": -1}, "full_pairs is a whole number"),
    ({"scale": 1.0}, "scale is a number from"),
    ({"scale": "big"}, "scale is a number from"),
    ({"until": "9999-12"}, "not a request"),
    ({"until": "2080-12"}, "2080-12"),
    ({"draws": 12, "seeds": 40, "policies": [{"library": "training"}] * 6}, "at most 1000"),
    ({"session": "../x"}, "which tab"),
]


@pytest.mark.parametrize(
    ("change", "message"), WRONG, ids=lambda one: str(one)[:40] if isinstance(one, dict) else ""
)
def test_a_wrong_question_is_refused(server: Server, change: dict[str, Any], message: str) -> None:
    status, answer = ask(server, "POST", "/api/comparison?lang=en", {**QUESTION, **change})
    assert status == 400
    assert message in answer["message"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b'{"scale": NaN}', b"[" * 100_000])
def test_what_is_no_question_is_refused(server: Server, body: bytes) -> None:
    status, answer = ask(server, "POST", "/api/comparison?lang=id", body)
    assert status == 400
    assert answer["message"]


@pytest.mark.parametrize("name", ["none", "..%2f..%2fetc%2fpasswd", "%00", "x" * 4000])
def test_no_name_leads_anywhere(server: Server, name: str) -> None:
    for method, path in (
        ("GET", f"/api/comparison/{name}"),
        ("POST", f"/api/comparison/{name}/cancel"),
        ("POST", f"/api/report/{name}"),
        ("GET", f"/api/report/{name}/page"),
        ("GET", f"/api/report/{name}/files"),
    ):
        status, answer = ask(server, method, f"{path}?lang=en", {} if method == "POST" else None)
        assert status == 404
        assert answer["message"]


def test_a_design_that_cannot_be_is_told_in_the_stream(server: Server) -> None:
    found = told(
        server, {**QUESTION, "session": "another-tab", "policies": [{"library": "national-information"}]}
    )
    assert ended(found) == "failed"
    assert "national" in found["state"][-1]["message"]


def test_cancel_and_follow(server: Server) -> None:
    question = {**QUESTION, "session": "a-tab-that-cancels", "draws": 12, "seeds": 40}
    with streaming(server, "POST", "/api/comparison?lang=en", question) as started:
        name = started.headers["x-comparison"]
        with streaming(server, "GET", f"/api/comparison/{name}?lang=id") as watched:  # another tab
            assert next(said(watched))["id"] == name
            assert ask(server, "POST", f"/api/report/{name}?lang=en", {})[0] == 404  # not finished
            cancelled = ask(server, "POST", f"/api/comparison/{name}/cancel?lang=en", {})
            assert cancelled == (200, {"status": "cancelled"})
            assert ended(by_kind(said(started))) == ended(by_kind(said(watched))) == "cancelled"
    with streaming(server, "GET", f"/api/comparison/{name}?lang=en") as again:  # a reload
        assert ended(by_kind(said(again))) == "cancelled"
