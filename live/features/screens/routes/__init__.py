"""Doors of the pages: `watch.py` (viewers), `desk.py` (pages of the crew), `desk_acts.py` (forms of the
list of shows and of set-up), `room_acts.py` and `room_chat.py` (acts of the control room), `overlay.py`."""

from live.features.screens.routes import desk, desk_acts, overlay, room_acts, room_chat, watch

routes = [
    *desk.routes,
    *desk_acts.routes,
    *room_acts.routes,
    *room_chat.routes,
    *watch.routes,
    *overlay.routes,
]
