"""The way from the log into SQL, exactly once, and back into an empty Redis."""
