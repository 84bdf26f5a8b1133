"""The hub: facts of a show → topics → frames → every socket of this process.

May import `live.domain`, `live.errors`, `live.logs`; everything else (drawing, numbers, login, orders)
is handed in as functions, see `ports.py`. Start reading at `hub.py`, then `registry.py` (who is here),
`connection.py` (one client), `beat.py` (sampled numbers) and `presence.py` (what is told of who is here).
Six words: topic, fact, frame, beat, resync (here: `reset`), presence.
"""

from live.hub.broker import Broker, Position
from live.hub.hub import Hub
from live.hub.lag import LoopLag
from live.hub.memory_broker import MemoryBroker
from live.hub.ports import Ports, Reply, Sample
from live.hub.redis_broker import RedisBroker
from live.hub.stats import Stats
from live.hub.topics import Audience, Role, Screen, Who, audience_of

__all__ = [
    "Audience",
    "Broker",
    "Hub",
    "LoopLag",
    "MemoryBroker",
    "Ports",
    "Position",
    "RedisBroker",
    "Reply",
    "Role",
    "Sample",
    "Screen",
    "Stats",
    "Who",
    "audience_of",
]
