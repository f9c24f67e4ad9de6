from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.models import Approval
from feedback.forms.survey import survey_initial
from feedback.models import Survey
from feedback.queries.questionnaire import questions_of
from feedback.services.edition import publish_surveys
from feedback.services.survey import change_survey, create_survey
from tests import factories
from tests.feedback.conftest import DATA

ROOT = "/p/one-it/listening/"


@pytest.fixture
def visible(asked, cast, now):
    """The survey, approved for Iberia and answered in both regions."""
    approval = Approval.objects.create(
        message=asked.survey.invitation,
        version=1,
        content={},
        fingerprint="x",
        state="approved",
        asked_at=now,
    )
    approval.regions.set([cast.iberia])
    for site, values in [(cast.barcelona, [5, 4, 4, 5, 1]), (cast.shanghai, [1, 1, 1, 1, 2])]:
        for invitation, value in zip(asked.ask(site, 6), values, strict=False):
            asked.answer(
                invitation, csat=value, nps=9, choice_id=asked.options[1].pk, comment="<i>"
            )
    publish_surveys(now)
    return asked.survey


def typed(survey, **changes):
    """Return what the form would post of a survey."""
    values = {
        key: value
        for key, value in survey_initial(survey, questions_of(survey)).items()
        if value is not None
    }
    for name in ("waves", "sites", "business_lines"):
        values[name] = [item.pk for item in values[name]]
    return {k: v for k, v in (values | changes).items() if v is not False and v is not None}


def test_results_show_figures_intervals_and_escape_what_people_write(visible, cast, as_user):
    page = as_user(cast.claire).get(f"{ROOT}{visible.pk}/").content.decode()
    assert "40% are satisfied" in page.replace("\xa0", "").replace(" %", "%")
    assert "Barcelona" in page
    assert "Shanghai" in page
    assert "Chat &lt;b&gt;" in page
    assert "&lt;i&gt;" in page
    assert "<i>" not in page.replace('<i class="', "")


def test_regional_manager_sees_own_figures_only(visible, cast, as_user):
    client = as_user(cast.rosa)
    page = client.get(f"{ROOT}{visible.pk}/").content.decode()
    assert "Barcelona" in page
    assert "Shanghai" not in page
    assert "Wave 2" not in page
    assert "&lt;i&gt;" not in page
    assert "80" in client.get(ROOT).content.decode()


def test_survey_of_another_region_does_not_exist(visible, cast, as_user):
    assert as_user(cast.mei).get(f"{ROOT}{visible.pk}/").status_code == 404
    assert "Pulse" not in as_user(cast.mei).get(ROOT).content.decode()
    assert as_user(cast.otto).get(ROOT).status_code == 404


@pytest.mark.parametrize("path", ["new/", "{pk}/edit/"])
def test_only_who_may_write_changes_surveys(visible, cast, as_user, path):
    url = ROOT + path.format(pk=visible.pk)
    for user in (cast.claire, cast.rosa):
        assert as_user(user).get(url).status_code == 403
        assert as_user(user).post(url, {}).status_code == 403
    assert as_user(cast.ines).get(url).status_code == 200


def test_before_the_first_edition_no_figure_stands_on_the_page(asked, cast, as_user):
    for invitation in asked.ask(cast.barcelona, 6)[:4]:
        asked.answer(invitation, csat=5)
    publish_surveys(asked.now)
    page = as_user(cast.ines).get(f"{ROOT}{asked.survey.pk}/").content.decode()
    assert "Results appear once a group has 5 answers" in page
    assert "6 invitations were delivered." in page


def test_new_survey_begins_with_standard_texts_and_is_saved(cast, as_user):
    client = as_user(cast.ines)
    form = client.get(f"{ROOT}new/").context["form"]
    values = {**form.initial, "name": "Pulse 2", "waves": [cast.wave2.pk]}
    page = client.post(f"{ROOT}new/", values)
    survey = Survey.objects.get(name="Pulse 2")
    assert page.url == f"{ROOT}{survey.pk}/edit/"
    message = survey.invitation
    assert (message.source, message.offset_days, message.written_by) == ("survey", 14, cast.ines)
    assert list(message.audience.waves.all()) == [cast.wave2]
    assert "{{ survey_link }}" in message.body_en
    assert [question.kind for question in survey.questions.all()] == [
        "csat",
        "choice",
        "nps",
        "comment",
    ]
    assert survey.questions.get(kind="choice").options.count() == 5


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": "No link"}, "where the personal link should appear"),
        ({"body": "Hi {{ firstname }}: {{ survey_link }}"}, "{{ firstname }} is not a placeholder"),
        ({"body": "[x](ftp://a/b) {{ survey_link }}"}, "An email cannot link to ftp://a/b"),
        ({"body": "{{ survey_link }}" + "**a " * 20_000}, "Shorten it to at most 20,000."),
        ({"subject": "For {{ nobody }}"}, "{{ nobody }} is not a placeholder"),
        ({"options": "Only one"}, "two to eight answers"),
        ({"fixed_on": "2026-12-01"}, "either days from go-live or one date"),
        ({"smallest_group": 4}, "greater than or equal to 5"),
    ],
)
def test_wrong_form_keeps_what_was_typed(asked, cast, as_user, changes, sentence):
    url = f"{ROOT}{asked.survey.pk}/edit/"
    page = as_user(cast.ines).post(url, typed(asked.survey, name="Typed", **changes))
    assert page.status_code == 200
    text = page.content.decode()
    assert sentence in text
    assert "Typed" in text
    asked.survey.refresh_from_db()
    assert asked.survey.name == "Pulse"


def test_one_language_is_written_without_touching_the_others(asked, cast, as_user):
    url = f"{ROOT}{asked.survey.pk}/edit/?language=fr"
    values = {
        "subject": "Comment ça va ?",
        "body": "Répondez : {{ survey_link }}",
        "choice": "Qu’avez-vous utilisé ?",
        "options": "Téléphone\nChat",
        "csat": "Êtes-vous satisfait ?",
        "nps": "Le recommanderiez-vous ?",
        "comment": "Autre chose ?",
    }
    wrong = as_user(cast.ines).post(url, {**values, "options": "Un\nDeux\nTrois"})
    assert "Enter 2 answers" in wrong.content.decode()
    assert as_user(cast.ines).post(url, values).status_code == 302
    question = asked.survey.questions.get(kind="csat")
    assert question.text_en == "How satisfied are you?"
    assert getattr(question, "text_" + "fr") == "Êtes-vous satisfait ?"
    assert [getattr(option, "text_" + "fr") for option in asked.options] == ["Téléphone", "Chat"]


SPANISH = {
    "subject": "¿Qué tal?",
    "body": "Responda: {{ survey_link }}",
    "choice": "¿Qué ha usado?",
    "options": "Teléfono\nChat",
    "csat": "¿Está satisfecho?",
    "nps": "¿Lo recomendaría?",
    "comment": "¿Algo más?",
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_form_reads_the_questions_once(asked, cast, as_user, language):
    address = f"{ROOT}{asked.survey.pk}/edit/?language={language}"
    client = as_user(cast.ines)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    read = [one["sql"] for one in queries if 'FROM "feedback_question"' in one["sql"]]
    assert len(read) == 1, read


def test_local_communication_writes_its_languages_of_surveys_for_its_region(asked, cast, as_user):
    url, nuria = f"{ROOT}{asked.survey.pk}/edit/", as_user(cast.nuria)
    page = nuria.get(url)
    assert page.context["language"] == "es"
    assert "How satisfied are you?" in page.content.decode()
    assert nuria.post(url, SPANISH | {"csat": "¿Contento?"}).status_code == 302
    assert getattr(asked.survey.questions.get(kind="csat"), "text_" + "es") == "¿Contento?"
    for language in ("en", "fr"):
        assert nuria.get(f"{url}?language={language}").status_code == 403
        assert nuria.post(f"{url}?language={language}", SPANISH).status_code == 403
    asked.survey.invitation.audience.regions.set([cast.china])
    assert nuria.post(url, SPANISH).status_code == 404


def test_whoever_saves_second_reads_what_the_first_has_written(asked, cast, as_user):
    url = f"{ROOT}{asked.survey.pk}/edit/?language=es"
    nuria, ines = as_user(cast.nuria), as_user(cast.ines)
    seen = ines.get(url).context["form"].initial["text_seen"]
    nuria.post(url, SPANISH | {"nps": "¿Se lo diría a otros?", "text_seen": seen})
    page = ines.post(url, SPANISH | {"nps": "¿Lo aconsejaría?", "text_seen": seen})
    assert f"{cast.nuria} has changed this text since you opened it." in page.content.decode()
    assert page.context["form"].theirs == [
        ("Recommendation, 0 to 10: the question", "¿Se lo diría a otros?")
    ]
    assert "¿Lo aconsejaría?" in page.content.decode()
    again = {name: page.context["form"][name].value() for name in (*SPANISH, "text_seen")}
    assert ines.post(url, again).status_code == 302
    assert getattr(asked.survey.questions.get(kind="nps"), "text_" + "es") == "¿Lo aconsejaría?"


def test_k_is_settled_once_people_are_asked(asked, cast, now):
    asked.ask(cast.barcelona, 5)
    change_survey(asked.survey, replace(DATA, smallest_group=20), cast.ines, now)
    assert Survey.objects.get(pk=asked.survey.pk).smallest_group == 5


@pytest.mark.parametrize(
    ("options", "is_refused"),
    [
        ("Phone\nChat", True),
        ("Chat\nPhone\nDesk", True),
        ("Telephone\nChat\nDesk", False),
        ("Phone\nChat\nDesk\nMail", False),
    ],
)
def test_answers_keep_their_meaning_once_people_are_asked(
    asked, cast, as_user, options, is_refused
):
    client, url = as_user(cast.ines), f"{ROOT}{asked.survey.pk}/edit/"
    client.post(url, typed(asked.survey, options="Phone\nChat\nDesk"))
    asked.ask(cast.barcelona, 5)
    page = client.post(url, typed(asked.survey, options=options))
    assert (page.status_code == 200) == is_refused
    assert ("not remove or move any" in page.content.decode()) == is_refused
    written = "Phone\nChat\nDesk" if is_refused else options
    assert [option.text for option in asked.options] == written.split("\n")


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_number_of_queries(
    cast, as_user, now, count, django_assert_num_queries
):
    for number in range(count):
        create_survey(cast.programme, replace(DATA, name=f"Pulse {number}"), cast.ines, now)
    client = as_user(cast.ines)
    with django_assert_num_queries(8):
        client.get(ROOT)


@pytest.mark.parametrize("sites", [1, 3])
def test_results_page_takes_the_same_number_of_queries(
    asked, cast, as_user, sites, django_assert_num_queries
):
    for number in range(sites):
        site = factories.SiteFactory(name=f"Site of Iberia {number}", region=cast.iberia)
        factories.place(cast.wave1, site)
        for invitation in asked.ask(site, 5):
            asked.answer(invitation, csat=5, choice_id=asked.options[0].pk)
    publish_surveys(asked.now)
    client = as_user(cast.ines)
    with django_assert_num_queries(14):
        client.get(f"{ROOT}{asked.survey.pk}/")


def test_cancel_leads_back_to_the_list(cast, as_user, asked):
    for address in (f"{ROOT}new/", f"{ROOT}{asked.survey.pk}/edit/"):
        page = as_user(cast.ines).get(address).content.decode()
        assert f'href="{ROOT}">Cancel</a>' in page
        assert 'href=""' not in page


def test_figures_have_their_separators_and_a_minus(asked, cast, as_user):
    for invitation in asked.ask(cast.barcelona, 1001)[:20]:
        asked.answer(invitation, csat=2, nps=3)
    publish_surveys(asked.now)
    page = as_user(cast.ines).get(f"{ROOT}{asked.survey.pk}/").content.decode()
    assert "1,001 invited" in page
    assert ">\N{MINUS SIGN}100<" in page
    assert "-100" not in page


def order(survey):
    return list(survey.questions.values_list("kind", flat=True))


def test_questions_are_asked_in_the_order_that_was_typed(asked, cast, now, as_user):
    survey = create_survey(cast.programme, DATA, cast.ines, now)
    url = f"{ROOT}{survey.pk}/edit/"
    client = as_user(cast.ines)
    client.post(url, typed(survey, order_typed="comment,nps,choice,csat"))
    assert order(survey) == ["comment", "nps", "choice", "csat"]
    client.post(url, typed(survey, order_typed="comment,nps,nps,x"))
    assert order(survey) == ["csat", "choice", "nps", "comment"]


def test_a_button_moves_a_question_and_saves_nothing(asked, cast, now, as_user):
    survey = create_survey(cast.programme, DATA, cast.ines, now)
    values = typed(survey, name="Typed", up="nps")
    page = as_user(cast.ines).post(f"{ROOT}{survey.pk}/edit/", values)
    form = page.context["form"]
    assert [block.kind for block in form.blocks] == ["csat", "nps", "choice", "comment"]
    assert form["name"].value() == "Typed"
    assert not form.errors
    survey.refresh_from_db()
    assert (survey.name, order(survey)) == (DATA.name, ["csat", "choice", "nps", "comment"])


def test_order_is_settled_once_people_are_asked(asked, cast, as_user):
    before = order(asked.survey)
    asked.ask(cast.barcelona, 5)
    values = typed(asked.survey, order_typed=",".join(reversed(before)))
    page = as_user(cast.ines).post(f"{ROOT}{asked.survey.pk}/edit/", values).content.decode()
    assert "so its questions keep their order" in page
    assert order(asked.survey) == before
    assert "data-movable" not in page


def test_editor_says_who_is_asked_while_somebody_types(asked, cast, now, as_user):
    survey = create_survey(cast.programme, DATA, cast.ines, now)
    client = as_user(cast.ines)
    values = typed(survey, waves=[cast.wave1.pk], name="")
    answer = client.post(f"{ROOT}look/", values).content.decode()
    assert "Wave 1" in answer
    assert "1 thing is missing" in " ".join(answer.split())
    assert "14 days after go-live, 10:00 local time" in " ".join(answer.split())
    assert "Open for 14 days" in answer


def test_phone_shows_the_public_page_of_what_is_typed(asked, cast, now, as_user):
    survey = create_survey(cast.programme, DATA, cast.ines, now)
    client, url = as_user(cast.ines), f"{ROOT}{survey.pk}/draft/"
    values = typed(survey, csat="New words?", order_typed="csat,nps,choice,comment")
    answer = client.post(url, values)
    page = answer.content.decode()
    assert page.index("New words?") < page.index("Would you recommend it?")
    assert "sandbox allow-scripts" in answer["Content-Security-Policy"]
    spanish = client.post(url, values | {"shown_language": "es"}).content.decode()
    assert "¿Está satisfecho?" in spanish
    assert '<html lang="es"' in spanish
    french = client.post(f"{ROOT}new/draft/", {"shown_language": "fr"}).content.decode()
    assert '<html lang="fr"' in french
    assert survey.questions.get(kind="csat").text_en == "How satisfied are you?"
