"""The outside world in its own words. Pure readers: no I/O but the file that they are handed."""
