"""Shows that are over leave Redis, and come back for as long as somebody needs them there."""
