"""What other platforms and tools send or record, one module per source; `base.py` is what they all read it to.

May import `live.domain`. Nothing that is read here is trusted: it may be of any length, and hold any text.
Start reading in `recordings.py`; `features/ingest/forms.py` reads what comes in live.
"""
