"""Pure rules and words: no I/O, no clock, no chance. May import `live.errors` only. Start at README.md."""
