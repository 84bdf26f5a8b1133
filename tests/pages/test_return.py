"""Everyone comes back at once when a server restarts: each page chooses its own moment, by chance."""

import pytest
from playwright.sync_api import APIRequestContext

from live.hub.close_codes import CloseCode
from tests.pages.stage import on_air
from tests.pages.visitor import Newcomer

DRAWS, FIRST_MS, MOST_MS, RESTART_MS = 400, 500, 60_000, 5_000
# What htmx keeps of a socket, as the page's script finds it when that one has closed; and what htmx waits then.
CLOSED = """([code, attempt, draws, first, most]) => Array.from({ length: draws }, () => {
  const config = { reconnectDelay: first, reconnectMaxDelay: most, reconnectJitter: 0.3 };
  const detail = { connection: { config, attempt }, code };
  document.dispatchEvent(new CustomEvent("htmx:ws:close", { detail }));
  return [Math.min(config.reconnectDelay * 2 ** attempt, config.reconnectMaxDelay), config.reconnectJitter];
})"""


@pytest.mark.parametrize("attempt", [0, 1])
@pytest.mark.parametrize(
    ("code", "spread_ms"),
    [
        (CloseCode.RESTART, RESTART_MS),
        (CloseCode.TRY_LATER, RESTART_MS),
        (1006, FIRST_MS * 2),
    ],
)
def test_the_return_is_spread_over_its_whole_time(
    newcomer: Newcomer, api: APIRequestContext, code: int, spread_ms: int, attempt: int
) -> None:
    page = newcomer().page
    page.goto(on_air(api).watch)
    told = page.evaluate(CLOSED, [int(code), attempt, DRAWS, FIRST_MS, MOST_MS])
    waits = [wait for wait, _ in told]
    within = max(spread_ms, FIRST_MS * 2 ** (attempt + 1))
    assert all(0 <= wait <= within for wait in waits)
    # Of 400 draws each quarter of the time gets about 100; fewer than 55 is chance once in 10^7.
    quarters = [
        sum(n * within / 4 <= wait < (n + 1) * within / 4 for wait in waits) for n in range(4)
    ]
    assert min(quarters) > 55, quarters
    assert {jitter for _, jitter in told} == {0}
