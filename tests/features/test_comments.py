from typing import Any

import pytest

from live.runtime import Runtime
from live.store import comments
from tests.asking import NOBODY, Api, done, eventually, refused, wrong_fields
from tests.factories import make_show, make_viewer


async def test_anyone_becomes_a_viewer_with_or_without_a_name(api: Api) -> None:
    answers = [
        await api.post("/viewers", {"display_name": "小南"}, token=NOBODY),
        await api.post("/viewers", {}, token=NOBODY),
        await api.post("/viewers", token=NOBODY),
    ]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["id"] for answer in answers}) == 3
    assert all(set(answer.json()) == {"id", "token"} for answer in answers)


@pytest.mark.parametrize("name", ["x" * 41, 7, "a\nb", ["x"]])
async def test_a_name_that_cannot_be_shown_is_refused(api: Api, name: Any) -> None:
    answer = await api.post("/viewers", {"display_name": name}, token=NOBODY)
    assert wrong_fields(answer) == {"display_name"}


async def test_a_comment_is_counted_at_once_and_written_down_soon(
    api: Api, runtime: Runtime
) -> None:
    show = await make_show(api)
    viewer = await make_viewer(api)
    answer = await api.post(
        f"/shows/{show}/comments", {"text": " 想要 <b>扣1</b> "}, token=viewer.token
    )
    assert answer.status_code == 201
    assert answer.json()["id"].startswith(f"{show}-c")
    assert done(await api.get(f"/shows/{show}/tally"))["comments"] == 1

    async def is_written() -> bool:
        async with runtime.db.read() as session:
            found = await comments.recent_comments(session, show, 5)
        return [(c.id, c.text) for c in found] == [(answer.json()["id"], "想要 <b>扣1</b>")]

    await eventually(is_written)


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "x" * 201, None, 1, "a\x07b"])
async def test_a_comment_that_says_nothing_or_too_much_is_refused(api: Api, text: Any) -> None:
    show = await make_show(api)
    viewer = await make_viewer(api)
    answer = await api.post(f"/shows/{show}/comments", {"text": text}, token=viewer.token)
    assert wrong_fields(answer) == {"text"}
    assert done(await api.get(f"/shows/{show}/tally"))["comments"] == 0


async def test_only_viewers_comment(api: Api) -> None:
    show = await make_show(api)
    path, body = f"/shows/{show}/comments", {"text": "想要"}
    refused(await api.post(path, body, token=NOBODY), 401, "not_signed_in")
    refused(await api.post(path, body, token="v1.e30.x"), 401, "not_signed_in")
    refused(await api.post(path, body), 403, "forbidden")


async def test_nobody_comments_on_a_show_that_has_ended_or_never_was(api: Api) -> None:
    show = await make_show(api)
    token = (await make_viewer(api)).token
    done(await api.post(f"/shows/{show}/end"))
    for place, status, code in ((show, 409, "ended"), ("none", 404, "not_found")):
        answer = await api.post(f"/shows/{place}/comments", {"text": "想要"}, token=token)
        refused(answer, status, code)
    refused(await api.post("/shows/a b/comments", {"text": "x"}, token=token), 404, "not_found")
