"""Which fields of this floor are translated, and in which languages a survey can be answered."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from modeltranslation.translator import TranslationOptions, register
from modeltranslation.utils import build_localized_fieldname

from feedback.models import Option, Question

SOURCE = settings.LANGUAGES[0][0]


@register(Question)
class QuestionTranslation(TranslationOptions):
    """Questions are read by people."""

    fields = ("text",)


@register(Option)
class OptionTranslation(TranslationOptions):
    """Answers are read by people."""

    fields = ("text",)


def text_in(item: Question | Option, language: str) -> str:
    """Return a text in one language, without any fallback."""
    return getattr(item, build_localized_fieldname("text", language)) or ""


def complete_languages(questions: Iterable[Question], wished: Iterable[str]) -> list[str]:
    """Return those of the languages in which each question and answer has a text."""
    items: list[Any] = [
        item for question in questions for item in (question, *question.options.all())
    ]
    return [code for code in wished if all(text_in(item, code) for item in items)] or [SOURCE]


def set_text(item: Question | Option, language: str, text: str) -> None:
    """Save a text in one language; the columns of the others are left alone."""
    column = build_localized_fieldname("text", language)
    setattr(item, column, text.strip())
    item.save(update_fields=[column] if item.pk else None)
