"""The guard, the error answers and the bodies, together as an app has them."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from live.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    NotSignedIn,
    RedisUnavailable,
    TooFast,
)
from live.web.body import read_form, read_json
from live.web.errors import Boundary, exception_handlers
from live.web.language import choose_language
from live.web.render import render
from live.web.security import Guard, origin_allowed
from live.web.static_files import HashedFiles, static_url

ERRORS = {
    "conflict": Conflict("Sold out.", code="sold_out"),
    "invalid": Invalid([FieldError("title", "is required")]),
    "too_fast": TooFast(0.2),
    "away": RedisUnavailable(retry_after_s=1.2),
    "stranger": NotSignedIn(),
    "forbidden": Forbidden(),
    "bug": ZeroDivisionError("secret detail"),
    "teapot": HTTPException(418, "teapot"),
}


async def page(request: Request) -> Any:
    return render(request, "probe.html", {"text": "<b>"})


async def fail(request: Request) -> Any:
    raise ERRORS[request.path_params["how"]]


async def echo_json(request: Request) -> Any:
    return JSONResponse(await read_json(request, 1024))


async def echo_form(request: Request) -> Any:
    form = await read_form(request, 1024, file_max_bytes=10_000)
    return JSONResponse({**form.fields, **{k: len(f.content) for k, f in form.files.items()}})


async def plain_form(request: Request) -> Any:
    return JSONResponse((await read_form(request, 1024)).fields)


async def done(_request: Request) -> Response:
    return PlainTextResponse("done")


def make_client(**guard: Any) -> TestClient:
    middleware = [Middleware(Guard, secret="s" * 32, **guard), Middleware(Boundary)]
    app = Starlette(
        routes=[
            Route("/", page),
            Route("/fail/{how}", fail, methods=["GET", "POST"]),
            Route("/api/v1/fail/{how}", fail),
            Route("/api/v1/echo", echo_json, methods=["POST"]),
            Route("/form", echo_form, methods=["POST"]),
            Route("/plain-form", plain_form, methods=["POST"]),
            Route("/write", done, methods=["POST", "DELETE"]),
            Route("/language", choose_language, methods=["POST"]),
            Route(
                "/overlay",
                lambda _: PlainTextResponse("x", headers={"Referrer-Policy": "no-referrer"}),
            ),
        ],
        middleware=middleware,
        exception_handlers=exception_handlers(),
    )
    app.mount("/static", HashedFiles())
    scheme = "https" if guard.get("public_url", "").startswith("https") else "http"
    return TestClient(app, base_url=f"{scheme}://shop.example", follow_redirects=False)


@pytest.fixture
def client(pages: Path) -> TestClient:
    return make_client()


def csrf_of(client: TestClient, **headers: Any) -> Any:
    return client.get("/", headers=headers).text.split("|")[2]


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


def test_pages_are_not_kept_by_caches_and_hashed_files_are(client: TestClient) -> None:
    assert client.get("/").headers["cache-control"] == "no-store"
    assert "immutable" in client.get(static_url("package.json")).headers["cache-control"]
    for address in ("/static/package.json", "/static/package.json?v=old"):
        assert client.get(address).headers["cache-control"] == "no-cache"


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
    [b"", b"{", b"[]", b'"x"', b"null", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 1e999}', b'{"a": ' + b"9" * 30 + b"}",
     b'{"a": "\xff"}', b"[" * 1000, b'{"a":' * 150, '{"a": 1}'.encode("utf-16"), b"a=1"],
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_malformed(client: TestClient, body: Any) -> None:
    refused = client.post("/api/v1/echo", content=body)
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")


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
