"""`live token create`: an API token for a program, printed once and kept only as a hash."""

import argparse
import asyncio

from live.cli.options import add_settings, read_settings
from live.cli.refusal import Refusal
from live.errors import LiveError
from live.features.accounts import actions
from live.runtime import Clock
from live.settings import Settings
from live.store.db import Database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`create` is the only verb so far."""
    parser.add_argument("verb", choices=["create"])
    parser.add_argument("--role", required=True, help="what the token may do, e.g. operator")
    parser.add_argument("--name", required=True, help="who uses it; shown in the audit trail")
    add_settings(parser, "data_dir")


def run(args: argparse.Namespace) -> int:
    """The token alone on standard output, so that a script can keep it."""
    settings = read_settings(args)
    try:
        print(asyncio.run(_create(settings, args.role, args.name)))
    except LiveError as error:
        raise Refusal(str(error)) from error
    return 0


async def _create(settings: Settings, role: str, name: str) -> str:
    database = Database.from_url(settings.database_url)
    try:
        return await actions.create_token(database, role=role, name=name, now=Clock().now())
    finally:
        await database.close()
