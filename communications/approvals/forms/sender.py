"""What is typed to put somebody, or a role, on the list of senders."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.messages.models.sender import LONGEST_NAME
from stakeholders.models import User


class SenderForm(forms.Form):
    """A name as it is printed, and whose it is."""

    person = forms.ChoiceField(
        label=_("Person"),
        required=False,
        help_text=_("They are asked for their consent by email. Leave empty for a role or a team."),
    )
    name = forms.CharField(
        label=_("Name as printed"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("Leave empty for the person’s name."),
    )

    def __init__(self, data: Any, *, people: Sequence[User]) -> None:
        super().__init__(data)
        self.users = {str(one.pk): one for one in people}
        offered = [
            ("", _("A role or a team")),
            *((key, str(one)) for key, one in self.users.items()),
        ]
        cast(forms.ChoiceField, self.fields["person"]).choices = offered

    def clean(self) -> dict[str, Any]:
        """Ask for a name where no person gives one."""
        typed = super().clean() or {}
        person = self.users.get(typed.get("person", ""))
        typed["person"] = person
        typed["name"] = typed.get("name") or (str(person) if person else "")
        if not typed["name"] and "name" not in self.errors:
            self.add_error("name", _("Enter the name of the role, or choose a person."))
        return typed
