"""The seals of the audit trail: what they notice, and what may happen without an alarm."""

import logging
import threading
from datetime import timedelta
from io import StringIO

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F

from programmes.models import Chain, Seal
from programmes.queries.seals import ERASED, content_hash, entries_by_key, head, link_after
from programmes.services import sealing
from programmes.services.sealing import blank_entries, seal_batch, waiting_after
from programmes.services.verifying import verify
from programmes.tasks import seal_trail
from stakeholders.models import User
from tests.clock import NOW
from tests.communications.operation.test_pump import at_once
from tests.programmes.sealed import LATER, faults, lift_keys, seal_now, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(cast):
    return cast.programme


@pytest.fixture
def five(cast, about):
    """Return five sealed entries."""
    for number in range(5):
        write(about, cast.ines, after=str(number))
    lift_keys(1000)
    assert seal_now() == 5
    return list(rows())


def numbers():
    return list(Seal.objects.order_by("number").values_list("number", "entry"))


def rows():
    return LogEntry.objects.order_by("pk")


def test_each_entry_is_sealed_once_in_the_order_of_their_keys(five):
    assert numbers() == [(n, entry.pk) for n, entry in enumerate(five, 1)]
    assert seal_now() == 0
    report = verify({})
    assert (report.sealed, report.erased, report.waiting, report.faults) == (5, 0, 0, [])
    assert report.head == head() == str(Chain.objects.get())


def test_an_empty_trail_is_whole(db):
    assert seal_now() == 0
    assert (head(), faults()) == ("", [])


def test_equal_entries_have_unequal_hashes(about):
    for _n in range(2):
        write(about)
    seal_now()
    assert len({bytes(each.content) for each in Seal.objects.all()}) == 2
    assert len({bytes(each.salt) for each in Seal.objects.all()}) == 2


def test_what_is_written_is_sealed_by_the_next_tick_and_not_by_the_writer(
    about, django_assert_num_queries
):
    write(about)
    with django_assert_num_queries(1):
        LogEntry.objects.log_create(about, force_log=True, action=1, changes={}, timestamp=NOW)
    assert not Seal.objects.exists()
    assert seal_trail() == 2
    assert verify({}).waiting == 0


def test_an_idle_tick_costs_a_few_statements(five, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        seal_now()


@pytest.mark.parametrize(
    "change",
    [
        {"object_repr": "Another"},
        {"changes": {"name": ["a", "c"]}},
        {"changes": {}},
        {"changes_text": "x"},
        {"serialized_data": {"pk": 1}},
        {"object_pk": "77"},
        {"object_id": 77},
        {"action": 2},
        {"timestamp": NOW + timedelta(microseconds=1)},
        {"actor": None},
        {"actor_email": "otto@onelift.example"},
        {"additional_data": {"programme": 2}},
        {"cid": "x"},
        {"remote_addr": "10.0.0.1"},
        {"remote_port": 1},
        {"object_repr": ERASED, "changes": {}, "changes_text": ""},
    ],
    ids=str,
)
def test_a_changed_entry_is_found_by_its_number(five, change):
    rows().filter(pk=five[2].pk).update(**change)
    assert [str(five[2].pk) in fault for fault in faults()] == [True]


def test_another_account_is_found(five, cast):
    rows().filter(pk=five[2].pk).update(actor=cast.otto)
    assert len(faults()) == 1


def test_a_deleted_account_is_no_fault(five, cast):
    User.objects.filter(pk=cast.ines.pk).delete()
    assert set(rows().values_list("actor", flat=True)) == {None}
    assert faults() == []


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_missing_entry_is_found(five, place):
    key = five[place].pk
    five[place].delete()
    assert faults() == [f"Entry {key} is missing (link {place + 1})."]


def test_a_missing_entry_whose_seal_went_too_is_found(five):
    Seal.objects.filter(entry=five[2].pk).delete()
    five[2].delete()
    assert faults() == ["Links 3 to 3 are missing."]


def test_swapped_entries_are_found(five):
    one, two = five[1].pk, five[3].pk
    for old, new in ((one, 999), (two, one), (999, two)):
        rows().filter(pk=old).update(id=new)
    assert len(faults()) == 2


def test_swapped_seals_are_found(five):
    for old, new in ((2, 99), (4, 2), (99, 4)):
        Seal.objects.filter(number=old).update(number=new)
    assert faults()


def test_a_cut_tail_is_found_by_the_row_of_the_chain(five):
    Seal.objects.filter(number=5).delete()
    five[4].delete()
    assert faults() == ["The chain ends at link 4, but 5 links were made."]


def cut_off_after(number):
    """Cut the chain off as carefully as can be."""
    gone = list(Seal.objects.filter(number__gt=number).values_list("entry", flat=True))
    rows().filter(pk__in=gone).delete()
    Seal.objects.filter(number__gt=number).delete()
    link = Seal.objects.get(number=number).link
    Chain.objects.update(number=number, link=link)


def test_a_tail_cut_off_with_care_is_found_by_a_head_that_was_logged(five, about):
    logged = head()
    cut_off_after(3)
    assert faults() == []
    assert faults(logged) == ["The chain ends at link 3, but link 5 was recorded."]
    for _n in range(4):
        write(about)
    seal_now()
    assert faults() == []
    assert faults(logged) == ["Link 5 differs from the head that was recorded."]


def test_a_chain_written_anew_is_found_by_a_head_that_was_logged(five):
    logged = head()
    rows().filter(pk=five[0].pk).update(changes={"name": ["a", "forged"]})
    Seal.objects.all().delete()
    Chain.objects.all().delete()
    seal_now()
    assert faults() == []
    assert faults(logged) == ["Link 5 differs from the head that was recorded."]


def test_a_head_that_was_logged_before_stays_right(five, about):
    logged = head()
    write(about)
    seal_now()
    assert faults(logged, head()) == []


# Erasing


def test_what_was_erased_is_reported_and_no_fault(five):
    kept = bytes(Seal.objects.get(number=3).content)
    blank_entries(rows().filter(pk=five[2].pk), NOW)
    assert bytes(Seal.objects.get(number=3).content) == kept
    assert bytes(Seal.objects.get(number=3).salt) == b""
    report = verify({})
    assert (report.sealed, report.erased, report.faults) == (5, 1, [])


def test_who_acted_is_still_sealed_after_erasing(five, cast):
    blank_entries(rows(), NOW)
    rows().filter(pk=five[2].pk).update(actor_email="otto@onelift.example")
    assert len(faults()) == 1


def test_what_is_erased_before_it_is_sealed_is_sealed_as_it_is(about):
    entry = write(about)
    blank_entries(rows(), NOW)
    seal_now()
    assert (faults(), verify({}).erased) == ([], 0)
    rows().filter(pk=entry.pk).update(changes={"name": ["a", "b"]})
    assert len(faults()) == 1


def test_erasing_twice_is_noted_once(five):
    for _n in range(2):
        blank_entries(rows(), NOW)
    assert (Seal.objects.count(), faults()) == (10, [])


def test_an_entry_that_looks_erased_without_a_note_is_found(five):
    Seal.objects.filter(number=3).update(salt=b"")
    rows().filter(pk=five[2].pk).update(object_repr=ERASED, changes={}, changes_text="")
    assert faults() == [f"Entry {five[2].pk} was emptied but not erased (link 3)."]


def test_content_that_comes_back_after_erasing_is_found(five):
    entry, old = five[2], Seal.objects.get(number=3)
    blank_entries(rows().filter(pk=entry.pk), NOW)
    rows().filter(pk=entry.pk).update(object_repr=entry.object_repr, changes=entry.changes)
    assert len(faults()) == 1
    Seal.objects.filter(number=3).update(salt=old.salt)
    assert "erased but is there again" in faults()[0]


def test_many_entries_are_erased_in_batches(five, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    blank_entries(rows(), NOW)
    assert (Seal.objects.count(), faults()) == (10, [])


# Late, side by side, and interrupted


def come_late(entry, about):
    """Write an entry and give it the key of one that another transaction had taken before."""
    late = write(about)
    rows().filter(pk=late.pk).update(id=entry.pk - 100)
    return entry.pk - 100


def test_an_entry_that_comes_late_with_a_lower_key_is_sealed(five, about):
    key = come_late(five[0], about)
    assert seal_now(NOW + timedelta(minutes=1)) == 1
    assert numbers()[-1] == (6, key)
    assert faults() == []


def test_an_entry_that_comes_hours_late_is_sealed_by_the_next_look_at_all(five, about):
    for hours in (2, 4):
        seal_now(NOW + timedelta(hours=hours))
    assert Chain.objects.get().settled == five[4].pk
    come_late(five[0], about)
    soon = NOW + timedelta(hours=4, minutes=1)
    assert seal_now(soon) == 0
    assert verify({}).waiting == 1
    assert seal_now(NOW + timedelta(hours=6)) == 1
    assert verify({}).waiting == 0


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_transaction_that_commits_out_of_order_loses_nothing(cast):
    has_written, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            write(cast.programme, after="slow")
            has_written.set()
            may_commit.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    has_written.wait(20)
    fast = write(cast.programme, after="fast")
    assert seal_now() == 1
    may_commit.set()
    thread.join()
    assert rows().first().pk < fast.pk
    assert seal_now() == 1
    assert [entry for _n, entry in numbers()] == [fast.pk, rows().first().pk]
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_pumps_side_by_side_seal_each_entry_once(cast, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 7)
    for _n in range(60):
        write(cast.programme)
    at_once(4, seal_now)
    seal_now(LATER)
    assert [n for n, _entry in numbers()] == list(range(1, 61))
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_erasing_and_sealing_side_by_side_leave_no_salt_behind(cast):
    for _n in range(30):
        write(cast.programme)
    jobs = iter([seal_now, lambda: blank_entries(rows(), NOW), seal_now])
    at_once(3, lambda: next(jobs)())
    seal_now(LATER)
    assert faults() == []
    assert all(is_same(each) for each in Seal.objects.filter(is_erasure=False).exclude(salt=b""))


@pytest.mark.django_db(transaction=True)
def test_verifying_while_others_write_seal_and_erase_raises_no_alarm(cast, monkeypatch):
    monkeypatch.setattr("programmes.services.verifying.BATCH", 4)
    for _n in range(24):
        write(cast.programme, cast.ines)
    seal_now()
    keys = list(rows().values_list("pk", flat=True))

    def erase():
        for key in keys:
            blank_entries(rows().filter(pk=key), NOW)

    def go_on():
        for _n in range(20):
            write(cast.programme)
            seal_now()

    alarms = []
    jobs = iter([erase, go_on, *[lambda: [alarms.extend(faults()) for _n in range(12)]] * 2])
    at_once(4, lambda: next(jobs)())
    seal_now(LATER)
    assert (alarms, faults()) == ([], [])


def is_same(each):
    entry = entries_by_key([each.entry])[each.entry]
    return entry["object_repr"] == ERASED


@pytest.mark.django_db(transaction=True)
def test_a_pump_that_dies_in_a_batch_leaves_a_whole_chain(cast):
    for _n in range(3):
        write(cast.programme)
    Chain.objects.create(pk=1)
    with transaction.atomic():
        assert seal_batch(waiting_after(0), NOW) == 3
        transaction.set_rollback(True)
    assert (Seal.objects.count(), faults()) == (0, [])
    assert seal_now() == 3
    assert faults() == []


def test_one_round_leaves_the_rest_to_the_next(about, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    for _n in range(7):
        write(about)
    ticks = iter(range(100))
    assert sealing.seal(lambda: NOW + timedelta(seconds=8 * next(ticks))) < 7
    assert Chain.objects.get().looked_at is None
    seal_now()
    assert (verify({}).waiting, faults()) == (0, [])


# The log and the command


def test_the_head_is_logged_once_an_hour(five, caplog, about):
    caplog.set_level(logging.INFO, "programmes.services.sealing")
    write(about)
    for minutes in (30, 61, 90, 130):
        seal_now(NOW + timedelta(minutes=minutes))
    assert [record.getMessage() for record in caplog.records] == [
        f"The audit trail is sealed up to {head()}."
    ] * 2


def run(*words):
    out, error = StringIO(), StringIO()
    try:
        call_command("verify_trail", *words, stdout=out, stderr=error)
    except SystemExit as end:
        return end.code, out.getvalue() + error.getvalue()
    return 0, out.getvalue()


def test_the_command_ends_with_0_or_1(five):
    code, said = run("--head", head())
    assert code == 0
    assert said.splitlines()[-1] == "The audit trail is intact."
    assert f"sealed: 5\nerased: 0\nwaiting: 0\nhead: {head()}" in said
    rows().filter(pk=five[0].pk).update(changes={})
    code, said = run()
    assert code == 1
    assert f"Entry {five[0].pk} was changed (link 1)." in said


def test_the_command_reads_heads_out_of_a_log(five, tmp_path):
    log = tmp_path / "worker.log"
    log.write_text(f"12:00 INFO The audit trail is sealed up to {head()}.\nsomething else\n")
    assert run("--heads", str(log))[0] == 0
    cut_off_after(2)
    code, said = run("--heads", str(log))
    assert code == 1
    assert "The chain ends at link 2, but link 5 was recorded." in said


def test_the_command_refuses_what_is_no_head(five, tmp_path):
    with pytest.raises(CommandError, match="x is not a head"):
        run("--head", "x")
    with pytest.raises(CommandError, match="cannot be read"):
        run("--heads", str(tmp_path / "none"))
    (tmp_path / "empty.log").touch()
    with pytest.raises(CommandError, match="contains no head"):
        run("--heads", str(tmp_path / "empty.log"))


def test_more_faults_than_one_reads_are_counted(about):
    for _n in range(60):
        write(about)
    seal_now()
    rows().update(changes=F("additional_data"), object_repr="x")
    code, said = run()
    assert (code, "and 10 more" in said, "Faults: 60" in said) == (1, True, True)


def test_who_forges_an_entry_with_its_seal_breaks_the_next_link(five):
    """Whoever may write every table still has to write all links after it."""
    rows().filter(pk=five[1].pk).update(object_repr="Forged")
    entry = entries_by_key([five[1].pk])[five[1].pk]
    before, forged = Seal.objects.get(number=1), Seal.objects.get(number=2)
    forged.content = content_hash(bytes(forged.salt), entry)
    forged.link = link_after(bytes(before.link), forged, entry)
    forged.save()
    assert faults() == [f"Entry {five[2].pk} or link 3 was changed."]


def test_entries_that_wait_for_long_are_told_about(five, wait):
    Seal.objects.all().delete()
    Chain.objects.all().delete()
    wait(hours=2)
    code, said = run()
    assert code == 0
    assert "waiting for more than an hour: 5. Start the workers." in said
