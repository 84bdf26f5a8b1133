from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.adapters.platforms.base import Said, Skipped
from live.adapters.platforms.social_stream import read, text_in
from tests.adapters.recorded import social


def taken(**fields: Any) -> Said:
    found = read(social(**fields))
    assert isinstance(found, Said)
    return found


def skipped(sent: object) -> str:
    found = read(sent)
    assert isinstance(found, Skipped)
    assert found.reason.endswith(".")
    return found.code


def test_a_message_is_who_says_what_where_and_when() -> None:
    said = taken()
    assert (said.platform, said.user_id, said.name, said.text) == (
        "tiktok",
        "mia7",
        "Mia",
        "want one",
    )
    assert said.at_ms == 1_700_000_000_000
    assert said.message_id


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('go <img src="https://x.test/a.png" alt=":wave:" class="e"> now', "go :wave: now"),
        ("a<img src='x.png' title=':b:'/>c", "a:b:c"),
        ('<img src="x.png">', ""),
        ("a &amp; b &lt;3 &#x1F600;&nbsp;c", "a & b <3 😀 c"),
        ("<i><small>re:&nbsp;</small></i>yes<br>no", "re: yes no"),
        ("<3 and 1 < 2 > 0", "<3 and 1 < 2 > 0"),
        ("x<script>alert('<b>')</script>y", "x y"),
        ("x<style>a{}", "x"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("<a href=\"javascript:alert('>')\">想要</a> <!-- hidden -->扣1", "想要 扣1"),
    ],
)
def test_html_becomes_its_words(markup: str, text: str) -> None:
    assert " ".join(text_in(markup).split()) == text


def test_what_is_text_only_stands_as_it_is() -> None:
    assert taken(chatmessage="1 <b> 2", textonly=True).text == "1 <b> 2"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"chatmessage": ""}, "no_words"),
        ({"chatmessage": '<img src="a.png">'}, "no_words"),
        ({"chatmessage": None}, "no_words"),
        ({"chatmessage": ["x"]}, "no_words"),
        ({"event": "joined", "chatmessage": "joined"}, "event"),
        ({"event": "liked"}, "event"),
        ({"event": True}, "event"),
        ({"private": True}, "private"),
        ({"chatname": "", "userid": ""}, "nobody"),
    ],
)
def test_what_no_viewer_says_to_all_is_left_out_with_a_reason(
    fields: dict[str, Any], code: str
) -> None:
    assert skipped(social(**fields)) == code


@pytest.mark.parametrize("sent", [None, [], "x", 5, {}])
def test_what_is_no_message_is_left_out(sent: object) -> None:
    assert skipped(sent) == "invalid"


def test_a_paid_message_is_a_message() -> None:
    assert taken(event="superchat", hasDonation="$5.00", chatmessage="thanks").text == "thanks"
    assert taken(hasDonation="3 roses").text == "want one"


def test_without_an_id_of_the_platform_a_name_is_who_speaks() -> None:
    said = taken(userid=None)
    assert said.user_id == "Mia"
    assert taken(userid=12345).user_id == "12345"


def test_the_counter_alone_does_not_tell_a_repetition() -> None:
    """It begins anew when the extension starts: another message may have the same number."""
    ids = [
        taken().message_id,
        taken(timestamp=1_700_000_000_001).message_id,
        taken(chatmessage="1").message_id,
        taken(userid="other").message_id,
        taken(id=42).message_id,
    ]
    assert len(set(ids)) == len(ids)
    assert taken().message_id == ids[0]


def test_the_platforms_own_id_comes_first() -> None:
    assert taken(meta={"messageId": "abc"}).message_id == "abc"
    assert taken(id=None, timestamp=None).message_id == ""


@pytest.mark.parametrize(
    ("type_", "platform"),
    [
        ("youtubeshorts", "youtube"),
        ("Kick", "kick"),
        ("抖音", "other"),
        (None, "other"),
        ("a-b c!", "abc"),
    ],
)
def test_the_platform_is_a_word_of_ours(type_: Any, platform: str) -> None:
    assert taken(type=type_).platform == platform


@pytest.mark.parametrize(
    ("sent", "at_ms"),
    [
        (1_700_000_000, 1_700_000_000_000),
        (1_700_000_000_000_000, 1_700_000_000_000),
        ("x", None),
        (True, None),
    ],
)
def test_a_timestamp_is_in_whatever_unit(sent: Any, at_ms: int | None) -> None:
    assert taken(timestamp=sent).at_ms == at_ms


@given(st.text() | st.text(alphabet="<>/!-\"'= imgaltsctyle&#;", max_size=400))
def test_no_text_is_too_strange(markup: str) -> None:
    found = read(social(chatmessage=markup, chatname=markup))
    if isinstance(found, Said):
        assert found.text == found.text.strip()
        found.text.encode()
        found.incoming()


def test_what_was_paid_is_kept_in_words() -> None:
    assert taken(hasDonation="<b>$5.00</b>", event="superchat").tip == "$5.00"
    assert taken(hasDonation="").tip == taken(hasDonation=None).tip == ""
