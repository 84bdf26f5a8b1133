"""Between control room and host: cues, and viewers' questions sent over."""
