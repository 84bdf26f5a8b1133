"""The one way a command says that it cannot begin: a sentence for people, and exit code 2."""


class Refusal(Exception):
    """Carries the sentence; nothing was started or changed."""
