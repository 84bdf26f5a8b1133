"""Named benchmarks: every figure is a ratio to a reference that was measured in the same run.

A benchmark is one module with `run(options) -> dict`, entered in `REGISTRY` of `bench.py`; its docstring
is what `--help` says. May import the client side of the public API (`live.cli.demo_http`), how Redis is
started (`live.cli.redis_server`) and `scripts.crowd`. Only `scale`, which measures the hot path without
a server around it (`sale`, `meter`, `memory`, `ending`), may import `live.hotpath`.
"""
