"""What is said in another language than it was written in, or than its reader reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stakeholders.accounts.models import Role, User
from stakeholders.people.models import OptOut

# What entries of the trail name that is no column of the row they are about.
NOTED = {
    "opt_out": OptOut._meta.verbose_name,
    "second_factor": gettext_lazy("Second factor"),
    "sites_added": gettext_lazy("Sites added"),
    "sites_removed": gettext_lazy("Sites removed"),
    "left_out": gettext_lazy("Left out"),
    "why": gettext_lazy("Reason"),
    "decided_by": gettext_lazy("Decided by"),
    "decided_for": gettext_lazy("Decided on behalf of"),
    "blackout": gettext_lazy("Blackout"),
    "reminded": gettext_lazy("Reminded by email"),
    "own_days": gettext_lazy("Own go-live"),
    "moved_message": gettext_lazy("Messages moved"),
    "moved_survey": gettext_lazy("Surveys moved"),
    "moved_event": gettext_lazy("Events moved"),
    "moved_service": gettext_lazy("Services moved"),
    "moved_kit": gettext_lazy("Kits moved"),
    "correction": gettext_lazy("Correction"),
}


@contextmanager
def in_language_of(user: User | None) -> Iterator[None]:
    """Let what is said here be in the language in which somebody reads staff pages."""
    known = user is not None and user.language in settings.STAFF_LANGUAGES
    with translation.override(user.language if user and known else settings.LANGUAGE_CODE):
        yield


@contextmanager
def in_own_language_of(user: User) -> Iterator[None]:
    """Let what is said here be in a user's language, of all that the portal speaks."""
    with translation.override(user.language):
        yield


def row_in_words(model: Any, written: str) -> str:
    """Return what a row was called in the trail, its role or its state by the word of today."""
    if model is Role:
        return role_in_words(written)
    name, colon, key = written.rpartition(": ")
    state = _choices(model, "state").get(key)
    if not colon or state is None:
        return written
    name = str(_choices(model, "kind").get(name, name))
    return _("%(label)s: %(names)s") % {"label": name, "names": state}


def _choices(model: Any, name: str) -> dict[str, Any]:
    return dict(getattr(column_of(model, name), "choices", None) or ())


def field_in_words(model: Any, name: str) -> str:
    """Return the label of what changed: of a column, of what hangs on the row, else its key."""
    if name in NOTED:
        return str(NOTED[name])
    column = column_of(model, name)
    if column is None:
        return name.replace("_", " ")
    label = getattr(column, "verbose_name", None)
    return str(label or column.related_model._meta.verbose_name)


def column_of(model: Any, name: str) -> Any:
    """Return the column or relation of a model that is called so, if there is one."""
    try:
        return model._meta.get_field(name.removesuffix("_id"))
    except (AttributeError, FieldDoesNotExist):
        return None


def role_in_words(written: str) -> str:
    """Return a role as it was written down once, with its word in the active language, if known."""
    word, comma, rest = written.partition(", ")
    kind = _kinds().get(word)
    return f"{kind.label}{comma}{rest}" if kind else written


@cache
def _kinds() -> dict[str, Role.Kind]:
    """Return each kind of role by its words in all languages of staff."""
    found: dict[str, Role.Kind] = {}
    for language in settings.STAFF_LANGUAGES:
        with translation.override(language):
            found |= {str(kind.label): kind for kind in Role.Kind}
    return found
