"""What the audit trail keeps of adaptations: who made one, chose its people, removed it."""

import pytest
from auditlog.models import LogEntry

from communications.adaptations.services import deciding
from communications.adaptations.services.writing import (
    AdaptationData,
    change_criteria,
    create_adaptation,
    remove_adaptation,
)
from communications.messages.services.channel_text import (
    remove_channel_text,
    text_for,
    write_channel_text,
)
from communications.messages.services.refusal import RefusedError
from communications.models import Adaptation, ChannelText
from programmes.models import TextState
from tests.communications.adaptations.making import POSTER, adapt, make_core
from tests.communications.adaptations.test_pages import PAGE, post, text_of

TRAIL = "/p/one-it/audit/"
pytestmark = pytest.mark.django_db(transaction=True)


def lines_of(client):
    rows = client.get(TRAIL).context["lines"]
    return [(line.act, line.kind, line.about, dict_of(line.changes)) for line in rows]


def dict_of(changes):
    return {name: (before, after) for name, before, after in changes}


def test_the_trail_tells_of_its_people_from_the_first_to_the_last(cast, now, as_user):
    message = make_core(cast, now)
    made = create_adaptation(message, AdaptationData(site=cast.barcelona), cast.nuria, now)
    change_criteria(made, AdaptationData(region=cast.iberia, has_email=False), cast.nuria, now)
    change_criteria(made, AdaptationData(region=cast.iberia, has_email=False), cast.nuria, now)
    remove_adaptation(made, cast.tom, now)
    removed, changed, added = lines_of(as_user(cast.ines))[:3]
    assert added[:3] == ("Added", "adaptation", "Barcelona")
    assert added[3] == {
        "message": ("", message.title),
        "site": ("", "Barcelona"),
        "by email too": ("", "Yes"),
    }
    assert changed[:3] == ("Changed", "adaptation", "Iberia")
    assert changed[3] == {
        "region": ("", "Iberia"),
        "site": ("Barcelona", ""),
        "by email too": ("Yes", "No"),
    }
    assert removed[:3] == ("Deleted", "adaptation", "Iberia")
    assert LogEntry.objects.count() == 3
    assert as_user(cast.rosa).get(TRAIL).status_code == 403


def test_a_text_of_a_channel_that_is_removed_is_in_the_trail(cast, now, as_user):
    text = text_for(make_core(cast, now), "poster", cast.tom, now)
    write_channel_text(text, "en", POSTER, cast.tom, now)
    write_channel_text(text, "es", POSTER, cast.tom, now)
    remove_channel_text(text, cast.tom, now)
    [line] = lines_of(as_user(cast.claire))
    assert line[1] == "text of a channel"
    assert line[3] == {"channel": ("Poster", ""), "languages": ("English and Spanish", "")}


def test_only_a_draft_is_removed_with_all_of_its_texts(cast, now, as_user):
    message = make_core(cast, now)
    made = adapt(cast, message, now, forms={"poster": {"es": POSTER}})
    shown = as_user(cast.nuria)
    assert "Remove adaptation" in text_of(shown.get(f"{PAGE}/{made.pk}/people/"))
    asked = adapt(cast, message, now, region=cast.iberia)
    deciding.ask(asked, cast.nuria, now)
    assert "Remove adaptation" not in text_of(shown.get(f"{PAGE}/{asked.pk}/people/"))
    with pytest.raises(RefusedError):
        remove_adaptation(asked, cast.nuria, now)
    states = TextState.objects.count()
    answer = post(shown, f"{made.pk}/remove/")
    assert "The adaptation has been removed." in text_of(answer)
    assert list(Adaptation.objects.all()) == [asked]
    assert not ChannelText.objects.exists()
    assert TextState.objects.count() == states - 2
    assert "was never in review" in text_of(post(shown, f"{asked.pk}/remove/"))
