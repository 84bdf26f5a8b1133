"""The order: the buyer's door to the hot path."""
