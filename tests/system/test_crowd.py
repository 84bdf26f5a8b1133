"""A rehearsal's crowd is a process of its own: it watches, buys and pays, and does not outlive its reason."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.faults.tree import Tree
from tests.asking import eventually
from tests.system.client import Operator

pytestmark = pytest.mark.long

VIEWERS, UNITS = 40, 12
RUSH_S = 4.0  # in which nearly all of a rush have ordered


@pytest.fixture(scope="module")
def system_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    house = Tree(tmp_path_factory.mktemp("house"))
    house.start()
    yield house
    assert house.stop() == 0, house.said()


@pytest.fixture
async def operator(system_house: Tree) -> AsyncIterator[Operator]:
    one = Operator(system_house.url, system_house.token())
    yield one
    await one.close()


async def rehearsal(operator: Operator) -> str:
    """On air."""
    show = await operator.post("/shows", title="Rehearsed")
    made = await operator.post(f"/shows/{show['id']}/rehearse")
    await operator.post(f"/shows/{made['id']}/start")
    return str(made["id"])


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def crowds_of(house: Tree) -> list[int]:
    """Crowd processes whose parent is a web process of the house."""
    webs = set(house.pids("web"))
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = parent_of(int(folder.name))
        except (OSError, IndexError, ValueError):
            continue  # no process, or one that has just ended
        if b"live.crowd" in words and parent in webs:
            found.append(int(folder.name))
    return found


def told(operator: Operator, show: str, path: str, **wanted: Any) -> Callable[[], Awaitable[bool]]:
    """Whether that call answers so by now; a server that is on its way back is asked again."""

    async def check() -> bool:
        try:
            answer = await operator.get(f"/shows/{show}/{path}")
        except httpx2.HTTPError:
            return False
        return all(answer[name] == value for name, value in wanted.items())

    return check


async def test_it_buys_what_the_operator_pushes_and_the_card_says_go(
    system_house: Tree, operator: Operator
) -> None:
    show = await rehearsal(operator)
    await operator.post(f"/shows/{show}/crowd", viewers=VIEWERS, mood="rush", conversion=100)
    await eventually(told(operator, show, "crowd", watching=VIEWERS))
    [process] = crowds_of(system_house)
    assert os.getpriority(os.PRIO_PROCESS, process) >= 10
    await operator.open_offer(show, UNITS, 2)

    async def has_sold_out() -> bool:
        return bool((await operator.get(f"/shows/{show}/crowd"))["refused"])

    await eventually(has_sold_out)

    async def have_all_tried() -> bool:
        return bool((await operator.get(f"/shows/{show}/crowd"))["wishes"] >= VIEWERS)

    await eventually(have_all_tried)
    halted = await operator.open_offer(show, UNITS, 2)
    await operator.post(f"/offers/{halted}/pause")
    before = (await operator.get(f"/shows/{show}/crowd"))["wishes"]

    async def has_come_back() -> bool:
        return bool((await operator.get(f"/offers/{halted}"))["left"] == 0)

    await asyncio.sleep(RUSH_S)  # the rush is over as far as the clock knows
    tried = (await operator.get(f"/shows/{show}/crowd"))["wishes"] - before
    assert tried < VIEWERS / 2  # they wait with it
    await operator.post(f"/offers/{halted}/resume")
    await eventually(has_come_back)

    async def is_measured() -> bool:
        return (await operator.get(f"/shows/{show}/crowd"))["screen_p99_ms"] is not None

    await eventually(is_measured)
    await operator.post(f"/shows/{show}/end")
    await eventually(told(operator, show, "rehearsal", settled=True))
    card = await operator.get(f"/shows/{show}/rehearsal")
    lines = {line["name"]: line for line in card["lines"]}
    assert card["crowds"] == ["rehearsal_over"]
    assert lines["crowd"]["values"]["viewers"] == VIEWERS
    assert {lines[name]["verdict"] for name in ("crowd", "stock", "kept")} == {"done"}
    assert lines["errors"]["code"] in ("ok", "some")  # a line may break on a busy machine
    assert lines["reaction_sold_out"]["values"]["n"] == 1
    assert not is_running(process)


async def test_it_leaves_when_it_is_asked_to_and_when_a_real_show_goes_on_air(
    system_house: Tree, operator: Operator
) -> None:
    show = await rehearsal(operator)
    await operator.post(f"/shows/{show}/crowd", viewers=5)
    await operator.delete(f"/shows/{show}/crowd")
    await eventually(told(operator, show, "crowd", running=False))
    await operator.post(f"/shows/{show}/crowd", viewers=5)
    real = await operator.open_show()
    await eventually(told(operator, show, "crowd", running=False))
    await operator.post(f"/shows/{real}/end")
    await eventually(told(operator, show, "rehearsal", crowds=["asked", "real_on_air"]))
    acts = (await operator.get(f"/shows/{show}/acts"))["acts"]
    said = [(a["actor"], a["verb"], a["detail"]) for a in acts if a["verb"].startswith("crowd:")]
    assert said == [
        ("chaos", "crowd:start", "5"),
        ("chaos", "crowd:stop", "asked"),
        ("chaos", "crowd:start", "5"),
        ("clock", "crowd:stop", "real_on_air"),
    ]
    assert crowds_of(system_house) == []


async def test_whatever_is_killed_nothing_is_left_running_and_the_card_says_what_is_missing(
    system_house: Tree, operator: Operator
) -> None:
    show = await rehearsal(operator)
    await operator.post(f"/shows/{show}/crowd", viewers=VIEWERS)
    await eventually(told(operator, show, "crowd", watching=VIEWERS))
    [process] = crowds_of(system_house)
    os.kill(process, signal.SIGKILL)
    await eventually(told(operator, show, "crowd", running=False))

    await operator.post(f"/shows/{show}/crowd", viewers=VIEWERS)
    await eventually(told(operator, show, "crowd", watching=VIEWERS))
    [process] = crowds_of(system_house)
    os.kill(parent_of(process), signal.SIGKILL)

    async def is_gone() -> bool:
        return not is_running(process)

    await eventually(is_gone)
    await eventually(told(operator, show, "crowd", running=False))
    await operator.post(f"/shows/{show}/end")
    await eventually(told(operator, show, "rehearsal", settled=True))
    card = await operator.get(f"/shows/{show}/rehearsal")
    assert card["crowds"] == ["died", "killed"]
    assert card["go"] is False
    [broken] = [line for line in card["lines"] if line["name"] == "crowd"]
    assert (broken["code"], broken["blocks"]) == ("broken", True)
    assert broken["values"]["viewers"] == VIEWERS
