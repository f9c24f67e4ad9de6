"""Ways out where the date falls on a day of rest, and for emails in the last week of the year."""

from datetime import date, time
from html.parser import HTMLParser

import pytest

from onelift.dashboards.moves.queries.free_days import free_days_near
from programmes.models import Move, Wave
from programmes.services import plan
from tests.communications.making import make_message
from tests.dashboards.test_move_choices import choice
from tests.dashboards.test_moves import add_site, applied, asked, moving, url_of
from tests.factories import BlackoutFactory

OFFSET = {"fixed_on": None, "is_urgent": False, "local_time": time(9), "offset_days": -7}
CHRISTMAS = date(2026, 12, 25)
WHY = "The plant & its “shop” wait"


class Buttons(HTMLParser):
    """Reads the values of the buttons of one name."""

    def __init__(self, page, name):
        super().__init__()
        self.name, self.values = name, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        own = dict(attrs)
        if tag == "button" and own.get("name") == self.name:
            assert own["form"] == "ask"
            self.values.append(own["value"])


def free(cast, now, to, **more):
    return free_days_near(asked(cast, now, to, **more).shift, now.date())


def test_the_week_from_christmas_to_new_year_is_left_on_both_sides(cast, now):
    assert free(cast, now, CHRISTMAS) == [date(2026, 12, 23), date(2027, 1, 4)]


def test_weekends_holidays_and_blackouts_of_all_sites_that_move_are_passed_over(cast, now):
    BlackoutFactory(programme=cast.programme, first_on=date(2027, 3, 5), last_on=date(2027, 3, 5))
    lisbon = add_site(cast, cast.wave2, name="Lisbon", country="PT", time_zone="Europe/Lisbon")
    assert free(cast, now, date(2027, 3, 6)) == [date(2027, 3, 4), date(2027, 3, 8)]
    # Good Friday and Easter Monday: in Portugal the Friday alone is a holiday, in China neither.
    assert free(cast, now, date(2027, 3, 26)) == [date(2027, 3, 25), date(2027, 3, 29)]
    assert not free(cast, now, date(2027, 3, 26), site=cast.shanghai)
    assert free(cast, now, date(2027, 3, 26), site=lisbon.site)


def test_a_free_day_is_no_question(cast, now):
    assert not free(cast, now, date(2027, 1, 25))


def test_only_days_to_come_within_the_programme_are_offered(cast, now):
    BlackoutFactory(programme=cast.programme, first_on=now.date(), last_on=date(2026, 12, 4))
    assert free(cast, now, date(2026, 12, 2)) == [date(2026, 12, 7)]
    cast.programme.ends_on = date(2026, 12, 31)
    cast.programme.save()
    assert free(cast, now, CHRISTMAS) == [date(2026, 12, 23)]


def test_a_hand_over_that_moves_along_must_be_free_too(cast, now):
    plan.hand_over(cast.wave2, date(2027, 3, 15), now)
    # 56 days after: Monday 4 January would hand over on Monday 1 March, in a blackout.
    BlackoutFactory(programme=cast.programme, first_on=date(2027, 3, 1), last_on=date(2027, 3, 1))
    assert free(cast, now, CHRISTMAS)[1] == date(2027, 1, 5)


@pytest.fixture
def page(cast, as_user):
    return as_user(cast.ines).get(url_of(cast), {"to": "2026-12-25"}).content.decode()


def test_the_page_offers_them_and_keeps_all_that_was_typed(cast, as_user, page):
    assert Buttons(page, "instead").values == ["2026-12-23", "2027-01-04"]
    sent = {
        "site": "",
        "to": "2026-12-25",
        "events": "on",
        "event-7": "keep",
        "why": WHY,
        "seen": "whatever",
        "instead": "2027-01-04",
    }
    answer = as_user(cast.ines).post(url_of(cast), sent, follow=True)
    assert not Move.objects.exists()
    assert Wave.objects.get(pk=cast.wave2.pk).go_live_on == date(2027, 1, 18)
    assert answer.context["shift"].after_on == date(2027, 1, 4)
    assert answer.context["preview"].wishes.events
    assert answer.context["preview"].wishes.choices == {"event-7": "keep"}
    assert answer.context["why"] == WHY
    assert not answer.context["wants_correction"]
    shown = answer.content.decode()
    assert 'value="The plant &amp; its “shop” wait"' in shown
    assert "The plan has changed since" not in shown
    assert not Buttons(shown, "instead").values
    kept = as_user(cast.ines).post(url_of(cast), {**sent, "correction": "on"}, follow=True)
    assert kept.context["wants_correction"]


def test_what_was_chosen_is_applied_as_any_other_preview(cast, as_user, page):
    client = as_user(cast.ines)
    sent = {"to": "2026-12-25", "why": WHY, "instead": "2027-01-04"}
    seen = client.post(url_of(cast), sent, follow=True).context["preview"].fingerprint
    client.post(url_of(cast), {"to": "2027-01-04", "why": WHY, "seen": seen})
    assert Wave.objects.get(pk=cast.wave2.pk).go_live_on == date(2027, 1, 4)


@pytest.mark.parametrize("day", ["x", "2040-01-01", "0"])
def test_a_day_that_is_none_moves_nothing(cast, as_user, day):
    sent = {"to": "2026-12-25", "why": WHY, "seen": "", "instead": day}
    assert as_user(cast.ines).post(url_of(cast), sent, follow=True).status_code == 200
    assert not Move.objects.exists()


def test_a_draft_for_the_last_week_of_the_year_may_leave_before_it(cast, now):
    make_message(cast, now, waves=[cast.wave2], **OFFSET)
    to = date(2027, 1, 6)
    found = choice(asked(cast, now, to))
    assert [words for _value, words in found.options] == [
        "Send on Wed 30 Dec 2026 anyway",
        "Send earlier, on Wed 23 Dec 2026",
    ]
    assert found.chosen == "wait"
    earlier, _move = applied(cast, now, to=to, choices={found.name: "earlier"})
    assert moving(earlier)["message", "Your new service desk"][1] == date(2026, 12, 23)
    assert not earlier.clashes
