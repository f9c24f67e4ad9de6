"""The page of one language: checks while somebody types, review, and the queue."""

from html import unescape

import pytest

from communications.messages.services.message import write_ready
from communications.models import Message
from programmes.queries.texts import states_of, text_of
from programmes.services.texts import write_text
from tests.communications.making import TEXTS, make_message

ROOT = "/p/one-it/messages/"
ENGLISH = ("New hours", "We open at 07:00.\n\nCome to {{ site }}.")
WRONG = {"subject": "Horario", "body": "Abrimos a las 8:00.\n\nVen a {{ site }}."}
RIGHT = WRONG | {"body": WRONG["body"].replace("8:00", "7:00")}


def told(cast, now, **texts):
    return make_message(cast, now, texts={"en": ENGLISH, **texts})


def state(message):
    return states_of(Message.objects.get(pk=message.pk), ("subject", "body"), ["es"])["es"].state


def test_checks_answer_while_somebody_types_and_keep_nothing(cast, now, as_user):
    message, client = told(cast, now), as_user(cast.nuria)
    answer = client.post(f"{ROOT}{message.pk}/es/look/", WRONG).content.decode()
    assert "English says 07:00, Spanish says 8:00." in answer
    assert 'hx-swap-oob="true"' in answer
    assert 'id="rows"' not in answer
    assert "Numbers match" in client.post(f"{ROOT}{message.pk}/es/look/", RIGHT).content.decode()
    cut = client.post(f"{ROOT}{message.pk}/es/look/?rows", WRONG).content.decode()
    assert ">Abrimos a las 8:00.</textarea>" in cut
    assert not any(text_of(Message.objects.get(), "es").values())


def test_preview_is_the_email_of_the_words_typed(cast, now, as_user):
    message, client = told(cast, now), as_user(cast.nuria)
    answer = client.post(f"{ROOT}{message.pk}/es/draft/", RIGHT)
    assert "Abrimos a las 7:00." in answer.content.decode()
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client.post(f"{ROOT}{message.pk}/es/draft/", {"body": ""}).content == b""


def test_a_wrong_number_is_refused_whoever_insists(cast, now, as_user):
    message, client = told(cast, now), as_user(cast.nuria)
    for despite in ({}, {"despite": "1"}):
        page = client.post(f"{ROOT}{message.pk}/es/ready/", WRONG | despite)
        assert page.status_code == 200
        shown = page.content.decode()
        assert "English says 07:00, Spanish says 8:00." in shown
        assert "The English has 07:00, the translation does not." in shown
        assert "Abrimos a las 8:00." in shown
        assert "Mark as ready anyway" not in shown
        assert page.context["form"].errors["body"]
        assert state(message) == "missing"


@pytest.mark.parametrize(
    ("english", "spanish", "lost"),
    [
        ("Come to {{ site }}.", "Ven.", "{{ site }}"),
        ("See [help](https://help.example).", "Ver la ayuda.", "https://help.example"),
        ("Dial 5050.", "Marca 5051.", "5050"),
    ],
)
def test_what_every_language_keeps_is_refused_where_it_is_missing(
    cast, now, as_user, english, spanish, lost
):
    message = make_message(cast, now, texts={"en": ("Hours", english)})
    sent = {"subject": "Horario", "body": spanish, "despite": "1"}
    page = as_user(cast.nuria).post(f"{ROOT}{message.pk}/es/ready/", sent)
    assert f"The English has {lost}, the translation does not." in unescape(page.content.decode())
    assert state(message) == "missing"


def test_an_empty_sentence_and_a_left_out_name_may_be_right(cast, now, as_user):
    english = "Good morning {{ first_name }}.\n\nWe open.\n\nCome."
    message = make_message(cast, now, texts={"en": ("Hours", english)})
    client, sent = as_user(cast.nuria), {"subject": "Horario", "body": "Hola.\n\nAbrimos."}
    page = client.post(f"{ROOT}{message.pk}/es/ready/", sent)
    assert "Mark as ready anyway" in page.content.decode()
    client.post(f"{ROOT}{message.pk}/es/ready/", sent | {"despite": "1"})
    assert state(message) == "review"


def test_a_stale_text_that_lacks_the_new_number_is_not_still_right(cast, now, as_user):
    message, client = told(cast, now), as_user(cast.nuria)
    write_ready(message, "es", RIGHT["subject"], RIGHT["body"], cast.ines, now)
    english = {"subject": ENGLISH[0], "body": ENGLISH[1].replace("07:00", "09:00")}
    write_text(message, "en", english, cast.ines, now)
    page = client.post(f"{ROOT}{message.pk}/es/confirm/", follow=True)
    assert "The English has 09:00, the translation does not." in page.content.decode()
    assert state(message) == "stale"


def test_ready_leads_to_the_next_text_of_the_language(cast, now, as_user):
    first, other = told(cast, now), told(cast, now)
    client = as_user(cast.nuria)
    answer = client.post(f"{ROOT}{first.pk}/es/ready/", RIGHT)
    assert answer.url == f"{ROOT}{other.pk}/es/"
    assert client.post(f"{ROOT}{other.pk}/es/ready/", RIGHT).url == f"{ROOT}{other.pk}/"


def test_the_queue_shows_what_is_to_do_and_what_waits_for_review(cast, now, as_user):
    todo, last = told(cast, now), told(cast, now)
    review = told(cast, now)
    write_ready(review, "es", "Horario", "Abrimos", cast.ines, now)
    client = as_user(cast.nuria)
    queue = client.get(f"{ROOT}{todo.pk}/es/").context["queue"]
    assert [item.pk for item in queue.items] == [todo.pk, last.pk]
    assert queue.counts == [("todo", 2), ("review", 1), ("done", 0)]
    assert (queue.before, queue.after.pk) == (None, last.pk)
    page = client.get(f"{ROOT}{todo.pk}/es/?queue=review")
    assert [item.pk for item in page.context["queue"].items] == [review.pk]
    assert f'href="{ROOT}{review.pk}/es/?queue=review"' in page.content.decode()


def test_queue_holds_only_what_the_region_reads(cast, now, as_user):
    own = told(cast, now)
    elsewhere = make_message(cast, now, texts={"en": ENGLISH}, sites=[cast.shanghai])
    queue = as_user(cast.nuria).get(f"{ROOT}{own.pk}/es/").context["queue"]
    assert [item.pk for item in queue.items] == [own.pk]
    assert elsewhere.pk not in [item.pk for item in queue.items]


def test_page_asks_as_often_for_three_texts_as_for_one(
    cast, now, as_user, django_assert_max_num_queries
):
    message, client = told(cast, now), as_user(cast.nuria)
    with django_assert_max_num_queries(60) as few:
        client.get(f"{ROOT}{message.pk}/es/")
    told(cast, now)
    told(cast, now)
    with django_assert_max_num_queries(60) as many:
        client.get(f"{ROOT}{message.pk}/es/")
    assert len(many) == len(few)


def test_english_has_no_rows_and_no_checks(cast, now, as_user):
    message = make_message(cast, now, texts=TEXTS)
    page = as_user(cast.ines).get(f"{ROOT}{message.pk}/en/").content.decode()
    assert 'id="rows"' not in page
    assert 'id="checks"' not in page


def test_languages_that_somebody_reads_are_first_and_the_others_fold(cast, now, as_user):
    message = told(cast, now)
    page = as_user(cast.ines).get(f"{ROOT}{message.pk}/es/")
    read, unread = page.context["read"], page.context["unread"]
    assert [people for _code, people, _state in read] == sorted(
        (people for _code, people, _state in read), reverse=True
    )
    assert all(people for _code, people, _state in read)
    assert not any(people for _code, people, _state in unread)
    words = page.content.decode()
    assert f"{len(unread)} others, no readers" in words
    assert words.index("others, no readers") < words.index("No readers")


def test_a_subject_is_one_line(cast, now, as_user):
    message, client = told(cast, now), as_user(cast.nuria)
    client.post(f"{ROOT}{message.pk}/es/", RIGHT | {"subject": "Horario\r\nnuevo"})
    assert text_of(Message.objects.get(pk=message.pk), "es")["subject"] == "Horario nuevo"


def test_placeholders_of_the_source_are_chips(cast, now, as_user):
    message = told(cast, now)
    page = as_user(cast.nuria).get(f"{ROOT}{message.pk}/es/").content.decode()
    assert 'Come to <code class="ol-ph">{{ site }}</code>' in page


def test_english_that_was_not_seen_is_not_confirmed(cast, now, as_user):
    message, client = told(cast, now), as_user(cast.nuria)
    write_ready(message, "es", RIGHT["subject"], RIGHT["body"], cast.ines, now)
    for words in ("Thank you.", "Come by."):
        opened = client.get(f"{ROOT}{message.pk}/es/").context["form"]
        seen = {name: opened[name].value() for name in ("text_seen", "source_seen")}
        english = {"subject": ENGLISH[0], "body": f"{ENGLISH[1]}\n\n{words}"}
        write_text(message, "en", english, cast.ines, now)
    page = client.post(f"{ROOT}{message.pk}/es/confirm/", seen, follow=True)
    assert "The text has changed since you opened it." in page.content.decode()
    assert state(message) == "stale"
