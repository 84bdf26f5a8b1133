"""What the benchmarks of sockets are made of: a reader that only counts bytes, and our hub at full speed.

`reader` and `hub_server` are programs of their own (`python -m …`), started by `fanout` and `viewers`.
"""
