"""Decisions that Redis makes atomically under burst, and the one log per show that carries them.

May import `live.domain` and `live.errors`. Start at `keys.py` (what lies in Redis), then `lua/take.lua`
(the order), then `stock.py` (its typed call) and `batch.py` (one call for all orders that wait).
"""
