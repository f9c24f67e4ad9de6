"""Which fields of this floor are translated."""

from modeltranslation.translator import TranslationOptions, register

from programmes.models import Programme, Service, Term


@register(Programme)
class ProgrammeTranslation(TranslationOptions):
    """The purpose is read by people."""

    fields = ("purpose",)


@register(Service)
class ServiceTranslation(TranslationOptions):
    """Services are read by people."""

    fields = ("name", "benefit", "how_to_get")


@register(Term)
class TermTranslation(TranslationOptions):
    """How a term is called is what a glossary is for."""

    fields = ("word",)
