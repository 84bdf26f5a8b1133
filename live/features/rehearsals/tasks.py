"""Jobs of rehearsals: the card of each that is over, so that it stands also when nobody has looked at it."""

from live.features.rehearsals import actions
from live.jobs import Context
from live.runtime import Runtime
from live.store import rehearsals


async def write_cards(ctx: Context) -> None:
    """Those that have none yet; one that is not settled is made at the next turn."""
    runtime: Runtime = ctx["runtime"]
    async with runtime.db.read() as session:
        over = await rehearsals.ended_without_card(session)
    for show in over:
        await actions.make_card(
            show, db=runtime.db, redis=runtime.redis, stock=runtime.stock, facts=runtime.facts,
            now=runtime.clock.now(),
        )  # fmt: skip
