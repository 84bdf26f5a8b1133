"""`live migrate`: the schema, brought to the newest revision; safe to run twice."""

import argparse

from live.cli import data_folder
from live.cli.first_run import furnish
from live.cli.options import add_settings, read_settings
from live.cli.refusal import Refusal
from live.errors import StoreUnavailable
from live.logs import mask
from live.settings import EMBEDDED_DATABASE, Settings
from live.store import schema


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The folder decides where the embedded database is."""
    add_settings(parser, "data_dir")


def run(args: argparse.Namespace) -> int:
    """Exit code 2 if the database cannot be reached."""
    settings = read_settings(args)
    bring_up_to_date(settings)
    for line in furnish(settings):
        print(line)
    print("the schema is up to date")
    return 0


def bring_up_to_date(settings: Settings) -> None:
    """Every migration that is missing, in order.

    Raises:
        Refusal: the database cannot be reached or refuses.
    """
    if settings.embedded_database:
        data_folder.make(settings.data_dir)
        data_folder.private_file(settings.data_dir / EMBEDDED_DATABASE)
    try:
        schema.migrate(settings.database_url)
    except StoreUnavailable as error:
        raise Refusal(f"the database cannot be brought up to date. {mask(str(error))}") from error


def expect_schema(settings: Settings) -> None:
    """For a command that needs tables: makes them where there are none yet.

    Raises:
        Refusal: the database cannot be reached, or its schema is another program's.
    """
    try:
        current = None
        if not settings.embedded_database or (settings.data_dir / EMBEDDED_DATABASE).exists():
            current = schema.current_revision(settings.database_url)
    except StoreUnavailable as error:
        raise Refusal(f"the database cannot be read. {mask(str(error))}") from error
    if current is None:
        bring_up_to_date(settings)
    elif current != schema.head_revision():
        raise Refusal(f"the schema is of revision {current}; run `live migrate` first.")
