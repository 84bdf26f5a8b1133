"""Pictures of products: taken in, and taken away once no line-up has them."""

import logging
from datetime import datetime, timedelta

from live.domain.pictures import small_of
from live.errors import Invalid
from live.pictures import PictureError, Pictures
from live.store import items, line_ups
from live.store.db import Database
from live.web.fields import field_error

UNUSED_FOR = timedelta(days=1)  # somebody may still be filling in the form that it was sent for

logger = logging.getLogger(__name__)


async def keep(content: bytes, *, pictures: Pictures) -> str:
    """The picture's address. Raises Invalid with what is wrong with the file, NotNow."""
    if not content:
        raise Invalid([field_error("file", "required")])
    try:
        return await pictures.keep(content)
    except PictureError as error:
        raise Invalid([field_error("file", f"picture_{error.code}")]) from error


async def remove_unused(now: datetime, *, db: Database, pictures: Pictures) -> int:
    """Of no item of any show, and in no template; how many. Raises StoreUnavailable."""
    async with db.read() as session:
        used = set(await items.pictures_used(session))
        for row in await line_ups.all_line_ups(session):
            used |= {str(line["image_url"]) for line in row.body}
    before = (now - UNUSED_FOR).timestamp()
    removed = await pictures.remove_unused({url for url in used if small_of(url)}, before)
    if removed:
        logger.info("pictures that nothing uses were removed", extra={"count": removed})
    return removed
