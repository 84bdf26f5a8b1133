import pytest

from tests.factories import NOBODY, Api, done, make_offer, make_show, make_viewer, refused, wrong_fields


async def test_a_show_is_planned_goes_live_and_ends(api: Api) -> None:
    show = await api.post("/shows", {"title": "双十一", "currency": "USD"})
    assert show.status_code == 201
    assert done(show) | {"state": "planned", "title": "双十一", "currency": "USD"} == done(show)
    path = f"/shows/{show.json()['id']}"
    assert done(await api.get(path, token=NOBODY)) == show.json()
    assert done(await api.post(f"{path}/start")) == {"id": show.json()["id"], "state": "live"}
    assert done(await api.get(path, token=NOBODY))["state"] == "live"
    assert done(await api.post(f"{path}/end")) == {"id": show.json()["id"], "state": "ended"}
    assert done(await api.get(path, token=NOBODY))["state"] == "ended"
