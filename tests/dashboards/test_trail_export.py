"""The audit trail as a file: what its page shows, harmless in a spreadsheet, and itself noted."""

import csv
from datetime import date, timedelta

import pytest
from auditlog.models import LogEntry

from onelift.dashboards.trail.queries import export
from programmes.services.move import move_to
from programmes.services.trail import note_seen, write_entry
from tests.clock import NOW

OWN, WHOLE = "/p/one-it/audit/export/", "/audit/export/"
DAY = date(2027, 2, 1)


def table(answer):
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(keepends=True)))


def test_it_says_who_what_before_after_and_why(cast, as_user):
    move_to(cast.wave2, None, DAY, cast.ines, NOW, "The plant stands still.")
    [taken, moved] = table(as_user(cast.dora).get(OWN))
    entry = LogEntry.objects.earliest("pk")
    assert moved == {
        "Entry": str(entry.pk),
        "When (UTC)": "2026-11-24 10:20:00",
        "Who": "Ines Test",
        "Activity": "Changed",
        "Kind": "wave",
        "Person or item": "Wave 2",
        "Before and after": "go-live: Mon 18 Jan 2027 → Mon 1 Feb 2027",
        "Reason": "The plant stands still.",
        "Programme": "One IT",
    }
    assert (taken["Who"], taken["Activity"]) == (
        "Dora Test",
        "Downloaded: the audit trail",
    )


def test_the_page_says_why(cast, as_user):
    move_to(cast.wave2, None, DAY, cast.ines, NOW, "The plant stands still.")
    words = as_user(cast.claire).get("/p/one-it/audit/").content.decode()
    assert "Reason: The plant stands still." in words


def test_it_is_narrowed_as_the_page_is(cast, as_user):
    move_to(cast.wave2, None, DAY, cast.ines, NOW)
    move_to(cast.wave2, None, DAY + timedelta(days=7), cast.claire, NOW)
    found = table(as_user(cast.dora).get(OWN, {"who": "claire", "act": "update"}))
    assert [row["Who"] for row in found] == ["Claire Test"]


def test_a_filter_that_is_wrong_gives_no_file_but_the_page_that_says_so(cast, as_user):
    for file, page in ((OWN, "/p/one-it/audit/"), (WHOLE, "/audit/")):
        client = as_user(cast.dora)
        answer = client.get(file, {"since": "foo"})
        assert (answer.status_code, answer.url) == (302, f"{page}?since=foo")
        shown = client.get(answer.url).content.decode()
        assert "is-invalid" in shown
        assert file not in shown
    assert not LogEntry.objects.exists()


def test_the_page_leads_to_it_with_its_filters(cast, as_user):
    move_to(cast.wave2, None, DAY, cast.ines, NOW)
    words = as_user(cast.ines).get("/p/one-it/audit/?who=ines").content.decode()
    assert f'href="{OWN}?who=ines"' in words
    words = as_user(cast.claire).get("/p/one-it/audit/").content.decode()
    assert OWN not in words


def test_a_cell_is_no_formula(cast, as_user):
    cast.wave2.name = "=1+1"
    cast.wave2.save()
    move_to(cast.wave2, None, DAY, cast.ines, NOW, "@SUM(A1)")
    row = table(as_user(cast.dora).get(OWN))[1]
    assert (row["Person or item"], row["Reason"]) == ("'=1+1", "'@SUM(A1)")


def test_a_programmes_file_holds_no_other_programme_and_the_whole_holds_all(cast, as_user):
    move_to(cast.wave2, None, DAY, cast.ines, NOW)
    note_seen(cast.people[0], cast.dora, NOW)
    kinds = [row["Kind"] for row in table(as_user(cast.dora).get(OWN))]
    assert kinds == ["programme", "wave"]
    kinds = {row["Kind"] for row in table(as_user(cast.dora).get(WHOLE))}
    assert {"person", "wave"} < kinds


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_the_same_queries_for_each_batch(
    cast, as_user, count, django_assert_max_num_queries
):
    for _n in range(count):
        move_to(cast.wave2, None, DAY + timedelta(days=_n), cast.ines, NOW)
    client = as_user(cast.dora)
    client.get(OWN)
    with django_assert_max_num_queries(16):
        assert len(table(client.get(OWN))) == count + 2


def test_it_is_read_in_batches(cast, as_user, monkeypatch):
    monkeypatch.setattr(export, "AT_ONCE", 2)
    for number in range(5):
        write_entry(cast.wave1, 1, cast.ines, NOW, {"n": ["", str(number)]}, {"programme": 1})
    LogEntry.objects.update(additional_data={"programme": cast.programme.pk})
    assert len(table(as_user(cast.dora).get(OWN))) == 6


def test_a_page_shows_no_comment_of_its_template(cast, as_user):
    page = as_user(cast.ines).get("/p/one-it/audit/").content.decode()
    assert "Audit trail" in page
    assert "{#" not in page
