"""Adaptations for tests, made by the services."""

from communications.adaptations.services import deciding
from communications.adaptations.services.writing import (
    AdaptationData,
    call_ready,
    create_adaptation,
    write_adapted,
)
from communications.models import Adaptation, AdaptationVersion
from stakeholders.models import Persona
from tests.communications.making import make_message

POINTS = "From 14 December the desk answers until 22:00\nOne number: 5050\nWrite from your mailbox"
CORE = {
    "en": ("Your desk answers until 22:00", "From 14 December, until 22:00. Call 5050."),
    "es": ("Tu centro hasta las 22:00", "Desde el 14 de diciembre, hasta las 22:00. Llama al 5050"),
    "zh-hans": ("服务台到22:00", "12月14日起，到22:00。请拨打5050。"),
}
SPANISH = {
    "subject": "Ayuda hasta las 22:00 en la planta",
    "body": "Desde el 14 de diciembre, hasta las 22:00. Llama al 5050 desde la línea.",
}
POSTER = {
    "headline": "Ayuda con IT hasta las 22:00",
    "first": "Llama al 5050",
    "second": "Desde el 14 de diciembre",
    "third": "Tu equipo sigue en la planta",
    "action": "Pega la etiqueta",
}


def make_core(cast, now, **data):
    """Return a message by Ines with three key points, of which two have numbers."""
    return make_message(cast, now, **{"texts": CORE, "key_points": POINTS} | data)


def make_persona(cast, people, slug="shift"):
    """Return a persona of people picked by hand."""
    persona = Persona.objects.create(
        programme=cast.programme, slug=slug, name_en=slug.title(), is_hand_picked=True
    )
    persona.people.set(people)
    return persona


def adapt(cast, message, now, *, texts=None, forms=None, user=None, **data) -> Adaptation:
    """Return an adaptation by Nuria whose texts are ready; for Barcelona unless told otherwise."""
    user = user or cast.nuria
    made = create_adaptation(message, AdaptationData(**data or {"site": cast.barcelona}), user, now)
    texts = {"es": SPANISH} if texts is None and made.has_email else texts or {}
    for language, text in texts.items():
        write_adapted(made, "email", language, text, user, now)
        call_ready(made, "email", language, user, now)
    for form, by_language in (forms or {}).items():
        for language, text in by_language.items():
            write_adapted(made, form, language, text, user, now)
            call_ready(made, form, language, user, now)
    return made


def approve_adapted(cast, adaptation, now, user=None) -> AdaptationVersion:
    """Let Nuria ask and Claire approve."""
    version = deciding.ask(adaptation, user or cast.nuria, now)
    return deciding.approve(version, cast.claire, version.fingerprint, now)
