"""`websockets.broadcast()`: python -m scripts.peers.fanout.broadcast PORT"""

import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from scripts.peers.fanout import rounds

clients: set[ServerConnection] = set()


async def stay(client: ServerConnection) -> None:
    clients.add(client)
    try:
        await client.wait_closed()
    finally:
        clients.discard(client)


async def send(text: str) -> None:
    broadcast(clients, text)


async def main() -> None:
    async with serve(stay, "127.0.0.1", int(sys.argv[1]), compression=None, backlog=4096):
        await rounds.run(send)


if __name__ == "__main__":
    uvloop.run(main())
