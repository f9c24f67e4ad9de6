"""What people get, looked up by name: in which words, in which language, and why."""

import pytest

from communications.adaptations.services.writing import AdaptationData, change_criteria
from communications.models import Adaptation
from stakeholders.models import Person
from tests.communications.adaptations.making import adapt, approve_adapted, make_core
from tests.communications.adaptations.test_pages import PAGE, text_of
from tests.communications.making import approve

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ask(cast, as_user):
    """Look people up on the page of an adaptation, as the programme manager."""

    def asked(made, name):
        page = as_user(cast.ines).get(f"{PAGE}/{made.pk}/", {"person": name})
        return page.context["answers"], text_of(page)

    return asked


def told(answers):
    return [(one.sentence.partition(", gets ")[2], *one.rules) for one in answers.shown]


def test_people_get_their_version_the_core_or_neither(cast, now, ask):
    message = make_core(cast, now)
    approve(cast, message, now)
    made = adapt(cast, message, now)
    approve_adapted(cast, made, now)
    there, chinese = cast.people[0], cast.people[3]
    answers, shown = ask(made, there.last_name)
    only = "It is the only one that means them."
    assert ("the version for Barcelona (Spanish).", only) in told(answers)
    assert f"{there}, Barcelona, gets the version for Barcelona (Spanish)." in shown
    answers, _shown = ask(made, chinese.last_name)
    core = "the core message (Chinese (Simplified))."
    assert (core, "No adaptation is for them.") in told(answers)


def test_who_reads_the_core_in_their_language_is_told_so(cast, now, ask):
    message = make_core(cast, now)
    made = adapt(cast, message, now)
    reader = cast.people[0]
    Person.objects.filter(pk=reader.pk).update(
        language="zh-hans", last_name="Unusual", folded_name="unusual"
    )
    [answer] = told(ask(made, "unusual")[0])
    assert answer[0] == "the core message (Chinese (Simplified))."
    assert answer[1] == "The version for Barcelona is not in their language."


def test_what_waits_for_approval_is_not_what_they_get_yet(cast, now, ask):
    message = make_core(cast, now)
    approve(cast, message, now)
    made = adapt(cast, message, now)
    yet = "It is not approved for them yet. Until then they get what is approved."
    Person.objects.filter(pk=cast.people[0].pk).update(last_name="Unusual", folded_name="unusual")
    assert yet in told(ask(made, "unusual")[0])[0]
    approve_adapted(cast, made, now)
    assert yet not in told(ask(made, "unusual")[0])[0]
    Person.objects.filter(pk=cast.people[3].pk).update(
        last_name="Elsewhere", folded_name="elsewhere", language="es"
    )
    change_criteria(Adaptation.objects.get(), AdaptationData(site=cast.shanghai), cast.ines, now)
    assert yet in told(ask(made, "elsewhere")[0])[0]


def test_a_name_of_many_says_how_many_more_there_are(cast, now, ask):
    made = adapt(cast, make_core(cast, now), now)
    Person.objects.filter(site__in=[cast.barcelona, cast.shanghai]).update(
        last_name="García", folded_name="garcia"
    )
    answers, shown = ask(made, "garcía")
    assert (len(answers.shown), answers.more) == (5, 1)
    assert "1 more person has that name. Enter more of it." in shown
    assert "No one in the audience has that name." in ask(made, "Nobody")[1]


def test_a_name_is_found_without_its_accents(cast, now, as_user):
    made = adapt(cast, make_core(cast, now), now)
    Person.objects.filter(pk=cast.people[0].pk).update(
        first_name="Núria", last_name="Ferrer", folded_name="ferrer nuria|nuria ferrer"
    )
    page = as_user(cast.ines).get(f"{PAGE}/{made.pk}/", {"person": "nuria ferrer"})
    assert [one.person.pk for one in page.context["answers"].shown] == [cast.people[0].pk]
