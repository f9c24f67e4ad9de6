"""Which needs say much the same, in which languages."""

import pytest

from feedback.models import Need
from feedback.needs.queries.similar import most_alike, similar_to, stems_of
from feedback.needs.services.joining import join
from stakeholders.accounts.access import scope_of
from tests.feedback.needs.making import answered, told

ALIKE = [
    ("The printers in the lab do not print", "No printing in the lab since Monday"),
    ("VPN drops in the warehouse", "The warehouse has no VPN"),
    ("Les imprimantes du laboratoire sont lentes", "Imprimante lente au laboratoire"),
    ("Der Drucker im Lager fehlt", "Kein Drucker im Lager"),
    ("培训视频打不开", "办公室里培训视频不能播放"),
    ("サービスデスクの電話がつながらない", "サービスデスクに電話できない"),
    ("لا توجد لوحة مفاتيح عربية", "نحتاج إلى لوحة المفاتيح العربية"),
    ("서비스 데스크 포스터", "서비스 데스크에 포스터가 없습니다"),
]
UNLIKE = [
    ("The printers in the lab do not print", "Badges are missing at the gate"),
    ("培训视频打不开", "键盘太小"),
    ("The badge reader is broken", "The canteen is closed"),
]


def alike(one, other):
    return most_alike(Need(pk=1, what=one), [Need(pk=2, what=other)])


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_alike(one, other):
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_unlike(one, other):
    assert not alike(one, other)


def test_what_most_needs_say_tells_nothing_apart():
    others = [Need(pk=n, what=f"Please give people number{n}") for n in range(2, 14)]
    assert most_alike(Need(pk=1, what="Please give people lamps"), others) == []


def test_an_acronym_is_a_word_and_a_short_word_is_none():
    assert stems_of("The PC in B2 is off") == {"pc", "b2"}


def test_only_open_needs_in_view_are_proposed(cast, now):
    need, joined, done, there, same = (
        told(cast, site, cast.ines, now)
        for site in (*[cast.barcelona] * 3, cast.shanghai, cast.barcelona)
    )
    join(joined, same, cast.ines, now)
    answered(done, cast.ines, now)
    assert similar_to(need, scope_of(cast.rosa, cast.programme)) == [same]
    assert set(similar_to(need, scope_of(cast.ines, cast.programme))) == {same, there}
