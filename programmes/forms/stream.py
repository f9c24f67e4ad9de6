"""What is typed about members, milestones and objectives of streams, and the week’s update."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.database.clock import database_now
from programmes.database.removal import Removable
from programmes.design.fields import DayField
from programmes.models import Member, StreamUpdate
from programmes.queries.moves import Move
from programmes.services.stream import check_not_to_come
from programmes.services.update import UpdateData


class PartForm(forms.Form):
    """What the forms of parts share: they begin with what is there."""

    def __init__(self, data: Any, part: Removable, **initial: object) -> None:
        there = {name: getattr(part, name) for name in self.base_fields if hasattr(part, name)}
        super().__init__(data, initial={**there, **initial} if part.pk is None else there)


class MemberForm(PartForm):
    """Somebody who works in a stream."""

    name = forms.CharField(label=_("Name"), max_length=120)
    employer = forms.ChoiceField(label=_("Employer"), choices=Member.Employer.choices)
    work = forms.CharField(
        label=_("What they do"),
        max_length=120,
        required=False,
        help_text=_("In a few words, such as “plans the desk’s shifts”."),
    )
    email = forms.EmailField(label=_("Work mail"), max_length=254, required=False)


class MilestoneForm(PartForm):
    """A milestone."""

    name = forms.CharField(label=_("Milestone"), max_length=120)
    due_on = DayField(
        label=_("Due on"), required=False, help_text=_("Leave it empty while nobody knows.")
    )
    done_on = DayField(label=_("Done on"), required=False)


class ObjectiveForm(PartForm):
    """An objective: what would be a success, with a number and a day."""

    name = forms.CharField(
        label=_("Objective"),
        max_length=120,
        help_text=_("What would be a success, such as “Calls answered in 60 seconds”."),
    )
    measure = forms.CharField(
        label=_("Measure"), max_length=160, help_text=_("What is counted, and how often.")
    )
    unit = forms.CharField(
        label=_("Unit"), max_length=20, required=False, help_text=_("Such as %, people or days.")
    )
    start_value = forms.DecimalField(
        label=_("Start"), max_digits=12, decimal_places=2, localize=True
    )
    target_value = forms.DecimalField(
        label=_("Target"),
        max_digits=12,
        decimal_places=2,
        localize=True,
        help_text=_("It may lie below the start."),
    )
    starts_on = DayField(label=_("Runs from"))
    due_on = DayField(label=_("To be reached by"))


class MeasureForm(forms.Form):
    """The latest value of an objective and its day; both empty take it back."""

    value = forms.DecimalField(
        label=_("Value"), max_digits=12, decimal_places=2, required=False, localize=True
    )
    measured_on = DayField(label=_("Measured on"), required=False)


class DoneForm(forms.Form):
    """The day on which a milestone was reached; empty says that it was not."""

    done_on = DayField(label=_("Done on"), required=False)


class FactsField(forms.MultipleChoiceField):
    """Facts to tick; one that is no longer true is left out, without an error."""

    widget = forms.CheckboxSelectMultiple({"class": "form-check-input"})

    def valid_value(self, value: str) -> bool:
        return True


class UpdateForm(forms.Form):
    """How the leader judges the week. ``seen`` is the stamp of the update that was there."""

    judgement = forms.ChoiceField(
        label=_("Your judgement"),
        choices=StreamUpdate.Judgement.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    moved = FactsField(label=_("What moved"), required=False)
    sentence = forms.CharField(
        label=_("What worries you"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )
    need = forms.CharField(label=_("What you need, and from whom"), required=False, max_length=240)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, moves: Sequence[Move], proposed: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.moves, self.proposed = moves, proposed
        self.fields["moved"].choices = [(move.key, str(move)) for move in moves]  # type: ignore[attr-defined]

    def data_typed(self) -> UpdateData:
        return UpdateData(
            judgement=self.cleaned_data["judgement"],
            proposed=self.proposed,
            sentence=self.cleaned_data["sentence"],
            need=self.cleaned_data["need"],
            moved=[move for move in self.moves if move.key in self.cleaned_data["moved"]],
        )

    def show_theirs(self, theirs: StreamUpdate, stamp: str) -> None:
        """Keep what was typed, show what somebody else wrote, and let the next save replace it."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = stamp  # type: ignore[index]
        text = _("Somebody else has changed this update since you opened it. Save to replace it.")
        self.add_error(None, text)
        for name in ("sentence", "need"):
            if getattr(theirs, name) != self.cleaned_data.get(name):
                self.add_error(name, _("Theirs: %(text)s") % {"text": getattr(theirs, name)})


class PartAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A milestone or an objective as administrators write it."""

    def clean(self) -> dict[str, Any]:
        """Refuse to have done or measured something on a day to come."""
        values = super().clean() or {}
        today = database_now().date()
        for name in ("done_on", "measured_on"):
            check_not_to_come(name, values.get(name), today)
        return values
