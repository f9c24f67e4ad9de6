"""Texts of several lines: what is counted, what is said, and that nothing typed is lost."""

import html
import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from django import forms
from django.contrib import admin
from django.db import models
from django.utils import translation

from communications.approvals.forms.review import WordsForm
from communications.approvals.services import approval as approvals
from communications.approvals.services.question import ask_back
from communications.desk.forms.reason import ReasonForm
from communications.models import Question
from feedback.forms.answer import LONGEST_COMMENT
from feedback.needs.models.need import LONGEST_NEED
from programmes.design.fields import KeptTextField
from programmes.forms.decision import NeedForm
from programmes.models import StreamUpdate
from programmes.models.stream import week_of
from programmes.services.update import UpdateData, send_update
from tests.communications.making import approve, make_message
from tests.factories import StreamFactory

ROOT = "/p/one-it/"
FLOORS = ["onelift", "feedback", "events", "communications", "stakeholders", "programmes"]
LIMIT = 2000
# 2,000 signs as one sees them, 2,999 as a browser sends them.
LINES = "\r\n".join("a" * 1000) + "a"
TOO_LONG = LINES + "b" * 431
HAS = "The text has 2,431 characters. Shorten it to at most 2,000."
# The template of each field that is written by hand, and what its form takes.
BY_HAND = {
    "communications/_reason_form.html": ReasonForm.base_fields["reason"].max_length,
    "communications/_decide.html": ReasonForm.base_fields["reason"].max_length,
    "communications/_questions.html": ReasonForm.base_fields["reason"].max_length,
    "communications/_adaptation_decide.html": ReasonForm.base_fields["reason"].max_length,
    "communications/_review_comment.html": WordsForm.base_fields["words"].max_length,
    "dashboards/_decision_consent.html": ReasonForm.base_fields["reason"].max_length,
    "dashboards/_decision_need.html": NeedForm.base_fields["answer"].max_length,
    "public/survey_question.html": LONGEST_COMMENT,
    "feedback/_need_fields.html": LONGEST_NEED,
}
# What was sent after a session had ended goes to the form that it was typed in; sentences go
# to the body, and key points to their field, which have the limit.
WITHOUT_LIMIT = {
    "account/typed.html",
    "communications/_editor_points.html",
    "communications/_text_rows.html",
}


def all_forms(kind=forms.BaseForm):
    """Yield each form of the house."""
    for one in kind.__subclasses__():
        if one.__module__.split(".")[0] in FLOORS:
            yield one
        yield from all_forms(one)


def import_everything():
    for floor in FLOORS:
        package = import_module(floor)
        for found in walk_packages(package.__path__, f"{floor}."):
            if ".forms" in found.name:
                import_module(found.name)


def test_every_field_of_several_lines_counts_as_its_reader_does():
    import_everything()
    fields = {
        f"{form.__module__}.{form.__name__}.{name}": field
        for form in all_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.Textarea)
    }
    assert len(fields) > 20
    assert [name for name, field in fields.items() if not isinstance(field, KeptTextField)] == []


def test_every_long_text_of_the_administration_counts_as_its_reader_does(rf):
    found = [
        (str(field), one.formfield_for_dbfield(field, rf.get("/")))
        for model, one in admin.site._registry.items()
        if model.__module__.split(".")[0] in FLOORS
        for field in model._meta.get_fields()
        if isinstance(field, models.TextField) and field.editable
    ]
    assert len(found) > 10
    wrong = [name for name, field in found if not isinstance(field, KeptTextField | None)]
    assert wrong == []


def test_what_a_browser_counts_is_what_the_form_takes():
    found: dict[str, set[int | None]] = {}
    for path in Path("templates").rglob("*.html"):
        for tag in re.findall(r"<textarea[^>]*>", path.read_text(encoding="utf-8")):
            limit = re.search(r'maxlength="(\d+)"', tag)
            found.setdefault(str(path.relative_to("templates")), set()).add(limit and int(limit[1]))
    assert [found.pop(name) for name in WITHOUT_LIMIT] == [{None}] * len(WITHOUT_LIMIT)
    assert found == {name: {limit} for name, limit in BY_HAND.items()}


def test_a_line_end_counts_once_however_it_is_sent():
    field = KeptTextField(max_length=5)
    assert {field.clean(text) for text in ("a\r\nb\nc", "a\rb\r\nc")} == {"a\nb\nc"}
    with pytest.raises(forms.ValidationError, match="has 6 characters"):
        field.clean("a\r\nb\r\ncd")
    assert not field.has_changed("a\nb", "a\r\nb")
    assert field.get_bound_field(forms.Form(), "x").as_widget().count('maxlength="5"') == 1


def test_the_numbers_of_a_text_that_is_too_long_are_written_as_the_reader_does():
    with translation.override("de"), pytest.raises(forms.ValidationError) as wrong:
        KeptTextField(max_length=1000).clean("a" * 2431)
    assert "2.431" in wrong.value.messages[0]
    assert "1.000" in wrong.value.messages[0]


@pytest.fixture
def world(cast, now):
    """Return the steps that ask for words: who takes it, where, the field, and what is kept."""
    waiting = approvals.ask(make_message(cast, now), cast.ines, now)
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    question = ask_back(asked, cast.claire, "Why so early?", now)
    standing = approve(cast, make_message(cast, now), now)
    data = UpdateData("on", "on", need="Two more agents")
    stream = StreamFactory(programme=cast.programme)
    need = send_update(stream, week_of(now.date()), data, cast.tom, now)
    versions = f"{ROOT}approvals/"
    return {
        "ask": (cast.claire, f"{versions}{waiting.pk}/question/", "reason", text_of_question),
        "refuse": (cast.claire, f"{versions}{waiting.pk}/refuse/", "reason", reason_of(waiting)),
        "withdraw": (
            *(cast.claire, f"{versions}{standing.pk}/withdraw/", "reason"),
            reason_of(standing),
        ),
        "answer": (
            *(cast.ines, f"{ROOT}questions/{question.pk}/answer/", "reason"),
            lambda: Question.objects.get(pk=question.pk).answer,
        ),
        "need": (
            *(cast.claire, f"{ROOT}decisions/needs/{need.pk}/", "answer"),
            lambda: StreamUpdate.objects.get(pk=need.pk).answer,
        ),
    }


def text_of_question():
    return Question.objects.latest("pk").text


def reason_of(version):
    return lambda: type(version).objects.get(pk=version.pk).reason


STEPS = pytest.mark.parametrize("step", ["ask", "refuse", "withdraw", "answer", "need"])


@STEPS
@pytest.mark.django_db(transaction=True)
def test_a_text_of_many_lines_is_taken_as_it_is_seen(world, as_user, step):
    user, url, field, kept = world[step]
    answer = as_user(user).post(url, {field: LINES, "next": f"{ROOT}decisions/"})
    assert (answer.status_code, answer.url.split("?")[0]) == (302, f"{ROOT}decisions/")
    assert kept() == LINES.replace("\r\n", "\n")


@STEPS
@pytest.mark.django_db(transaction=True)
def test_a_text_that_is_too_long_stays_in_its_form(world, as_user, step):
    user, url, field, kept = world[step]
    client, before = as_user(user), kept()
    answer = client.post(url, {field: TOO_LONG, "next": f"{ROOT}decisions/?for=me"})
    page = answer.content.decode()
    assert HAS in page
    assert kept() == before
    shown = re.search(r"<textarea[^>]*>\r?\n(.*?)</textarea>", page, re.DOTALL)
    assert html.unescape(shown[1]).replace("\r\n", "\n") == TOO_LONG.replace("\r\n", "\n")
    assert 'name="next" value="/p/one-it/decisions/?for=me"' in page
    assert f'action="{url}"' in page
    again = client.post(url, {field: "Shorter", "next": f"{ROOT}decisions/?for=me"})
    assert again.url == f"{ROOT}decisions/?for=me"
    assert kept() == "Shorter"


@pytest.mark.django_db(transaction=True)
def test_words_are_kept_where_somebody_else_was_faster(world, cast, as_user, now):
    user, url, field, _kept = world["ask"]
    version = approvals.Approval.objects.get(pk=int(url.split("/")[-3]))
    approvals.refuse(version, cast.claire, "No", now)
    page = as_user(user).post(url, {field: "Why so early?"}).content.decode()
    assert "This version has already been decided on." in page
    assert "Why so early?</textarea>" in page
