"""Table of contents: every URL prefix and the feature behind it."""

from starlette.routing import BaseRoute, Mount, Route

from live.features.accounts import routes as accounts
from live.features.audit import routes as audit
from live.features.comments import routes as comments
from live.features.docs import routes as docs
from live.features.health import routes as health
from live.features.ingest import routes as ingest
from live.features.moderation import routes as moderation
from live.features.offers import routes as offers
from live.features.orders import routes as orders
from live.features.payments import routes as payments
from live.features.products import routes as products
from live.features.screens import routes as screens
from live.features.shows import routes as shows
from live.web.language import choose_language
from live.web.static_files import HashedFiles

api: list[BaseRoute] = [
    *shows.routes,
    *products.routes,
    *offers.routes,
    *orders.routes,
    *payments.routes,
    *comments.routes,
    *ingest.routes,
    *moderation.routes,
    *audit.routes,
]

routes: list[BaseRoute] = [
    Mount("/api/v1", routes=api),
    *health.routes,
    *docs.routes,
    *accounts.routes,
    Route("/language", choose_language, methods=["POST"]),
    *screens.routes,
    Mount("/static", HashedFiles(), name="static"),
]
