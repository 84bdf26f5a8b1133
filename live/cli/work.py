"""`live work`: one worker in this process."""

import argparse

from live import worker
from live.cli.options import add_settings, read_settings, with_secret


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A worker listens nowhere."""
    add_settings(parser, "data_dir")


def run(args: argparse.Namespace) -> int:
    """Blocks until it is asked to stop."""
    worker.run(with_secret(read_settings(args)))
    return 0
