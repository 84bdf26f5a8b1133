"""A device that is shown out is out at once, however rarely staff are asked again."""

import pytest

from live.hub.close_codes import CloseCode
from tests.hub.fakes import AT, Bench, House
from tests.hub.visits import OPERATOR, close_code, events, message, stream


@pytest.fixture
def recheck_s() -> float:
    return 3600


@pytest.fixture(autouse=True)
async def show(bench: Bench) -> None:
    await bench.restart("s", "e1", 0)


async def test_news_of_devices_has_all_of_the_house_asked_anew(
    server: str, house: House, bench: Bench
) -> None:
    async with stream(server, "host", OPERATOR) as page, events(server) as client:
        await message(page)
        await message(client)
        await bench.append("s", [("devices", AT, {})])  # they all may stay
        house.roles[OPERATOR] = None
        await bench.append("s", [("devices", AT, {})])
        assert await close_code(page) == CloseCode.NOT_SIGNED_IN
        assert await close_code(client) == CloseCode.NOT_SIGNED_IN
