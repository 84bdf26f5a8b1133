"""From command-line options and environment to `Settings`."""

import argparse
from pathlib import Path

from pydantic import SecretStr, ValidationError

from live import logs
from live.cli import data_folder
from live.cli.refusal import Refusal
from live.settings import Settings


def add_settings(parser: argparse.ArgumentParser, *names: str) -> None:
    """Offer these settings as options, e.g. `--data-dir` for `data_dir`; an option beats the variable."""
    for name in names:
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            dest=name,
            type=Path if name == "data_dir" else str,
            help=Settings.model_fields[name].description,
        )


def read_settings(args: argparse.Namespace) -> Settings:
    """Options over environment over `.env` over defaults; configures the log on the way."""
    given = {
        name: value
        for name, value in vars(args).items()
        if value is not None and name in Settings.model_fields
    }
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise Refusal(_sentence(error)) from error
    logs.configure(settings.log_format, settings.log_level)
    return settings


def with_secret(settings: Settings) -> Settings:
    """The same settings with the secret key filled in from the data folder if none was given."""
    if settings.secret_key.get_secret_value():
        return settings
    data_folder.make(settings.data_dir)
    key = data_folder.secret_key(settings.data_dir)
    return settings.model_copy(update={"secret_key": SecretStr(key)})


def _sentence(error: ValidationError) -> str:
    parts = [
        f"LIVE_{'_'.join(str(step) for step in issue['loc']).upper()}:"
        f" {issue['msg'].removeprefix('Value error, ')}"
        for issue in error.errors(include_input=False, include_url=False)
        if issue["type"] != "default_factory_not_called"  # wrong only because another one is
    ]
    return "a setting is wrong: " + "; ".join(parts)
