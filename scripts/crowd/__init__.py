"""The load test's crowd: an open-loop burst of buyers against a running server, and the proof after it.

May import `live.crowd` (the client side of the public API) and
nothing else of the product: what it checks, it knows from outside. Start reading in `loadtest.py`;
`promises.py` is what a run is judged by.
"""
