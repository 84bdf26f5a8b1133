"""What the screens draw: `views.py` (values), `tail.py` (news), `board.py` (all of a show), `partials.py` (HTML)."""
