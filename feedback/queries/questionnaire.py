"""What is asked, as the person with a link sees it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet, Value

from communications.models import Approval
from feedback.models import Question, Survey
from feedback.queries.compiled import Compiled
from feedback.queries.invitation import Invited
from feedback.translation import SOURCE, text_in

# A page in each language of some surveys that run at once; what is not kept is built again.
KEPT = 64

# By kind: the question, then its answers.
Texts = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Sender:
    """The programme that asks, as its pages name it."""

    name: str
    slug: str


@dataclass(frozen=True)
class AskedQuestion:
    """One question in one language; ``options`` are the answers of a choice with their keys."""

    kind: str
    text: str
    is_required: bool
    options: tuple[tuple[int, str], ...]

    @property
    def is_complete(self) -> bool:
        """Tell whether the question and each answer has a text."""
        return bool(self.text) and all(text for _key, text in self.options)


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """All that a page shows to everybody with a link; equal contents are the same object.

    Attributes:
        programme: who asks.
        smallest_group: the number of answers that a figure needs.
        languages: those in which everything has a text, in the programme's order.
        questions: by language, in their order.

    """

    programme: Sender
    smallest_group: int
    languages: tuple[str, ...]
    questions: Mapping[str, tuple[AskedQuestion, ...]]


def questions_of(survey: Survey) -> list[Question]:
    """Return the questions in their order, each with its options (two queries)."""
    return list(survey.questions.prefetch_related("options"))


def texts_of(questions: Iterable[Question], language: str) -> Texts:
    """Return the texts of questions as an approval freezes them."""
    return {
        question.kind: [text_in(question, language)]
        + [text_in(option, language) for option in question.options.all()]
        for question in questions
    }


class _Row(NamedTuple):
    """One question, or one answer of a choice, with what all of them share."""

    kind: str
    is_required: bool
    option: int | None
    smallest_group: int
    name: str
    slug: str
    languages: str


def _frame(survey: Value) -> "QuerySet[Survey, Any]":
    return (
        Survey.objects.filter(pk=survey)
        .order_by("questions__order", "questions__options__order")
        .values_list(
            "questions__kind",
            "questions__is_required",
            "questions__options__pk",
            "smallest_group",
            "programme__name",
            "programme__slug",
            "programme__languages",
        )
    )


_FRAME = Compiled(_frame, "survey")


def questionnaire_for(invited: Invited) -> Questionnaire:
    """Return what was approved with the mail of a link, in one query.

    What was written since is a draft, and nobody is asked it. What no approval holds, such as
    the programme's name, is as it is now: it is read each time, and is a part of the key under
    which the rest is kept.
    """
    rows = tuple(_Row._make(row) for row in _FRAME.rows(survey=invited.survey_id))
    if invited.fingerprint:
        return _approved(invited.fingerprint, rows)
    questions = questions_of(Survey(pk=invited.survey_id))
    texts = {code: texts_of(questions, code) for code, _name in settings.LANGUAGES}
    return _drafted(json.dumps(texts), rows)


@lru_cache(KEPT)
def _approved(fingerprint: str, rows: tuple[_Row, ...]) -> Questionnaire:
    content = Approval.objects.filter(fingerprint=fingerprint).values_list("content", flat=True)
    return _questionnaire(content[0]["more"], rows)


@lru_cache(KEPT)
def _drafted(texts: str, rows: tuple[_Row, ...]) -> Questionnaire:
    return _questionnaire(json.loads(texts), rows)


def _questionnaire(texts: Mapping[str, Texts], rows: tuple[_Row, ...]) -> Questionnaire:
    one, wished = rows[0], json.loads(rows[0].languages)
    count = len(texts[SOURCE].get(Question.Kind.CHOICE, [])) - 1
    questions = {
        code: tuple(_questions(texts.get(code, {}), count, rows)) for code in (SOURCE, *wished)
    }
    complete = (code for code in wished if all(one.is_complete for one in questions[code]))
    return Questionnaire(
        Sender(one.name, one.slug), one.smallest_group, tuple(complete) or (SOURCE,), questions
    )


def _questions(texts: Texts, count: int, rows: tuple[_Row, ...]) -> Iterator[AskedQuestion]:
    for kind, lines in groupby(rows, attrgetter("kind")):
        one, *more = lines
        keys = [row.option for row in (one, *more) if row.option is not None][: max(count, 0)]
        text, *answers = texts.get(kind) or [""]
        missing = [""] * (len(keys) - len(answers))
        options = zip(keys, [*answers, *missing], strict=False)
        yield AskedQuestion(kind, text, bool(one.is_required), tuple(options))
