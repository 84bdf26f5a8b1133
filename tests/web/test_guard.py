"""The guard: headers and forged writes."""

from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from live.web.credentials import bearer_of
from live.web.security import must_prove_origin, origin_allowed
from live.web.static_files import static_url
from tests.web.guarded import csrf_of, make_client

# Headers


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/fail/bug", "/api/v1/fail/bug", "/static/package.json"]
)
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    for rule in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-src 'self'",
        "frame-ancestors 'self'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert len(headers["x-request-id"]) == 16
    assert "strict-transport-security" not in headers


def test_refused_writes_carry_them_too(client: TestClient) -> None:
    refused = client.post("/write")
    assert refused.status_code == 403
    assert "content-security-policy" in refused.headers


def test_a_route_may_be_stricter(client: TestClient) -> None:
    assert client.get("/overlay").headers["referrer-policy"] == "no-referrer"


def test_a_harmless_request_id_is_kept_and_another_is_not(client: TestClient) -> None:
    assert (
        client.get("/", headers={"x-request-id": "abcd-1234"}).headers["x-request-id"]
        == "abcd-1234"
    )
    assert (
        client.get("/", headers={"x-request-id": "a b\tc=1"}).headers["x-request-id"] != "a b\tc=1"
    )


def test_over_https_cookies_are_of_this_host_alone(pages: Path) -> None:
    answer = make_client(public_url="https://shop.example").get("/")
    assert "max-age=63072000" in answer.headers["strict-transport-security"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-seed=")
    for attribute in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"):
        assert attribute in cookie


def test_pages_are_not_kept_by_caches_and_static_files_are(client: TestClient) -> None:
    assert client.get("/").headers["cache-control"] == "no-store"
    assert "immutable" in client.get(static_url("package.json")).headers["cache-control"]
    assert client.get("/static/package.json").headers["cache-control"] == "no-cache"


# Forged writes


def test_a_write_with_the_pages_token_passes(client: TestClient) -> None:
    assert client.post("/write", headers={"x-csrf-token": csrf_of(client)}).text == "done"
    assert (
        client.request("DELETE", "/write", headers={"x-csrf-token": csrf_of(client)}).text == "done"
    )


def test_the_token_may_be_a_form_field_and_the_handler_still_reads_the_form(
    client: TestClient,
) -> None:
    fields = {"csrf_token": csrf_of(client), "text": "台灯"}
    assert client.post("/plain-form", data=fields).json() == fields


def test_an_upload_may_carry_the_token_before_its_file(client: TestClient) -> None:
    token = csrf_of(client)
    sent = client.post("/form", data={"csrf_token": token}, files={"csv": b"x" * 9_000})
    assert sent.json() == {"csrf_token": token, "csv": 9_000}


@pytest.mark.parametrize("token", ["", "wrong", "é".encode().decode("latin-1")])
def test_a_write_without_the_right_token_is_refused(client: TestClient, token: str) -> None:
    client.get("/")
    assert (
        client.post("/write", headers={b"x-csrf-token": token.encode("latin-1")}).status_code == 403
    )


def test_a_token_is_worthless_in_another_browser(client: TestClient) -> None:
    token = csrf_of(client)
    client.cookies.clear()
    client.get("/")
    assert client.post("/write", headers={"x-csrf-token": token}).status_code == 403


def test_a_token_from_before_the_sign_in_is_worthless_after_it(client: TestClient) -> None:
    token = csrf_of(client)
    client.cookies.set("login", "t0ken")
    assert client.post("/write", headers={"x-csrf-token": token}).status_code == 403
    assert client.post("/write", headers={"x-csrf-token": csrf_of(client)}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://shop.example.evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_even_the_right_token_does_not_help_another_site(client: TestClient, headers: Any) -> None:
    sent = client.post("/write", headers={"x-csrf-token": csrf_of(client), **headers})
    assert sent.status_code == 403
    assert "cross_site" in sent.text


def test_our_own_origin_passes(client: TestClient) -> None:
    headers = {"origin": "http://shop.example", "sec-fetch-site": "same-origin"}
    assert (
        client.post("/write", headers={"x-csrf-token": csrf_of(client), **headers}).status_code
        == 200
    )


def test_the_api_needs_no_token_without_cookies_or_with_a_bearer(client: TestClient) -> None:
    assert client.post("/api/v1/echo", json={"a": 1}).json() == {"a": 1}
    client.get("/")
    assert client.post("/api/v1/echo", json={}).json()["code"] == "cross_site"
    bearer = {"authorization": "Bearer x"}
    assert client.post("/api/v1/echo", json={"a": 1}, headers=bearer).json() == {"a": 1}


@pytest.mark.parametrize("token", [b"", b" ", b"\xa0", b"\x85 ", b"x", b" x\xa0", b"\xa0x"])
def test_the_proof_is_waived_for_just_what_is_read_as_a_bearer_token(token: bytes) -> None:
    headers = [(b"authorization", b"Bearer " + token), (b"cookie", b"login=t0ken")]
    scope = {"type": "http", "method": "POST", "path": "/api/v1/echo", "headers": headers}
    waived = not must_prove_origin(scope, Headers(scope=scope))
    assert waived is bool(bearer_of(HTTPConnection(scope))) is (b"x" in token)


@pytest.mark.parametrize(
    ("origin", "public_url", "scheme", "allowed"),
    [
        (None, "", "", True),
        ("http://shop.example", "", "ws", True),
        ("http://SHOP.example", "", "ws", True),
        ("http://shop.example", "", "wss", False),
        ("https://live.example", "https://live.example", "ws", True),
        ("https://live.example", "", "ws", False),
        ("null", "", "ws", False),
        ("", "", "ws", False),
        ("file://", "", "ws", False),
        ("http://[bad", "", "ws", False),
    ],
)
def test_sockets_are_for_our_own_pages(
    origin: Any, public_url: Any, scheme: Any, allowed: Any
) -> None:
    headers = {} if origin is None else {"origin": origin}
    assert origin_allowed(headers, "shop.example", public_url, scheme=scheme) is allowed
