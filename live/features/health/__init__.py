"""Whether this process serves, and what it depends on."""
