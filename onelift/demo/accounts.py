"""Who signs in to the demonstration. Passwords are random and stand in one file under ``var/``."""

import json
import secrets
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings

from programmes.models import Programme, Region
from stakeholders.accounts.access import home_of
from stakeholders.accounts.services.role import give_role, write_role
from stakeholders.models import Role, User

FILE = settings.VAR_DIR / "demo-accounts.json"
ADMINISTRATOR = "Administrator"


class Part(NamedTuple):
    """One of those who sign in; ``place`` names a region or a stream, if the role has one."""

    first_name: str
    last_name: str
    kind: str
    place: str = ""
    languages: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """Return the address to sign in with."""
        return f"{self.first_name}.{self.last_name}@onelift.example".lower()


ADMIN = Part("Adam", "Novak", "")
MANAGER = Part("Ines", "Duarte", Role.Kind.PROGRAMME_MANAGER)
CIO = Part("Claire", "Fontanel", Role.Kind.CIO)
REGIONAL = (
    Part("Rosa", "Vidal", Role.Kind.REGIONAL_IT_MANAGER, "Europe"),
    Part("Mei", "Lin", Role.Kind.REGIONAL_IT_MANAGER, "Asia-Pacific"),
)
LEADERS = (
    Part("Samir", "Haddad", Role.Kind.STREAM_LEADER, "Help for users"),
    Part("Noor", "Amrani", Role.Kind.STREAM_LEADER, "Access and identity"),
    Part("Jonas", "Brandt", Role.Kind.STREAM_LEADER, "Workplace"),
    Part("Elena", "Petrov", Role.Kind.STREAM_LEADER, "Communication and change"),
    Part("Marc", "Delorme", Role.Kind.STREAM_LEADER, "Transition to Run"),
)
IMPORTER = Part("Hana", "Weiss", Role.Kind.HR_IMPORTER)
HOST = Part("Hugo", "Martin", Role.Kind.EVENT_HOST)
TEAM = Part("Tom", "Keller", Role.Kind.COMMUNICATION_TEAM)
LOCAL = Part("Nuria", "Costa", Role.Kind.LOCAL_COMMUNICATION, "Europe", ("es",))
LOCAL_OF_FRANCE = Part("Camille", "Roux", Role.Kind.LOCAL_COMMUNICATION, "France", ("fr",))
AUDITOR = Part("Dora", "Lind", Role.Kind.AUDITOR)


def make_user(part: Part, **fields: Any) -> User:
    """Return a demonstration account that has no password yet."""
    return User.objects.create_user(
        part.email,
        first_name=part.first_name,
        last_name=part.last_name,
        is_demonstration=True,
        **fields,
    )


def give_roles(administrator: User, programme: Programme, now: datetime) -> None:
    """Give each of the others who sign in their role."""
    regions = {region.name: region for region in Region.objects.all()}
    streams = {stream.name: stream for stream in programme.streams.all()}
    for part in (IMPORTER, AUDITOR):
        write_role(administrator, Role(user=make_user(part), kind=part.kind), now)
    for part in (CIO, *REGIONAL, *LEADERS, TEAM, LOCAL, LOCAL_OF_FRANCE, HOST):
        make_user(part)
        give_role(
            administrator,
            programme,
            now,
            email=part.email,
            first_name=part.first_name,
            last_name=part.last_name,
            kind=part.kind,
            region=regions.get(part.place),
            stream=streams.get(part.place),
            languages=part.languages,
        )


def set_passwords() -> list[dict[str, str]]:
    """Give each demonstration account a new random password, and keep them in the file."""
    accounts = [_with_password(user) for user in User.objects.filter(is_demonstration=True)]
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(accounts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return accounts


def read_accounts() -> list[dict[str, str]]:
    """Return what the file holds; a lost file is replaced, with new passwords."""
    if not FILE.exists():
        return set_passwords()
    accounts: list[dict[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return accounts


def _with_password(user: User) -> dict[str, str]:
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    role = user.roles.select_related("region").first()
    return {
        "role": str(role.get_kind_display()) if role else ADMINISTRATOR,
        "email": user.email,
        "password": password,
        "home": home_of(user),
    }
