"""Doors of the pages: `watch.py` (viewers), `home.py` (the list of shows), `desk.py` (pages of the crew), `desk_acts.py` (forms of the
list of shows and of set-up), `line_up_acts.py` (a line-up again), `goods_acts.py` (its lines in their place),
`room_acts.py`, `room_chat.py` and `room_orders.py` (acts of the control room), `host_acts.py` (between it and the host),
`host_links.py` (the host's tablet), `snippets.py` (texts at hand), `acts.py` (the record of all acts), `overlay.py`, `app.py` (the
viewer page installed), `rehearsals.py`; and of the API that sees the show as pages do:
`button_box.py`, `host_calls.py`."""

from live.features.screens.routes import (
    acts,
    app,
    desk,
    desk_acts,
    goods_acts,
    home,
    host_acts,
    host_links,
    line_up_acts,
    overlay,
    rehearsals,
    room_acts,
    room_chat,
    room_orders,
    snippets,
    watch,
)

routes = [
    *home.routes,
    *desk.routes,
    *goods_acts.routes,  # before what takes any name for an item
    *desk_acts.routes,
    *line_up_acts.routes,
    *acts.routes,
    *room_acts.routes,
    *room_chat.routes,
    *room_orders.routes,
    *host_acts.routes,
    *host_links.routes,
    *snippets.routes,
    *watch.routes,
    *app.routes,
    *overlay.routes,
    *rehearsals.routes,
]
