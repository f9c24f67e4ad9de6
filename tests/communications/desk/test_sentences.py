"""A text sentence by sentence beside its source, and what is compared."""

import pytest

from communications.desk.queries.sentence_rows import rows_of
from communications.desk.queries.sentences import aligned, sentences_of
from communications.desk.queries.text_checks import checks_of, numbers_in, refusals_of

ENGLISH = """Hello {{ first_name }},

From 18 January all sites have one number. We are open from 08:00, in 9 languages.

- Your tickets move with you.
- Your team stays on site.

[See what changes](https://one.example/me)"""
POLISH = """Dzień dobry {{ first_name }},

Od 18 stycznia jest jeden numer. Pracujemy od 8:00, w 9 językach.

- Zgłoszenia przejdą same.
- Zespół zostaje na miejscu.

[Co się zmienia](https://one.example/me)"""


def texts(body, subject="Subject"):
    return {"subject": subject, "body": body}


def side_by_side(source, text, former=None):
    rows = rows_of(texts(source), texts(source if former is None else former), texts(text))
    return [(row.source, row.text) for row in rows[1:]]


def joined(rows):
    """Put rows together as the page does."""
    return "".join(row.lead + row.text + row.tail for row in rows[1:] if row.text).strip()


@pytest.mark.parametrize(
    "text", [ENGLISH, POLISH, "", "One", "\n\nA. B c.\nD!\n", "你好。再见！\n\n好。"]
)
def test_sentences_are_the_text_again(text):
    assert "".join(one.lead + one.text + one.tail for one in sentences_of(text)) == text.rstrip(
        "" if text.strip() else "\n"
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It opens. Come in!", 2),
        ("Ab dem 18. Januar, z. B. in Köln. Danach nicht.", 2),
        ("服务台开放。请来。", 2),
        ("Ask at {{ site }}. It is e.g. open.", 2),
        ("المكتب مفتوح. هل تأتي؟ نعم", 3),
        ("1. First point\n2. Second point", 2),
    ],
)
def test_a_text_is_cut_where_a_sentence_ends(text, count):
    assert len(sentences_of(text)) == count


def test_rows_pair_what_says_the_same_and_join_to_the_same_text():
    rows = rows_of(texts(ENGLISH), texts(ENGLISH), texts(POLISH))
    assert joined(rows) == POLISH
    assert [row.kind for row in rows] == ["subject", *["text"] * 5, "button"]
    assert side_by_side(ENGLISH, POLISH)[2] == (
        "We are open from 08:00, in 9 languages.",
        "Pracujemy od 8:00, w 9 językach.",
    )


def test_a_changed_sentence_is_marked_and_keeps_what_was_written_for_it():
    now = ENGLISH.replace("08:00", "07:00")
    rows = rows_of(texts(now), texts(ENGLISH), texts(POLISH))
    [changed] = [row for row in rows if row.is_changed]
    assert changed.text == "Pracujemy od 8:00, w 9 językach."
    assert [(one.kind, one.text) for one in changed.pieces if one.kind != "equal"] == [
        ("delete", "08:00,"),
        ("insert", "07:00,"),
    ]
    assert joined(rows) == POLISH


def test_a_new_sentence_has_an_empty_row_and_a_removed_one_keeps_its_text():
    now = ENGLISH.replace("- Your team", "- Bring your badge.\n- Your team")
    assert ("Bring your badge.", "") in side_by_side(now, POLISH, former=ENGLISH)
    gone = ENGLISH.replace("- Your tickets move with you.\n", "")
    assert ("", "Zgłoszenia przejdą same.") in side_by_side(gone, POLISH, former=ENGLISH)


def test_what_is_written_of_half_a_text_stays_beside_its_source():
    half = "Dzień dobry {{ first_name }},\n\nPracujemy od 8:00, w 9 językach."
    rows = side_by_side(ENGLISH, half)
    assert ("We are open from 08:00, in 9 languages.", "Pracujemy od 8:00, w 9 językach.") in rows
    assert [text for _source, text in rows if text] == half.split("\n\n")


def test_two_sentences_may_be_one_in_another_language():
    source = "It opens on Monday for all sites. It then closes on Friday for good."
    text = "Es öffnet am Montag für alle Standorte und schließt dann am Freitag für immer."
    assert side_by_side(source, text) == [(source, text)]


def test_no_sentence_is_lost_in_a_text_of_any_shape():
    long = " ".join(f"Sentence {n} says this." for n in range(150))
    for text in (POLISH, "Jedno.", long, ""):
        pairs = aligned(sentences_of(ENGLISH), sentences_of(text))
        assert [place for pair in pairs for place in pair.old] == list(range(6))
        assert [p for pair in pairs for p in pair.new] == list(range(len(sentences_of(text))))


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("at 07:00", "um 7 Uhr"),
        ("at 2:30 pm", "à 14 h 30"),
        ("1,738 people", "1 738 personnes"),
        ("1,738 people", "1.738 Personen"),
        ("18 January", "1月18日"),
        ("7.5 hours", "7,5 Stunden"),
        ("9 languages", "٩ لغات"),
        ("see https://a.example/12", "voir https://b.example/34"),
    ],
)
def test_numbers_are_the_same_however_a_language_writes_them(there, here):
    assert numbers_in(there) == numbers_in(here)


def found(source, text, language="pl", extra=frozenset()):
    rows = rows_of(texts(source), texts(source), texts(text))
    return [(one.tone, one.title, one.row) for one in checks_of(rows, language, extra)]


def test_right_text_passes_all_checks():
    assert {tone for tone, _title, _row in found(ENGLISH, POLISH)} == {"good"}
    assert found(ENGLISH, "") == []


def test_a_number_that_differs_is_said_with_both_and_its_sentence():
    wrong = POLISH.replace("8:00", "7:00")
    rows = rows_of(texts(ENGLISH), texts(ENGLISH), texts(wrong))
    [check] = refusals_of(checks_of(rows, "pl", frozenset()))
    assert check.detail == "English says 08:00, Polish says 7:00."
    assert rows[check.row].text == "Pracujemy od 7:00, w 9 językach."


def test_placeholders_and_links_are_compared():
    source = "Hello {{ first_name }}.\n\nAt {{ site }} see [this](https://one.example/)."
    tones = dict.fromkeys(found(source, "Witaj.\n\nZobacz [to](https://one.example/)."))
    assert ("warn", "{{ first_name }} is missing", 1) in tones
    assert ("bad", "{{ site }} is missing", 2) in tones
    lost = found(source, "Witaj {{ first_name }}.\n\nW {{ site }} zobacz to.")
    assert ("bad", "A link is missing", 2) in lost
    unknown = found(source, "Witaj {{ imie }}.")
    assert ("bad", "{{ imie }} is not a placeholder", 1) in unknown


def test_empty_sentences_and_unusual_lengths_are_hints():
    assert ("warn", "4 sentences are empty", 3) in found(
        ENGLISH, "Dzień dobry {{ first_name }},\n\nOd 18 stycznia jest jeden numer dla wszystkich."
    )
    source = "The service desk answers all of your questions by phone and by chat."
    assert ("warn", "Check length", None) in found(source, "Tak.")
    assert ("good", "Length fits", None) in found(
        source, "服务台通过电话和聊天回答您的所有问题。", "zh-hans"
    )


@pytest.mark.parametrize("text", ["." * 20_000, " " * 9_000 + "a" + " " * 9_000, "a. " * 6_000])
def test_a_long_run_of_signs_is_read_once(text):
    """A hang would take minutes; how long the rest takes is nothing that a test can hold."""
    assert "".join(one.lead + one.text + one.tail for one in sentences_of(text)) == text


def test_a_text_of_too_many_sentences_is_one_row():
    source, text = "# a\n\n" * 4_000, "b. " * 6_000
    rows = rows_of(
        {"subject": "", "body": source},
        {"subject": "", "body": source},
        {"subject": "", "body": text},
    )
    assert [(row.source, row.text) for row in rows[1:]] == [(source.strip(), text.strip())]
