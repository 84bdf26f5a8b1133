"""Through whom buyers pay. Every way to a provider, and every answer of one, goes by here: a rehearsal knows
none but the sandbox, in which no money moves."""

from live.errors import Conflict
from live.features.payments.actions.settling import decline, settle
from live.hotpath.logs import LogReader
from live.hotpath.shows import ShowLog
from live.hotpath.stock import StockCounter
from live.runtime import Clock
from live.store.db import Database
from live.store.shows import Show

SANDBOX = "sandbox"
PROVIDER = SANDBOX  # of all shows that are none; so far there is no other


def provider_of(show: Show) -> str:
    """Where the show's buyers are sent to pay."""
    return SANDBOX if show.rehearsal_of is not None else PROVIDER


async def answered(
    show: Show, order_id: str, buyer: str, provider: str, *, is_paid: bool, stock: StockCounter,
    db: Database, facts: LogReader, log: ShowLog, clock: Clock,
) -> None:  # fmt: skip
    """What `provider` says of the buyer's payment: the order is settled, or held as before.

    Raises Conflict `only_sandbox` for any other in a rehearsal; and as `settle`.
    """
    if show.rehearsal_of is not None and provider != SANDBOX:
        raise Conflict("Nobody really pays in a rehearsal.", code="only_sandbox")
    if is_paid:
        await settle("pay", order_id, buyer, stock=stock, db=db, facts=facts, clock=clock)
    else:
        await decline(order_id, buyer, provider, stock=stock, db=db, log=log)
