"""The composed pages: control room, host, set-up, viewer, overlay; drawn from one board."""
