"""Signed tokens: what a viewer carries, and small signed values for cookies and URLs.

A viewer token is `v1.<payload>.<HMAC-SHA256>`, both parts base64url; it is checked without any
I/O, and a token seen before is not even hashed again. A shop may sign its own customers in with a
JWT (HS256) instead.
"""

import base64
import hashlib
import hmac
import json
from typing import cast

import jwt

from live.domain.access import Viewer
from live.domain.ids import is_id
from live.errors import LiveError
from live.web.fields import clean_text

NAME_MAX = 40  # characters of a display name
TOKEN_MAX = 2_048  # characters; a shop's JWT with some claims of its own fits
VERIFIED_MAX = 20_000  # tokens remembered as verified, about 300 bytes each
SECRET_MIN = 32  # bytes; RFC 7518 3.2 for HS256
SHOP_PREFIX = "s_"  # a shop's customer never shares an id with a viewer of ours


class WeakSecretError(LiveError):
    """A signing secret shorter than SECRET_MIN bytes."""

    code = "weak_secret"
    message = f"Signing secrets need at least {SECRET_MIN} bytes."


class Signer:
    """Signs short ASCII texts for one purpose; a signature for one purpose is worthless in another."""

    def __init__(self, secret: str, purpose: str) -> None:
        if len(secret.encode()) < SECRET_MIN:
            raise WeakSecretError
        self._key = hmac.digest(secret.encode(), b"live:" + purpose.encode(), "sha256")

    def __repr__(self) -> str:
        return "Signer(…)"

    def sign(self, text: str) -> str:
        """The signature alone, 43 characters."""
        digest = hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256")
        return _b64(digest)

    def is_signed(self, text: str, signature: str) -> bool:
        """True if `signature` is ours for `text`; takes the same time either way."""
        return hmac.compare_digest(self.sign(text).encode(), signature.encode("utf-8", "replace"))

    def seal(self, text: str) -> str:
        """`<text>.<signature>`: a value that may travel and come back."""
        return f"{text}.{self.sign(text)}"

    def unseal(self, sealed: str) -> str | None:
        """The text of a value that `seal` made, or None."""
        text, _, signature = sealed.rpartition(".")
        return text if self.is_signed(text, signature) else None


class ViewerTokens:
    """Makes and reads viewer tokens; `shop_secret` allows the shop's own JWTs beside them."""

    def __init__(self, secret: str, shop_secret: str | None = None) -> None:
        self._signer = Signer(secret, "viewer")
        if shop_secret is not None and len(shop_secret.encode()) < SECRET_MIN:
            raise WeakSecretError
        self._shop_secret = shop_secret
        self._verified: dict[str, Viewer] = {}

    def __repr__(self) -> str:
        return "ViewerTokens(…)"

    def make(self, viewer_id: str, name: str, now: float, ttl_s: int) -> str:
        """A token for `ttl_s` seconds from `now` (unix seconds)."""
        payload = {"id": viewer_id, "name": name, "exp": int(now) + ttl_s}
        text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        return self._signer.seal(f"v1.{_b64(text.encode())}")

    def read(self, token: str, now: float) -> Viewer | None:
        """The viewer whom the token names, if it is genuine and still valid at `now`."""
        viewer = self._verified.get(token)
        if viewer is None:
            viewer = self._verify(token)
            if viewer is None:
                return None
            self._remember(token, viewer, now)
        return viewer if viewer.expires_at > now else None

    def _verify(self, token: str) -> Viewer | None:
        if len(token) > TOKEN_MAX or not token.isascii():
            return None
        if not token.startswith("v1."):
            return self._of_shop(token)
        signed = self._signer.unseal(token)
        if signed is None:
            return None
        payload = json.loads(_unb64(signed.partition(".")[2]))
        return Viewer(payload["id"], payload["name"], payload["exp"])

    def _of_shop(self, token: str) -> Viewer | None:
        """The viewer of the shop's JWT. Its expiry is compared by `read` with the caller's clock."""
        if self._shop_secret is None:
            return None
        try:
            claims = jwt.decode(
                token,
                self._shop_secret,
                algorithms=["HS256"],
                options={
                    "require": ["sub", "exp"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_aud": False,
                },
            )
        except jwt.InvalidTokenError:
            return None
        return _shop_viewer(cast("dict[str, object]", claims))

    def _remember(self, token: str, viewer: Viewer, now: float) -> None:
        """Keeps a verified token; when full, the eldest half makes room at once."""
        if viewer.expires_at <= now:
            return
        if len(self._verified) >= VERIFIED_MAX:
            for eldest in list(self._verified)[: VERIFIED_MAX // 2]:
                del self._verified[eldest]
        self._verified[token] = viewer


def shop_viewer_id(sub: str) -> str:
    """Our id for the shop's customer `sub`: readable if it may stand in a key, else its hash."""
    readable = SHOP_PREFIX + sub
    if "-" not in sub and is_id(readable):
        return readable
    return SHOP_PREFIX + hashlib.sha256(sub.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _shop_viewer(claims: dict[str, object]) -> Viewer | None:
    sub, expires_at = claims["sub"], claims["exp"]
    if not isinstance(sub, str) or not sub:
        return None
    if isinstance(expires_at, bool) or not isinstance(expires_at, int):
        return None
    try:
        name = clean_text(claims.get("name") or "", longest=NAME_MAX, shortest=0)
    except ValueError:
        name = ""
    return Viewer(shop_viewer_id(sub), name, expires_at)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
