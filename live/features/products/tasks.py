"""Jobs of the line-up: a large file is read by the worker, where it keeps no buyer waiting, and pictures that
nothing uses any more are removed."""

from live.domain.ids import ShowId
from live.errors import Invalid
from live.features.products import actions
from live.jobs import Context
from live.runtime import Runtime


async def import_products(
    ctx: Context, show_id: str, currency: str, content: bytes
) -> dict[str, object]:
    """What the import brought, or `refused`: why the file could not be read at all."""
    runtime: Runtime = ctx["runtime"]
    try:
        outcome = await actions.import_csv(
            ShowId(show_id),
            content,
            currency,
            hold_s=runtime.settings.hold_default_s,
            db=runtime.db,
            stock=runtime.stock,
            log=runtime.log,
            now=runtime.clock.now(),
        )
    except Invalid as error:
        wrong = error.errors[0]
        return {"refused": wrong.code, "detail": str(wrong.values.get("detail", ""))}
    return actions.told_of(outcome)


async def remove_unused_pictures(ctx: Context) -> None:
    """Those that no line-up and no template has had for a day."""
    runtime: Runtime = ctx["runtime"]
    await actions.remove_unused_pictures(
        runtime.clock.now(), db=runtime.db, pictures=runtime.pictures
    )
