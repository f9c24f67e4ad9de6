"""How a service's refusal reaches the form that asked for it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm, ModelForm
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


class SeenForm(ModelForm):  # type: ignore[type-arg]
    """A model form whose texts are not written over what somebody else wrote meanwhile.

    It goes by fields that show a hidden initial value.
    """

    def clean(self) -> dict[str, Any]:
        """Say at each text that is no longer the one that was seen what is there now."""
        values = super().clean() or {}
        for name in self.changed_data:
            seen = self._seen(name)
            if seen is None:
                continue
            there = getattr(self.instance, name)
            if _plain(seen) != _plain(there):
                text = _("Someone else has changed this in the meantime. It is now: “%(text)s”")
                self.add_error(name, text % {"text": there})
        return values

    def _seen(self, name: str) -> Any:
        """Return what was there when the form was opened; None where the form does not tell."""
        field = self.fields[name]
        if not field.show_hidden_initial or self.instance.pk is None:
            return None
        return field.hidden_widget().value_from_datadict(
            self.data, self.files, self.add_initial_prefix(name)
        )


def _plain(text: Any) -> str:
    return str(text or "").replace("\r\n", "\n").strip()


def _chosen(value: Any) -> Any:
    return [value] if isinstance(value, Model) else value or ()
