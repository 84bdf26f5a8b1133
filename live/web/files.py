"""A file that is made while it is sent."""

from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse


async def sent_in_pieces(
    pieces: AsyncIterator[str], filename: str, media_type: str
) -> StreamingResponse:
    """The file as an attachment. The first piece is made before the answer has begun, so that a database that is
    away is said as such; whatever `pieces` raises there is raised here."""
    first = await anext(pieces)

    async def text() -> AsyncIterator[str]:
        yield first
        async for piece in pieces:
            yield piece

    headers = {
        "content-disposition": f'attachment; filename="{filename}"',
        "cache-control": "no-store",
    }
    return StreamingResponse(text(), media_type=media_type, headers=headers)
