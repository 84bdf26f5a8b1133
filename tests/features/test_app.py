"""The viewer page as an app: what a browser is told when somebody installs it."""

import pytest

from tests.asking import NOBODY, Api, done
from tests.factories import make_show


@pytest.mark.parametrize(("accepts", "lang"), [("zh-CN,zh;q=0.9", "zh-CN"), ("en-GB", "en")])
async def test_a_manifest_opens_the_show_and_has_icons_that_are_there(
    api: Api, accepts: str, lang: str
) -> None:
    show = done(await api.get(f"/shows/{await make_show(api)}"))
    page = f"/watch/{show['slug']}"
    headers = {"accept-language": accepts}
    answer = await api.send("GET", f"{page}/app.webmanifest", token=NOBODY, headers=headers)
    assert answer.headers["content-type"] == "application/manifest+json"
    told = answer.json()
    assert (told["start_url"], told["lang"], told["display"]) == (page, lang, "standalone")
    assert page.startswith(told["scope"])
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in told["icons"]}
    for icon in told["icons"]:
        assert (await api.send("GET", icon["src"], token=NOBODY)).content.startswith(b"\x89PNG")


async def test_there_is_no_app_of_a_show_that_is_not(api: Api) -> None:
    answer = await api.send("GET", "/watch/nothing/app.webmanifest", token=NOBODY)
    assert answer.status_code == 404
