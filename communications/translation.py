"""Which fields of this floor are translated."""

from modeltranslation.translator import TranslationOptions, register

from communications.messages.models import Message


@register(Message)
class MessageTranslation(TranslationOptions):
    """Subject and text are read by people. No silent fallback: the sending decides."""

    fields = ("subject", "body")
    fallback_values = ""
    required_languages = ("en",)
