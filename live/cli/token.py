"""`live token`: API tokens for programs. One is printed once, when it is made, and kept only as a hash."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from live.cli.migrate import expect_schema
from live.cli.options import add_settings, read_settings
from live.cli.refusal import Refusal
from live.errors import LiveError
from live.features.accounts import actions
from live.runtime import Clock
from live.settings import Settings
from live.store.db import Database

T = TypeVar("T")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One verb each to make, to look, and to take back."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser("create", help="print a new token, once")
    create.add_argument("--role", required=True, help="what the token may do, e.g. operator")
    create.add_argument("--name", required=True, help="who uses it; shown in the audit trail")
    listing = verbs.add_parser("list", help="every token: id, role, made, revoked, name")
    revoke = verbs.add_parser("revoke", help="a token opens nothing from now on")
    revoke.add_argument("which", metavar="ID_OR_NAME", help="as `live token list` prints it")
    for verb in (create, listing, revoke):
        add_settings(verb, "data_dir")


def run(args: argparse.Namespace) -> int:
    """`create` prints the token alone on standard output, so that a script can keep it."""
    settings = read_settings(args)
    expect_schema(settings)
    match args.verb:
        case "create":
            print(_with(settings, lambda db: _create(db, args.role, args.name)))
        case "list":
            for line in _with(settings, _lines):
                print(line)
        case "revoke":
            print(_with(settings, lambda db: _revoke(db, args.which)))
    return 0


def _with(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    async def inside() -> T:
        database = Database.from_url(settings.database_url)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(inside())
    except LiveError as error:
        raise Refusal(str(error)) from error


async def _create(db: Database, role: str, name: str) -> str:
    return await actions.create_token(db, role=role, name=name, now=Clock().now())


async def _lines(db: Database) -> list[str]:
    return [
        f"{row.id}  {row.role:<8}  {row.created_at:%Y-%m-%d}"
        f"  {f'revoked {row.revoked_at:%Y-%m-%d}' if row.revoked_at else 'valid':<18}  {row.name}"
        for row in await actions.list_tokens(db)
    ]


async def _revoke(db: Database, which: str) -> str:
    row = await actions.revoke_token(db, id_or_name=which, now=Clock().now())
    return f"revoked {row.id} ({row.name}); a running server forgets it within 5 seconds"
