"""Which message answers an impact."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.dispatches.sources import informing
from communications.messages.models import Message
from communications.messages.queries.answer import titles_of
from programmes.scope import Scope
from stakeholders.models import Impact


class MessageField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Messages by the titles that may be read."""

    titles: Mapping[int, str] = {}

    def label_from_instance(self, obj: Any) -> str:
        return self.titles[obj.pk]


class AnswerForm(forms.Form):
    """A message of the programme that does not answer the impact yet."""

    message = MessageField(Message.objects.none(), label=_("Message"))

    def __init__(self, data: Any = None, *, scope: Scope, impact: Impact) -> None:
        super().__init__(data)
        messages = Message.objects.within(scope.of_plan).filter(source__in=informing())
        others = messages.exclude(answers=impact).order_by("-pk")
        self.fields["message"].queryset = others  # type: ignore[attr-defined]
        self.fields["message"].titles = titles_of(others)  # type: ignore[attr-defined]
