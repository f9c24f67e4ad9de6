"""Nobody meets what is hidden from them, and nobody's neighbours can be written to."""

import os
import random

import pytest
from django.apps import apps

from tests.canaries.breaching import WHOLE, asked_by, few, figures_that_move, notice, requests_of
from tests.canaries.planting import GLOBAL, WORDLESS, models_with_text, name_of, text_columns
from tests.canaries.posting import POSTING, posts_of_table
from tests.canaries.readers import leaks
from tests.canaries.replaying import NEIGHBOURS, OTHERS, REFUSED, is_open
from tests.canaries.walls import all_walls

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

# From whom most is hidden: the other region, and the other programme. Others are tried thoroughly.
STRICTEST = "rosa"
# Roads that a walk must have found, or it proves nothing.
MET = {
    "otto": {"/profile/"},
    "rosa": {"/p/one-it/find/", "/p/one-it/people/export/xlsx/", "/p/one-it/people/audience/"},
    "samir": {"/p/one-it/find/", "/p/one-it/plan/"},
    "hana": {"/imports/"},
    "claire": {"/p/one-it/find/", "/p/one-it/decisions/"},
    "ines": {"/p/one-it/people/objectives/", "/p/one-it/setup/me/"},
    "tom": {"/p/one-it/messages/", "/p/one-it/people/stakeholders/"},
    "nuria": {"/p/one-it/messages/", "/p/one-it/find/", "/p/one-it/posts/"},
    "dora": {"/p/one-it/audit/", "/p/one-it/people/export/xlsx/", "/p/one-it/setup/roles/"},
    "pia": {"/p/two/find/", "/p/two/people/export/xlsx/", "/p/two/setup/roles/"},
    "ada": {"/admin/communications/delivery/", "/admin/feedback/edition/"},
}
# The fields in which each reader's forms name a row that could be another's, taken as they stand.
TRIED = {
    "rosa": {"owner", "stream", "site", "sites", "hosts"},
    "samir": {
        *("owner", "stream", "persona", "personas", "stakeholder", "message", "waves", "hosts"),
        *("without_persona", "follows"),
    },
    "hana": set(),
    "nuria": {"region", "stream", "hosts", "wave", "persona", "business_line"},
    "ines": {
        *("owner", "stream", "waves", "services", "personas", "without_persona", "follows"),
        *("channels", "persona", "stakeholder", "message", "hosts", "wave", "business_line"),
    },
}
# Both have forms of an event with its place and its audience.
PLACES = {"region", "regions", "site", "sites", "without_region", "without_site"}
for name in ("ines", "samir"):
    TRIED[name] |= {*PLACES, "business_lines", "without_business_line"}
for name in ("rosa", "samir", "nuria", "ines"):
    TRIED[name] |= {"answers", "services"}
for name in ("samir", "ines"):
    TRIED[name] |= {"service", "wave", "supports", "impacts"}
TRIED["nuria"] |= {"site", "sites"}
TRIED["pia"] = TRIED["ines"] - {"hosts", "services", "service", "supports", "business_line"}
# What no page shows to anybody: raw answers, secrets, and the bytes of a file.
UNSEEN = {
    "nobody feedback.HeldAnswer",
    "nobody feedback.Comment",
    "nobody feedback.SpentMark",
    "nobody communications.PersonalLink",
    "nobody communications.Addressee",
    "nobody mfa.Authenticator",
    "china account.EmailAddress",
    "two account.EmailAddress",
    "office stakeholders.ImportPart",
    "china communications.KitVersion",
    "one communications.KitVersion",
    "two communications.KitVersion",
    "two communications.KitFile",
}
# Of pages as many as messages, forms and languages together a walk opens a few only.
SAMPLED = {
    f"{hidden} communications.{model}"
    for hidden in ("desk", "china", "two")
    for model in ("ChannelText", "MessageVersion")
}
# Readers who meet no person's record and no file.
UNNOTED = {"otto"}


def each(readers):
    return [
        name if name == STRICTEST else pytest.param(name, marks=pytest.mark.thorough)
        for name in readers
    ]


def test_every_text_column_has_a_canary_or_a_reason(ground):
    planted = {column.split()[1] for column in ground.words.values()}
    all_of_them = {name_of(f) for model in models_with_text() for f in text_columns(model)}
    assert all_of_them - planted == set(), "no row of an owner in tests/canaries/owners.py"


def test_each_exception_is_still_needed():
    columns = [f for model in apps.get_models() for f in model._meta.concrete_fields]
    assert set(GLOBAL) <= {field.model._meta.label for field in columns}
    names = {name_of(field) for field in columns} | {field.name for field in columns}
    assert set(WORDLESS) <= names


@pytest.mark.parametrize("reader", each(MET))
def test_nobody_meets_what_is_hidden_from_them(ground, reader):
    walk = ground.walk(reader)
    own = f"/p/{ground.slug}/"
    assert {way.replace("/p/two/", own) for way in MET[reader]} <= walk.opened
    assert leaks(ground.words, reader, walk.words) == {}
    # Who looks at a person or takes a file along leaves a trace, and changes nothing else.
    assert walk.changed == ([] if reader in UNNOTED else ["auditlog.LogEntry"])


@pytest.mark.thorough
def test_the_owners_meet_their_words(ground):
    owners = ("mei", "pia", "ines", "ada", "dora", "hana")
    met = {ground.words[word] for name in owners for word in ground.walk(name).words}
    models = {column.rpartition(".")[0] for column in met}
    planted = {column.rpartition(".")[0] for column in ground.words.values()}
    assert planted - models - SAMPLED == UNSEEN


@pytest.mark.parametrize("reader", each(NEIGHBOURS))
def test_what_neighbours_open_is_refused_to_others(ground, reader):
    trials, may = ground.trials(reader), ground.walk(reader).opened | ground.walk(reader).linked
    strange = [one for one in trials.asked if not is_open(one.address, may)]
    assert [(one.address, one.said) for one in strange if one.said not in REFUSED] == []
    assert len(strange) > 100
    assert leaks(ground.words, reader, trials.walk.words) == {}


@pytest.mark.parametrize("reader", each(NEIGHBOURS))
def test_what_neighbours_send_is_refused_to_others(ground, reader):
    sent = ground.trials(reader).sent
    assert [(one.address, one.said) for one in sent if one.said not in REFUSED] == []
    assert len(sent) > 100


@pytest.mark.parametrize("reader", each(POSTING))
def test_what_the_table_posts_is_refused_in_the_other_programme(ground, reader):
    posted = posts_of_table(ground, reader)
    assert [(one.address, one.said) for one in posted if one.said not in REFUSED] == []
    assert len(posted) > 100


@pytest.mark.parametrize("reader", each(TRIED))
def test_own_forms_take_no_row_of_the_neighbours(ground, reader):
    trials = ground.trials(reader)
    assert [(one.address, one.data) for one in trials.own if one.said == "taken"] == []
    assert [(what, tables) for what, tables in trials.written if tables] == []
    assert trials.fields == TRIED[reader]
    assert leaks(ground.words, reader, trials.walk.words) == {}


@pytest.mark.parametrize("reader", each(OTHERS))
def test_no_figure_moves_with_what_is_hidden(ground, reader):
    pages = few(asked_by(ground, reader), 1, by_query=False)
    assert list(figures_that_move(ground, reader, pages)) == []


@pytest.mark.thorough
def test_each_wall_that_is_taken_out_is_noticed(ground):
    seed = int(os.environ.get("WALLS_SEED", "15"))
    pool = [wall for wall in all_walls() if (wall.path, wall.function) not in WHOLE]
    wanted = os.environ.get("WALLS", "10")
    number = len(pool) if wanted == "all" else int(wanted)
    requests = requests_of(ground)
    chosen = random.Random(seed).sample(pool, number)
    holes = [str(wall) for wall in chosen if not notice(ground, wall, requests)]
    assert holes == [], f"with seed {seed}"
