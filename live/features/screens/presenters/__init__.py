"""What the screens draw: `views.py` (values), `known.py` (from SQL), `tail.py` (news), `recovery.py` (trouble),
`assemble.py` and `board.py` (all of a show), `partials.py` (HTML)."""
