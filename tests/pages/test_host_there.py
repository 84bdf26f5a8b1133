"""Whether the host sees what the control room says: the desk's lamp and each cue tell."""

from playwright.sync_api import APIRequestContext, expect

from tests.pages.stage import on_air
from tests.pages.test_host import cue
from tests.pages.visitor import Visitor, inspect


def test_the_desk_says_whether_a_host_sees_its_cues(
    operator: Visitor, api: APIRequestContext
) -> None:
    sale, desk = on_air(api), operator.page
    desk.goto(sale.page("control"))
    there, lamp = desk.locator("#host-there"), desk.locator("[data-lamp=host]")
    expect(there).to_have_text(operator.words("host.there.none"))
    expect(lamp).to_have_text(operator.words("lamp.word.host_none"))
    cue(api, sale, "看镜头")
    line = desk.locator(".cue-line.is-waiting")
    expect(line).to_contain_text(operator.words("cues.state.nobody"))
    inspect(desk)

    host = operator.context.new_page()
    host.goto(sale.page("host"))
    expect(there).to_have_text(operator.words("host.there.on"))
    expect(line).to_contain_text(operator.words("cues.state.seen", time="|").split("|")[0].strip())

    host.close()
    expect(line).to_contain_text(operator.words("cues.state.was_seen"))
    cut = operator.words("host.there.away", time="|").split("|")
    for part in filter(None, cut):
        expect(there).to_contain_text(part.strip())
    expect(there.locator("time")).to_have_text(desk.locator("[data-lamp=host] time").inner_text())
    expect(lamp).to_have_class("lamp is-warn")
    inspect(desk)
