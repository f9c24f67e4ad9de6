"""Services, personas and contacts that the public reads, for tests."""

import re
from html import unescape
from html.parser import HTMLParser

from django.conf import settings

from programmes.queries.texts import SOURCE_LANGUAGE, translated_fields
from programmes.services.publishing import publish
from programmes.services.texts import write_text
from stakeholders.models import Persona
from tests.factories import ServiceFactory

LANGUAGES = [code for code, _name in settings.LANGUAGES]


def words_in(thing, language, now):
    """Write and publish each field of a thing in a language, by words that name both."""
    name = getattr(thing, "name_en", "")
    words = {field: f"{name} {field} {language}" for field in translated_fields(type(thing))}
    if language == SOURCE_LANGUAGE:
        words = {field: getattr(thing, f"{field}_en") for field in words}
    write_text(thing, language, words, None, now)
    publish(thing, language, None, now)


def make_service(cast, now, name="Desk", languages=("en",), personas=(), **values):
    service = ServiceFactory(programme=cast.programme, name_en=name, **values)
    service.personas.set(personas)
    for language in languages:
        words_in(service, language, now)
    return service


def make_persona(cast, now, name="Laboratory", languages=("en",), **values):
    persona = Persona.objects.create(
        programme=cast.programme,
        slug=name.lower(),
        name_en=name,
        needs_en="A secret need",
        what_changes_en=f"{name} gets help at the bench",
        **values,
    )
    for language in languages:
        words_in(persona, language, now)
    return persona


def said(answer):
    """Return the words of a page, without marks and doubled blanks."""
    text = re.sub(r"<(style|script).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


class Texts(HTMLParser):
    """Collects each text of a page with the language that it is marked with."""

    VOID = {"meta", "link", "input", "br", "img", "path", "circle", "rect"}

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.open = [("", "")]
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in self.VOID:
            self.open.append((tag, given.get("lang", self.open[-1][1])))

    def handle_endtag(self, tag):
        while len(self.open) > 1 and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and self.open[-1][0] not in ("style", "script"):
            self.found.append((" ".join(data.split()), self.open[-1][1]))
