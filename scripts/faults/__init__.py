"""Fault injection with a recorded history: a small sale, a fault every second or so, and the proof after it.

`chaos.py` starts the whole supervised tree (`tree.py`), draws a plan from a seed (`plan.py`), lets buyers
and an operator work through a fault proxy (`buyers.py`, `operator.py`, `proxy.py`) while `injector.py`
kills, stops and damages; everything asked, answered and broken goes into a history (`history.py`). The
checks (`evidence.py`, `timeline.py`, `stock_checks.py`, `order_checks.py`, `checker.py`) are pure: they
read a history, also one from a file. Of the product they use the client side of the API
(`live.crowd.client`) and, to know what a damaged append-only file held, the reader of its facts.
"""
