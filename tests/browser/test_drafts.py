"""Nothing that is typed is lost: every form of staff with a text of more than one line, and how."""

import re
from contextlib import contextmanager
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone
from playwright.sync_api import Error, expect

from communications.approvals.services.approval import ask
from programmes.database.clock import database_now
from programmes.models import StreamUpdate
from stakeholders.models import Draft
from tests.communications.making import make_message
from tests.conftest import PASSWORD
from tests.test_access import ROLES, TABLE
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "Words that nobody\nhas saved yet"
SAVED = re.compile("Draft saved")
RESTORED = "Restored what you typed at"


class Forms(HTMLParser):
    """The addresses of the forms of a page that take a long text and are posted."""

    def __init__(self, page):
        super().__init__()
        self.page, self.found, self.action = page, [], None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            own = given.get("action") or self.page
            self.action = own if given.get("method", "").lower() == "post" else None
        elif tag == "textarea" and self.action and self.action not in self.found:
            self.found.append(self.action)


def pages_of_staff(world):
    """Yield who opens which page, of all that ask for a sign-in."""
    for row in TABLE["routes"]:
        words = str(row.get("GET", "405")).split()
        if words[0] != "in" or "ok" not in words:
            continue
        arguments = {name: world.keys.get(key, key) for name, key in row.get("with", {}).items()}
        allowed = [ROLES[number] for number, word in enumerate(words) if word == "ok"]
        # The first who may, and who decides: others see fewer forms.
        for role in sorted({allowed[0], *({"claire"} & set(allowed))}):
            yield role, reverse(row["route"], kwargs=arguments)


def long_forms(world):
    """Return who, on which page, types into which form: each form by its route, once."""
    clients, found = {}, {}
    for role, page in pages_of_staff(world):
        if role not in clients:
            clients[role] = Client()
            clients[role].force_login(world.users[role])
        answer = clients[role].get(page)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        forms = Forms(page)
        forms.feed(answer.content.decode())
        for action in forms.found:
            name = resolve(urlsplit(action).path).view_name
            found.setdefault(name, (role, page, action))
    return found


def text_in(page, action):
    """Return the first long text of a form, in view."""
    path = action.partition("#")[0]
    form = page.locator(f'form[method=post][action^="{path}"]:has(textarea)').first
    if not form.count():
        form = page.locator("form[method=post]:has(textarea)").first
    form.evaluate("form => form.closest('details')?.setAttribute('open', '')")
    return form.locator("textarea:visible").first


def kept_in(page, action):
    """Return the first long text of a form that is sent; sentences stand for it."""
    text = text_in(page, action)
    if text.get_attribute("name"):
        return text
    return text.locator("xpath=ancestor::form").locator("textarea[name]").first


def seen(page, words):
    """Return the first place in view that says so; other forms of the page may have drafts too."""
    return page.get_by_text(words).filter(visible=True).first


@pytest.fixture
def computer(new_context, live_server, signed_in, watched):
    """Return a way to open a page as a user on a computer that has seen nothing so far.

    In one browser, a late answer to a session that has ended would take the next one's cookie away.
    """

    @contextmanager
    def sit_down(user, address):
        context = new_context()
        try:
            page = signed_in(watched(context.new_page()), user)
            page.goto(live_server.url + address)
            yield page
        finally:
            context.close()

    return sit_down


def test_each_form_keeps_what_is_typed(world, computer):
    forms = long_forms(world)
    assert {"communications:message-edit", "communications:text-edit"} < set(forms)
    assert {"events:event-add", "feedback:survey-add", "programmes:service-add"} < set(forms)
    lost = []
    for name, (role, address, action) in forms.items():
        user = world.users[role]
        try:
            with computer(user, address) as page:
                page.clock.install()
                text_in(page, action).fill(WORDS)
                page.clock.fast_forward(5000)
                seen(page, SAVED).wait_for()
                page.reload()
                expect(kept_in(page, action)).to_have_value(re.compile(WORDS))
            Session.objects.all().delete()
            with computer(user, address) as page:
                expect(kept_in(page, action)).to_have_value(re.compile(WORDS))
                seen(page, RESTORED).wait_for()
        except (AssertionError, Error) as error:
            lost.append(f"{name} ({role} at {address}): {str(error)[:300]}")
    assert not lost, "\n".join(lost)
    assert Draft.objects.count() == len({(role, action) for role, _, action in forms.values()})


def test_a_draft_that_comes_late_leaves_open_what_somebody_opened(cast, computer):
    now = database_now()
    decision = ask(make_message(cast, now), cast.ines, now)
    question, refusal = (
        reverse(f"communications:{name}", args=[cast.programme.slug, decision.pk])
        for name in ("question-ask", "approval-refuse")
    )
    held = []
    with computer(cast.claire, "/p/one-it/decisions/") as page:
        page.clock.install()
        text_in(page, question).fill(WORDS)
        page.clock.fast_forward(5000)
        seen(page, SAVED).wait_for()
        page.route("**/drafts/?form=*", lambda route: held.append(route))
        page.reload()
        reason = text_in(page, refusal).element_handle()
        reason.fill("No")
        forms = page.locator("form[method=post]:has(textarea)")
        until(lambda: len(held) == forms.count(), "each form asks for its draft")
        for route in held:
            route.continue_()
        page.get_by_text(RESTORED).first.wait_for(state="attached")
        assert (reason.is_visible(), reason.input_value()) == (True, "No")


@pytest.fixture
def service_form(page, live_server, cast, signed_in):
    """Return the page on which Ines adds a service, and its address."""
    signed_in(page, cast.ines)
    page.goto(f"{live_server.url}/p/one-it/setup/services/add/")
    page.clock.install()
    return page


def text(page):
    return page.locator("main textarea").first


def hold_time(page):
    """Let nothing be kept by itself, and nobody lose patience, until a test moves the clock."""
    page.clock.pause_at(timezone.now() + timedelta(minutes=1))


def test_a_draft_is_discarded_and_the_discard_undone(service_form):
    page = service_form
    text(page).fill(WORDS)
    page.clock.fast_forward(5000)
    page.get_by_text(SAVED).first.wait_for()
    page.reload()
    expect(text(page)).to_have_value(WORDS)
    page.get_by_role("button", name="Discard draft").click()
    expect(text(page)).to_have_value("")
    page.get_by_role("button", name="Undo").click()
    expect(text(page)).to_have_value(WORDS)
    page.get_by_text(SAVED).first.wait_for()
    page.reload()
    page.get_by_role("button", name="Discard draft").click()
    page.get_by_text("Draft discarded").first.wait_for()
    page.reload()
    expect(text(page)).to_have_value("")


ADD_FIELDS = """names => names.forEach(name => {
    const field = document.querySelector("main textarea").cloneNode();
    field.name = name;
    document.querySelector("main textarea").after(field);
})"""
# What every object of JavaScript has already.
INHERITED = ["__proto__", "constructor", "toString"]


def test_a_field_with_the_name_of_an_inherited_property_is_kept_as_any_other(service_form):
    page = service_form
    page.evaluate(ADD_FIELDS, INHERITED)
    for name in INHERITED:
        page.locator(f"[name={name}]").fill(f"Typed into {name}")
    page.clock.fast_forward(5000)
    page.get_by_text(SAVED).first.wait_for()
    kept = Draft.objects.get().fields
    assert [kept.get(name) for name in INHERITED] == [[f"Typed into {name}"] for name in INHERITED]


def test_a_draft_is_called_discarded_once_it_is(service_form):
    page, held = service_form, []
    text(page).fill(WORDS)
    page.clock.fast_forward(5000)
    page.get_by_text(SAVED).first.wait_for()
    page.reload()
    page.route("**/drafts/discard/", lambda route: held.append(route))
    with page.expect_request("**/drafts/discard/"):
        page.get_by_role("button", name="Discard draft").click()
    expect(text(page)).to_have_value("")
    # Words that are taken up again may not be discarded after that.
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert Draft.objects.exists()
    held[0].continue_()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text(SAVED).first.wait_for()
    assert [WORDS] in Draft.objects.get().fields.values()


def test_without_network_the_words_stay_here_and_are_sent_later(service_form):
    page = service_form
    page.context.set_offline(True)
    text(page).fill(WORDS)
    page.clock.fast_forward(5000)
    page.get_by_text("Not saved, kept on this computer").first.wait_for()
    assert not Draft.objects.exists()
    assert page.evaluate("Object.keys(localStorage).length") == 1
    page.context.set_offline(False)
    page.clock.fast_forward(5000)
    page.get_by_text(SAVED).first.wait_for()
    assert [WORDS] in Draft.objects.get().fields.values()
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_an_ended_session_leads_back_to_the_filled_form(service_form, live_server, cast):
    page = service_form
    page.get_by_label("Name").fill("Print")
    text(page).fill(WORDS)
    Session.objects.all().delete()
    page.get_by_role("button", name="Save").first.click()
    page.get_by_label("Password").wait_for()
    page.locator("[name=login]").fill(cast.ines.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/services/add/")
    expect(text(page)).to_have_value(WORDS)
    expect(page.get_by_label("Name")).to_have_value("Print")
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url("**/services/")
    assert not Draft.objects.exists()
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_link_keeps_the_words_first_and_closing_asks(service_form):
    page = service_form
    hold_time(page)
    text(page).fill(WORDS)
    with page.expect_navigation():
        page.get_by_role("link", name="Cancel").click()
    assert [WORDS] in Draft.objects.get().fields.values()
    page.go_back()
    text(page).press_sequentially(" and more")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]


def test_signing_out_leaves_nothing_on_the_computer(service_form):
    page = service_form
    hold_time(page)
    text(page).fill(WORDS)
    page.evaluate("document.querySelector('form[action$=\"/logout/\"]').requestSubmit()")
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    assert [WORDS] in Draft.objects.get().fields.values()


def test_choosing_how_the_preview_is_shown_is_not_typing(page, live_server, cast, signed_in):
    message = make_message(cast, database_now())
    signed_in(page, cast.ines)
    page.goto(f"{live_server.url}/p/one-it/messages/{message.pk}/edit/")
    page.clock.install()
    page.get_by_label("Language", exact=True).select_option("es")
    page.get_by_label("Person", exact=True).select_option(index=1)
    page.clock.fast_forward(5000)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert not Draft.objects.exists()
    assert page.evaluate("Object.keys(localStorage).length") == 0
    page.get_by_label("Subject").fill("Another subject")
    page.clock.fast_forward(5000)
    page.get_by_text(SAVED).first.wait_for()
    assert "shown_language" not in Draft.objects.get().fields


def is_kept(response):
    return "/drafts/" in response.url and response.request.method == "POST"


def test_the_weekly_update_says_once_that_it_is_saved(page, live_server, world, signed_in):
    StreamUpdate.objects.all().delete()
    signed_in(page, world.users["samir"])
    page.goto(f"{live_server.url}/p/one-it/people/streams/{world.keys['stream']}/")
    page.clock.install()
    hold_time(page)
    with page.expect_response(is_kept), page.expect_response("**/update/**"):
        page.get_by_label("Your concerns").press_sequentially("Two desks")
        page.clock.fast_forward(5000)
    expect(page.locator("#update-saved")).to_have_text(SAVED)
    page.clock.fast_forward(5000)
    expect(page.get_by_text(SAVED).filter(visible=True)).to_have_count(1)
    assert StreamUpdate.objects.get().sentence == "Two desks"


def test_without_network_the_preview_stays_and_the_bar_says_where_words_are(
    page, live_server, cast, signed_in
):
    signed_in(page, cast.ines)
    page.goto(f"{live_server.url}/p/one-it/messages/new/")
    page.get_by_label("Subject").fill("New hours")
    page.get_by_label("Text, in English").fill("First words")
    mail = page.frame_locator(".ol-frame iframe").last
    mail.locator("p", has_text="First words").wait_for()
    page.context.set_offline(True)
    page.get_by_label("Text, in English").fill("Second words")
    page.locator(".ol-stick").get_by_text("Not saved, kept on this computer").first.wait_for()
    expect(mail.locator("p", has_text="First words")).to_be_visible()
    page.context.set_offline(False)
    mail.locator("p", has_text="Second words").wait_for()
    page.locator(".ol-stick").get_by_text("Draft saved").first.wait_for()


def test_an_ended_session_leaves_the_last_email_in_the_preview(page, live_server, cast, signed_in):
    signed_in(page, cast.ines)
    page.goto(f"{live_server.url}/p/one-it/messages/new/")
    page.get_by_label("Subject").fill("New hours")
    page.get_by_label("Text, in English").fill("First words")
    mail = page.frame_locator(".ol-frame iframe").last
    mail.locator("p", has_text="First words").wait_for()
    Session.objects.all().delete()
    page.get_by_label("Text, in English").fill("Second words")
    page.locator(".ol-stick").get_by_text("Not saved, kept on this computer").first.wait_for()
    expect(mail.locator("p", has_text="First words")).to_be_visible()
