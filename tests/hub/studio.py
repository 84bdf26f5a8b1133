"""A room with pages and the beat that draws them, to be driven by hand."""

from live.domain.events import unpack
from live.hub import Audience, Position, Role, Screen, Stats, Who
from live.hub.beat import Beat
from live.hub.connection import PageClient
from live.hub.presence import Presence
from live.hub.registry import Room
from tests.hub.fakes import FakeLine, House, order

STOCK, LIST = "<b id=stock>9</b>", "<i id=list></i>"


class Studio:
    def __init__(self, house: House) -> None:
        self.room = Room("s", Position("e1", 0))
        self.stats = Stats()
        self.beat = Beat(self.room, house.ports(), self.stats, beat_s=0.01)
        self.presence = Presence("s", self.room.crowd, house.ports().tell_presence)

    def page(
        self, screen: Screen = Screen.CONTROL, viewer: str | None = None
    ) -> tuple[PageClient, FakeLine]:
        line = FakeLine()
        role = Role.VIEWER if viewer else Role.OPERATOR
        client = PageClient(Who(role, viewer, ""), line, self.stats, Audience(screen, "zh"))
        self.room.add(client)
        return client, line

    def happen(self, *kinds_and_buyers: tuple[str, str]) -> None:
        seq = self.room.position.seq
        facts = unpack(
            b"%d-0" % (seq + 1), b"", [order(k, i, b) for i, (k, b) in enumerate(kinds_and_buyers)]
        )
        self.room.publish(facts, Position("e1", seq + len(facts)))


def contents(line: FakeLine) -> list[str]:
    return [str(message["content"]) for message in line.messages()]
