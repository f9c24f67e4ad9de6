"""What is typed about an adaptation: one text of it, and the key points it keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from communications.adaptations.queries.forms import EMAIL, FIELDS, POSTER
from communications.adaptations.queries.points import CHANGED, Point
from communications.adaptations.queries.proposal import Proposed
from communications.desk.forms.channel_text import HELP, copies_field
from communications.desk.forms.channel_text import LABELS as FIELD_LABELS
from communications.desk.forms.text import LONGEST_BODY
from communications.messages.channels.lengths import guide, length_of
from communications.messages.models import Adaptation, ChannelText
from communications.messages.rendering import direction
from communications.messages.rendering.fitting import fit_channel, fit_email, one_line
from communications.messages.services.channel_text import FormFrame
from programmes.design.fields import DayField, KeptTextField
from programmes.forms.shared_text import SharedTextForm

LONGEST_REASON = 300
LABELS = {**FIELD_LABELS, "subject": _("Subject")}
NOTHING_PROPOSED = Proposed()


class AdaptedForm(SharedTextForm):
    """One form of an adaptation in one language, and which key points all of its texts keep.

    What is ``proposed`` stands in fields that nobody has written yet.
    ``extra`` are the placeholders of the message's source that the form may hold, and ``links``
    those that are personal links of the core, which an email must hold.
    """

    source_seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    points_seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any,
        *,
        form: str,
        language: str,
        points: Sequence[Point],
        initial: Mapping[str, Any],
        proposed: Proposed = NOTHING_PROPOSED,
        extra: frozenset[str] = frozenset(),
        links: frozenset[str] = frozenset(),
    ) -> None:
        has_other_points = data is not None and _named_in(data) != {one.digest for one in points}
        initial = {**initial, **proposed.fields, **_kept(points)}
        super().__init__(_completed(data, initial) if has_other_points else data, initial=initial)
        self.has_other_points = has_other_points
        self.form, self.language, self.points = form, language, points
        self.proposed, self.extra, self.links = proposed, extra, links
        self.WRITTEN = FIELDS[form]
        for name in self.WRITTEN:
            self.fields[name] = field_of(name, form, language)
        if form != EMAIL:
            label = _("Take down") if form == POSTER else _("Until")
            self.fields["until_on"] = DayField(label=label, required=False)
        if form == POSTER:
            self.fields["copies"] = copies_field()
        for point in points:
            self.fields |= _fields_of_point(point)

    def clean(self) -> dict[str, Any]:
        """Refuse a key point that is left out without a reason, and what nobody can fill."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if self.has_other_points:
            self.add_error(None, CHANGED)
        for key in (point.digest for point in self.points):
            if not found.get(f"keep_{key}") and not (found.get(f"why_{key}") or "").strip():
                self.add_error(f"why_{key}", _("Enter why your people do not need this key point."))
        for name in self.WRITTEN:
            self._clean_text(name)
        return found

    def _clean_text(self, name: str) -> None:
        text = self.cleaned_data.get(name, "")
        try:
            if self.form == EMAIL:
                # A text that is still to write lacks nothing.
                needed = self.links if text else frozenset()
                self.cleaned_data[name] = fit_email(name, text, self.extra, needed)
            else:
                self.cleaned_data[name] = fit_channel(self.form, name, text)
        except ValidationError as error:
            self.add_error(name, error)

    def text(self) -> dict[str, str]:
        """Return what was typed, by field; the form must be valid."""
        return {name: self.cleaned_data[name] for name in self.WRITTEN}

    def dropped(self) -> dict[str, str]:
        """Return the key points that are left out, with their reasons; it must be valid."""
        return {
            point.text: self.cleaned_data[f"why_{point.digest}"]
            for point in self.points
            if not self.cleaned_data[f"keep_{point.digest}"]
        }

    def typed(self) -> dict[str, str]:
        """Return what is typed or proposed, by field, whether it may be saved or not."""
        found = {name: str(self[name].value() or "")[:LONGEST_BODY] for name in self.WRITTEN}
        return {
            k: v.replace("\r\n", "\n") if k == "body" else one_line(v) for k, v in found.items()
        }

    @property
    def is_as_proposed(self) -> bool:
        """Tell whether nobody has written a word of it: all is as it was proposed, or empty."""
        fields = self.proposed.fields
        proposed = {name: fields.get(name, "").strip() for name in self.WRITTEN}
        return {name: text.strip() for name, text in self.typed().items()} == proposed

    def frame(self) -> FormFrame | None:
        """Return until when it is used and in how many copies; None for an email."""
        if self.form == EMAIL:
            return None
        cleaned = getattr(self, "cleaned_data", {})
        return FormFrame(until_on=cleaned.get("until_on"), copies=cleaned.get("copies"))

    @property
    def rows_of_points(self) -> list[tuple[Point, Any, Any]]:
        """Return the key points with their boxes and reasons."""
        return [
            (point, self[f"keep_{point.digest}"], self[f"why_{point.digest}"])
            for point in self.points
        ]

    @property
    def rows_of_text(self) -> list["TextRow"]:
        """Return the fields of the text, in their order."""
        typed, proposed = self.typed(), self.proposed.fields
        return [
            TextRow(
                self[name],
                length_of(typed[name]),
                guide(self.form, name, self.language),
                is_proposed=bool(typed[name]) and typed[name] == proposed.get(name),
            )
            for name in self.WRITTEN
        ]

    @property
    def rows_of_frame(self) -> list[Any]:
        """Return the fields of its last day and its copies."""
        return [self[name] for name in ("until_on", "copies") if name in self.fields]


@dataclass(frozen=True)
class TextRow:
    """A field of a text: how long it is, and how long it should be at most (None: no guide)."""

    field: Any
    length: int
    most: int | None
    is_proposed: bool

    @property
    def is_over(self) -> bool:
        """Tell whether it is longer than its guide."""
        return self.most is not None and self.length > self.most


def _kept(points: Sequence[Point]) -> dict[str, Any]:
    """Return which key points are kept, and why others are not, as the form holds it."""
    return {
        name: value
        for point in points
        for name, value in (
            (f"keep_{point.digest}", point.is_kept),
            (f"why_{point.digest}", point.dropped.reason if point.dropped else ""),
        )
    }


def _named_in(data: Mapping[str, str]) -> set[str]:
    """Return the digests of the key points that a page has shown: it posts each one's reason."""
    return {key for name in data for kind, _sep, key in [name.partition("_")] if kind == "why"}


def _completed(data: QueryDict, initial: Mapping[str, Any]) -> QueryDict:
    """Return what was posted, with the key points that its page did not show as they are now.

    The page that follows shows the core of now.
    """
    data, named = data.copy(), _named_in(data)
    for name, value in initial.items():
        kind, _sep, key = name.partition("_")
        if kind in ("keep", "why") and key not in named and value:
            data[name] = "on" if kind == "keep" else value
    data["source_seen"] = initial["source_seen"]
    return data


def _fields_of_point(point: Point) -> dict[str, forms.Field]:
    box = forms.CheckboxInput({"class": "form-check-input"})
    why = KeptTextField(
        required=False,
        max_length=LONGEST_REASON,
        label=_("Why is it left out?"),
        widget=forms.Textarea({"class": "form-control", "rows": 2}),
    )
    keep = forms.BooleanField(required=False, label=point.text, widget=box)
    return {f"keep_{point.digest}": keep, f"why_{point.digest}": why}


def field_of(name: str, form: str, language: str) -> forms.CharField:
    """Return the field of a text, written in a language."""
    attributes = {"lang": language, "dir": direction(language)}
    rows: dict[str, Any]
    if name == "body":
        rows = {"rows": 10 if form == EMAIL else 14}
        longest, help_text = LONGEST_BODY, HELP.get(form, "")
    else:
        rows, help_text = {"rows": 1, "data-one-line": ""}, HELP.get(name, "")
        column: Any = (Adaptation if form == EMAIL else ChannelText)._meta.get_field(name)
        longest = column.max_length
    return KeptTextField(
        label=LABELS[name],
        max_length=longest,
        required=False,
        widget=forms.Textarea({**rows, **attributes}),
        help_text=help_text,
    )
