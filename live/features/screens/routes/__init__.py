"""Doors of the pages: `watch.py` (viewers), `desk.py` (pages of the crew), `desk_acts.py` (their forms), `overlay.py`."""

from live.features.screens.routes import desk, desk_acts, overlay, watch

routes = [*desk.routes, *desk_acts.routes, *watch.routes, *overlay.routes]
