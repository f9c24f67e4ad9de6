"""Any order of writing, sealing, erasing and deleting accounts is whole; any tampering is found."""

import pytest
from auditlog.models import LogEntry
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.models import Chain, Seal
from programmes.queries.seals import ERASED, head
from programmes.services import sealing
from programmes.services.sealing import blank_entries
from programmes.services.verifying import verify
from stakeholders.models import User
from tests.clock import NOW
from tests.examples import examples
from tests.programmes.sealed import LATER, faults, lift_keys, seal_now, write
from tests.standing import *  # noqa: F403 - its fixtures

# What is done to the trail in life, each with a number that chooses among rows.
ACTS = ("write", "write", "write", "seal", "look", "erase", "leave", "late")
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 50)), max_size=25)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
QUIET = settings(max_examples=examples(100))


@pytest.fixture
def world(standing, db):
    """Return the one world; each example takes back what it did."""
    return standing[1]


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)
    monkeypatch.setattr("programmes.services.verifying.BATCH", 3)


def rows():
    return LogEntry.objects.order_by("pk")


def chosen(queryset, number):
    keys = list(queryset.order_by("pk").values_list("pk", flat=True))
    return queryset.filter(pk=keys[number % len(keys)]) if keys else queryset.none()


class Life:
    """A trail that lives: entries with all kinds of values, by accounts that come and go."""

    def __init__(self, programme):
        self.programme, self.free = programme, 10_000
        write(programme)
        lift_keys(self.free)
        self.users = [
            User.objects.create_user(f"life{number}@onelift.example") for number in range(3)
        ]

    def do(self, act, number):
        getattr(self, act)(number)

    def write(self, number):
        user = User.objects.filter(pk=self.users[number % 3].pk).first()
        said = {"programme": number, "why": "é" * (number % 4)}
        write(self.programme, user, after=str(number), said=said)

    def late(self, number):
        """Show an entry whose key is lower than those that are sealed."""
        self.write(number)
        self.free -= 1
        LogEntry.objects.filter(pk=rows().last().pk).update(id=1 + self.free)

    def seal(self, _number):
        seal_now()

    def look(self, _number):
        Chain.objects.update(looked_at=None)
        seal_now()

    def erase(self, number):
        blank_entries(chosen(LogEntry.objects.all(), number), NOW)

    def leave(self, number):
        User.objects.filter(pk=self.users[number % 3].pk).delete()


def change_entry(number):
    fields = [
        {"object_repr": "Forged"},
        {"changes": {"forged": ["", "1"]}},
        {"additional_data": {"forged": 1}},
        {"timestamp": LATER},
        {"actor_email": "forged@onelift.example"},
        {"action": 3},
        {"object_pk": "0"},
    ]
    chosen(LogEntry.objects.all(), number).update(**fields[number % len(fields)])


def delete_entry(number):
    chosen(LogEntry.objects.all(), number).delete()


def delete_entry_and_seal(number):
    entry = chosen(LogEntry.objects.all(), number).get()
    Seal.objects.filter(entry=entry.pk).delete()
    entry.delete()


def swap_entries(number):
    keys = list(rows().values_list("pk", flat=True))
    one, two = keys[number % len(keys)], keys[(number + 1) % len(keys)]
    if one == two:
        return delete_entry(number)
    for old, new in ((one, 5_000_000), (two, one), (5_000_000, two)):
        rows().filter(pk=old).update(id=new)
    return None


def change_seal(number):
    changes = [
        {"actor": 123_456},
        {"at": LATER},
        {"content": bytes(32)},
        {"link": bytes(32)},
        {"entry": 123_456},
    ]
    chosen(Seal.objects.all(), number).update(**changes[number % len(changes)])


def cut_tail(number):
    keep = number % Seal.objects.count()
    gone = Seal.objects.filter(number__gt=keep)
    rows().filter(pk__in=list(gone.values_list("entry", flat=True))).delete()
    gone.delete()
    link = Seal.objects.filter(number=keep).values_list("link", flat=True).first()
    Chain.objects.update(number=keep, link=link or bytes(32))


def write_anew(number):
    """Change something, and seal all of it again as if it had always been so."""
    first = Seal.objects.order_by("number").first()
    rows().filter(pk=first.entry).update(additional_data={"forged": number})
    Seal.objects.all().delete()
    Chain.objects.all().delete()
    seal_now()


def empty_entry(number):
    """Make an entry look erased."""
    seal = chosen(Seal.objects.filter(is_erasure=False).exclude(salt=b""), number).first()
    if seal is None:
        return delete_entry(number)
    Seal.objects.filter(pk=seal.pk).update(salt=b"")
    blank = {"object_repr": ERASED, "changes": {}, "changes_text": ""}
    rows().filter(pk=seal.entry).update(**blank)
    return None


def forge_anew(number):
    """Put an entry of one's own in the place of another."""
    entry = chosen(LogEntry.objects.all(), number).get()
    key = entry.pk
    entry.delete()
    entry.pk, entry.object_repr, entry.actor_email = key, "Forged", "x"
    entry.save(force_insert=True)


TAMPERINGS = [
    *(change_entry, delete_entry, delete_entry_and_seal, swap_entries, change_seal),
    *(cut_tail, write_anew, empty_entry, forge_anew),
]


@QUIET
@given(steps=STEPS)
def test_a_trail_that_nobody_tampered_with_is_always_whole(world, cast, small, steps):
    with transaction.atomic():
        life, heads = Life(cast.programme), []
        for act, number in steps:
            life.do(act, number)
            heads += filter(None, [head()])
        assert faults(*heads) == []
        life.do("look", 0)
        report = verify({})
        assert (report.faults, report.waiting) == ([], 0)
        assert report.sealed == LogEntry.objects.count()
        transaction.set_rollback(True)


@QUIET
@given(steps=STEPS, number=st.integers(0, 50), tampering=st.sampled_from(TAMPERINGS))
def test_any_tampering_is_found(world, cast, small, steps, number, tampering):
    with transaction.atomic():
        life = Life(cast.programme)
        for act, chosen_number in [("write", 1), ("write", 2), *steps, ("look", 0)]:
            life.do(act, chosen_number)
        logged = head()
        assert faults(logged) == []
        tampering(number)
        assert faults(logged) != []
        transaction.set_rollback(True)


@QUIET
@given(changes=VALUES, said=VALUES, name=TEXTS)
def test_any_value_is_hashed_as_it_is_read_back(world, cast, changes, said, name):
    with transaction.atomic():
        entry = write(cast.programme)
        LogEntry.objects.filter(pk=entry.pk).update(
            changes=changes, additional_data=said, object_repr=name, changes_text=name
        )
        seal_now()
        assert faults() == []
        transaction.set_rollback(True)
