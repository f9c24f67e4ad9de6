"""Which fields of this floor are translated."""

from modeltranslation.translator import TranslationOptions, register

from communications.messages.models import Adaptation, ChannelText, Message


@register(Message)
class MessageTranslation(TranslationOptions):
    """Subject and text are read by people. No silent fallback: the sending decides."""

    fields = ("subject", "body")
    fallback_values = ""
    required_languages = ("en",)


@register(Adaptation)
class AdaptationTranslation(TranslationOptions):
    """Written in any language: none is required."""

    fields = ("subject", "body")
    fallback_values = ""


@register(ChannelText)
class ChannelTextTranslation(TranslationOptions):
    """Only the fields of its form are filled."""

    fields = ("headline", "first", "second", "third", "action", "body", "spot")
    fallback_values = ""
