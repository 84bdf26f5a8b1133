"""Who may: accounts, sign-in and sign-out, API tokens, and the question every other feature asks.

May import runtime, web, store and domain; no other feature. Start at `actions/guard.py`.
"""
