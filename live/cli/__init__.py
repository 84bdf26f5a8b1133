"""The `live` command: one module per sub-command, each with `add_arguments` and `run`.

May import anything below it. It alone starts processes and embedded servers; everything else of
the application only sees their URLs. Start reading in `up.py`.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from importlib.metadata import version

from live.cli.refusal import Refusal

# name -> (module, what it does). Imported when asked for, so that `live --help` answers at once.
COMMANDS = {
    "up": ("live.cli.up", "start everything on this machine and keep it running"),
    "serve": ("live.cli.serve", "one group of web processes"),
    "work": ("live.cli.work", "one worker: jobs, holds and the ledger"),
    "migrate": ("live.cli.migrate", "bring the database schema up to date"),
    "token": ("live.cli.token", "API tokens of programs: `token create`, `list`, `revoke`"),
    "account": (
        "live.cli.account",
        "`account create --email … --role ROLE` makes someone who signs in",
    ),
    "verify": ("live.cli.verify", "recompute a whole sale from an exported ledger"),
    "replay": ("live.cli.replay", "a recorded show's comments, at their own pace, into a show"),
    "doctor": ("live.cli.doctor", "check settings, Redis, database, schema, clock and worker"),
    "demo": ("live.cli.demo", "a crowd that watches, comments and buys in the demo show"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one sub-command; the answer is the exit code (2: it could not even begin)."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["--version"]:
        print(version("live-control-room"))
        return 0
    if not words or words[0] not in COMMANDS:
        print(_usage())
        return 0 if words[:1] in (["-h"], ["--help"]) else 2
    name, *rest = words
    module = importlib.import_module(COMMANDS[name][0])
    parser = argparse.ArgumentParser(prog=f"live {name}", description=COMMANDS[name][1])
    module.add_arguments(parser)
    try:
        code: int = module.run(parser.parse_args(rest))
    except Refusal as refusal:
        print(f"live {name}: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code


def _usage() -> str:
    lines = [f"  {name:<8} {what}" for name, (_, what) in COMMANDS.items()]
    return "\n".join(
        ["usage: live COMMAND [options]", "", *lines, "", "live COMMAND --help says more"]
    )
