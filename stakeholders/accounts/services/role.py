"""Giving people their roles, changing them, and removing them.

Roles in a programme are given on its page; those of the installation by administrators alone.

A refusal is a ValidationError whose sentence says what to do. Each act leaves a trace of who did
it (``LogEntry``).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programmes.models import Programme, Region, Stream
from programmes.models.trail import PROGRAMME
from programmes.services.trail import write_entry
from stakeholders.accounts.models import Role, User
from stakeholders.accounts.models.user import INSTALLATION_KINDS

MANAGER = Role.Kind.PROGRAMME_MANAGER
REGIONAL = (Role.Kind.REGIONAL_IT_MANAGER, Role.Kind.LOCAL_COMMUNICATION)


def roles_to_give(giver: User) -> list[Role.Kind]:
    """Return the roles in a programme that somebody may give: a manager none above their own.

    Who approves is above who writes: only an administrator makes somebody CIO.
    """
    kinds = [
        Role.Kind.PROGRAMME_MANAGER,
        Role.Kind.REGIONAL_IT_MANAGER,
        Role.Kind.STREAM_LEADER,
        Role.Kind.COMMUNICATION_TEAM,
        Role.Kind.LOCAL_COMMUNICATION,
        Role.Kind.EVENT_HOST,
    ]
    return [Role.Kind.CIO, *kinds] if giver.is_superuser else kinds


@dataclass(frozen=True)
class Part:
    """What somebody is in a programme: a kind, with its region, stream or languages."""

    kind: str
    region: Region | None = None
    stream: Stream | None = None
    languages: Sequence[str] = ()

    def write_to(self, role: Role) -> None:
        """Set the fields of a role; what the kind does not need stays empty."""
        role.kind = self.kind
        if self.kind in INSTALLATION_KINDS:
            role.programme = None
        role.region = self.region if self.kind in REGIONAL else None
        role.stream = self.stream if self.kind == Role.Kind.STREAM_LEADER else None
        speaks = self.kind == Role.Kind.LOCAL_COMMUNICATION
        role.languages = list(self.languages) if speaks else []


@dataclass(frozen=True)
class Was:
    """A role as it was, by its keys, so that it can come back."""

    pk: int
    user_id: int
    kind: str
    region_id: int | None
    stream_id: int | None
    languages: list[str]
    given_by_id: int | None
    given_at: str | None

    @classmethod
    def of(cls, role: Role) -> "Was":
        return cls(
            pk=role.pk,
            user_id=role.user_id,
            kind=role.kind,
            region_id=role.region_id,
            stream_id=role.stream_id,
            languages=role.languages,
            given_by_id=role.given_by_id,
            given_at=role.given_at.isoformat() if role.given_at else None,
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@transaction.atomic
def give_role(
    giver: User,
    programme: Programme | None,
    now: datetime,
    *,
    email: str,
    first_name: str = "",
    last_name: str = "",
    kind: str,
    region: Region | None = None,
    stream: Stream | None = None,
    languages: Sequence[str] = (),
) -> Role:
    """Give somebody a role, of the installation if no programme is named.

    Whoever has no account gets one, without a password (see ``services.invitation``) and in the
    giver's language. The names of an account that is there stay as they are.

    Raises:
        ValidationError: the role is above the giver's, lacks its region, or is given already;
            a new account has no name.

    """
    _check_may_give(giver, kind, is_of_programme=programme is not None)
    user = User.objects.filter(email__iexact=email).first()
    user = user or _new_user(giver, email, first_name, last_name)
    role = Role(user=user, programme=programme, given_by=giver, given_at=now)
    Part(kind, region, stream, languages).write_to(role)
    _save(role)
    _note(role, LogEntry.Action.CREATE, giver, now)
    return role


def _new_user(giver: User, email: str, first_name: str, last_name: str) -> User:
    if not (first_name and last_name):
        text = _("No account has this email address. Enter the person’s first and last name.")
        raise ValidationError({"first_name" if not first_name else "last_name": text})
    names = {"first_name": first_name, "last_name": last_name}
    return User.objects.create_user(email, language=giver.language, **names)


def _save(role: Role) -> None:
    if _is_given(role):
        raise ValidationError(_("%(user)s already has this role.") % {"user": role.user})
    _check_region(role)
    role.full_clean()
    role.save()


def _check_region(role: Role) -> None:
    """Refuse two kinds of role in different regions: what roles open and where adds up."""
    others = Role.objects.filter(user=role.user, programme=role.programme).exclude(pk=role.pk)
    elsewhere = others.filter(region__isnull=False).exclude(region=role.region)
    if role.region and elsewhere.exclude(kind=role.kind).exists():
        text = _("%(user)s has another role in another region. Choose the same region for both.")
        raise ValidationError({"region": text % {"user": role.user}})


def _is_given(role: Role) -> bool:
    names = ("user", "programme", "kind", "region", "stream")
    same = Role.objects.filter(**{name: getattr(role, name) for name in names})
    return same.exclude(pk=role.pk).exists()


@transaction.atomic
def change_role(
    changer: User,
    role: Role,
    now: datetime,
    *,
    kind: str,
    region: Region | None = None,
    stream: Stream | None = None,
    languages: Sequence[str] = (),
) -> Role:
    """Make a role another one; it works at the next request.

    Raises:
        ValidationError: the role before or after is above the changer's, the new one lacks its
            region or is given already, or nobody would manage the programme.

    """
    _check_may_take(changer, role)
    _check_may_give(changer, kind)
    if kind != role.kind:
        _check_somebody_manages_without(role)
    before = Was.of(role)
    Part(kind, region, stream, languages).write_to(role)
    role.given_by, role.given_at = changer, now
    _save(role)
    _note(role, LogEntry.Action.UPDATE, changer, now, before)
    return role


@transaction.atomic
def take_role(taker: User, role: Role, now: datetime) -> None:
    """Take a role away; it works at the next request.

    Raises:
        ValidationError: the role is above the taker's, or nobody would manage the programme.

    """
    _check_may_take(taker, role)
    _check_somebody_manages_without(role)
    _note(role, LogEntry.Action.DELETE, taker, now)
    role.delete()


@transaction.atomic
def write_role(giver: User, role: Role, now: datetime) -> None:
    """Save a role as an administrator has filled it in; raises what ``change_role`` raises."""
    before = Role.objects.filter(pk=role.pk).first()
    if before and before.kind != role.kind:
        _check_somebody_manages_without(before)
    Part(role.kind, role.region, role.stream, role.languages).write_to(role)
    role.given_by, role.given_at = giver, now
    _save(role)
    act = LogEntry.Action.UPDATE if before else LogEntry.Action.CREATE
    _note(role, act, giver, now, Was.of(before) if before else None)


@transaction.atomic
def restore_role(restorer: User, programme: Programme, was: Was, now: datetime) -> Role:
    """Let a role of a programme be again what it was before it was changed or taken away.

    Raises:
        ValidationError: it is above the restorer's or given already, or its owner, region or
            stream is gone.

    """
    role = programme.roles.filter(pk=was.pk).first() or Role(pk=was.pk, programme=programme)
    _check_may_give(restorer, was.kind)
    if role.kind:
        _check_may_take(restorer, role)
        if was.kind != role.kind:
            _check_somebody_manages_without(role)
    for name, value in was.to_json().items():
        setattr(role, name, value)
    role.given_at = datetime.fromisoformat(was.given_at) if was.given_at else None
    _save(role)
    _note(role, LogEntry.Action.UPDATE, restorer, now)
    return role


def _check_may_give(giver: User, kind: str, *, is_of_programme: bool = True) -> None:
    of_installation = INSTALLATION_KINDS if giver.is_superuser else ()
    if kind not in (roles_to_give(giver) if is_of_programme else of_installation):
        raise ValidationError({"kind": _("Ask an administrator to assign this role.")})


def _check_may_take(taker: User, role: Role) -> None:
    if not taker.is_superuser and role.kind not in roles_to_give(taker):
        raise ValidationError(_("Ask an administrator to remove this role."))


def is_needed(role: Role) -> bool:
    """Tell whether it is the role of the only manager of a programme who can sign in."""
    managers = Role.objects.filter(programme=role.programme_id, kind=MANAGER, user__is_active=True)
    return role.kind == MANAGER and not managers.exclude(pk=role.pk).exists()


def _check_somebody_manages_without(role: Role) -> None:
    """Refuse to take a role that is needed, and let nobody take the other one meanwhile."""
    list(Role.objects.select_for_update().filter(programme=role.programme_id, kind=MANAGER))
    if is_needed(role):
        raise ValidationError(
            _("The programme needs a programme manager. Assign the role to someone else first.")
        )


def _note(role: Role, act: int, actor: User, now: datetime, was: Was | None = None) -> None:
    """Leave a trace of what somebody did to a role."""
    before, after = was.to_json() if was else {}, Was.of(role).to_json()
    changes = {name: [before.get(name), value] for name, value in after.items()}
    if act == LogEntry.Action.DELETE:
        changes = {name: [value, None] for name, value in after.items()}
    told = {name: list(map(str, pair)) for name, pair in changes.items()}
    where = {PROGRAMME: role.programme_id} if role.programme_id else None
    write_entry(role, act, actor, now, told, where)
