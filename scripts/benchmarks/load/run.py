"""One run of a plan in this process."""

import itertools
from collections.abc import Callable

from scripts.benchmarks.load.arrivals import fixed, poisson
from scripts.benchmarks.load.connection import Connection
from scripts.benchmarks.load.driver import ClosedLoop, Driver, OpenLoop
from scripts.benchmarks.load.http_orders import HttpOrders, requests
from scripts.benchmarks.load.plan import Plan, Report
from scripts.benchmarks.load.socket_orders import Sale, SocketOrders


async def run(plan: Plan) -> Report:
    """Raises RuntimeError if the connections cannot be opened."""
    driver = driver_of(plan)
    return await driver.run(_connections(plan, driver))


def driver_of(plan: Plan) -> Driver:
    """The loop that the plan asks for."""
    if plan.rate is None:
        return ClosedLoop(plan)
    if plan.arrivals == "fixed":
        return OpenLoop(plan, fixed(plan.rate, plan.seconds))
    return OpenLoop(plan, poisson(plan.rate, plan.seconds, plan.seed))


def _connections(plan: Plan, driver: Driver) -> Callable[[], Connection]:
    if plan.kind == "http":
        shared = requests(plan)
        return lambda: HttpOrders(driver, shared)
    sale, host = Sale(plan.run, plan.offers, plan.per_offer), f"{plan.host}:{plan.port}"
    tokens = itertools.cycle(plan.tokens)
    return lambda: SocketOrders(driver, sale, host, plan.path, next(tokens))
