"""A page of what changes with much on it, for the browser."""

from datetime import timedelta

from django.utils import timezone

from programmes.models import SupportContact
from tests.dashboards.what_changes import LANGUAGES, make_persona, make_service

LONG = (
    "Everything about it is said in some more words, so that the lines of a real text are there. "
)


def make_page(cast):
    """Publish services and personas in all languages; return the address of the page."""
    now = timezone.now()
    waves = cast.programme.waves
    waves.filter(pk=cast.wave1.pk).update(go_live_on=now.date() - timedelta(days=10))
    lab = make_persona(cast, now, languages=LANGUAGES)
    make_persona(cast, now, name="Office", languages=LANGUAGES)
    for name, days, personas in (("Desk", 0, []), ("Laptop", 30, []), ("Bench", -5, [lab])):
        make_service(
            cast,
            now,
            name=name,
            languages=LANGUAGES,
            personas=personas,
            offset_days=days,
            benefit_en=LONG * 2,
            how_to_get_en=LONG,
        )
    SupportContact.objects.create(
        programme=cast.programme,
        phone="+33 1 99 00 50 50",
        mail="help@onelift.example",
        link="https://help.onelift.example/",
        opens_at="07:00",
        closes_at="19:00",
    )
    return "/me/one-it/laboratory/?site=barcelona"
