"""Pictures over the API: sent, served, used, and taken away."""

import io
import os
from typing import Any

import pytest
from PIL import Image

from live.features.products.actions import remove_unused_pictures
from live.runtime import Runtime
from tests.asking import NOBODY, Api, done, refused, wrong_fields
from tests.factories import make_show, make_viewer

DAY_S = 86_400


def photo(colour: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1200, 900), colour).save(file, "PNG")
    return file.getvalue()


async def send(api: Api, show: str, content: bytes, **how: Any) -> Any:
    return await api.post(f"/shows/{show}/pictures", content=content, **how)


async def test_a_picture_is_sent_once_and_kept_by_browsers_for_good(api: Api) -> None:
    show = await make_show(api, live=False)
    told = done(await send(api, show, photo()))
    as_form = await api.post(f"/shows/{show}/pictures", files={"file": ("a.png", photo())})
    assert done(as_form) == told
    for address in told.values():
        answer = await api.send("GET", address, token=NOBODY)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/webp"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"
    goods = {"sku": "A", "title": "杯", "list_price": 100, "stock": 1}
    done(await api.post(f"/shows/{show}/items", goods | {"image_url": told["image_url"]}))
    for wrong in ("/pictures/../live.db", "/pictures/x.webp", told["small_url"]):
        answer = await api.post(f"/shows/{show}/items", goods | {"sku": "B", "image_url": wrong})
        assert wrong_fields(answer) == {"image_url"}


@pytest.mark.parametrize("name", ["x.webp", "..%2flive.db", "0" * 32 + ".webp", "live.db"])
async def test_nothing_else_of_the_folder_is_served(api: Api, name: str) -> None:
    await make_show(api)
    assert (await api.send("GET", f"/pictures/{name}", token=NOBODY)).status_code == 404


async def test_what_cannot_be_a_picture_is_refused_at_its_field(api: Api) -> None:
    show = await make_show(api)
    assert wrong_fields(await send(api, show, b"%PDF-1.7")) == {"file"}
    assert wrong_fields(await send(api, show, b"")) == {"file"}
    refused(await send(api, show, b"x" * (10 * 1024 * 1024 + 1)), 413, "too_large")
    viewer = (await make_viewer(api)).token
    refused(await send(api, show, photo(), token=viewer), 403, "forbidden")
    refused(await send(api, "none", photo()), 404, "not_found")


async def test_a_picture_goes_when_no_line_up_and_no_template_has_it(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api, live=False)
    goods = {"title": "杯", "list_price": 100, "stock": 1}
    addresses = []
    for colour in ("red", "green", "blue"):
        addresses.append(done(await send(api, show, photo(colour)))["image_url"])
    kept, in_template, forgotten = addresses
    item = {"sku": "B", "image_url": in_template}
    added = done(await api.post(f"/shows/{show}/items", goods | item))["id"]
    done(await api.post(f"/shows/{show}/line-ups", {"name": "周五"}))
    done(await api.patch(f"/items/{added}", {"image_url": kept}))
    for path in runtime.pictures.folder.iterdir():
        os.utime(path, (path.stat().st_mtime - 2 * DAY_S,) * 2)

    async def sweep() -> int:
        return await remove_unused_pictures(
            runtime.clock.now(), db=runtime.db, pictures=runtime.pictures
        )

    assert await sweep() == 1
    assert await sweep() == 0
    found = [(await api.send("GET", a, token=NOBODY)).status_code for a in addresses]
    assert found == [200, 200, 404], forgotten
