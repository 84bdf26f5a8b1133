"""Named benchmarks: every figure is a ratio to a reference that was measured in the same run.

A benchmark is one module with `run(options) -> dict`, entered in `REGISTRY` of `bench.py`. May import
the client side of the public API (`live.cli.demo_http`) and `scripts.crowd`; never the server's inside.
"""
