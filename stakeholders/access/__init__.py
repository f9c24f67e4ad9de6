"""What the roles of a user open: the table of actions, scopes, and the request's scope."""

from stakeholders.access.actions import ACTIONS
from stakeholders.access.backend import AccountBackend
from stakeholders.access.homes import home_of, settled_home_of
from stakeholders.access.middleware import (
    LocaleOfUserMiddleware,
    ScopeMiddleware,
    SecondFactorMiddleware,
    lacks_second_factor,
)
from stakeholders.access.scopes import scope_of

__all__ = [
    "ACTIONS",
    "AccountBackend",
    "LocaleOfUserMiddleware",
    "ScopeMiddleware",
    "SecondFactorMiddleware",
    "home_of",
    "lacks_second_factor",
    "scope_of",
    "settled_home_of",
]
