"""A TCP proxy in front of the web server that breaks connections in the middle of what is said.

While it is `bad`, a piece of a reply, or of a request, is let through in part and then both ends are
reset: the client does not know what became of it, the server may have done it.
"""

import asyncio
import contextlib
import random

PIECE = 65_536  # bytes
CUT_SHARE = 0.4  # of the pieces, while it is bad
REQUESTS = 0.25  # of the cuts are in a request; the others are in a reply


class FaultProxy:
    """Forwards `port` to `upstream` on the same machine."""

    def __init__(self, upstream: int) -> None:
        self.port = 0
        self.cuts = 0  # connections broken so far
        self._upstream = upstream
        self._server: asyncio.Server | None = None
        self._dice: random.Random | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def turn_bad(self, dice: random.Random) -> None:
        self._dice = dice

    def turn_good(self) -> None:
        self._dice = None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        except OSError:
            writer.transport.abort()
            return
        ends = (writer, up_writer)
        pumps = [
            asyncio.create_task(self._pump(reader, up_writer, ends, share=CUT_SHARE * REQUESTS)),
            asyncio.create_task(self._pump(up_reader, writer, ends, share=CUT_SHARE)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for end in ends:
                end.transport.abort()

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        ends: tuple[asyncio.StreamWriter, ...],
        share: float,
    ) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                dice = self._dice
                if dice is not None and dice.random() < share:
                    self.cuts += 1
                    writer.write(piece[: dice.randrange(len(piece))])
                    await asyncio.sleep(0.01)  # so that the part arrives before the reset
                    for end in ends:
                        end.transport.abort()
                    return
                writer.write(piece)
                await writer.drain()
