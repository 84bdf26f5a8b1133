"""How often one sender may do one kind of thing, whichever door they come through."""

from live.errors import TooFast
from live.runtime import Runtime


def count(runtime: Runtime, kind: str, sender: str) -> None:
    """One more of `kind` (a name in `RATES`) by this sender. Raises TooFast; that one isn't counted."""
    wait_s = runtime.limits.allow(kind, sender, runtime.clock.monotonic_s())
    if wait_s > 0:
        raise TooFast(wait_s)
