"""A crowd of viewers on sockets, in a process of its own: half pages, half programs of the API, who come back by
themselves when a socket breaks. Starts at `gather.py` (the caller's side), then `crowd.py`, then `viewer.py`."""
