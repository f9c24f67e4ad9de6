"""Under which names a programme may send, and what speaks against one."""

import re
import unicodedata
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from communications.messages.models import Approval, Sender
from programmes.models import Programme
from stakeholders.models import Role, User


def people_of(programme: Programme) -> list[User]:
    """Return the active users with a role in a programme, by name (one query)."""
    roles = Role.objects.filter(programme=programme).values("user")
    found = User.objects.filter(pk__in=roles, is_active=True)
    return list(found.order_by("last_name", "first_name", "pk"))


def signers_of(programme: Programme) -> list[User]:
    """Return whose names are not a role's: people with a role, and who was ever asked to sign.

    Who has left since has not agreed to more by leaving (one query).
    """
    roles = Role.objects.filter(programme=programme).values("user")
    asked = Sender.objects.filter(programme=programme, user__isnull=False).values("user")
    named = Q(pk__in=roles, is_active=True) | Q(pk__in=asked)
    return list(User.objects.filter(named).order_by("last_name", "first_name", "pk"))


def person_named(name: str, people: Iterable[User]) -> User | None:
    """Return who is named in a sender's name, such as “Ann Lee, CIO”; None where nobody is."""
    return next((one for one in people if is_named(one.get_full_name(), name)), None)


def former_named(programme: Programme, name: str) -> str:
    """Return who of those whose account was deleted is named in a name, or nothing (one query)."""
    gone = Sender.objects.people().filter(programme=programme, user=None)
    names = gone.values_list("person_name", flat=True)
    return next((one for one in names if is_named(one, name)), "")


def unsigned_among(versions: Iterable[Approval]) -> set[int]:
    """Return the ids of the versions that may not leave, since their sender does not agree.

    Somebody may have revoked their consent after a message was sent, and its site come later. One
    query, whatever the number of versions; their messages are asked for.
    """
    found = list(versions)
    programmes = {one.message.programme_id for one in found}
    rows = Sender.objects.unsettled().filter(programme__in=programmes)
    known = {(row.programme_id, row.name.casefold()): row for row in rows}
    keys = {one.pk: (one.message.programme_id, one.frozen.sender.casefold()) for one in found}
    return {
        one.pk
        for one in found
        if (row := known.get(keys[one.pk])) and not row.may_carry(one.decided_at)
    }


def is_named(person: str, name: str) -> bool:
    """Tell whether a name holds all words of a person's full name, in any order and any accents."""
    words = set(_words_of(person))
    return bool(words) and words <= set(_words_of(name))


def _words_of(name: str) -> list[str]:
    """Return the words of a name as it looks: however composed, without what nobody sees."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return re.findall(r"\w+", "".join(one for one in plain if not _is_unseen(one)))


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cf", "Mn")


def listed_in(programme: Programme) -> list[Sender]:
    """Return the senders of a programme that were not removed, with their people (one query)."""
    return list(Sender.objects.listed().filter(programme=programme).select_related("user"))


def reason_against(programme: Programme, name: str) -> str:
    """Return why nothing may be sent under a name and what to do; empty if it may.

    A name that is on no list is a role's, such as that of a programme, unless it is a person's.
    """
    row = Sender.objects.named(programme.pk, name).get(name)
    if row is None:
        person = person_named(name, signers_of(programme)) or former_named(programme, name)
        return _not_asked(name) if person else ""
    if row.removed_at or (row.is_person and row.user is None):
        return _("“%(name)s” is no longer a sender. Choose another sender.") % {"name": name}
    if row.is_revoked:
        sentence = _("%(name)s no longer agrees to be named as sender. Choose another sender.")
        return sentence % {"name": name}
    if row.is_declined:
        sentence = _("%(name)s does not agree to be named as sender. Choose another sender.")
        return sentence % {"name": name}
    if not row.has_agreed:
        sentence = _("%(name)s has not agreed yet to be named as sender. Choose another, or wait.")
        return sentence % {"name": name}
    return ""


def _not_asked(name: str) -> str:
    sentence = _(
        "%(name)s has not been asked to be named as sender. Choose another sender, or let a "
        "programme manager ask them under Settings, Senders."
    )
    return sentence % {"name": name}


def signing_cios(programme: int, *names: str) -> dict[str, User]:
    """Return the CIOs in whose name is sent, by the sender's name: only they approve that.

    One query, and one more where a name is a person's.
    """
    rows = Sender.objects.named(programme, *names) if names else {}
    signed = {name: row.user for name, row in rows.items() if row.user}
    if not signed:
        return {}
    cios = Role.objects.filter(programme=programme, kind=Role.Kind.CIO, user__in=signed.values())
    known = set(cios.values_list("user", flat=True))
    return {name: user for name, user in signed.items() if user.pk in known}


def choices_of(programme: Programme, rows: Iterable[Sender], current: str) -> list[tuple[str, str]]:
    """Return the names that an author may choose from, each with what is to be known of it.

    The programme's own name is always there, and the ``current`` one of a message.
    """
    offered = {row.name: _said(row) for row in rows if not (row.is_revoked or row.is_declined)}
    for name in (programme.name, current):
        if name and name.casefold() not in {one.casefold() for one in offered}:
            offered[name] = name
    return list(offered.items())


def _said(row: Sender) -> str:
    if row.has_agreed:
        return row.name
    return _("%(name)s (has not agreed yet)") % {"name": row.name}
