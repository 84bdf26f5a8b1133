"""Set-up as a browser has it, over HTTP."""

import re
from typing import Any

import httpx2

from live.domain.access import Role
from live.runtime import Runtime
from live.store.rooms import list_rooms
from tests.asking import NOBODY, Api, done
from tests.factories import make_show, signed_in


class Desk:
    """An operator's browser at one show's set-up."""

    def __init__(self, api: Api, headers: dict[str, str], show: str) -> None:
        self._api, self._headers, self.show = api, headers, show

    async def post(self, path: str, **form: str) -> httpx2.Response:
        headers = self._headers | {"hx-request": "true"}
        address = f"/shows/{self.show}/{path}"
        return await self._api.send("POST", address, token=NOBODY, headers=headers, data=form)

    async def page(self, path: str = "setup") -> str:
        address = f"/shows/{self.show}/{path}"
        return (await self._api.send("GET", address, token=NOBODY, headers=self._headers)).text

    async def lines(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = done(await self._api.get(f"/shows/{self.show}/items"))[
            "items"
        ]
        return found

    async def tokens(self) -> str:
        """What the page holds of every line, as pick.js puts it together."""
        rows = re.findall(
            r'<tr id="row-[^"]+" data-item="([^"]+)" [^>]*data-mark="([^"]*)" data-draft="([^"]*)"',
            await self.page(),
        )
        return " ".join(":".join(row) for row in rows)


async def desk_of(api: Api, runtime: Runtime) -> Desk:
    """Of a new show."""
    async with runtime.db.read() as session:
        [room] = await list_rooms(session)
    headers = await signed_in(api, runtime, {room.id: Role.OPERATOR})
    return Desk(api, headers, await make_show(api, live=False))
