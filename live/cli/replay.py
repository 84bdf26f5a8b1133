"""`live replay`: a recorded show's comments, at their own pace, into a running server through its public API."""

import argparse
import asyncio
import math
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from live.adapters.platforms.recordings import NotARecordingError, Recording, open_recording
from live.cli.options import read_settings
from live.cli.refusal import Refusal
from live.cli.replay_run import Replay, StoppedError, part_of
from live.crowd.client import Client

INTERRUPTED = 130  # as a shell says of what Ctrl-C ended


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What, where to, how fast, and which part of it."""
    parser.add_argument("file", type=Path, help="a recording; its content tells its format")
    parser.add_argument("--show", required=True, help="the id of the show that gets the comments")
    parser.add_argument(
        "--base-url", type=_address, help="the server; without it, the one of these settings"
    )
    parser.add_argument("--token", help="an operator's API token; better in LIVE_TOKEN")
    parser.add_argument("--speed", type=_speed, default=1.0, help="2: twice as fast (default: 1)")
    parser.add_argument(
        "--from", dest="begin_s", type=_seconds, default=0.0, help="seconds into the recording"
    )
    parser.add_argument("--to", dest="end_s", type=_seconds, default=math.inf, help="the same")


def run(args: argparse.Namespace) -> int:
    """0: all of it is sent; 1: the server would not have it, or was away for too long."""
    token = args.token or os.environ.get("LIVE_TOKEN", "")
    if not token:
        raise Refusal("set LIVE_TOKEN to an operator's API token: `live token create --help`.")
    recording = _read(args.file)
    print(_found(args.file, recording), file=sys.stderr)
    part = part_of(recording.said, args.begin_s, args.end_s)
    if not part:
        raise Refusal(f"{args.file} has no comment to play.")
    client = Client(args.base_url or read_settings(args).local_url, connections=1)
    replay = Replay(client, args.show, token, args.speed)
    try:
        asyncio.run(replay.play(part, args.begin_s))
    except KeyboardInterrupt:
        return INTERRUPTED
    except StoppedError as stopped:
        print(f"live replay: {stopped}", file=sys.stderr)
        return 1
    finally:
        print(replay.summary())
    return 0


def _read(path: Path) -> Recording:
    try:
        return open_recording(path)
    except NotARecordingError as error:
        raise Refusal(f"{path} is not a recording: {error}") from error
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from error


def _found(path: Path, recording: Recording) -> str:
    last_ms = (recording.said[-1].offset_ms or 0) if recording.said else 0
    left = ", ".join(f"{many} {code}" for code, many in sorted(recording.skipped.items()))
    return (
        f"{path.name}: {recording.source}, {len(recording.said)} comments in {last_ms / 1000:.0f} s"
        f"; left out: {left or 'nothing'}"
    )


def _address(text: str) -> str:
    """A wrong one would be tried for two minutes, as a server that is being started."""
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none, or half of an IPv6 address
        is_web = False
    if not is_web:
        raise argparse.ArgumentTypeError("must be an address such as http://127.0.0.1:8000")
    return text


def _speed(text: str) -> float:
    speed = float(text)
    if not 0 < speed <= 1_000_000:
        raise argparse.ArgumentTypeError("must be more than 0")
    return speed


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return seconds
