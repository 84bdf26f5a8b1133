"""Rehearsals (彩排): a copy of a show with its own data, a simulated crowd in it, and a go/no-go card at its end."""
