"""The record of a show: what its crew did, newest first, for people to read."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from live.domain.access import Permission
from live.domain.act import VERBS, ActKind
from live.features.audit.forms import ActsWanted, acts_wanted
from live.features.screens.presenters.acts import act_lines, actor_name
from live.features.screens.routes.common import crew, server_now
from live.runtime import runtime_of
from live.store.acts import actors_of, newest_acts
from live.web.language import language_of
from live.web.render import render

PAGE = 50  # acts


async def page(request: Request) -> Response:
    show, _ = await crew(request, Permission.AUDIT_READ)
    wanted, lang, db = (
        acts_wanted(request.query_params),
        language_of(request),
        runtime_of(request).db,
    )
    async with db.read() as session:
        verbs = VERBS[wanted.kind] if wanted.kind else None
        rows = await newest_acts(
            session, show.id, PAGE + 1, before_seq=wanted.before, actor=wanted.who, verbs=verbs
        )
        actors = sorted({*await actors_of(session, show.id), *filter(None, [wanted.who])})
    shown, has_older = rows[:PAGE], len(rows) > PAGE
    context = {
        "show": show,
        "lines": await act_lines(show.id, show.currency, shown, lang, db=db),
        "actors": [(name, actor_name(name, lang)) for name in actors],
        "kinds": list(ActKind),
        "wanted": wanted,
        "older": _address(show.id, wanted, shown[-1].seq) if has_older else "",
        "newest": _address(show.id, wanted) if wanted.before else "",
        "server_now": server_now(request),
    }
    return render(request, "screens/acts.html", context)


def _address(show_id: str, wanted: ActsWanted, before: int | None = None) -> str:
    asked = {"who": wanted.who, "kind": wanted.kind, "before": before}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/shows/{show_id}/acts?{query}".rstrip("?")


routes = [Route("/shows/{show_id}/acts", page)]
