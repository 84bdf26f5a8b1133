"""A line-up again: copied from a show, kept as a template, pasted as text."""
