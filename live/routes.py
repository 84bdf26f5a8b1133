"""Table of contents: every URL prefix and the feature behind it."""

from starlette.routing import BaseRoute, Mount, Route

from live.features.accounts import routes as accounts
from live.features.audit import routes as audit
from live.features.comments import routes as comments
from live.features.docs import routes as docs
from live.features.health import routes as health
from live.features.ingest import routes as ingest
from live.features.line_ups import routes as line_ups
from live.features.moderation import routes as moderation
from live.features.offers import routes as offers
from live.features.orders import routes as orders
from live.features.overlay import routes as overlay
from live.features.payments import routes as payments
from live.features.products import routes as products
from live.features.products.routes import pages as products_pages
from live.features.rehearsals import routes as rehearsals
from live.features.reports import routes as reports
from live.features.screens import routes as screens
from live.features.screens.routes import button_box, host_calls, snippets
from live.features.shows import routes as shows
from live.web.language import choose_language
from live.web.static_files import ReleasedFiles

api: list[BaseRoute] = [
    *shows.routes,
    *products.routes,
    *line_ups.routes,
    *rehearsals.routes,
    *offers.routes,
    *orders.routes,
    *payments.routes,
    *comments.routes,
    *ingest.routes,
    *moderation.routes,
    *overlay.routes,
    *audit.routes,
    *reports.routes,
    *button_box.routes,
    *host_calls.routes,
    *snippets.api_routes,
]

routes: list[BaseRoute] = [
    Mount("/api/v1", routes=api),
    *health.routes,
    *docs.routes,
    *accounts.routes,
    Route("/language", choose_language, methods=["POST"]),
    *products_pages,
    *screens.routes,
    Mount("/static", ReleasedFiles(), name="static"),
]
