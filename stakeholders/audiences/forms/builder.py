"""What is typed to keep an audience, and which two are compared."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from stakeholders.audiences.models import Audience
from stakeholders.audiences.queries.audience import Draft
from stakeholders.audiences.queries.offers import LINES, NOT
from stakeholders.audiences.services.audience import Lines


class NameForm(forms.Form):
    """The name of an audience, and whether today's people stay in place of the rule."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        error_messages={"required": _("Give the audience a name, such as “Plants of wave 2”.")},
    )
    is_frozen = forms.BooleanField(label=_("Freeze members"), required=False)


class ComparisonForm(forms.Form):
    """Two saved audiences."""

    first = forms.ModelChoiceField(Audience.objects.none(), label=_("First"))
    second = forms.ModelChoiceField(Audience.objects.none(), label=_("Second"))

    def __init__(self, *args: Any, audiences: "QuerySet[Audience]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = audiences  # type: ignore[attr-defined]
            field.widget.attrs = {"class": "form-select w-auto", "data-submits": ""}


def lines_of(draft: Draft) -> Lines:
    """Return what was chosen as the lines of an audience."""
    things = {kind: [offer.thing for offer in offers] for kind, offers in draft.chosen.items()}
    without = {kind.removeprefix(NOT): t for kind, t in things.items() if kind.startswith(NOT)}
    lines: dict[str, Any] = {
        LINES[kind]: chosen for kind, chosen in things.items() if kind in LINES
    }
    return Lines(**lines, without=without)
