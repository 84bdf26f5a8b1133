"""A lean load client in a process of its own: orders over HTTP or over sockets, closed loop or open loop.

It shares the machine with what it measures, so an order costs it a few microseconds: requests and frames
are put together by hand, answers are parsed no further than it takes to count them. Start reading at
`plan.py`, then `driver.py`; `press.py` is the caller's side.
"""
