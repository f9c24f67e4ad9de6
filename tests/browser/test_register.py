"""The register and the impacts in a real browser: moves by keys, undo, looks, small screens."""

import pytest
from playwright.sync_api import expect

from communications.messages.services.answer import answer_impact
from stakeholders.models import Persona
from tests.communications.making import make_message
from tests.factories import ImpactFactory, PersonFactory, StakeholderFactory

pytestmark = pytest.mark.django_db(transaction=True)
REGISTER, IMPACTS = "/p/one-it/people/stakeholders/", "/p/one-it/people/impacts/"


@pytest.fixture
def register(cast, now):
    """Three stakeholders that stand apart, and three impacts, one of which is answered."""
    made = [
        StakeholderFactory(
            programme=cast.programme,
            name=name,
            power=power,
            interest=interest,
            interest_wanted=wanted,
            engagement=engagement,
            region=cast.iberia,
            owner=cast.ines,
            next_action=action,
        )
        for name, power, interest, wanted, engagement, action in (
            ("Works council", 85, 70, None, "resistant", "Meet them"),
            ("Plant directors with a name that is long", 60, 20, 55, "unaware", ""),
            ("IT ambassadors", 30, 80, 95, "leading", "Write"),
        )
    ]
    for site in (cast.barcelona, cast.shanghai):
        PersonFactory.create_batch(2, site=site, job="Operator")
    shift = Persona.objects.create(
        programme=cast.programme, slug="shift", name_en="Shift", jobs=["Operator"]
    )
    impacts = [
        ImpactFactory(programme=cast.programme, severity=n, personas=[shift]) for n in (1, 3, 4)
    ]
    answer_impact(make_message(cast, now, sites=[cast.shanghai]), impacts[1])
    return made, impacts


@pytest.mark.parametrize("address", ["", "{stakeholder}/", "new/"])
def test_the_register_is_accessible_and_fits(
    page,
    live_server,
    cast,
    register,
    signed_in,
    address,
    assert_accessible,
    assert_no_sideways_scroll,
):
    page.set_viewport_size({"width": 390, "height": 900})
    path = REGISTER + address.format(stakeholder=register[0][0].pk)
    signed_in(page, cast.ines).goto(live_server.url + path)
    assert_no_sideways_scroll(page)
    assert_accessible(page)


@pytest.mark.parametrize("address", ["", "?gaps=1", "list/", "{impact}/", "new/"])
def test_impacts_are_accessible_and_fit(
    page,
    live_server,
    cast,
    register,
    signed_in,
    address,
    assert_accessible,
    assert_no_sideways_scroll,
):
    page.set_viewport_size({"width": 390, "height": 900})
    path = IMPACTS + address.format(impact=register[1][2].pk)
    signed_in(page, cast.ines).goto(live_server.url + path)
    assert_no_sideways_scroll(page)
    assert_accessible(page)


def place_of(stakeholder):
    stakeholder.refresh_from_db()
    return stakeholder.power, stakeholder.interest


def test_a_mark_moves_by_arrow_keys_says_so_and_goes_back(
    page, live_server, cast, register, signed_in
):
    council = register[0][0]
    signed_in(page, cast.ines).goto(f"{live_server.url}{REGISTER}")
    mark = page.locator(f"#register svg a.ol-mark[href$='/{council.pk}/']").first
    mark.focus()
    said = page.locator("#toast[aria-live=polite]")
    for key, there, words in (
        ("ArrowUp", (90, 70), "power 90, interest 70"),
        ("ArrowUp", (95, 70), "power 95, interest 70"),
        ("ArrowLeft", (95, 65), "power 95, interest 65"),
    ):
        page.keyboard.press(key)
        said.get_by_text(words).wait_for()
        assert place_of(council) == there
        assert page.evaluate("document.activeElement.getAttribute('href')").endswith(
            f"/{council.pk}/"
        )
    page.keyboard.press("Control+z")
    expect(page.locator("#toast form").filter(has_text="65")).to_have_count(0)
    assert place_of(council) == (95, 70)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/stakeholders/{council.pk}/")
    page.get_by_text("power: 85 → 95").wait_for()


def test_quick_presses_are_all_counted(page, live_server, cast, register, signed_in):
    ambassadors = register[0][2]
    signed_in(page, cast.ines).goto(f"{live_server.url}{REGISTER}")
    page.locator(f"#register svg a.ol-mark[href$='/{ambassadors.pk}/']").first.focus()
    for _n in range(4):
        page.keyboard.press("ArrowUp")
    page.locator("#toast").get_by_text("power 50").wait_for()
    assert place_of(ambassadors) == (50, 80)
    assert ambassadors.assessments.count() == 1


def test_what_one_may_only_read_does_not_move(page, live_server, cast, register, signed_in):
    council = register[0][0]
    signed_in(page, cast.rosa).goto(f"{live_server.url}{REGISTER}")
    assert page.locator("form[data-moves]").count() == 0
    page.locator(f"#register svg a.ol-mark[href$='/{council.pk}/']").first.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/stakeholders/{council.pk}/")
    assert place_of(council) == (85, 70)


def test_a_mark_stays_and_says_so_when_the_server_is_away(
    page, live_server, cast, register, signed_in
):
    council = register[0][0]
    signed_in(page, cast.ines).goto(f"{live_server.url}{REGISTER}")
    page.route("**/stakeholders/move/**", lambda route: route.abort())
    page.locator(f"#register svg a.ol-mark[href$='/{council.pk}/']").first.focus()
    page.keyboard.press("ArrowUp")
    page.locator("#toast").get_by_text("The mark did not move.").wait_for()
    assert place_of(council) == (85, 70)


def test_the_words_of_a_gap_keep_off_its_frame(page, live_server, cast, register, signed_in):
    page.set_viewport_size({"width": 1280, "height": 900})
    signed_in(page, cast.ines).goto(f"{live_server.url}{IMPACTS}")
    links = page.locator(".ol-heat td.gap a")
    assert links.count()
    room = """all => all.map(one => {
        const words = document.createRange(), cell = one.parentElement.getBoundingClientRect();
        words.selectNodeContents(one.firstElementChild);
        return words.getBoundingClientRect().top - cell.top;
    })"""
    assert min(links.evaluate_all(room)) >= 4
