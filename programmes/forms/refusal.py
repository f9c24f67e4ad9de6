"""How a service's refusal reaches the form that asked for it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm
from django.utils.translation import gettext as _

from programmes.models import Programme


def accepts(form: BaseForm, verb: Callable[..., Any], *args: object, **kwargs: object) -> Any:
    """Call a service with what a valid form holds; a refusal becomes errors of the form.

    Returns:
        What the service made or changed; None if it refused. Then the form keeps what was
        typed and says why.

    """
    try:
        return verb(*args, **kwargs)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None


def programme_in(form: Any) -> Programme | None:
    """Return the programme that the row of a model form is given or has; None if it is wrong."""
    given: Programme | None = form.cleaned_data.get("programme")
    return given or (form.instance.programme if form.instance.programme_id else None)


def refuse_of_other_programmes(form: Any, *names: str) -> None:
    """Say at fields of a model form that what was chosen belongs to another programme."""
    programme = programme_in(form)
    for name in names if programme else ():
        for one in _chosen(form.cleaned_data.get(name)):
            if one.programme != programme:
                text = _("“%(one)s” belongs to another programme. Choose one of this programme.")
                form.add_error(name, text % {"one": one})


def _chosen(value: Any) -> Any:
    return [value] if isinstance(value, Model) else value or ()
