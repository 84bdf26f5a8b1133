"""The broadcast: plan it, start it, end it, watch its words."""
