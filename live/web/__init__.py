"""The page toolkit: drawing, words, bodies and their checks, cookies, tokens, guards, error answers.

May import `live.domain`, `live.errors`, `live.logs`; knows no store, no Redis, no settings.
Start at `render.py` (what a page is) and `security.py` (what every answer carries).
"""
