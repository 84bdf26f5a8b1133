"""Named benchmarks: every figure is a ratio to a reference that was measured in the same run.

A benchmark is one module with `run(options) -> dict`, entered in `REGISTRY` of `bench.py`; its docstring
is what `--help` says. May import the client side of the public API (`live.crowd.client`), how Redis is
started (`live.cli.redis_server`) and `scripts.crowd`. Only what looks into Redis itself (`scale` and its
parts, and `contestants`, which waits for its file) may import `live.hotpath`; only `sockets.hub_server`,
which serves the hub itself, `live.hub`.
"""
