"""Nobody meets what is hidden from them, and nobody's neighbours can be written to."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.apps import apps
from django.db import transaction

from tests.canaries.digest import changes, digest
from tests.canaries.ground import Ground
from tests.canaries.planting import GLOBAL, WORDLESS, models_with_text, name_of, text_columns
from tests.canaries.readers import leaks
from tests.canaries.reading import Form, text_of
from tests.canaries.walk import Walk, view_of
from tests.test_access import TABLE, outcome

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# Views that are everybody's, or each account's own.
OPEN = {row["route"] for row in TABLE["routes"] if str(row.get("GET"))[:2] in ("ok", "50")}
OPEN |= {*TABLE["allauth"], "account_email"}
REFUSED = {"in", "403", "404", "405"}
# Roads that a walk must have found, or it proves nothing.
MET = {
    "otto": {"/profile/"},
    "rosa": {"/p/one-it/find/", "/p/one-it/people/export/xlsx/", "/p/one-it/people/audience/"},
    "samir": {"/p/one-it/find/", "/p/one-it/plan/"},
    "hana": {"/p/one-it/people/imports/"},
    "claire": {"/p/one-it/find/", "/p/one-it/decisions/"},
    "ines": {"/p/one-it/people/objectives/", "/p/one-it/setup/me/"},
    "tom": {"/p/one-it/messages/", "/p/one-it/people/stakeholders/"},
    "nuria": {"/p/one-it/messages/", "/p/one-it/find/", "/p/one-it/posts/"},
    "dora": {"/p/one-it/audit/", "/p/one-it/people/export/xlsx/", "/p/one-it/setup/roles/"},
    "ada": {"/admin/communications/delivery/", "/admin/feedback/edition/"},
}
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
    "services": "programmes.Service",
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
}
# Those that hold numbers which name nothing.
NUMBERS = {
    "version",
    *("again", "as_new", "days", "goal_percent", "latest_hours", "line", "offset_days"),
    *("open_days", "order", "publish", "smallest_group", "start_value", "take", "target_value"),
    *(
        "capacity",
        "remind_days",
        "mails_a_week",
        "value",
        "power",
        "interest",
        "interest_wanted",
        "severity",
        "size",
    ),
}
# The fields in which each reader's forms name a row that could be another's, taken as they stand.
TRIED = {
    "rosa": {"owner", "stream", "site", "sites", "hosts"},
    "samir": {
        *("owner", "stream", "persona", "personas", "stakeholder", "message", "waves", "hosts"),
        *("without_persona", "follows"),
    },
    "hana": set(),
    "nuria": {"stream", "hosts", "wave"},
    "ines": {
        *("owner", "stream", "waves", "services", "personas", "without_persona", "follows"),
        *("channels", "persona", "stakeholder", "message", "hosts", "wave"),
    },
}
# What no page shows to anybody: raw answers, secrets, and the bytes of a file.
UNSEEN = {
    "nobody feedback.HeldAnswer",
    "nobody feedback.Comment",
    "nobody feedback.Invitation",
    "nobody communications.PersonalLink",
    "nobody communications.Addressee",
    "nobody mfa.Authenticator",
    "china account.EmailAddress",
    "two account.EmailAddress",
    "office stakeholders.ImportPart",
    "china communications.KitVersion",
}
# Readers who meet no person's record and no file.
UNNOTED = {"otto"}
REPLAYING = ["rosa", "ines", "nuria"]


def test_every_text_column_has_a_canary_or_a_reason(ground):
    planted = {column.split()[1] for column in ground.words.values()}
    all_of_them = {name_of(f) for model in models_with_text() for f in text_columns(model)}
    assert all_of_them - planted == set(), "no row of an owner in tests/canaries/owners.py"


def test_each_exception_is_still_needed():
    columns = [f for model in apps.get_models() for f in model._meta.concrete_fields]
    assert set(GLOBAL) <= {field.model._meta.label for field in columns}
    names = {name_of(field) for field in columns} | {field.name for field in columns}
    assert set(WORDLESS) <= names


@pytest.mark.parametrize("reader", list(MET))
def test_nobody_meets_what_is_hidden_from_them(ground, reader):
    walk = ground.walk(reader)
    assert MET[reader] <= walk.opened
    assert leaks(ground.words, reader, walk.words) == {}
    # Who looks at a person or takes a file along leaves a trace, and changes nothing else.
    assert walk.changed == ([] if reader in UNNOTED else ["auditlog.LogEntry"])


def test_the_owners_meet_their_words(ground):
    owners = ("mei", "pia", "ines", "ada")
    met = {ground.words[word] for name in owners for word in ground.walk(name).words}
    models = {column.rpartition(".")[0] for column in met}
    planted = {column.rpartition(".")[0] for column in ground.words.values()}
    assert planted - models == UNSEEN


@pytest.mark.parametrize("reader", REPLAYING)
def test_what_neighbours_open_is_refused_to_others(ground, reader):
    own, met = ground.walk(reader), Walk(ground.walk(reader).client)
    may = own.opened | own.linked
    wrong = []
    for address in addresses_of_neighbours(ground, may):
        response = own.client.get(address)
        met.note(address, text_of(response))
        if outcome(response) not in REFUSED and not is_open(address, may):
            wrong.append((address, response.status_code))
    assert wrong == []
    assert leaks(ground.words, reader, met.words) == {}


def addresses_of_neighbours(ground: Ground, may: set[str]) -> list[str]:
    """Return what region B and programme 2 open; of paths that are not one's own, each once."""
    asked: dict[tuple[str, ...], str] = {}
    for name in ("mei", "pia"):
        for address in ground.walk(name).answers:
            for way in ways(address, ground):
                parts = urlsplit(way)
                names = sorted(name for name, _v in parse_qsl(parts.query))[:1]
                asked.setdefault((parts.path, *(names if parts.path in may else ())), way)
    return list(asked.values())


def ways(address: str, ground: Ground) -> set[str]:
    """Return an address, and where it would be in the first programme."""
    return {address, address.replace(f"/p/{ground.slug}/", "/p/one-it/")}


def is_open(address: str, may: set[str]) -> bool:
    """Tell whether an address is one's own, everybody's, or one's own message in a language."""
    path = urlsplit(address).path
    of_message = path.rpartition("/preview/")[0].rpartition("/")[0] + "/"
    return path in may or view_of(path) in OPEN or of_message in may


@pytest.mark.parametrize("reader", REPLAYING)
def test_what_neighbours_send_is_refused_to_others(ground, reader):
    own, met = ground.walk(reader), Walk(ground.walk(reader).client)
    may = {urlsplit(form.action).path for form in own.forms.values()}
    forms = [form for name in ("mei", "pia") for form in ground.walk(name).forms.values()]
    sent = [(way, form) for form in forms for way in ways(form.action, ground)]
    strange = [(way, form) for way, form in sent if not is_open(way, may)]
    before = digest()
    told = [(way, send(met, ground.words, way, form.chosen)) for way, form in strange]
    assert [(way, said) for way, said in told if said not in REFUSED] == []
    assert len(told) > 100
    assert changes(before, digest()) == []
    assert leaks(ground.words, reader, met.words) == {}


def send(walk: Walk, words: dict[str, str], action: str, data: dict[str, Any]) -> str:
    """Post a form, and return what came of it: refused as in the table, taken, or shown again."""
    response = walk.client.post(action, data)
    walk.note(action, text_of(response), {word for word in words if word in str(data)})
    said = outcome(response)
    return said if said != "ok" else "taken" if response.status_code in (302, 303) else "shown"


@pytest.mark.parametrize("reader", list(TRIED))
def test_own_forms_take_no_row_of_the_neighbours(ground, reader):
    walk, before, wrong, tried = ground.walk(reader), digest(), [], set()
    for form, keys in forms_with_rows(walk, ground, reader):
        for name, key in keys:
            said = send(walk, ground.words, form.action, {**form.chosen, name: [key]})
            after = changes(before, digest())
            if said == "taken" or after:
                wrong.append((form.action, name, key, said, after))
        if is_taken(walk, ground, form):
            tried |= {name for name, _key in keys}
    assert wrong == []
    assert tried == TRIED[reader]


def is_taken(walk: Walk, ground: Ground, form: Form) -> bool:
    """Tell whether a form is taken as it stands; nothing of it stays."""
    with transaction.atomic():
        said = send(walk, ground.words, form.action, form.chosen)
        transaction.set_rollback(True)
    return said == "taken"


def forms_with_rows(
    walk: Walk, ground: Ground, reader: str
) -> Iterator[tuple[Form, list[tuple[str, str]]]]:
    """Yield a form of each kind, and the fields that name rows with rows of others for them."""
    owners = ("two", "china") if reader == "rosa" else ("two",)
    kinds: dict[tuple[str, ...], Form] = {}
    for form in walk.forms.values():
        kinds.setdefault((view_of(urlsplit(form.action).path), *sorted(form.choices)), form)
    for form in kinds.values():
        numbered = {n for n, values in form.choices.items() if any(v.isdecimal() for v in values)}
        assert numbered <= set(NAMED) | NUMBERS, (form.action, numbered - set(NAMED) - NUMBERS)
        keys = [
            (name, str(key))
            for name in sorted(set(NAMED) & set(form.choices))
            for owner in owners
            for key in ground.rows[owner].get(NAMED[name], ())[:2]
        ]
        if keys:
            yield form, keys
