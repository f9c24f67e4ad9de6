"""What is typed to ask for a review, and in it."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.approvals.queries.reviewers import Candidates
from communications.approvals.services.comment import check_passage
from communications.approvals.services.review import ReviewData
from communications.messages.models import Review
from communications.messages.services.refusal import RefusedError
from programmes.design.fields import DayField, KeptTextField
from programmes.design.formats import language_title
from programmes.queries.texts import SOURCE_LANGUAGE
from stakeholders.models import User

# The languages in which texts are written, by form and its name.
TextsThere = Mapping[tuple[str, str], Sequence[str]]
LONGEST_PASSAGE, LONGEST_WORDS = 500, 2000


class ReviewForm(forms.Form):
    """Which text, what is checked, by whom, until when."""

    language = forms.ChoiceField(label=_("Text"))
    checks = forms.ChoiceField(label=_("Checks"), choices=Review.Checks.choices)
    reviewer = forms.ChoiceField(
        label=_("Reviewer"),
        help_text=_("They see this text only, whatever else their role shows them."),
    )
    due_on = DayField(label=_("Due"))

    def __init__(
        self, data: Any, *, texts: TextsThere, candidates: Candidates, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.users = {str(one.pk): one for one in (*candidates.natives, *candidates.others)}
        cast(forms.ChoiceField, self.fields["language"]).choices = _grouped(texts)
        cast(forms.ChoiceField, self.fields["reviewer"]).choices = self._offered(candidates)

    def _offered(self, candidates: Candidates) -> list[Any]:
        others = _choices(candidates.others)
        if not candidates.natives:
            return [("", "–"), *others]
        natives = (str(_("Native readers")), _choices(candidates.natives))
        return [("", "–"), natives, (str(_("Others in the programme")), others)]

    def review(self) -> ReviewData:
        """Return what was typed; the form must be valid."""
        typed = self.cleaned_data
        reviewer = self.users[typed["reviewer"]]
        form, language = text_in(typed["language"])
        return ReviewData(language, typed["checks"], reviewer, typed["due_on"], form)


def text_in(key: str) -> tuple[str, str]:
    """Return the form and language that a choice names; the form is empty for the email."""
    form, _slash, language = key.rpartition("/")
    return form, language


def key_in(form: str, language: str) -> str:
    """Return how a choice names a text."""
    return f"{form}/{language}" if form else language


def _grouped(texts: TextsThere) -> list[Any]:
    """Return the choice of texts, below the names of channels where there are several."""
    found = {
        name: [(key_in(form, code), _label(form, name, code)) for code in codes]
        for (form, name), codes in texts.items()
    }
    return list(found.items()) if len(found) > 1 else [one for own in found.values() for one in own]


def _label(form: str, name: str, code: str) -> str:
    """Return how a choice reads once it is made, without the name of its group."""
    return f"{language_title(code)} ({name})" if form else language_title(code)


def _choices(users: Sequence[User]) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in users]


def usual_check(language: str) -> str:
    """Return what is mostly checked in a text of a language."""
    return Review.Checks.FACTS if language == SOURCE_LANGUAGE else Review.Checks.NATIVE


class WordsForm(forms.Form):
    """An answer to a comment."""

    words = KeptTextField(
        label=_("Your answer"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write a comment.")},
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class CommentForm(WordsForm):
    """A comment on a passage, or on the whole text."""

    passage = KeptTextField(
        label=_("Passage"),
        required=False,
        max_length=LONGEST_PASSAGE,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Copy it from the text. Leave empty for the whole text."),
    )
    field_order = ("passage", "words")

    def __init__(self, data: Any = None, *, shown: Mapping[str, str]) -> None:
        super().__init__(data)
        self.shown = shown
        self.fields["words"].label = _("Comment")
        self.fields["words"].help_text = _("Write @ and a name to notify someone.")

    def clean_passage(self) -> str:
        """Say at the field that a passage does not stand in the text."""
        passage: str = self.cleaned_data["passage"]
        try:
            check_passage(self.shown, passage)
        except RefusedError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return passage
