"""Simulated viewers (模拟观众): clients of the public API that watch, talk, order and pay as people do.

The demo, the load test and rehearsals are made of it. May import `live.domain` and nothing else of the product:
what it tells, it has seen from outside. `client.py` and `watcher.py` are the two lines to a server, `buyer.py` is
one wish from click to payment, `audience.py` the audience of a rehearsal, run as a process of its own
(`python -m live.crowd`) that `features/rehearsals` starts.
"""
