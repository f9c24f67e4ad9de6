"""Who sends: one account of each role, and a stranger."""

from typing import Any

from tests.hostile.attempts import STRANGER

# What an input may have changed of the account that sends.
FLAGS = ("is_active", "is_staff", "is_superuser", "password", "email")


class Accounts:
    """Signs accounts of the demonstration in, again where an input has ended a session."""

    def __init__(self) -> None:
        from stakeholders.models import Role, User

        self.users: dict[str, Any] = {"administrator": User.objects.filter(is_superuser=True)[0]}
        for role in Role.objects.select_related("user").order_by("pk"):
            self.users.setdefault(role.kind, role.user)
        self.flags = {
            name: {flag: getattr(user, flag) for flag in FLAGS} for name, user in self.users.items()
        }
        self.roles = [*self.users, STRANGER]

    def sign_in(self, role: str) -> str:
        """Return the cookie of a new session; empty for a stranger."""
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore
        from django.db import connection

        if role == STRANGER:
            return ""
        user = self.users[role]
        type(user).objects.filter(pk=user.pk).update(**self.flags[role])
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "stakeholders.accounts.access.backend.AccountBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        connection.close()
        return str(session.session_key)
