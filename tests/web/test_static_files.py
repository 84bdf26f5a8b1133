"""One address per file, kept for ever; text leaves compressed for whoever takes it."""

import gzip

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from live.web.assets import asset_dir
from live.web.static_files import ReleasedFiles, release, static_url

FILE = "js/viewer.js"
CONTENT = (asset_dir("static") / FILE).read_bytes()
GZIP = {"accept-encoding": "br, gzip;q=0.5"}
PLAIN = {"accept-encoding": "identity"}


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Mount("/static", ReleasedFiles())]))


def test_what_a_file_imports_is_below_the_same_release(client: TestClient) -> None:
    assert static_url(FILE) == f"/static/{release()}/{FILE}"
    beside = static_url(FILE).rpartition("/")[0] + "/clock.js"
    assert beside == static_url("js/clock.js")
    assert client.get(beside).content == (asset_dir("static") / "js/clock.js").read_bytes()


def test_a_file_is_kept_for_ever_below_its_release_only(client: TestClient) -> None:
    assert "immutable" in client.get(static_url(FILE)).headers["cache-control"]
    for other in (f"/static/{FILE}", f"/static/{'0' * 12}/{FILE}"):
        answer = client.get(other)
        assert answer.content == CONTENT
        assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/static/nothing.js",
        f"/static/{'0' * 12}",
        f"/static/{'0' * 12}/nothing.js",
        f"/static/{'0' * 12}/{'0' * 12}/{FILE}",
        f"/static/{'0' * 12}/..%2f..%2fpyproject.toml",
        f"/static/{'0' * 12}%2f%2fetc%2fpasswd",
    ],
)
def test_there_is_nothing_else(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_text_is_compressed_for_whoever_takes_it(client: TestClient) -> None:
    packed, plain = (
        client.get(static_url(FILE), headers=GZIP),
        client.get(static_url(FILE), headers=PLAIN),
    )
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(CONTENT) / 2
    assert packed.content == plain.content == CONTENT
    assert "content-encoding" not in plain.headers
    for answer in (packed, plain):
        assert answer.headers["vary"] == "accept-encoding"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    refused = client.get(static_url(FILE), headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


def test_a_head_says_what_a_get_would(client: TestClient) -> None:
    got, head = (client.request(verb, static_url(FILE), headers=GZIP) for verb in ("GET", "HEAD"))
    assert head.content == b""
    assert dict(head.headers) == dict(got.headers)


def test_what_is_unchanged_is_not_sent_again_in_either_form(client: TestClient) -> None:
    for form in (GZIP, PLAIN):
        first = client.get(f"/static/{FILE}", headers=form)
        again = client.get(
            f"/static/{FILE}", headers=form | {"if-none-match": first.headers["etag"]}
        )
        assert again.status_code == 304
        assert again.content == b""
        assert (again.headers["vary"], again.headers["cache-control"]) == (
            "accept-encoding",
            "no-cache",
        )


def test_a_part_is_a_part_of_the_file_itself(client: TestClient) -> None:
    part = client.get(static_url(FILE), headers=GZIP | {"range": "bytes=3-9"})
    assert part.status_code == 206
    assert part.content == CONTENT[3:10]
    assert "content-encoding" not in part.headers


def test_pictures_leave_as_they_are(client: TestClient) -> None:
    icon = client.get(static_url("vendor/icons/192.png"), headers=GZIP)
    assert icon.content.startswith(b"\x89PNG")
    assert "content-encoding" not in icon.headers
    assert "vary" not in icon.headers


def test_what_is_sent_compressed_is_what_gzip_reads(client: TestClient) -> None:
    with client.stream("GET", static_url(FILE), headers=GZIP) as answer:
        assert gzip.decompress(b"".join(answer.iter_raw())) == CONTENT
