"""The numbers after the show."""
