"""The head counts that the database keeps: they equal the plain query, whoever writes people."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Count
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.models import BusinessLine
from programmes.scope import EVERYTHING, NOBODY, Scope
from stakeholders.importing.services.upsert import add_people, upsert_people
from stakeholders.models import HeadCount, Person
from stakeholders.people.models.counting import count_heads, forget_heads
from stakeholders.people.services.person import save_person
from stakeholders.tasks import pump
from tests import factories
from tests.clock import NOW
from tests.communications.dispatches.test_import_meanwhile import bring, file_of
from tests.communications.operation.test_pump import at_once
from tests.examples import examples
from tests.waiting import HANGS

KEY = ("site", "language", "business_line", "employer", "job")
TODAY = NOW.date()


def heads():
    """Return the head counts, once the plain query says the same."""
    found = {tuple(row[c] for c in KEY): row["people"] for row in HeadCount.objects.by(*KEY)}
    plain = Person.objects.active().order_by().values_list(*KEY).annotate(n=Count("*"))
    assert found == {tuple(row[:-1]): row[-1] for row in plain}
    return found


def of(number, site, line=None, *, job="", language="fr", left_on=None):
    return (number, "Mo", "", "mo@x.example", language, site, line, job, "", "", None, left_on)


# Few values, so that people share them.
ROWS = st.tuples(
    st.sampled_from("ABCDEFGH"),
    st.sampled_from([0, 1]),
    st.sampled_from([0, None]),
    st.sampled_from(["", "Nurse"]),
    st.sampled_from(["fr", "de"]),
    st.sampled_from([None, None, TODAY]),
)
FILES = st.lists(ROWS, max_size=8, unique_by=lambda row: row[0])
CHANGES = st.dictionaries(
    st.sampled_from(["job", "employer", "language"]), st.sampled_from(["fr", "x"]), min_size=1
)
ACTS = st.one_of(
    st.tuples(st.sampled_from(["import", "add", "create"]), FILES),
    st.tuples(st.sampled_from(["update", "save", "bulk"]), CHANGES),
    st.tuples(
        st.sampled_from(["leave", "return", "delete", "move", "swap", "names", "undone", "pump"]),
        st.none(),
    ),
)


def act(name, given, sites, lines):
    """Do something to people in one of the ways in which they are written."""
    some = Person.objects.filter(personnel_number__in="ABCD")
    if name in ("import", "add", "create"):
        rows = [
            of(n, sites[s], lines[b] if b is not None else None, job=j, language=c, left_on=d)
            for n, s, b, j, c, d in given
        ]
        write(name, rows)
    elif name in ("update", "leave", "return"):
        some.update(**(given or {"left_on": TODAY if name == "leave" else None}))
    elif name in ("save", "bulk"):
        save(list(some), given, at_once=name == "bulk")
    elif name == "delete":
        some.filter(personnel_number__in="AB").delete()
    elif name == "pump":
        pump()
    elif name == "undone":
        undone(some)
    else:
        raw(name, sites)


def write(name, rows):
    if name == "create":
        known = set(Person.objects.values_list("personnel_number", flat=True))
        columns = ("personnel_number", "last_name", "language", "site_id", "business_line_id")
        people = [Person(**dict(zip(columns, (r[0], r[1], *r[4:7]), strict=True))) for r in rows]
        Person.objects.bulk_create(p for p in people if p.personnel_number not in known)
    else:
        (upsert_people if name == "import" else add_people)(rows)


def save(people, given, *, at_once):
    for person in people:
        for name, value in given.items():
            setattr(person, name, value)
    if at_once:
        Person.objects.bulk_update(people, list(given))
    else:
        for person in people:
            save_person(person)


def undone(people):
    with transaction.atomic():
        people.delete()
        transaction.set_rollback(True)


def raw(name, sites):
    here, there = sites
    swapped = f"CASE site_id WHEN {here} THEN {there} ELSE {here} END"
    told = {
        "move": f"UPDATE stakeholders_person SET site_id = {there}, job = 'Nurse'",
        "swap": f"UPDATE stakeholders_person SET site_id = {swapped}",
        "names": "UPDATE stakeholders_person SET last_name = 'Li', site_id = site_id",
    }
    with connection.cursor() as cursor:
        cursor.execute(told[name])


@pytest.mark.django_db
@settings(max_examples=examples(60))
@given(acts=st.lists(ACTS, min_size=1, max_size=12))
def test_head_counts_equal_the_plain_query_after_whatever_is_done(places, acts):
    with transaction.atomic():
        for name, values in acts:
            act(name, values, *places)
            heads()
        transaction.set_rollback(True)


@pytest.fixture
def places(db):
    sites = [factories.SiteFactory().pk for _ in range(2)]
    return sites, [BusinessLine.objects.create(name="Legal").pk]


def test_an_import_moves_and_takes_away(cast, now):
    told = cast.people
    told[0].site = cast.shanghai
    bring(file_of(told[:-1]), now)
    assert sum(heads().values()) == len(told) - 1
    assert sum(n for key, n in heads().items() if key[0] == cast.shanghai.pk) == 3
    bring(file_of(told), now)
    assert sum(heads().values()) == len(told)


def test_a_refused_row_is_not_counted(cast):
    before = heads()
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.PersonFactory(personnel_number=cast.people[0].personnel_number)
    assert heads() == before


def test_who_writes_is_told_how_many_rows_changed(cast):
    """A trigger writes as well, of which the one who asked is not to hear."""
    assert Person.objects.filter(pk=cast.people[0].pk).update(language="de") == 1
    assert Person.objects.filter(site=cast.shanghai).update(job="Nurse") == 3
    assert Person.objects.filter(pk=cast.people[0].pk)._raw_delete("default") == 1


def test_counts_are_narrowed_to_the_regions_in_view(cast):
    def by_site(scope):
        return {row["site"]: row["people"] for row in HeadCount.objects.within(scope).by("site")}

    assert by_site(EVERYTHING) == {cast.barcelona.pk: 3, cast.shanghai.pk: 3}
    assert by_site(Scope(regions=frozenset({cast.china.pk}))) == {cast.shanghai.pk: 3}
    assert by_site(NOBODY) == {}


def test_the_pump_leaves_one_row_for_the_same_people(cast):
    for language in ("de", "es", "de", "es"):
        Person.objects.filter(site=cast.barcelona).update(language=language)
    before = heads()
    pump()
    assert heads() == before
    assert HeadCount.objects.count() == len(before)
    assert not HeadCount.objects.filter(heads__lte=0).exists()


@pytest.mark.django_db(transaction=True)
class TestAlone:
    """What needs a database of its own, since it is committed."""

    def test_a_flushed_database_counts_nobody_and_goes_on_counting(self, cast):
        call_command("flush", interactive=False, verbosity=0)
        assert not HeadCount.objects.exists()
        factories.PersonFactory()
        assert list(heads().values()) == [1]

    def test_people_who_were_there_before_are_counted_anew(self, cast):
        before = heads()
        with connection.schema_editor() as editor:
            forget_heads(None, editor)
        try:
            Person.objects.filter(pk=cast.people[0].pk).update(site=cast.shanghai)
            assert {site for site, *_others in before} == {
                *HeadCount.objects.values_list("site", flat=True)
            }
        finally:
            with connection.schema_editor() as editor:
                count_heads(None, editor)
        assert sum(heads().values()) == sum(before.values())
        Person.objects.filter(pk=cast.people[1].pk).update(site=cast.shanghai)
        assert len(heads()) == 3


@pytest.mark.django_db(transaction=True)
def test_writers_and_pumps_at_once_lose_nobody(cast):
    turns = count()

    def work():
        site, other = cast.barcelona, cast.shanghai
        for _ in range(5):
            person = cast.people[next(turns) % len(cast.people)]
            Person.objects.filter(pk=person.pk).update(site=site, job="Nurse")
            factories.PersonFactory(site=site, personnel_number=f"N{next(turns)}")
            HeadCount.objects.merge()
            site, other = other, site

    at_once(4, work)
    assert sum(heads().values()) == len(cast.people) + 20
    HeadCount.objects.merge()
    assert HeadCount.objects.count() == len(heads())


@pytest.mark.services  # SQLite lets one connection write at a time.
@pytest.mark.django_db(transaction=True)
def test_an_import_under_way_and_a_form_do_not_wait_for_each_other(cast):
    """Waiting, each would hold what the other wants: people here, their count there."""
    person, site = cast.people[0], cast.barcelona.pk

    def form():
        try:
            return Person.objects.filter(pk=person.pk).update(language="de")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        add_people([of("NEW", site, language="de"), of("OLD", site, language="es")])
        assert pool.submit(form).result(timeout=HANGS) == 1
        pump()
        upsert_people([of(person.personnel_number, site, language="es")])
    assert heads()[site, "es", None, "", ""] == 2
