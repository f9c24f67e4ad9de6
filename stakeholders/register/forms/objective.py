"""What is typed about a personal objective."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.forms.stream import ObjectiveForm
from programmes.models import Stream
from programmes.scope import Scope
from stakeholders.accounts.models import User
from stakeholders.register.models import PersonalObjective
from stakeholders.register.models.objective import team_of, teams_of


class PersonalObjectiveForm(ObjectiveForm):
    """A personal objective: whose it is, and with which team it is shared."""

    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none())
    stream = forms.ModelChoiceField(
        label=_("Shared with the team of"),
        queryset=Stream.objects.none(),
        required=False,
        help_text=_("The leader of this stream can then read and edit it."),
    )

    def __init__(
        self, data: Any, part: PersonalObjective, *, user: User, scope: Scope, today: date
    ) -> None:
        super().__init__(data, part, starts_on=today, owner=user)
        self.user, self.led = user, scope.streams or frozenset()
        self._offer("owner", team_of(scope), part.owner_id)
        self._offer("stream", teams_of(user, part.programme), part.stream_id)

    def _offer(self, name: str, choices: Any, kept: int | None) -> None:
        """Offer choices, with what is kept already among them; where there is none, no field."""
        model = choices.model
        found = model.objects.filter(pk__in=[*choices.values_list("pk", flat=True), kept or 0])
        self.fields[name].queryset = found  # type: ignore[attr-defined]
        if not found or (name == "owner" and len(found) == 1):
            self.fields[name].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Ask for the own stream where a leader writes for somebody else."""
        values = super().clean() or {}
        stream, owner = values.get("stream"), values.get("owner")
        if owner and owner != self.user and (stream is None or stream.pk not in self.led):
            text = _("Choose your stream. You can set objectives for your own team only.")
            self.add_error("stream", text)
        return values
