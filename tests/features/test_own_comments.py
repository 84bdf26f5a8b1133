"""What is said, as its author sees it again; and what of it nobody else is shown."""

from starlette.applications import Starlette

from live.sockets import build_ports
from live.web.words import translate
from tests.asking import NOBODY, Api, done, refused
from tests.factories import Viewer, make_show, make_viewer
from tests.features.test_moderation import put_rules, said


async def test_only_what_everyone_sees_is_pinned_or_sent_to_the_host(api: Api) -> None:
    show, viewer = await make_show(api), await make_viewer(api)
    await put_rules(api, show, blocked=["加微信"])
    by_word = (await said(api, show, viewer, "加微信"))["id"]
    by_hand = (await said(api, show, viewer, "退钱"))["id"]
    done(await api.post(f"/shows/{show}/comments/{by_hand}/hide"))
    done(await api.post(f"/shows/{show}/viewers/{viewer.id}/shadow-ban"))
    by_shadow = (await said(api, show, viewer, "还在"))["id"]
    for comment in (by_word, by_hand, by_shadow):
        for path, body in ((f"comments/{comment}/pin", None), ("asks", {"comment_id": comment})):
            refused(await api.post(f"/shows/{show}/{path}", body), 409, "comment_not_shown")
    done(await api.post(f"/shows/{show}/comments/{by_word}/show"))
    assert (await api.post(f"/shows/{show}/asks", {"comment_id": by_word})).status_code == 201


async def test_an_authors_own_page_keeps_what_they_said_and_says_no_more_than_they_may_know(
    app: Starlette, api: Api
) -> None:
    show = await make_show(api)
    slug = done(await api.get(f"/shows/{show}"))["slug"]
    author, other = await make_viewer(api), await make_viewer(api, "别人")
    await put_rules(api, show, premoderation=True)
    waiting = (await said(api, show, author, "等着呢"))["id"]
    await put_rules(api, show, premoderation=False)
    done(await api.post(f"/shows/{show}/viewers/{author.id}/shadow-ban"))
    await said(api, show, author, "只有我看得到")

    async def page(viewer: Viewer) -> str:
        cookies = {"cookie": f"viewer={viewer.token}"}
        found = await api.send("GET", f"/watch/{slug}", token=NOBODY, headers=cookies)
        assert len(found.content) < 100_000
        return found.text.partition('id="own-say"')[2].partition("</div>")[0]

    waits = translate("en", "watch.say_waits")
    mine = await page(author)
    assert mine.count('class="is-own"') == 2
    assert mine.count(waits) == 1
    assert "shadow" not in mine
    assert "等着呢" not in await page(other)
    position = (await app.state.boards.board(show)).position
    ports = build_ports(app.state.runtime, app.state.boards, app.state.door)
    drawn = await ports.present_personal(show, position, author.id, "en")
    assert drawn["own-say"].count('class="is-own"') == 2
    assert "own-say" not in await ports.present_personal(show, position, other.id, "en")
    done(await api.post(f"/shows/{show}/comments/{waiting}/show"))
    assert waits not in await page(author)
