"""How often one sender may do one kind of thing, whichever door they come through."""

from live.errors import TooFast
from live.runtime import Runtime


def count(runtime: Runtime, kind: str, sender: str, many: int = 1) -> None:
    """One more of `kind` (a name in `RATES`) by this sender, or `many`. Raises TooFast; then none of them
    is counted."""
    wait_s = runtime.limits.allow(kind, sender, runtime.clock.monotonic_s(), many)
    if wait_s > 0:
        raise TooFast(wait_s)
