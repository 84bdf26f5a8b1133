import base64
import json
from typing import Any

import jwt
import pytest

from live.domain.access import Viewer
from live.web import tokens
from live.web.tokens import Signer, ViewerTokens, WeakSecretError, shop_viewer_id

SECRET = "s" * 32
SHOP = "shop" * 8
NOW = 1_800_000_000.0


def shop_jwt(secret: str = SHOP, algorithm: str = "HS256", **claims: Any) -> Any:
    return jwt.encode({"sub": "42", "exp": int(NOW) + 60, **claims}, secret, algorithm=algorithm)


def test_a_token_names_its_viewer_until_it_expires() -> None:
    made = ViewerTokens(SECRET)
    token = made.make("v123", "小明", NOW, 60)
    assert made.read(token, NOW + 59) == Viewer("v123", "小明", int(NOW) + 60)
    assert made.read(token, NOW + 60) is None
    assert ViewerTokens(SECRET).read(token, NOW) == Viewer("v123", "小明", int(NOW) + 60)


def test_no_character_of_a_token_can_be_changed() -> None:
    made = ViewerTokens(SECRET)
    token = made.make("v123", "Lin", NOW, 60)
    for place in range(len(token)):
        # Two places are apart in their lower bits, so base64's spare last bits are no excuse.
        other = "A" if token[place] != "A" else "z"
        changed = token[:place] + other + token[place + 1 :]
        assert made.read(changed, NOW) is None


@pytest.mark.parametrize(
    "token", ["", "v1.", "v1..", "v1.e30.", "v1.e30.x", "x" * 5000, "v1.é.é", "a.b.c", "lk_x"]
)
def test_rubbish_is_nobody(token: str) -> None:
    assert ViewerTokens(SECRET, SHOP).read(token, NOW) is None


def test_another_secret_or_purpose_is_worthless() -> None:
    token = ViewerTokens("t" * 32).make("v1", "Lin", NOW, 60)
    assert ViewerTokens(SECRET).read(token, NOW) is None
    payload = base64.urlsafe_b64encode(json.dumps({"id": "v", "name": "", "exp": 2**40}).encode())
    forged = Signer(SECRET, "csrf").seal(f"v1.{payload.decode().rstrip('=')}")
    assert ViewerTokens(SECRET).read(forged, NOW) is None


def test_a_sealed_text_comes_back_and_a_changed_one_does_not() -> None:
    signer = Signer(SECRET, "cookie")
    assert signer.unseal(signer.seal("a.b")) == "a.b"
    assert signer.unseal(signer.seal("a.b") + "x") is None
    assert signer.unseal("a.b") is None


@pytest.mark.parametrize("secret", ["", "short", "s" * 31])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(WeakSecretError):
        ViewerTokens(secret)
    with pytest.raises(WeakSecretError):
        ViewerTokens(SECRET, secret)


def test_secrets_do_not_show() -> None:
    assert SECRET not in repr(vars(ViewerTokens(SECRET))) + repr(ViewerTokens(SECRET))


def test_the_shops_customer_is_let_in() -> None:
    viewer = ViewerTokens(SECRET, SHOP).read(shop_jwt(name=" 小明 "), NOW)
    assert viewer == Viewer("s_42", "小明", int(NOW) + 60)


def test_the_shops_token_expires_by_our_clock() -> None:
    made = ViewerTokens(SECRET, SHOP)
    assert made.read(shop_jwt(), NOW + 60) is None
    assert made.read(shop_jwt(exp=1), NOW) is None


@pytest.mark.parametrize(
    "token",
    [
        shop_jwt(secret="x" * 32),
        shop_jwt(algorithm="HS512", secret="x" * 64),
        jwt.encode({"sub": "42", "exp": int(NOW) + 60}, None, algorithm="none"),
        jwt.encode({"exp": int(NOW) + 60}, SHOP),
        jwt.encode({"sub": "42"}, SHOP),
        shop_jwt(sub=""),
        shop_jwt(exp="tomorrow"),
        shop_jwt(exp=True),
        shop_jwt(nbf=2**40),
    ],
)
def test_a_shop_token_with_a_flaw_is_refused(token: str) -> None:
    assert ViewerTokens(SECRET, SHOP).read(token, NOW) is None


def test_without_a_shop_secret_no_jwt_is_read() -> None:
    assert ViewerTokens(SECRET).read(shop_jwt(), NOW) is None


def test_a_shop_name_that_is_not_fit_to_show_is_left_out() -> None:
    viewer = ViewerTokens(SECRET, SHOP).read(shop_jwt(name="a\x00b"), NOW)
    assert viewer is not None
    assert viewer.name == ""


def test_shop_ids_are_readable_where_they_can_be_and_never_ours() -> None:
    assert shop_viewer_id("user_7") == "s_user_7"
    for odd in ("a@b.example", "a-b", "a:b", "x" * 100, "用户"):
        assert shop_viewer_id(odd).startswith("s_")
        assert shop_viewer_id(odd)[2:].isalnum()


def test_the_memory_of_verified_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "VERIFIED_MAX", 10)
    made = ViewerTokens(SECRET)
    for n in range(100):
        token = made.make(f"v{n}", "", NOW, 60)
        assert made.read(token, NOW) is not None
    assert len(made._verified) <= 10
