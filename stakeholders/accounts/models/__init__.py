"""Who signs in, with which roles."""

from stakeholders.accounts.models.delegation import Delegation
from stakeholders.accounts.models.draft import Draft
from stakeholders.accounts.models.password import PasswordRequest
from stakeholders.accounts.models.user import Role, User

__all__ = [
    "Delegation",
    "Draft",
    "PasswordRequest",
    "Role",
    "User",
]
