from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from programmes.models import Wave, WaveSite
from programmes.services import plan
from tests.factories import SiteFactory, WaveFactory

MONDAY = date(2027, 3, 1)


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def test_a_new_wave_comes_behind_the_others_with_its_sites(cast, now):
    lisbon = SiteFactory(name="Lisbon", region=cast.iberia)
    cast.programme.sites.add(lisbon)
    wave = fresh(plan.add_wave(cast.programme, "Wave 3", MONDAY, now, [lisbon]))
    assert (wave.order, wave.go_live_on, wave.changed_at) == (3, MONDAY, now)
    place = wave.wave_sites.get()
    assert (place.site, place.own_go_live_on, place.changed_at) == (lisbon, None, now)


def test_a_wave_with_a_taken_site_is_not_made_at_all(cast, now):
    with pytest.raises(ValidationError, match="Shanghai is already in Wave 2"):
        plan.add_wave(cast.programme, "Wave 3", MONDAY, now, [cast.shanghai])
    assert cast.programme.waves.count() == 2


def test_a_name_is_given_once_in_a_programme(cast, now):
    with pytest.raises(ValidationError):
        plan.add_wave(cast.programme, "Wave 2", MONDAY, now)


def test_a_site_may_be_in_a_wave_of_another_programme(cast, now):
    other = WaveFactory().programme
    other.sites.add(cast.shanghai)
    wave = plan.add_wave(other, "Pilot", MONDAY, now, [cast.shanghai])
    assert [place.site for place in wave.wave_sites.all()] == [cast.shanghai]


@pytest.mark.parametrize("day", [date(2026, 8, 31), date(2028, 7, 1)])
def test_a_go_live_lies_within_the_programme(cast, now, day):
    with pytest.raises(ValidationError, match=r"1 Sept 2026 to .* 30 Jun 2028"):
        plan.move_wave(cast.wave2, day, now)
    assert fresh(cast.wave2).go_live_on == date(2027, 1, 18)


def test_moving_a_wave_is_one_update(cast, now, django_assert_num_queries):
    place = cast.wave2.wave_sites.get()
    wave = Wave.objects.select_related("programme").get(pk=cast.wave2.pk)
    # The update, in its savepoint.
    with django_assert_num_queries(3) as asked:
        plan.move_wave(wave, MONDAY, now)
    assert sum(query["sql"].startswith("UPDATE") for query in asked.captured_queries) == 1
    assert (fresh(wave).go_live_on, fresh(wave).changed_at) == (MONDAY, now)
    assert fresh(place).changed_at == place.changed_at


def test_an_undo_does_not_take_back_what_somebody_else_did(cast, now):
    plan.move_wave(cast.wave2, MONDAY, now)
    with pytest.raises(ValidationError, match="moved to Mon 1 Mar 2027 in the meantime"):
        plan.move_wave(cast.wave2, date(2027, 1, 18), now, expected_on=date(2027, 2, 1))
    plan.move_wave(cast.wave2, date(2027, 1, 18), now, expected_on=MONDAY)
    assert fresh(cast.wave2).go_live_on == date(2027, 1, 18)


def test_a_wave_that_is_handed_over_stays(cast, now):
    plan.hand_over(cast.wave1, date(2026, 11, 20), now)
    with pytest.raises(ValidationError, match="handed over"):
        plan.move_wave(cast.wave1, MONDAY, now)
    with pytest.raises(ValidationError, match="handed over"):
        plan.move_site(cast.wave1.wave_sites.get(), MONDAY, now)
    plan.hand_over(cast.wave1, None, now)
    plan.move_wave(cast.wave1, MONDAY, now)
    assert fresh(cast.wave1).go_live_on == MONDAY


def test_a_hand_over_to_come_moves_with_its_wave(cast, now):
    plan.hand_over(cast.wave2, date(2027, 3, 15), now)
    plan.move_wave(cast.wave2, date(2027, 1, 25), now)
    assert fresh(cast.wave2).handed_over_on == date(2027, 3, 22)
    plan.move_wave(cast.wave2, date(2027, 1, 18), now)
    assert fresh(cast.wave2).handed_over_on == date(2027, 3, 15)


def test_a_wave_is_not_handed_over_before_its_go_live(cast, now):
    with pytest.raises(ValidationError, match="goes live on Mon 18 Jan 2027"):
        plan.hand_over(cast.wave2, date(2027, 1, 17), now)
    assert fresh(cast.wave2).handed_over_on is None


def test_a_site_has_its_own_date_or_its_waves(cast, now):
    place = cast.wave2.wave_sites.get()
    plan.move_site(place, MONDAY, now)
    assert WaveSite.objects.dated().get(pk=place.pk).live_on == MONDAY
    assert fresh(place).changed_at == now
    plan.move_site(place, None, now + timedelta(minutes=1))
    assert WaveSite.objects.dated().get(pk=place.pk).live_on == date(2027, 1, 18)


def test_assigning_sites_keeps_the_dates_of_those_that_stay(cast, now):
    lisbon, porto = SiteFactory(name="Lisbon"), SiteFactory(name="Porto")
    cast.programme.sites.add(lisbon, porto)
    plan.assign_sites(cast.wave2, [cast.shanghai, lisbon], now)
    plan.move_site(cast.wave2.wave_sites.get(site=cast.shanghai), MONDAY, now)
    plan.assign_sites(cast.wave2, [cast.shanghai, porto], now)
    dates = dict(cast.wave2.wave_sites.values_list("site__name", "own_go_live_on"))
    assert dates == {"Shanghai": MONDAY, "Porto": None}


def test_changing_a_wave_is_all_or_nothing(cast, now):
    with pytest.raises(ValidationError, match="Barcelona is already in Wave 1"):
        plan.change_wave(cast.wave2, "Spring", [cast.shanghai, cast.barcelona], now)
    wave = fresh(cast.wave2)
    assert (wave.name, wave.go_live_on) == ("Wave 2", date(2027, 1, 18))
    plan.change_wave(wave, "Spring", [], now)
    wave = fresh(wave)
    assert (wave.name, wave.wave_sites.count()) == ("Spring", 0)
