"""Verbs of accounts, one subject per module; other features import them from here."""

from live.features.accounts.actions.accounts import (
    EmailTakenError,
    create_account,
    ensure_account,
    ensure_default_room,
    set_password,
    set_role,
)
from live.features.accounts.actions.guard import require, who
from live.features.accounts.actions.identify import identify
from live.features.accounts.actions.logins import sign_in, sign_out, tries_left
from live.features.accounts.actions.tokens import create_token, list_tokens, revoke_token

__all__ = [
    "EmailTakenError",
    "create_account",
    "create_token",
    "ensure_account",
    "ensure_default_room",
    "identify",
    "list_tokens",
    "require",
    "revoke_token",
    "set_password",
    "set_role",
    "sign_in",
    "sign_out",
    "tries_left",
    "who",
]
