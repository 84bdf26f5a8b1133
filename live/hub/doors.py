"""What the doors of the hub share: whether there is such a show, and how a refusal is put over HTTP."""

from starlette.responses import JSONResponse

from live.domain.ids import is_id
from live.errors import LiveError
from live.hub.ports import Ports
from live.hub.registry import Registry


async def has_show(show_id: str, registry: Registry, ports: Ports) -> bool:
    """A show with a room was asked for when the room was opened: not again for each of 10,000 who come back."""
    return show_id in registry.rooms or (is_id(show_id) and await ports.show_exists(show_id))


def refusal(error: LiveError, ports: Ports) -> JSONResponse:
    """As the API would answer; Retry-After in whole seconds, where waiting helps."""
    problem = dict(ports.problem(error))
    wait_s = problem.pop("retry_after_s", None)
    headers = {"Cache-Control": "no-store"}
    if wait_s is not None:
        headers["Retry-After"] = str(wait_s)
    return JSONResponse(problem, error.status, headers, "application/problem+json")
