"""`live account create`: a person who signs in on the pages; the password is printed once."""

import argparse
import asyncio

from live.cli.migrate import expect_schema
from live.cli.options import add_settings, read_settings
from live.cli.refusal import Refusal
from live.domain.access import Role
from live.errors import LiveError
from live.features.accounts.actions import create_account, ensure_default_room
from live.features.accounts.actions.passwords import new_password
from live.runtime import Clock
from live.settings import Settings
from live.store.db import Database

ROLES = [role.value for role in (Role.OWNER, Role.OPERATOR, Role.HOST)]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`create` is the only verb so far."""
    parser.add_argument("verb", choices=["create"])
    parser.add_argument("--email", required=True, help="what they sign in with")
    parser.add_argument("--name", required=True, help="shown in the log of who did what")
    parser.add_argument("--role", required=True, choices=ROLES, help="in the default room")
    add_settings(parser, "data_dir")


def run(args: argparse.Namespace) -> int:
    """The password alone on standard output."""
    settings = read_settings(args)
    expect_schema(settings)
    try:
        print(asyncio.run(_create(settings, args.email, args.name, Role(args.role))))
    except LiveError as error:
        raise Refusal(str(error)) from error
    return 0


async def _create(settings: Settings, email: str, name: str, role: Role) -> str:
    database = Database.from_url(settings.database_url)
    now, password = Clock().now(), new_password()
    try:
        async with database.write() as session:
            room = await ensure_default_room(session, now)
        await create_account(
            database, email=email, name=name, password=password, room_id=room.id, role=role, now=now
        )
    finally:
        await database.close()
    return password
