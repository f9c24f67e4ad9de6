"""What is typed about members, milestones and objectives of streams, and the week’s update."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from programmes.database.clock import database_now
from programmes.database.removal import Removable
from programmes.design.fields import DayField, KeptTextField
from programmes.design.numbers import NumberField
from programmes.forms.shared_text import to_be_replaced
from programmes.models import Member, StreamUpdate
from programmes.queries.measures import MEASURES
from programmes.queries.moves import Move
from programmes.services.stream import check_not_to_come
from programmes.services.update import UpdateData
from programmes.services.value import NewValue


class PartForm(forms.Form):
    """What the forms of parts share: they begin with what is there."""

    def __init__(self, data: Any, part: Removable, **initial: object) -> None:
        there = {name: getattr(part, name) for name in self.base_fields if hasattr(part, name)}
        super().__init__(data, initial={**there, **initial} if part.pk is None else there)


class MemberForm(PartForm):
    """Somebody who works in a stream."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=120)
    employer = forms.ChoiceField(label=_("Employer"), choices=Member.Employer.choices)
    work = forms.CharField(
        label=_("What they do"),
        max_length=120,
        required=False,
        help_text=_("In a few words, such as “plans the desk’s shifts”."),
    )
    email = forms.EmailField(label=_("Work email"), max_length=254, required=False)


class MilestoneForm(PartForm):
    """A step of a stream, with the day it is due and the day it was done."""

    name = forms.CharField(label=_("Milestone"), max_length=120)
    due_on = DayField(
        label=_("Due on"), required=False, help_text=_("Leave empty until the date is known.")
    )
    done_on = DayField(label=_("Done on"), required=False)


class ObjectiveForm(PartForm):
    """An objective: what would be a success, with a number and a day."""

    name = forms.CharField(
        label=_("Objective"),
        max_length=120,
        help_text=_("What success looks like, such as “Calls answered in 60 seconds”."),
    )
    measure = forms.CharField(
        label=_("Measure"), max_length=160, help_text=_("What is counted, and how often.")
    )
    unit = forms.CharField(
        label=_("Unit"), max_length=20, required=False, help_text=_("Such as %, people or days.")
    )
    start_value = NumberField(label=_("Start"))
    target_value = NumberField(label=_("Target"), help_text=_("Can be lower than the start."))
    starts_on = DayField(label=_("Start date"))
    due_on = DayField(label=_("Target date"))


class MeasuredObjectiveForm(ObjectiveForm):
    """An objective of a stream or of the programme, which the portal may measure itself."""

    computed_by = forms.ChoiceField(
        label=_("Values"),
        required=False,
        help_text=_("The portal can measure some programme figures automatically, every hour."),
    )

    def __init__(self, data: Any, part: Removable, **initial: object) -> None:
        super().__init__(data, part, **initial)
        offered = [
            (one.key, _("%(label)s: %(names)s") % {"label": one.name, "names": one.says})
            for one in MEASURES.values()
        ]
        choices = [("", _("Entered, imported or sent by another system")), *offered]
        self.fields["computed_by"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Give a measured objective the unit of its measure."""
        values = super().clean() or {}
        if measure := MEASURES.get(values.get("computed_by", "")):
            values["unit"] = measure.unit
        return values


class ValueForm(forms.Form):
    """A value of an objective, of which day it is, and what there is to say about it."""

    value = NumberField(label=_("Value"))
    measured_on = DayField(label=_("Measured on"))
    note = forms.CharField(
        label=_("Note"),
        max_length=240,
        required=False,
        help_text=_("Where the value comes from, or why it changed."),
    )

    def value_typed(self) -> NewValue:
        return NewValue(**self.cleaned_data)


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
    moved = FactsField(label=_("What changed"), required=False)
    sentence = KeptTextField(
        label=_("Your concerns"),
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
        self.add_error(None, to_be_replaced(theirs.saved_by))
        for name in ("sentence", "need"):
            if getattr(theirs, name) != self.cleaned_data.get(name):
                self.add_error(name, _("Their version: %(text)s") % {"text": getattr(theirs, name)})


class PartAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """A milestone as administrators write it."""

    def clean(self) -> dict[str, Any]:
        """Refuse to have done something on a day to come."""
        values = super().clean() or {}
        check_not_to_come("done_on", values.get("done_on"), database_now().date())
        return values
