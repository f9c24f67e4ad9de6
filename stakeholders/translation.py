"""Which fields of this floor are translated."""

from modeltranslation.translator import TranslationOptions, register

from stakeholders.models import Persona


@register(Persona)
class PersonaTranslation(TranslationOptions):
    """What is said of a persona is read by people everywhere."""

    fields = ("name", "needs", "what_changes")
