from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stakeholders.importing.services.upsert import upsert_people
from stakeholders.models import Person
from stakeholders.people.models.names import BETWEEN, LONGEST, folded_name, words_of
from tests.factories import PersonFactory, SiteFactory

NAMES = {
    ("Sánchez", "Ana"): "sanchez ana|ana sanchez",
    ("O’Brien-Müller", "Zoë"): "o brien muller zoe|zoe o brien muller",
    ("ŁUKASZEWICZ", ""): "lukaszewicz",
    ("", "Cher"): "cher",
    ("王", "小明"): "王小明|小明王",
    ("김", "민준"): "김민준|민준김",
    ("Straße", "İpek"): "strasse ipek|ipek strasse",
    ("***", ""): "***",
}


@pytest.mark.parametrize(("names", "folded"), NAMES.items())
def test_names_are_folded_in_both_orders(names, folded):
    assert folded_name(*names) == folded


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sanchez ana", ("Sánchez", "Ana")),
        ("ANA SÁNCHEZ", ("Sánchez", "Ana")),
        ("mulle zo", ("O’Brien-Müller", "Zoë")),
        ("o'brien", ("O’Brien-Müller", "Zoë")),
        ("王小明", ("王", "小明")),
        ("小明", ("王", "小明")),
        ("小明 王", ("王", "小明")),
        ("ｱﾅ", ("田中", "アナ")),
        ("김민준", ("김", "민준")),
    ],
)
def test_a_name_is_found_however_it_is_typed(db, query, names):
    person = PersonFactory(last_name=names[0], first_name=names[1])
    PersonFactory(last_name="Other", first_name="Body")
    assert list(Person.objects.sought(query, words_of(query))) == [person]


@pytest.mark.parametrize("query", ["100%", "_", "\\", "anasanchez"])
def test_signs_of_patterns_mean_nothing(db, query):
    PersonFactory(last_name="Sánchez", first_name="Ana")
    assert not Person.objects.sought(query, words_of(query)).exists()


@given(st.text(max_size=120), st.text(max_size=120))
def test_every_name_is_found_by_itself_and_fits_its_index(last, first):
    folded = folded_name(last, first)
    assert len(folded) <= LONGEST
    if len(folded) < LONGEST:
        assert all(word in folded for word in words_of(f"{first} {last}"))
    assert folded.count(BETWEEN) <= 1 + last.count(BETWEEN) * 2 + first.count(BETWEEN) * 2


def test_the_longest_names_can_be_stored(db):
    site = SiteFactory()
    # One sign that unfolds to eighteen.
    row = ("P1", "\ufdfa" * 120, "\U00020000" * 120, "a@x.example", "en", site.pk)
    upsert_people([(*row, None, "", "", "", None, None)])
    assert len(Person.objects.get().folded_name) == LONGEST


def test_an_import_writes_them_and_keeps_what_files_do_not_tell(db, now):
    person = PersonFactory(is_do_not_contact=True, language_chosen_at=now)
    row = (person.personnel_number, "Ünal", "Éva", "a@x.example", "en", person.site_id)
    upsert_people([(*row, None, "", "", "", None, date(2026, 1, 1))])
    person.refresh_from_db()
    assert person.folded_name == "unal eva|eva unal"
    assert person.is_do_not_contact
    assert person.language_chosen_at == now
