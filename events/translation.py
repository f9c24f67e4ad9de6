"""Which fields of this floor are translated."""

from modeltranslation.translator import TranslationOptions, register

from events.models import Event


@register(Event)
class EventTranslation(TranslationOptions):
    """Events are read by whoever is invited."""

    fields = ("title", "what", "agenda")
