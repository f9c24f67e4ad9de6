"""What is asked, as the person with a link sees it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from weakref import WeakValueDictionary

from django.conf import settings

from communications.models import Approval
from feedback.models import Question, Survey
from feedback.queries.invitation import AskedRow
from feedback.translation import SOURCE, text_in
from programmes.queries.texts import text_of

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
        key: names this content, so that a form can tell what it asked.

    """

    programme: Sender
    smallest_group: int
    languages: tuple[str, ...]
    questions: Mapping[str, tuple[AskedQuestion, ...]]
    key: str


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


def written_texts(survey: Survey, questions: Sequence[Question], language: str) -> dict[str, str]:
    """Return all texts of a survey in one language by the name of their field, answers by line."""
    options = [text_in(option, language) for q in questions for option in q.options.all()]
    return {
        **text_of(survey.invitation, language, ("subject", "body")),
        **{question.kind: text_in(question, language) for question in questions},
        "options": "\n".join(option for option in options if option),
    }


def questionnaire_of(asked: tuple[AskedRow, ...]) -> Questionnaire:
    """Return what was approved with a mail, mostly without a query.

    What was written since is a draft, and nobody is asked it. What no approval holds, such as
    the programme's name, is as the rows have it: they are the key under which the rest is kept.
    """
    if asked[0].fingerprint:
        return _approved(asked)
    questions = questions_of(Survey(pk=asked[0].survey_id))
    texts = {code: texts_of(questions, code) for code, _name in settings.LANGUAGES}
    return _drafted(json.dumps(texts), asked)


def kept_questionnaire(key: str) -> Questionnaire | None:
    """Return what this process has shown under a key, unless it has been forgotten."""
    return _by_key.get(key)


# Forgets a questionnaire when those below do.
_by_key: WeakValueDictionary[str, Questionnaire] = WeakValueDictionary()


@lru_cache(KEPT)
def _approved(rows: tuple[AskedRow, ...]) -> Questionnaire:
    approval = Approval.objects.filter(fingerprint=rows[0].fingerprint)[0]
    return _questionnaire(approval.frozen.more, rows)


@lru_cache(KEPT)
def _drafted(texts: str, rows: tuple[AskedRow, ...]) -> Questionnaire:
    return _questionnaire(json.loads(texts), rows)


def _questionnaire(texts: Mapping[str, Texts], rows: tuple[AskedRow, ...]) -> Questionnaire:
    one, wished = rows[0], json.loads(rows[0].languages)
    count = len(texts[SOURCE].get(Question.Kind.CHOICE, [])) - 1
    questions = {
        code: tuple(_questions(texts.get(code, {}), count, rows)) for code in (SOURCE, *wished)
    }
    complete = (code for code in wished if all(one.is_complete for one in questions[code]))
    made = Questionnaire(
        programme=Sender(one.name, one.slug),
        smallest_group=one.smallest_group,
        languages=tuple(complete) or (SOURCE,),
        questions=questions,
        key=hashlib.sha256(repr((texts, rows)).encode()).hexdigest()[:16],
    )
    return _by_key.setdefault(made.key, made)


def _questions(texts: Texts, count: int, rows: tuple[AskedRow, ...]) -> Iterator[AskedQuestion]:
    for kind, lines in groupby(rows, attrgetter("kind")):
        one, *more = lines
        keys = [row.option for row in (one, *more) if row.option is not None][: max(count, 0)]
        text, *answers = texts.get(kind) or [""]
        missing = [""] * (len(keys) - len(answers))
        options = zip(keys, [*answers, *missing], strict=False)
        yield AskedQuestion(kind, text, bool(one.is_required), tuple(options))
