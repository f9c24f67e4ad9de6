"""What neighbours open and send, tried by others; and own forms with rows of the neighbours.

Each is tried once for all tests: a request, what came of it, and which walls stood behind it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.db import transaction
from django.test import Client

from tests.canaries.digest import changes, digest
from tests.canaries.reading import Form, text_of
from tests.canaries.walk import Walk, view_of
from tests.canaries.walls import met
from tests.test_access import TABLE, outcome

# Views that are everybody's, or each account's own.
OPEN = {row["route"] for row in TABLE["routes"] if str(row.get("GET"))[:2] in ("ok", "50")}
OPEN |= {*TABLE["allauth"], "account_email"}
# 429 is what a link that opens nothing answers once many have been tried.
REFUSED = {"in", "401", "403", "404", "405", "429"}
# The fields of forms that name rows, and of what.
NAMED = {
    "stream": "programmes.Stream",
    "file": "communications.KitFile",
    "wave": "programmes.Wave",
    "site": "programmes.Site",
    "hosts": "stakeholders.User",
    "registration": "events.Registration",
    "waves": "programmes.Wave",
    "sites": "programmes.Site",
    "without_site": "programmes.Site",
    "region": "programmes.Region",
    "regions": "programmes.Region",
    "without_region": "programmes.Region",
    "service": "programmes.Service",
    "services": "programmes.Service",
    "supports": "programmes.SupportContact",
    "impact": "stakeholders.Impact",
    "impacts": "stakeholders.Impact",
    "entry": "auditlog.LogEntry",
    "answers": "stakeholders.Impact",
    "business_line": "programmes.BusinessLine",
    "business_lines": "programmes.BusinessLine",
    "without_business_line": "programmes.BusinessLine",
    "personas": "stakeholders.Persona",
    "without_persona": "stakeholders.Persona",
    "owner": "stakeholders.User",
    "follows": "stakeholders.Audience",
    "channels": "communications.Channel",
    "persona": "stakeholders.Persona",
    "stakeholder": "stakeholders.Stakeholder",
    "message": "communications.Message",
    "handed_to": "stakeholders.User",
    "person": "stakeholders.User",
    "reviewer": "stakeholders.User",
    "user": "stakeholders.User",
    "blackout": "programmes.Blackout",
}
# Those that hold numbers which name nothing.
NUMBERS = {
    # Which version of a need its writer has read.
    "seen",
    "version",
    *(f"{part}_{n}" for part in ("days", "percent") for n in (1, 2, 3)),
    *(
        "again",
        "as_new",
        "choose",
        "days",
        "gaps",
        "goal_percent",
        "latest_hours",
        "line",
        "offset_days",
    ),
    *(
        "look",
        "open_days",
        "order",
        "publish",
        "smallest_group",
        "start_value",
        "take",
        "target_value",
    ),
    *(
        "capacity",
        "remind_days",
        "mails_a_week",
        "value",
        "power",
        "interest",
        "interest_wanted",
        "severity",
        "until_days",
        "size",
        "stay",
        "ready",
        "waits_for_text",
        # Compared with ``follows``, and read as no row; read by the preview alone, never kept.
        *("taken", "shown_person"),
    ),
}
PERSON = re.compile(r"/p/[^/]+/people/(\d+)/")
# Whose rows each reader puts into own forms; others those of the second programme and of none.
OTHERS = {
    "rosa": ("two", "nowhere", "china"),
    "ines": ("two", "nowhere"),
    "pia": ("one", "nowhere", "desk"),
}
# What names rows of the whole programme: each colleague may be asked to read a text.
OF_PROGRAMME = {("reviewer", "china")}
# Whose addresses and forms each reader tries.
NEIGHBOURS = {
    **dict.fromkeys(("rosa", "ines", "nuria"), ("mei", "pia")),
    "pia": ("mei", "ines"),
}


@dataclass(frozen=True)
class Tried:
    """A request that should come to nothing; ``data`` is empty where it only asks.

    ``said`` is what came of it, ``walls`` are those that it met.
    """

    reader: str
    address: str
    data: Mapping[str, Any]
    said: str
    walls: frozenset[tuple[str, str]]


@dataclass
class Trials:
    """What a reader tried: ``asked`` and ``sent`` of neighbours, and ``own`` forms with their rows.

    ``written`` names for each sent form the tables that were not as before; ``fields`` are those
    in which an own form, taken as it stands, named a row of somebody else's.
    """

    walk: Walk
    asked: list[Tried] = field(default_factory=list)
    sent: list[Tried] = field(default_factory=list)
    own: list[Tried] = field(default_factory=list)
    written: list[tuple[str, list[str]]] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)


def try_all(ground: Any, reader: str) -> Trials:
    """Try all that neighbours open and send, if the reader has any, and all forms of the reader."""
    trials = Trials(Walk(ground.walk(reader).client))
    if reader in NEIGHBOURS:
        _ask(ground, reader, trials)
        _send(ground, reader, trials)
    _send_own(ground, reader, trials)
    return trials


def _ask(ground: Any, reader: str, trials: Trials) -> None:
    own = ground.walk(reader)
    may = own.opened | own.linked
    for address in addresses_of_neighbours(ground, reader, may):
        trials.asked.append(ask(trials.walk, ground.words, reader, address))


def _send(ground: Any, reader: str, trials: Trials) -> None:
    own = ground.walk(reader)
    may = {urlsplit(form.action).path for form in own.forms.values()}
    # Of one's own messages a walk adapts a few only.
    may |= {f"{path}for/" for path in own.opened if view_of(path) == "communications:message-show"}
    forms = [one for name in NEIGHBOURS[reader] for one in ground.walk(name).forms.values()]
    sent = [(way, form) for form in forms for way in ways(form.action, ground)]
    before = digest()
    for way, form in sent:
        if is_open(way, may) or _is_shared(ground, reader, way) or _names_shared(way):
            continue
        trials.sent.append(ask(trials.walk, ground.words, reader, way, form.chosen))
    trials.written += [("forms of neighbours", changes(before, digest()))]


def _send_own(ground: Any, reader: str, trials: Trials) -> None:
    own, before = ground.walk(reader), digest()
    for form, keys in forms_with_rows(own, ground, reader):
        for name, key in keys:
            data = {**form.chosen, name: [key]}
            trials.own.append(ask(trials.walk, ground.words, reader, form.action, data))
        trials.written += [(form.action, changes(before, after := digest()))]
        before = after
        if is_taken(own, ground, form):
            trials.fields |= {name for name, _key in keys}


def ask(walk: Walk, words: Mapping[str, str], reader: str, address: str, data: Any = None) -> Tried:
    """Ask for an address or post a form there; return what came of it, as the table has it.

    A form is refused, taken, or shown again.
    """
    met()
    response = send(walk.client, address, data)
    walls = met()
    walk.note(address, text_of(response), words_in(words, data))
    return Tried(reader, address, data, said_of(response, data), walls)


def send(client: Client, address: str, data: Any = None) -> Any:
    """Ask for an address, or post a form there."""
    return client.get(address) if data is None else client.post(address, data)


def words_in(words: Iterable[str], data: Any) -> set[str]:
    """Return the words that a form holds: an answer may say them back."""
    return {word for word in words if word in str(data)} if data else set()


def said_of(response: Any, data: Any = None) -> str:
    """Return what came of a request in the words of the table, for a form whether it was taken."""
    said = outcome(response)
    if data is not None and said == "ok":
        return "taken" if response.status_code in (302, 303) else "shown"
    return said


def addresses_of_neighbours(ground: Any, reader: str, may: set[str]) -> list[str]:
    """Return what neighbours open; of paths that are not one's own, each once."""
    asked: dict[tuple[str, ...], str] = {}
    for name in NEIGHBOURS[reader]:
        for address in ground.walk(name).answers:
            for way in ways(address, ground):
                parts = urlsplit(way)
                names = sorted(name for name, _v in parse_qsl(parts.query))[:1]
                asked.setdefault((parts.path, *(names if parts.path in may else ())), way)
    return list(asked.values())


def ways(address: str, ground: Any) -> list[str]:
    """Return an address, and where it would be in the other programme."""
    first, second = "/p/one-it/", f"/p/{ground.slug}/"
    return sorted({address, address.replace(second, first), address.replace(first, second)})


def is_open(address: str, may: set[str]) -> bool:
    """Tell whether an address is one's own, everybody's, or one's own message in a language."""
    path = urlsplit(address).path
    # Of other paths nothing would be left but home, which everybody may open.
    message, is_preview, _language = path.rpartition("/preview/")
    of_message = message.rpartition("/")[0] + "/" if is_preview else ""
    # A part of one's own report that has nobody in it is not linked.
    is_part = view_of(path) == "stakeholders:report-people"
    of_report = path.rstrip("/").rpartition("/")[0] + "/" if is_part else ""
    return path in may or view_of(path) in OPEN or bool({of_message, of_report} & may)


def _is_shared(ground: Any, reader: str, address: str) -> bool:
    """Tell whether it is about somebody at a shared site, to whom both managers write alike."""
    person = PERSON.match(address)
    return reader in ("ines", "pia") and person is not None and int(person[1]) in ground.shared


def _names_shared(address: str) -> bool:
    """Tell whether a form may name a place that both programmes share.

    Coverage takes it then, and finds nobody; what else it may name is tried in test_coverage.
    """
    return view_of(urlsplit(address).path) == "dashboards:coverage-write"


def is_taken(walk: Walk, ground: Any, form: Form) -> bool:
    """Tell whether a form is taken as it stands; nothing of it stays."""
    with transaction.atomic():
        tried = ask(walk, ground.words, "", form.action, form.chosen)
        transaction.set_rollback(True)
    return tried.said == "taken"


def forms_with_rows(
    walk: Walk, ground: Any, reader: str
) -> Iterator[tuple[Form, list[tuple[str, str]]]]:
    """Yield a form of each kind, and the fields that name rows with rows of others for them."""
    kinds: dict[tuple[str, ...], Form] = {}
    for form in walk.forms.values():
        kinds.setdefault((view_of(urlsplit(form.action).path), *sorted(form.choices)), form)
    for form in kinds.values():
        numbered = {n for n, values in form.choices.items() if any(v.isdecimal() for v in values)}
        assert numbered <= set(NAMED) | NUMBERS, (form.action, numbered - set(NAMED) - NUMBERS)
        if keys := list(_rows_for(form, ground, OTHERS.get(reader, ("two", "nowhere")))):
            yield form, keys


def _rows_for(form: Form, ground: Any, owners: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in sorted(set(NAMED) & set(form.choices)):
        for owner in owners:
            if (name, owner) in OF_PROGRAMME:
                continue
            for key in ground.rows[owner].get(NAMED[name], ())[:2]:
                yield name, str(key)
