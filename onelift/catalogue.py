"""The catalogues of the interface: what pages and mails say, and who needs it in which language.

English is the source and has no catalogue. A staff language holds every text; each other language
holds what the public reads: the public templates, the mails, and what these include. It may hold
more, until it is complete and becomes a staff language.
"""

import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import IO, Any

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

SOURCES = ["programmes", "stakeholders", "communications", "events", "feedback"]
SOURCES += ["onelift", "templates"]
METHODS = [
    ("**.py", "python"),
    ("**.html", "onelift.catalogue:extract_template"),
    ("**.txt", "onelift.catalogue:extract_template"),
]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Where texts that the public reads begin; a template brings along what it extends or includes.
PUBLIC = [
    "templates/public/**/*.*",
    "templates/mail/**/*.*",
    "templates/403*.html",
    "templates/404.html",
    "templates/413.html",
    "templates/429.html",
    "templates/500.html",
    "templates/maintenance.html",
    "templates/account/login.html",
    "templates/account/account_inactive.html",
    "templates/account/password_reset*.html",
    "templates/account/email/*.txt",
    "templates/mfa/authenticate.html",
    "templates/mfa/email/*.txt",
    "templates/components/language_menu.html",
    "onelift/accounts/*.py",
    "communications/*/rendering/*.py",
    "events/rendering/*.py",
    "feedback/forms/answer.py",
    "feedback/rendering.py",
    "feedback/needs/forms/need.py",
    "feedback/needs/models/need.py",
    "feedback/needs/rendering/*.py",
]
INCLUDED = re.compile(r"""{%\s*(?:include|extends)\s+["']([^"']+)["']""")
WIDTH = 100
# Babel’s rule for Arabic swaps the forms for 11 to 99 and for 100; this is that of CLDR and Django.
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 ? 4 : 5);"
}


def languages() -> list[str]:
    """Return the codes of the languages that have a catalogue."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def path_of(language: str) -> Path:
    """Return the catalogue's file, in a folder that Django finds."""
    folder: Path = settings.LOCALE_PATHS[0]
    return folder / to_locale(language) / "LC_MESSAGES" / "django.po"


def extract_template(
    fileobj: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterable[Any]:
    """Yield the texts of a Django template: a method of extraction for Babel.

    Django turns the template into calls of gettext between blanks. The bracket around them keeps
    Python's tokenizer from minding how the lines are indented.
    """
    calls = f"({templatize(fileobj.read().decode())})"
    return extract_python(io.BytesIO(calls.encode()), keywords, comment_tags, options)


@cache
def extracted() -> Catalog:
    """Return every text of the project, each with the files it occurs in; read once a process."""
    catalogue = Catalog()
    for path, _line, text, _comments, context in _found():
        catalogue.add(text, locations=[(path, 0)], context=context)
    return catalogue


def _found() -> Iterator[tuple[str, int, Any, list[str], str | None]]:
    for source in filter(lambda name: (settings.BASE_DIR / name).is_dir(), SOURCES):
        found = extract_from_dir(settings.BASE_DIR / source, METHODS, keywords=KEYWORDS)
        for path, line, text, comments, context in sorted(found, key=lambda one: one[:2]):
            yield f"{source}/{Path(path).as_posix()}", line, text, comments, context


def public_files() -> set[str]:
    """Return the files whose texts the public reads, as paths below the project."""
    root: Path = settings.BASE_DIR
    waiting = [str(path.relative_to(root)) for pattern in PUBLIC for path in root.glob(pattern)]
    public: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path not in public:
            public.add(path)
            waiting += [f"templates/{name}" for name in INCLUDED.findall((root / path).read_text())]
    return public


def needed(language: str) -> list[Message]:
    """Return the texts that a language must have, in the order of their files."""
    if language in settings.STAFF_LANGUAGES:
        return [message for message in extracted() if message.id]
    return public_texts()


def public_texts() -> list[Message]:
    """Return the texts that the public reads, in the order of their files."""
    public, messages = public_files(), [message for message in extracted() if message.id]
    return [one for one in messages if any(path in public for path, _line in one.locations)]


def stored(language: str) -> Catalog:
    """Return the catalogue as its file has it; an empty one if there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=to_locale(language))
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(language))


def held(language: str, known: Catalog) -> list[Message]:
    """Return the texts that a language must have, and those that are translated already."""
    must = {(one.context, one.id) for one in needed(language)}
    return [
        one
        for one in extracted()
        if one.id and ((one.context, one.id) in must or translation_of(one, known))
    ]


def updated(language: str) -> Catalog:
    """Return the catalogue with the texts it holds; what it needs and is new has no translation."""
    known = stored(language)
    catalogue = Catalog(
        locale=to_locale(language),
        header_comment="",
        project="OneLift",
        version="1",
        last_translator="OneLift",
        language_team="OneLift",
        creation_date=datetime(2026, 11, 25, tzinfo=UTC),
        revision_date=datetime(2026, 11, 25, tzinfo=UTC),
        fuzzy=False,
    )
    if language in PLURALS:
        catalogue.mime_headers = [("Plural-Forms", PLURALS[language])]
    for message in held(language, known):
        catalogue.add(
            message.id,
            translation_of(message, known),
            locations=message.locations,
            context=message.context,
        )
    return catalogue


def translation_of(message: Message, known: Catalog) -> Any:
    """Return the translation that a catalogue holds, empty if it has none of that form."""
    found = known.get(message.id, message.context)
    if found is None or found.fuzzy or found.pluralizable != message.pluralizable:
        return ""
    return found.string


def missing(language: str) -> Catalog:
    """Return what a language lacks, as a catalogue of its own."""
    lacking = updated(language)
    for message in [one for one in lacking if one.id and is_complete(one)]:
        lacking.delete(message.id, message.context)
    return lacking


def is_complete(message: Message) -> bool:
    """Tell whether each form of a text is translated."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(form and form.strip() for form in forms)


def write(language: str) -> int:
    """Bring the file of a language up to date, and return how many texts it lacks."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_file(updated(language)))
    return sum(1 for message in missing(language) if message.id)


def as_file(catalogue: Catalog) -> bytes:
    """Return a catalogue as a file writes it, without numbers of lines, which change too often."""
    made = io.BytesIO()
    write_po(made, catalogue, width=WIDTH, include_lineno=False)
    return made.getvalue()
