"""Settings: every one is described, addresses are derived, children get the same values."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from live.settings import SOCKET_PATH_MAX, Settings, redis_socket


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No `.env`, no `LIVE_*` of the caller."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LIVE_{name.upper()}", raising=False)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_says_in_one_line_what_it_is_for(name: str) -> None:
    told = Settings.model_fields[name].description
    assert told is not None
    assert told.endswith(".")
    assert "\n" not in told


def test_left_out_addresses_point_into_the_data_folder(tmp_path: Path) -> None:
    settings = Settings()
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/var/live.db"
    assert settings.redis_url == f"unix://{redis_socket(tmp_path / 'var')}"
    assert settings.embedded_redis
    assert settings.embedded_database


def test_given_addresses_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVE_REDIS_URL", "redis://elsewhere:6379/0")
    settings = Settings()
    assert settings.redis_url == "redis://elsewhere:6379/0"
    assert not settings.embedded_redis


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVE_REDIS_URL", "")
    assert Settings().embedded_redis


def test_the_socket_of_a_deep_folder_gets_a_short_path() -> None:
    deep = Path("/", *["folder"] * 30)
    assert len(str(redis_socket(deep))) < SOCKET_PATH_MAX
    assert redis_socket(deep) == redis_socket(deep)
    assert redis_socket(deep) != redis_socket(deep / "other")


def test_a_child_reads_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = Settings(
        port=9001, demo=True, secret_key=SecretStr("k" * 40), public_url="https://live.example/"
    )
    for name, value in parent.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == parent


def test_the_secret_shows_in_no_print_out() -> None:
    settings = Settings(
        secret_key=SecretStr("very-secret-" * 4), shop_jwt_secret=SecretStr("also-secret" * 3)
    )
    assert "secret-" not in repr(settings)
    assert "also-secret" not in str(settings)


def test_cookies_are_secure_behind_https() -> None:
    assert Settings(public_url="https://live.example").cookies_are_secure
    assert not Settings().cookies_are_secure
    assert Settings(secure_cookies="on").cookies_are_secure


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", "0"), ("secret_key", "short"), ("public_url", "live.example"), ("metrics", "maybe")],
)
def test_wrong_values_are_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate({name: value})
