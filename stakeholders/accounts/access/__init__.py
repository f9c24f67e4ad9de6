"""What the roles of a user open: the table of actions, scopes, and who may sign in."""

from stakeholders.accounts.access.actions import ACTIONS
from stakeholders.accounts.access.backend import AccountBackend, lacks_second_factor
from stakeholders.accounts.access.homes import home_of, settled_home_of
from stakeholders.accounts.access.scopes import scope_of

__all__ = [
    "ACTIONS",
    "AccountBackend",
    "home_of",
    "lacks_second_factor",
    "scope_of",
    "settled_home_of",
]
