"""Live Control Room: sell limited stock on air, never oversell it, and see it all live.

Start reading in `live/cli/up.py` (what runs) and `live/routes.py` (what the site offers).
"""
