"""What a viewer said last is kept for them on a real Redis, whatever the crew makes of it."""

from live.domain.comment import CommentState, Incoming, Posted
from live.domain.moderation import StandingKind
from tests.hotpath.stage import Stage
from tests.hotpath.test_chat import HELD, SHOWN, decision, stand


async def test_a_viewer_sees_again_what_they_said_last_whatever_became_of_it(
    hot_stage: Stage,
) -> None:
    async def own(viewer: str = "v1") -> list[tuple[str, bool]]:
        return [(one.text, one.waits) for one in await hot_stage.chat.own(hot_stage.show, viewer)]

    assert await own() == []
    for n in range(4):
        await hot_stage.say(f"第 {n} 条")
    assert await own() == [(f"第 {n} 条", False) for n in range(1, 4)]
    await hot_stage.set_rules(premoderation=True)
    held = await hot_stage.say("等着")
    await stand(hot_stage, "v1", StandingKind.SHADOWED)
    hidden = await hot_stage.say("别人看不到")
    assert await own() == [("第 3 条", False), ("等着", True), ("别人看不到", False)]
    await hot_stage.chat.set_state(hot_stage.show, HELD, decision(held, SHOWN))
    payload = decision(hidden, CommentState.HIDDEN)
    await hot_stage.chat.set_state(hot_stage.show, CommentState.SHADOWED, payload)
    assert await own() == [("第 3 条", False), ("等着", False), ("别人看不到", False)]
    await hot_stage.set_rules(premoderation=False)
    outside = [Incoming("v2", "n", f"t{n}", "youtube", f"m{n}") for n in range(2)]
    await hot_stage.chat.say_many(hot_stage.show, outside)
    assert await own("v2") == [], "nobody of another platform looks at our page"
    both = [Incoming(v, "n", f"{v} {n}") for n in range(5) for v in ("v3", "v4")]
    answers = await hot_stage.chat.say_many(hot_stage.show, both)
    assert await own("v4") == [(f"v4 {n}", False) for n in range(2, 5)]
    ids = [one.id for one in answers if isinstance(one, Posted)]
    kept = await hot_stage.chat.own(hot_stage.show, "v4")
    assert [one.id for one in kept] == ids[-5::2]
