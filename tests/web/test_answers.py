"""Errors as answers, pages and languages, bodies and their limits."""

import json
import logging
from typing import Any

import pytest
from starlette.testclient import TestClient

from live.web.errors import Faults
from tests.web.guarded import csrf_of

# Errors


def test_a_refusal_is_a_problem_for_programs(client: TestClient) -> None:
    refused = client.get("/api/v1/fail/conflict")
    assert (refused.status_code, refused.headers["content-type"]) == (
        409,
        "application/problem+json",
    )
    assert refused.json() == {
        "type": "urn:live:problem:sold_out", "title": "Conflict", "status": 409,
        "detail": "Sold out.", "code": "sold_out",
    }  # fmt: skip


def test_wrong_values_are_listed(client: TestClient) -> None:
    refused = client.get("/api/v1/fail/invalid")
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"field": "title", "reason": "is required"}]


@pytest.mark.parametrize(("how", "status", "seconds"), [("too_fast", 429, "1"), ("away", 503, "2")])
def test_who_must_wait_is_told_how_long(
    client: TestClient, how: str, status: int, seconds: str
) -> None:
    for path in (f"/api/v1/fail/{how}", f"/fail/{how}"):
        refused = client.get(path)
        assert (refused.status_code, refused.headers["retry-after"]) == (status, seconds)
        # a page tells a crowd at the door from a fault by it
        assert ("x-live-code" in refused.headers) is (how == "away")


def test_a_bug_is_logged_and_not_shown(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        refused = client.get("/api/v1/fail/bug")
    assert refused.status_code == 500
    assert "secret detail" not in refused.text
    assert refused.json()["request_id"] == refused.headers["x-request-id"]
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [("/api/v1/x", "GET", 404, "not_found"), ("/api/v1/echo", "GET", 405, "method_not_allowed"),
     ("/api/v1/fail/teapot", "GET", 418, "http_418"), ("/api/v1/fail/stranger", "GET", 401, "not_signed_in")],
)  # fmt: skip
def test_the_routers_own_refusals_are_problems_too(
    client: TestClient, path: str, method: str, status: int, code: str
) -> None:
    refused = client.request(method, path)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_people_get_a_page_and_htmx_a_toast(client: TestClient) -> None:
    page = client.get("/fail/conflict")
    assert (page.status_code, page.headers["content-type"]) == (409, "text/html; charset=utf-8")
    assert "Sold out." in page.text
    toast = client.get("/fail/conflict", headers={"hx-request": "true"})
    assert toast.status_code == 409
    assert "id='toast'" in toast.text
    assert (toast.headers["hx-retarget"], toast.headers["hx-reswap"]) == ("#toasts", "beforeend")


def test_a_stranger_on_a_page_is_sent_to_sign_in_and_back(client: TestClient) -> None:
    sent = client.get("/fail/stranger")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=/fail/stranger")
    asked = client.get("/fail/stranger", headers={"hx-request": "true"})
    assert asked.headers["hx-redirect"] == "/sign-in"


# Pages and languages


def test_a_page_is_escaped_and_knows_its_reader(client: TestClient) -> None:
    text, lang, token, path = client.get("/", headers={"accept-language": "zh-CN"}).text.split("|")
    assert (text, lang, path) == ("&lt;b&gt;", "zh", "/")
    assert len(token) == 43


@pytest.mark.parametrize(
    ("accept", "lang"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-US", "en"), ("fr, zh;q=0.1", "zh"), ("zh;q=0, en;q=0.1", "en"),
     ("", "en"), ("en;q=0.5,zh;q=0.9", "zh"), ("zh;q=nan", "en"), ("*;;;=,q", "en")],
)  # fmt: skip
def test_the_browser_says_which_language(client: TestClient, accept: str, lang: str) -> None:
    assert client.get("/", headers={"accept-language": accept}).text.split("|")[1] == lang


def test_a_choice_of_language_outranks_the_browser_and_returns_to_the_page(
    client: TestClient,
) -> None:
    fields = {"csrf_token": csrf_of(client), "lang": "zh", "next": "/watch/x"}
    answer = client.post("/language", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/watch/x")
    assert client.get("/", headers={"accept-language": "en"}).text.split("|")[1] == "zh"


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/e", "", "x"]
)
def test_next_never_leads_off_the_site(client: TestClient, path: str) -> None:
    fields = {"csrf_token": csrf_of(client), "lang": "zh", "next": path}
    assert client.post("/language", data=fields).headers["location"] == "/"


# Bodies


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"null", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 1e999}',
     b'{"a": "\xff"}', b"[" * 1000, b'{"a":' * 150, '{"a": 1}'.encode("utf-16"), b"a=1"],
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_malformed(client: TestClient, body: Any) -> None:
    refused = client.post("/api/v1/echo", content=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize("digits", [b"9" * 30, b"-" + b"9" * 30, b"1" + b"0" * 900])
def test_a_number_too_long_is_out_of_every_range(client: TestClient, digits: bytes) -> None:
    read = client.post("/api/v1/echo", content=b'{"a": ' + digits + b"}").json()["a"]
    assert abs(read) > 2**63
    assert (read < 0) is digits.startswith(b"-")


def test_a_body_over_the_limit_is_refused_announced_or_not(client: TestClient) -> None:
    big = json.dumps({"a": "x" * 1024}).encode()
    assert client.post("/api/v1/echo", content=big).json()["code"] == "too_large"
    in_parts = client.post("/api/v1/echo", content=iter([big[:600], big[600:]]))
    assert (in_parts.status_code, in_parts.json()["code"]) == (413, "too_large")


def test_a_form_over_the_limit_is_refused(client: TestClient) -> None:
    headers = {"x-csrf-token": csrf_of(client)}
    assert client.post("/plain-form", data={"a": "x" * 2_000}, headers=headers).status_code == 413
    assert client.post("/form", files={"csv": b"x" * 20_000}, headers=headers).status_code == 413
    parts = iter([b"a=" + b"x" * 600, b"x" * 600])
    headers["content-type"] = "application/x-www-form-urlencoded"
    assert client.post("/plain-form", content=parts, headers=headers).status_code == 413


@pytest.mark.parametrize("count", [2, 3])
def test_more_files_than_asked_for_are_malformed(client: TestClient, count: int) -> None:
    headers = {"x-csrf-token": csrf_of(client)}
    files = [("csv", (f"{n}.csv", b"x")) for n in range(count)]
    assert client.post("/form", files=files, headers=headers).status_code == 400
    assert client.post("/plain-form", files=files[:1], headers=headers).status_code == 400


def test_text_that_utf8_cannot_hold_is_malformed(client: TestClient) -> None:
    headers = {
        "x-csrf-token": csrf_of(client),
        "content-type": "multipart/form-data; boundary=x; charset=utf-7",
    }
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n+2AA-\r\n--x--\r\n'
    assert client.post("/plain-form", content=body, headers=headers).status_code == 400


def test_a_nul_in_the_path_is_malformed(client: TestClient) -> None:
    assert client.get("/api/v1/%00").json()["code"] == "malformed"


def test_a_broken_multipart_form_is_malformed(client: TestClient) -> None:
    headers = {"x-csrf-token": csrf_of(client), "content-type": "multipart/form-data; boundary=x"}
    assert client.post("/form", content=b"--y\r\nrubbish", headers=headers).status_code == 400
    headers["content-type"] = "multipart/form-data"
    assert client.post("/form", content=b"x", headers=headers).status_code == 400


def test_a_fault_of_a_whole_burst_is_logged_once_with_its_count() -> None:
    faults = Faults()
    assert [faults.due("away") for _ in range(3)] == [1, 0, 0]
    assert faults.due("recovering") == 1
