"""The overlay's address."""

from live.features.docs.presenters.calls import OPERATOR, SHOW_ID, call, said
from live.features.docs.presenters.schema import Schema, answer
from live.features.overlay.forms import THEMES

ABOUT = f"""\
For a browser source of the broadcast software, 1920×1080 or 1080×1920. It may be given more: `lang` (zh or en),
`theme` ({", ".join(THEMES)}), `votes=1` (bars of the words that are counted), `qr=1` (a code that leads to the
viewer page).
"""

SCHEMAS: dict[str, Schema] = {
    "OverlayAddress": answer(
        {
            "token": {"type": "string"},
            "url": {"type": "string", "format": "uri", "description": "Keep it private"},
        },
        {
            "token": "h0Yk3nq7Jw2cVb9dTe5rUx8aLs1mZo4p",
            "url": "https://live.example.com/overlay/5kq0v3m8zt?token=h0Yk3nq7Jw2cVb9dTe5rUx8aLs1mZo4p",
        },
    ),
}

PATHS: dict[str, object] = {
    "/api/v1/shows/{show_id}/overlay": {
        "parameters": [SHOW_ID],
        "get": call(
            "readOverlayAddress", "Where the overlay is", tag="shows", about=ABOUT,
            who=OPERATOR, answers={200: said("OverlayAddress", "The address, with its token")},
            refusals=[404, 503],
        ),
    },
    "/api/v1/shows/{show_id}/overlay/renew": {
        "parameters": [SHOW_ID],
        "post": call(
            "renewOverlayAddress", "A new address; overlays at those before go dark within seconds",
            tag="shows", about=ABOUT,
            who=OPERATOR, answers={200: said("OverlayAddress", "The address from now on")},
            refusals=[404, 409, 503],
        ),
    },
}  # fmt: skip
