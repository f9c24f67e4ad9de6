"""Who signs in, with which roles."""

from stakeholders.accounts.models.password import PasswordRequest
from stakeholders.accounts.models.user import Role, User

__all__ = [
    "PasswordRequest",
    "Role",
    "User",
]
