"""Whole journeys through pages only, on a real server with real mails."""

import io
import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from communications.models import Delivery
from communications.operation.services import pump
from feedback.models import Survey
from feedback.services.edition import publish_surveys
from programmes.database.clock import database_now
from stakeholders.accounts.services.password import send_links
from stakeholders.models import User
from tests.communications.conftest import relay  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a quiet river in november"
SITES = """site,country,region,time_zone,language,pilot
Barcelona,ES,Iberia,Europe/Madrid,es,no
Shanghai,CN,China,Asia/Shanghai,zh-hans,no
"""
HEAD = "Personnel number,Last name,First name,E-mail,Language,Business line,Job,Site,Employer\n"
COUNTS = {"Barcelona": ("Spanish", 7), "Shanghai": ("中文", 6)}


def bring_files_in(folder) -> dict[str, str]:
    """Import two sites and their people by command; return the language code by address."""
    (folder / "sites.csv").write_text(SITES)
    rows, codes = [], {}
    for site, (language, count) in COUNTS.items():
        for n in range(count):
            mail = f"{site.lower()}{n}@onelift.example"
            rows.append(f"{site[0]}{n},Name{n},First{n},{mail},{language},IT,Analyst,{site},Group")
            codes[mail] = "es" if site == "Barcelona" else "zh-Hans"
    rows.append("B99,Doe,Jo,jo@onelift.example,fr,IT,Analyst,Barcelona,Group")
    codes["jo@onelift.example"] = "en"
    (folder / "people.csv").write_text(HEAD + "\n".join(rows))
    call_command("import_sites", str(folder / "sites.csv"), stdout=io.StringIO())
    call_command("import_people", str(folder / "people.csv"), stdout=io.StringIO())
    return codes


def sign_in(page, live_server, email, password=PASSWORD):
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def press(page, button):
    """Click, and wait for the answer: it would set its cookies under the next page otherwise."""
    with page.expect_navigation():
        button.click()


def save(page):
    press(page, page.locator("main form :is(button:not([type=button]), input[type=submit])").last)


def start_programme(page, live_server):
    page.goto(f"{live_server.url}/programmes/new/")
    page.locator("[name=name]").fill("Second Lift")
    page.locator("[name=purpose]").fill("One IT for all of us.")
    today = timezone.now().date()
    page.locator("[name=starts_on]").fill((today - timedelta(days=60)).isoformat())
    page.locator("[name=ends_on]").fill((today + timedelta(days=600)).isoformat())
    tick_sites(page)
    save(page)
    page.wait_for_url("**/p/second-lift/**")


def tick_sites(page):
    for box in page.locator("[name=sites]").all():
        box.check()


def give_role(page, live_server, email, kind):
    page.goto(f"{live_server.url}/p/second-lift/setup/roles/")
    page.locator("[name=email]").fill(email)
    page.locator("[name=first_name]").fill("Clara")
    page.locator("[name=last_name]").fill("Chief")
    page.locator("[name=kind]").select_option(kind)
    save(page)


def set_password_by_mail(page, live_server, email, server):
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/accounts/password/reset/")
    page.locator("[name=email]").fill(email)
    save(page)
    page.wait_for_url("**/reset/done/")
    send_links(database_now())
    mail = next(a for a in reversed(server.accepts) if a.recipient == email)
    body = mail.message.get_body(("plain",)).get_content()
    path = re.search(r"(/accounts/password/reset/key/\S+)", body).group(1)
    page.goto(live_server.url + path)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password1]").press("Enter")
    page.wait_for_url("**/key/done/")


def add_wave(page, live_server):
    page.goto(f"{live_server.url}/p/second-lift/setup/waves/add/")
    page.locator("[name=name]").fill("First wave")
    page.locator("[name=go_live_on]").fill(timezone.now().date().isoformat())
    tick_sites(page)
    save(page)
    page.wait_for_url(lambda url: not url.endswith("/add/"))


def fill_schedule(page):
    """Due yesterday, urgent, for four days: any hour and weekday will do."""
    page.locator("[name=offset_days]").fill("-1")
    page.locator("[name=local_time]").fill("00:01")
    page.locator("[name=latest_hours]").fill("96")
    page.locator("[name=is_urgent]").check()


def write_language(page, message_url, language, subject, body):
    page.goto(f"{message_url}{language}/")
    page.locator("[name=subject]").fill(subject)
    page.locator("[name=body]:visible, #sentence-1:visible").fill(body)
    press(page, page.get_by_role("button", name="Ready for review"))


def ask(page, message_url):
    page.goto(message_url)
    press(page, page.locator("form[action$='/ask/'] button").first)


def approve(page, live_server, email):
    sign_in(page, live_server, email)
    page.goto(f"{live_server.url}/p/second-lift/overview/")
    press(page, page.locator("form[action$='/approve/'] button").first)


def run_clock(minutes=7):
    now = timezone.now() + timedelta(minutes=minutes)
    pump.run_pump(now)
    pump.deliver(lambda: now)


@pytest.mark.journey
def test_a_new_user_takes_a_second_programme_from_file_to_number(
    page,
    live_server,
    relay,  # noqa: F811
    tmp_path,
    settings,
    assert_accessible,
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    languages = bring_files_in(tmp_path)
    User.objects.create_superuser("nora@onelift.example", PASSWORD, first_name="Nora")
    sign_in(page, live_server, "nora@onelift.example")
    start_programme(page, live_server)
    give_role(page, live_server, "clara@onelift.example", "cio")
    add_wave(page, live_server)

    page.goto(f"{live_server.url}/p/second-lift/messages/new/")
    page.locator("[name=purpose]").fill("People know the new desk.")
    page.locator("[name=subject]").fill("The new desk opens")
    page.locator("[name=body]").fill("Hello {{ first_name }},\n\nthe desk opens at {{ site }}.")
    page.locator("#time summary").click()
    fill_schedule(page)
    save(page)
    page.wait_for_url(re.compile(r"/messages/\d+/$"))
    message_url = page.url
    write_language(page, message_url, "en", "The new desk opens", "Hello {{ first_name }}.")
    write_language(page, message_url, "es", "El nuevo centro abre", "Hola {{ first_name }}.")
    write_language(page, message_url, "zh-hans", "新的服务台开放", "{{ first_name }}，您好。")
    page.goto(message_url)
    assert_accessible(page)
    ask(page, message_url)
    set_password_by_mail(page, live_server, "clara@onelift.example", relay)
    approve(page, live_server, "clara@onelift.example")
    run_clock()
    run_clock(8)

    sent = [a for a in relay.accepts if a.message["X-OneLift-Dispatch"]]
    assert {a.recipient: a.message["Content-Language"] for a in sent} == languages
    assert len(sent) == len(languages) == Delivery.objects.filter(state="sent").count()

    ask_how_it_was(page, live_server)
    approve(page, live_server, "clara@onelift.example")
    run_clock(20)
    links = {
        a.recipient: re.search(r"/s/[a-z2-7]+/", a.message.get_body(("plain",)).get_content())
        for a in relay.accepts
        if a.message["X-OneLift-Dispatch"] and a not in sent
    }
    found = {mail: link.group(0) for mail, link in links.items() if link}
    assert found.keys() == languages.keys()
    overview = f"{live_server.url}/p/second-lift/overview/"
    answer_on_a_phone(page.context.browser, live_server, found)
    publish_surveys(timezone.now())
    page.goto(overview)
    fact = page.locator(".ol-facts a", has_text="satisfied")
    assert fact.inner_text().startswith("100%")
    assert_accessible(page)


def ask_how_it_was(page, live_server):
    sign_in(page, live_server, "nora@onelift.example")
    page.goto(f"{live_server.url}/p/second-lift/listening/new/")
    page.locator("[name=name]").fill("First pulse")
    page.locator("#time summary").click()
    fill_schedule(page)
    save(page)
    page.wait_for_url(re.compile(r"/listening/\d+/edit/$"))
    survey = Survey.objects.get(name="First pulse")
    message_url = f"{live_server.url}/p/second-lift/messages/{survey.invitation_id}/"
    for language in ("en", "es", "zh-hans"):
        page.goto(f"{message_url}{language}/")
        press(page, page.get_by_role("button", name="Ready for review"))
    ask(page, message_url)


def answer_on_a_phone(browser, live_server, links):
    """Answer every link on a phone, in three languages, with scripts and without."""
    spoken = set()
    for n, (mail, path) in enumerate(sorted(links.items())):
        has_scripts = n % 2 == 0
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=has_scripts
        )
        phone = context.new_page()
        phone.goto(live_server.url + path)
        spoken.add((phone.locator("html").get_attribute("lang"), has_scripts))
        if has_scripts:
            answer_step_by_step(phone)
        else:
            phone.locator("[name=csat][value='5']").check(force=True)
        press(phone, phone.locator("[data-send]"))
        assert phone.locator("form[data-survey]").count() == 0, mail
        again = phone.goto(live_server.url + path)
        assert again.status == 404
        context.close()
    assert {language for language, _scripts in spoken} == {"en", "es", "zh-hans"}
    assert len(spoken) >= 5


def answer_step_by_step(phone):
    phone.locator("label:has([name=csat][value='5'])").click()
    while phone.locator("[data-send]:visible").count() == 0:
        number = phone.locator("[data-step]:visible").count()
        assert number == 1
        phone.locator("[data-next]").click()
