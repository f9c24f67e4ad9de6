"""Which fields of this floor are translated."""

from modeltranslation.translator import TranslationOptions, register

from feedback.models import Option, Question


@register(Question)
class QuestionTranslation(TranslationOptions):
    """Questions are read by people."""

    fields = ("text",)


@register(Option)
class OptionTranslation(TranslationOptions):
    """Answers are read by people."""

    fields = ("text",)
