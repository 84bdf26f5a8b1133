"""What a chat's rules make of a comment."""

import pytest

from live.domain.comment import CommentState, comment_id, seq_of
from live.domain.folding import fold
from live.domain.ids import ShowId
from live.domain.moderation import (
    ChatRules,
    Screen,
    Standing,
    StandingKind,
    arrival,
    counts,
    has_link,
    is_question,
)


def test_without_rules_everything_is_shown() -> None:
    screened = Screen(ChatRules(), ["扣1"]).screen("扣1 有蓝色吗")
    assert (screened.state, screened.why) == (CommentState.SHOWN, "")
    assert (list(screened.words), screened.asks, screened.refused) == (["扣1"], True, "")


@pytest.mark.parametrize(
    "text", ["加微信", "加 微 信", "加\u200b微信", "請加微信哦", "ＳＢ", "s b"]
)
def test_a_blocked_word_hides_and_is_named(text: str) -> None:
    screened = Screen(ChatRules(blocked=("加微信", "sb"), premoderation=True)).screen(text)
    assert screened.state is CommentState.HIDDEN
    assert screened.why in ("word:加微信", "word:sb")
    assert arrival(screened.why) is CommentState.HIDDEN
    assert not counts(screened.why)


@pytest.mark.parametrize("text", ["usb 线", "微信", "加个微信"])
def test_a_word_is_blocked_as_it_stands_and_not_inside_another(text: str) -> None:
    assert Screen(ChatRules(blocked=("加微信", "sb"))).screen(text).state is CommentState.SHOWN


def test_premoderation_holds_and_what_is_held_counts() -> None:
    screened = Screen(ChatRules(premoderation=True)).screen("好看")
    assert (screened.state, screened.why) == (CommentState.HELD, "premoderation")
    assert arrival(screened.why) is CommentState.HELD
    assert counts(screened.why)
    assert not counts("shadow")


@pytest.mark.parametrize(
    "text",
    ["看 https://x.y", "ｈｔｔｐ://a", "www.abc", "来 abc.com", "abc . com", "abc。cn", "a-b.shop/1", "x.y.top",
     "点这里 。com", "点这里。com", "点这里 。 com 好", "abc . com now", "加我・com", "淘宝.cn", "小店。com.cn"],
)  # fmt: skip
def test_these_have_a_link(text: str) -> None:
    assert has_link(fold(text))
    assert Screen(ChatRules(links_off=True)).screen(text).refused == "links_off"
    assert Screen(ChatRules()).screen(text).refused == ""


@pytest.mark.parametrize("text", [
    "99.9元", "3.5 kg", "好的...嗯", "e.g. this", "A1.A2", "u.s. 码", "好的。comfortable", "ok. come on",
    "好的。vip 有优惠吗", "好看。TV 多少钱", "多大。cn码是多少", "净重。net 50g", "US 5. CN 38",
])  # fmt: skip
def test_these_have_none(text: str) -> None:
    assert not has_link(fold(text))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("有货嗎", True),
        ("多少錢", True),
        ("怎麼買", True),
        ("？", True),
        ("好看", False),
        ("", False),
    ],
)
def test_a_question_is_a_comment_that_asks(text: str, asks: bool) -> None:
    assert is_question(fold(text)) is asks


def test_a_mute_ends_by_itself_and_a_ban_does_not() -> None:
    muted = Standing(StandingKind.MUTED, 1_000)
    assert muted.at(999) is muted
    assert muted.at(1_000).kind is StandingKind.FREE
    assert Standing(StandingKind.BANNED).at(10**15).kind is StandingKind.BANNED


def test_a_comments_id_leads_to_its_fact() -> None:
    assert seq_of(comment_id(ShowId("s"), 42)) == 42
    assert [seq_of(text) for text in ("s-o42", "s-c", "s-cx", "s-c²", "", "s-c-1")] == [0] * 6
