"""What the roles of a user open: the table of actions, scopes, and who may sign in."""

from stakeholders.accounts.access.actions import ACTIONS
from stakeholders.accounts.access.backend import AccountBackend, lacks_code, lacks_second_factor
from stakeholders.accounts.access.delegates import candidates_in, deciders_in, principal_of
from stakeholders.accounts.access.homes import home_of, settled_home_of
from stakeholders.accounts.access.scopes import (
    may_make_tokens,
    programmes_set_up_by,
    scope_of,
    scopes_in,
)

__all__ = [
    "ACTIONS",
    "AccountBackend",
    "candidates_in",
    "deciders_in",
    "home_of",
    "lacks_code",
    "lacks_second_factor",
    "may_make_tokens",
    "principal_of",
    "programmes_set_up_by",
    "scope_of",
    "scopes_in",
    "settled_home_of",
]
