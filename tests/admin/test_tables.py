"""Every table of the admin: it opens, it is found in and narrowed, and it stays as quick."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import AutocompleteMixin
from django.db import connection
from django.forms import ModelChoiceField
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.admin.tables import LookedAtAdmin
from stakeholders.models import Role, User
from tests import factories
from tests.admin.rows import MAKERS
from tests.clock import NOW

# Every other model has a table.
WITHOUT_TABLE = {
    "programmes.UsedKey": "kept by the processes, and shown by doctor",
    "programmes.Chain": "the end of the seals, which verify_trail reads",
    "programmes.Seal": "hashes, which verify_trail reads",
    "programmes.Attempt": "counts of guesses, under keys that name nobody",
    "programmes.Threshold": "set and read on the page of readiness, with its history",
    "programmes.Override": "made and ended on the page of readiness, with its history",
    "programmes.Term": "written on the pages of the glossary, with its history",
    "exchange.TextImport": "a file of translations, read by whoever brought it and gone in 30 days",
    "programmes.Done": "ticked and undone on the to-do of the week",
    "communications.Reminder": "kept by the pump, so that none comes twice; its mail is a notice",
    "communications.ChannelText": "written on the page of its message",
    "programmes.RuleCount": "a copy of what the rules count, kept by the clock",
    "auth.Permission": "the code's, chosen in a group",
    "contenttypes.ContentType": "the code's",
    "sessions.Session": "a secret that opens an account",
    "account.EmailAddress": "the address of an account, changed there",
    "account.EmailConfirmation": "a secret",
    "mfa.Authenticator": "a secret; dropped by an action on the account",
    "programmes.WaveSite": "stands below its wave",
    "stakeholders.AudienceException": "stands below its audience",
    "stakeholders.Assessment": "of the register, which administrators do not read",
    "stakeholders.Contact": "a copy of what the ledger says",
    "stakeholders.Informed": "a copy of what the ledger and the door say",
    "stakeholders.InformedAsOf": "when that copy was made",
    "stakeholders.InformedCount": "how many rows of that copy are alike",
    "stakeholders.HeadCount": "a copy of what people are, kept by the database",
    "stakeholders.Impact": "of the register, which administrators do not read",
    "stakeholders.ImpactBatch": "what undoes a bulk edit or an import",
    "programmes.SentForm": "what was sent lately, so that it is done once; gone after a day",
    "stakeholders.ImpactConfirmation": "of the register, which administrators do not read",
    "stakeholders.ImpactSeries": "the last number of an impact",
    "programmes.Move": "shown beside the preview of the next move, and in the audit trail",
    "stakeholders.ImportPart": "a piece of a personnel file, gone when its import ends",
    "stakeholders.PasswordRequest": "an address that a stranger typed, gone once it is answered",
    "stakeholders.Draft": "what somebody typed and has not saved: theirs alone",
    "stakeholders.PersonalObjective": "read by its owner, their leader and the programme manager",
    "stakeholders.PersonalValue": "of a personal objective",
    "feedback.Need": "read on its own page, by the people of its region",
    "feedback.NeedAnswer": "of a need",
    "communications.MessageVersion": "compared and restored on the history of its message",
    "communications.Adaptation": "read on its page, with its texts and who gets it",
    "communications.AdaptationVersion": "read on the page of its adaptation",
    "communications.DroppedPoint": "read on the page of its adaptation",
    "communications.Addressee": "a lock of the sending",
    "communications.Alarm": "a problem that lasts, kept by the sending",
    "communications.AlarmChannel": "a choice on the page of status",
    "communications.AlarmReader": "a tick on the page of status",
    "communications.Proof": "shown on the page of status",
    "communications.Review": "shown on the page of its message, and to its reviewer",
    "communications.ReviewComment": "stands below its review",
    "communications.Sender": "listed in the settings; a person agrees on a page of their own",
    "communications.Swept": "counts of the sweepers, for whoever watches",
    "communications.KitVersion": "what a kit file holds, downloaded from the kit",
    "communications.LinkCount": "small numbers, shown on the page of a message from five up",
    "stakeholders.Stakeholder": "read by manager, CIO, and who has its stream or region",
    "communications.Tally": "a copy of what the ledger says, kept by the database",
    "communications.PersonalLink": "opens a survey in somebody's name",
    "events.CheckIn": "stands below its registration",
    "feedback.HeldAnswer": "a raw answer",
    "feedback.Answer": "a raw answer",
    "feedback.Comment": "a raw answer",
    "feedback.WaitingComment": "a raw answer",
    "feedback.Segment": "says of whom an answer is",
    "feedback.Invitation": "says who is counted where",
    "feedback.SurveySite": "says where people are counted",
    "feedback.SpentMark": "says that somebody has answered",
    "feedback.Question": "stands below its survey",
    "feedback.Option": "stands below its survey",
}
TABLES = {model._meta.label: (model, table) for model, table in admin.site._registry.items()}
LABELS = sorted(TABLES)
LOOKED_AT = [label for label in LABELS if isinstance(TABLES[label][1], LookedAtAdmin)]
SECRET = re.compile(r"password|token|secret|hash|figures|cells|content_sha|nonce")


@pytest.fixture
def ada(db, as_user):
    return as_user(User.objects.create_superuser("ada@onelift.example", "correct horse"))


def address(label, act, *args):
    app, name = label.lower().split(".")
    return reverse(f"admin:{app}_{name}_{act}", args=args)


def queries(client, url):
    """Return how many queries a page takes, once what is the same for all is known."""
    client.get(url)
    return queries_again(client, url)


def queries_again(client, url):
    """Return how many queries a page takes that was looked at before."""
    with CaptureQueriesContext(connection) as taken:
        assert client.get(url).status_code == 200, url
    return len([one for one in taken if "SAVEPOINT" not in one["sql"]])


def pages(client, label, first):
    """Return the addresses of a table: all, searched, narrowed by each filter, one row, a new."""
    _model, table = TABLES[label]
    every = address(label, "changelist")
    found = [every, f"{every}?q=a+1", address(label, "change", first.pk)]
    page = client.get(every)
    for spec in page.context["cl"].filter_specs:
        choices = list(spec.choices(page.context["cl"]))
        found += [every + one["query_string"] for one in choices[1:4] if "query_string" in one]
    if table.has_add_permission(page.wsgi_request):
        found.append(address(label, "add"))
    return found


def test_each_model_has_a_table_or_a_reason():
    models = {model._meta.label for model in apps.get_models()}
    assert models == set(TABLES) | set(WITHOUT_TABLE)
    assert not set(TABLES) & set(WITHOUT_TABLE)
    assert set(TABLES) == set(MAKERS)


@pytest.mark.parametrize("label", LABELS)
def test_a_table_can_be_searched_and_narrowed(label):
    table = TABLES[label][1]
    assert table.search_fields
    assert table.list_filter
    assert table.list_display != ("__str__",)


@pytest.mark.parametrize("label", LABELS)
def test_a_table_shows_no_secret(label, ada, rf):
    request = rf.get("/")
    request.user = User.objects.get()
    table = TABLES[label][1]
    row = MAKERS[label](1)
    shown = [
        *table.get_list_display(request),
        *flatten_fieldsets(table.get_fieldsets(request, row)),
    ]
    assert not [name for name in shown if SECRET.search(str(name))]


@pytest.mark.parametrize("label", LABELS)
def test_the_pages_of_a_table_take_as_many_queries_for_one_row_as_for_three(label, ada):
    first = MAKERS[label](1)
    before = {url: queries(ada, url) for url in pages(ada, label, first)}
    MAKERS[label](2)
    MAKERS[label](3)
    for url, count in before.items():
        assert queries_again(ada, url) == count, url


def forms_of(page):
    """Return the form of a page and an empty one of each kind of row below."""
    below = [one.formset.empty_form for one in page.context["inline_admin_formsets"]]
    return [page.context["adminform"].form, *below]


@pytest.mark.parametrize("label", LABELS)
def test_each_choice_of_each_filter_opens(label, ada):
    for n in range(3):
        MAKERS[label](n)
    every = address(label, "changelist")
    found = ada.get(every).context["cl"]
    links = [one for spec in found.filter_specs for one in spec.choices(found)]
    assert links
    for one in links:
        assert ada.get(every + one["query_string"]).status_code == 200, one


@pytest.mark.parametrize("label", sorted(set(LABELS) - {"auth.Group"}))
def test_what_is_chosen_among_rows_is_searched_as_one_types(label, ada):
    row = MAKERS[label](1)
    for form in forms_of(ada.get(address(label, "change", row.pk))):
        for name, field in form.fields.items():
            is_choice = isinstance(field, ModelChoiceField) and not field.widget.is_hidden
            widget = getattr(field.widget, "widget", field.widget)
            assert not is_choice or isinstance(widget, AutocompleteMixin), name


def rows_of(model):
    return list(model._base_manager.order_by("pk").values())


@pytest.mark.parametrize("label", LOOKED_AT)
def test_what_services_alone_write_is_not_written_here(label, ada):
    model = TABLES[label][0]
    row = MAKERS[label](1)
    before = rows_of(model)
    typed = {field.name: "1" for field in model._meta.concrete_fields}
    urls = [(address(label, "add"), typed), (address(label, "change", row.pk), typed)]
    if label != "stakeholders.ImportMapping":
        urls.append((address(label, "delete", row.pk), {"post": "yes"}))
    for url, data in urls:
        assert ada.post(url, data).status_code == 403, url
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    if label != "stakeholders.ImportMapping":
        ada.post(address(label, "changelist"), chosen)
    assert rows_of(model) == before


def test_what_is_looked_at_is_settled():
    assert LOOKED_AT == [
        "admin.LogEntry",
        "auditlog.LogEntry",
        "communications.Approval",
        "communications.Bounce",
        "communications.ChannelState",
        "communications.Delivery",
        "communications.Dispatch",
        "communications.Heartbeat",
        "communications.KitDownload",
        "communications.KitFile",
        "communications.KitLink",
        "communications.Message",
        "communications.Notice",
        "communications.Post",
        "communications.Question",
        "communications.Watermark",
        "events.Event",
        "events.EventMail",
        "events.Registration",
        "feedback.Edition",
        "feedback.NeedMail",
        "feedback.Survey",
        "programmes.ObjectiveValue",
        "programmes.StreamUpdate",
        "programmes.TextState",
        "stakeholders.Delegation",
        "stakeholders.ImportEntry",
        "stakeholders.ImportMapping",
        "stakeholders.ImportRun",
        "stakeholders.OptOut",
    ]


@pytest.mark.parametrize("label", LABELS)
def test_what_a_table_calls_its_fields_is_translated(label, ada, rf):
    request = rf.get("/")
    request.user = User.objects.get()
    model, table = TABLES[label]
    fieldsets = table.get_fieldsets(request, MAKERS[label](1))
    shown = {*table.get_list_display(request), *flatten_fieldsets(fieldsets)}
    for below in table.inlines:
        shown.update(f.name for f in below.model._meta.concrete_fields if f.editable)
    models = [model, *(below.model for below in table.inlines)]
    fields = [f for one in models for f in (*one._meta.concrete_fields, *one._meta.many_to_many)]
    plain = [f for f in fields if f.name in shown and isinstance(f.verbose_name, str)]
    assert not [f for f in plain if not hasattr(f, "translated_field") and not f.primary_key]


def add_site(wave):
    factories.place(wave, factories.SiteFactory())


def add_role(user):
    programme, region = factories.ProgrammeFactory(), factories.RegionFactory()
    Role.objects.create(user=user, programme=programme, kind="regional_it_manager", region=region)


def add_question(survey):
    survey.questions.create(kind=["csat", "nps", "comment"][survey.questions.count() - 1], order=2)


@pytest.mark.parametrize(
    ("label", "add"),
    [
        ("programmes.Wave", add_site),
        ("stakeholders.User", add_role),
        ("feedback.Survey", add_question),
    ],
)
def test_a_row_takes_as_many_queries_with_one_below_as_with_three(label, add, ada):
    row = MAKERS[label](1)
    add(row)
    url = address(label, "change", row.pk)
    before = queries(ada, url)
    add(row)
    add(row)
    assert queries(ada, url) == before


def test_dates_and_subjects_are_written_as_on_our_own_pages(ada):
    row = MAKERS["communications.Message"](1)
    type(row).objects.update(subject_en="Coming up: {{ event_title }}", changed_at=NOW)
    page = ada.get(address("communications.Message", "changelist")).content.decode()
    assert "Tue 24 Nov 2026, 10:20" in page
    assert "Coming up: Tell" in page
