"""Every knob of the application: its unit, its default and what it is for.

Values come from `LIVE_*` environment variables, then from a `.env` file in the current folder, then
from the defaults below. Addresses that are left out point at the embedded parts under `data_dir`.
Read by `app`, `worker`, `runtime` and `cli` only.
"""

import hashlib
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import AfterValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from redis import Redis
from sqlalchemy.exc import ArgumentError

from live.store.db import DRIVERS, driver_url

EMBEDDED_DATABASE = "live.db"  # its file in the data folder
SOCKET_PATH_MAX = 100  # bytes. The kernel's own limit is 108 on Linux and 104 on macOS.


def redis_socket(data_dir: Path) -> Path:
    """Where the embedded Redis listens: in the data folder, or under a short name if that is too long."""
    path = data_dir / "redis" / "redis.sock"
    if len(str(path).encode()) < SOCKET_PATH_MAX:
        return path
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"live-{digest}" / "redis.sock"


def embedded_redis_url(data_dir: Path) -> str:
    """The URL of the Redis that `live up` starts itself."""
    return f"unix://{quote(str(redis_socket(data_dir)))}"


def embedded_database_url(data_dir: Path) -> str:
    """The URL of the SQLite file that `live up` keeps itself."""
    return f"sqlite+aiosqlite:///{data_dir / EMBEDDED_DATABASE}"


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


class Settings(BaseSettings):
    """One frozen object, read once per process."""

    model_config = SettingsConfigDict(
        env_prefix="LIVE_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=True,
    )

    host: str = Field(
        default="127.0.0.1", description="Address to listen on; 0.0.0.0 for all of them."
    )
    port: int = Field(default=8000, ge=1, le=65535, description="TCP port to listen on.")
    public_url: str | None = Field(
        default=None,
        description="Address people type, e.g. https://live.example; names the allowed origin.",
    )
    data_dir: Annotated[Path, AfterValidator(_absolute)] = Field(
        default=Path("var"),
        description="Folder of everything that must survive: Redis, SQLite, the secret.",
    )
    redis_url: str = Field(
        default_factory=lambda known: embedded_redis_url(known["data_dir"]),
        description="Redis to sell from; unset: one is started under the data folder.",
    )
    database_url: str = Field(
        default_factory=lambda known: embedded_database_url(known["data_dir"]),
        description="SQLAlchemy URL of the ledger; unset: SQLite under the data folder.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Signs cookies and tokens; unset: made once in the data folder.",
    )
    web_processes: int = Field(
        default=1, ge=1, le=64, description="Web processes that share the listening socket."
    )
    trusted_proxies: str = Field(
        default="",
        description="Proxy addresses, comma separated, whose X-Forwarded-* headers are believed.",
    )
    secure_cookies: Literal["auto", "on", "off"] = Field(
        default="auto", description="Secure cookies; auto: when the public address is https."
    )
    rate_limits: Literal["on", "off"] = Field(
        default="on", description="Limits per account and address; off only for load tests."
    )
    shop_jwt_secret: SecretStr | None = Field(
        default=None,
        description="HS256 secret of the shop whose JWTs may sign viewers in; unset: none may.",
    )
    order_ack: Literal["aof", "fast"] = Field(
        default="aof",
        description="Say yes after the order is on disk (aof), or at once for rehearsals (fast).",
    )
    hold_default_s: int = Field(
        default=300,
        ge=1,
        le=86400,
        description="Seconds an unpaid order keeps its units, unless the offer says.",
    )
    ledger_batch: int = Field(
        default=500,
        ge=1,
        le=5000,
        description="Facts the ledger writes to SQL in one transaction at most.",
    )
    ledger_rest_s: float = Field(
        default=10,
        ge=0,
        le=60,
        description="Seconds the ledger may stand aside in a rush, where processors are few; 0: never.",
    )
    archive_after_s: int = Field(
        default=3600,
        ge=1,
        le=31_536_000,
        description="Seconds after the last change of an ended show until Redis gives its memory back.",
    )
    beat_ms: int = Field(
        default=250,
        ge=50,
        le=5000,
        description="Milliseconds between two refreshes of the screens.",
    )
    metrics: Literal["local", "on", "off"] = Field(
        default="local",
        description="Who may read /metrics: callers on this machine, everyone, no one.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="Log lines for people or machines."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severe message that is logged."
    )
    demo: bool = Field(
        default=False, description="Put a demo show on air, with a crowd that buys in it."
    )

    @field_validator("public_url")
    @classmethod
    def _is_origin(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("secret_key", "shop_jwt_secret")
    @classmethod
    def _is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and 0 < len(value.get_secret_value().encode()) < 32:
            raise ValueError("must be 32 characters or longer")
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, value: str) -> str:
        try:
            Redis.from_url(value)  # which reads it, and connects later
        except ValueError:
            raise ValueError("must be like redis://host:6379/0 or unix:///path") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        try:
            known = driver_url(value).drivername in DRIVERS.values()
        except (ArgumentError, ValueError):
            known = False
        if not known:
            raise ValueError("must be like postgresql://user@host/name or sqlite:////path")
        return value

    @property
    def embedded_redis(self) -> bool:
        """Whether `live up` starts Redis itself."""
        return self.redis_url == embedded_redis_url(self.data_dir)

    @property
    def embedded_database(self) -> bool:
        """Whether the ledger is the SQLite file in the data folder."""
        return self.database_url == embedded_database_url(self.data_dir)

    @property
    def address(self) -> str:
        """The URL that is printed: the public one, or where we listen."""
        return self.public_url or self.local_url

    @property
    def local_url(self) -> str:
        """Where programs on this machine ask: straight at the port, whatever the public address is."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(self.host, self.host)
        return f"http://{host}:{self.port}"

    @property
    def cookies_are_secure(self) -> bool:
        """Whether cookies carry `Secure`."""
        if self.secure_cookies == "auto":
            return (self.public_url or "").startswith("https://")
        return self.secure_cookies == "on"

    def environment(self) -> dict[str, str]:
        """The resolved values as `LIVE_*` variables, for a child process."""
        values = {name: _as_text(getattr(self, name)) for name in type(self).model_fields}
        return {f"LIVE_{name.upper()}": value for name, value in values.items() if value}


def _as_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
        case bool():
            return "1" if value else "0"
        case _:
            return str(value)
