"""People who are told (Person), people who sign in (User), and who is meant (Audience)."""

from stakeholders.models.audience import Audience
from stakeholders.models.importrun import ImportRun
from stakeholders.models.person import Person
from stakeholders.models.user import Role, User

__all__ = ["Audience", "ImportRun", "Person", "Role", "User"]
