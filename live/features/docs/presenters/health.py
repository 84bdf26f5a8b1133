"""Liveness, readiness, metrics, and this document."""

from live.features.docs.presenters.calls import ANYONE, call, said
from live.features.docs.presenters.problems import WAIT
from live.features.docs.presenters.schema import (
    ID,
    Schema,
    answer,
    choice,
    count,
    many,
    optional,
)

STATE: Schema = {"type": "string", "description": "`ok`, or why not"}

SCHEMAS: dict[str, Schema] = {
    "Readiness": answer(
        {
            "ready": {"type": "boolean", "description": "Something can be sold"},
            "state": choice(
                ["ok", "degraded", "away"], "Degraded: it sells, but see what is named"
            ),
            "redis": STATE,
            "database": STATE,
            "worker": choice(["ok", "missing", "unknown"], "Whether one keeps the ledger"),
            "ledger_lag": optional(count("Facts that the database does not have yet")),
            "recovering": many(ID, about="Live shows that sell nothing until they are proven"),
        },
        {
            "ready": True,
            "state": "ok",
            "redis": "ok",
            "database": "ok",
            "worker": "ok",
            "ledger_lag": 0,
            "recovering": [],
        },
    ),
}


def _text(about: str, media: str = "text/plain") -> Schema:
    return {"description": about, "content": {media: {"schema": {"type": "string"}}}}


def _html(about: str) -> Schema:
    return _text(about, "text/html")


PATHS: dict[str, object] = {
    "/healthz": {
        "get": call(
            "healthz", "This process lives", tag="health", who=ANYONE,
            answers={200: _text("It does")}, refusals=[],
        )
    },
    "/readyz": {
        "get": call(
            "readyz", "Every dependency by name", tag="health", who=ANYONE,
            answers={
                200: said("Readiness", "It sells"),
                503: {
                    **said("Readiness", "Redis is away: nothing can be sold"),
                    "headers": {"Retry-After": WAIT},
                },
            },
            refusals=[],
        )
    },
    "/metrics": {
        "get": call(
            "metrics", "Prometheus text, where settings allow", tag="health", who=ANYONE,
            answers={200: _text("Counters"), 404: _html("Settings do not allow it")}, refusals=[],
        )
    },
    "/openapi.json": {
        "get": call(
            "openapi", "This document", tag="health", who=ANYONE,
            answers={
                200: {
                    "description": "OpenAPI 3.1",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                }
            },
            refusals=[],
        )
    },
}  # fmt: skip
