"""Kits: what they hold, how they stay up to date, and what no fault may do to them."""

import email
import email.policy
import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from communications.approvals.services import approval as approvals
from communications.kits.documents import bundle
from communications.kits.queries.kit import texts_of_kits, wanted_files
from communications.kits.queries.kit_board import kit_board
from communications.kits.queries.kit_choice import where_of
from communications.kits.services import kit
from communications.kits.services.kit_download import COLUMNS, Choice, take
from communications.messages.services.refusal import RefusedError
from communications.models import KitDownload, KitFile, KitVersion
from programmes.services.plan import hand_over, move_wave
from programmes.services.publishing import publish
from stakeholders.accounts.access import scope_of
from tests import factories
from tests.communications.making import approve, make_message
from tests.communications.pdf import codes_of, said, squeezed

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = {
    "en": (
        "The desk opens on {{ go_live_date }}",
        "Hello {{ first_name }},\n\nOne number at {{ site }}.\n\n- Day and night;\n- one account.",
    ),
    "es": (
        "El centro abre el {{ go_live_date }}",
        "Hola {{ first_name }}:\n\nUn número en {{ site }}.\n\n- Día y noche;\n- una cuenta.",
    ),
    "zh-hans": (
        "服务台于{{ go_live_date }}启用",
        "{{ first_name }}，您好：\n\n{{ site }} 只有一个号码。\n\n- 昼夜服务；\n- 一个账号。",
    ),
}
TO_GO_LIVE = {"fixed_on": None, "offset_days": -14, "is_urgent": False}
KINDS = {"poster", "flyer", "mail", "page", "text", "chat"}
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def message(cast, now):
    """A message to all, approved, with its day counted from the go-live."""
    made = make_message(cast, now, texts=TEXTS, **TO_GO_LIVE)
    approve(cast, made, now)
    return made


def make(cast, at) -> int:
    """Let the clock and one worker run once; return how many files were worked on."""
    return kit.keep(cast.programme, lambda: at, at + MINUTE)


def at_site(site, **which) -> dict[str, bytes]:
    """Return what the kit holds for a site, by kind."""
    versions = KitVersion.objects.current().filter(file__place__site=site, **which)
    return {version.file.kind: bytes(version.content) for version in versions}


def board_of(cast, user, slug="iberia", language=""):
    scope = scope_of(user, cast.programme)
    where = where_of(cast.programme, scope, slug, "", date(2026, 11, 24))
    return kit_board(cast.programme, where.wave, where.region, where.own, scope, language)


def states() -> set[str]:
    return set(KitFile.objects.values_list("state", flat=True))


def test_each_site_gets_its_files_in_the_languages_that_people_read_there(cast, message, now):
    factories.PersonFactory(site=cast.barcelona, language="ca")
    factories.PersonFactory(site=cast.barcelona, language="fr")
    assert make(cast, now) == 18
    found = KitFile.objects.values_list("place__site__name", "language", "kind")
    assert set(found) == {
        (site, language, kind)
        for site, language in (("Barcelona", "es"), ("Barcelona", "en"), ("Shanghai", "zh-hans"))
        for kind in KINDS
    }
    assert states() == {"ready"}


def test_the_fields_of_the_site_are_filled_in(cast, message, now):
    make(cast, now)
    files = at_site(cast.barcelona)
    for kind in ("poster", "flyer"):
        text = said(files[kind])
        for words in ("9 de noviembre de 2026", "Barcelona", "Un número en Barcelona.", "lunes"):
            assert squeezed(words) in text
        assert "Hola" not in text
    for kind in ("page", "text", "chat"):
        text = files[kind].decode("utf-8-sig")
        assert "El centro abre el 9 de noviembre de 2026" in text
        assert "Hola:" in text
        assert "{{" not in text


def test_in_the_last_week_the_day_is_what_is_seen(cast, now):
    near = make_message(cast, now, texts=TEXTS, **{**TO_GO_LIVE, "offset_days": -7})
    approve(cast, near, now)
    make(cast, now)
    text = said(at_site(cast.barcelona)["poster"])
    assert squeezed("noviembre de 2026lunes") in text
    assert squeezed("Un número") not in text
    assert "1Díaynoche" in said(at_site(cast.barcelona)["flyer"])


def test_what_does_not_fit_the_day_s_layout_is_set_in_the_usual_one(cast, now):
    subject, body = TEXTS["es"]
    long = body + "".join(f"\n- {'Una sede, una cuenta. ' * 5}" for _each in range(5))
    near = {**TO_GO_LIVE, "offset_days": 0}
    texts = {**TEXTS, "es": (subject, long)}
    approve(cast, make_message(cast, now, texts=texts, **near), now)
    make(cast, now)
    assert states() == {"ready"}
    assert squeezed("Un número en Barcelona.") in said(at_site(cast.barcelona)["poster"])


def test_the_mail_opens_as_a_draft(cast, message, now):
    make(cast, now)
    draft = email.message_from_bytes(at_site(cast.barcelona)["mail"], policy=email.policy.default)
    assert draft["X-Unsent"] == "1"
    assert draft["Subject"] == "El centro abre el 9 de noviembre de 2026"
    assert draft["Content-Language"] == "es"
    assert not {"From", "To", "Cc", "Date", "Message-ID"} & set(draft.keys())
    plain, html = draft.get_body(("plain",)), draft.get_body(("html",))
    assert "Un número en Barcelona." in plain.get_content()
    assert "Un número en Barcelona." in html.get_content()
    assert draft.defects == []


def test_texts_open_on_windows(cast, message, now):
    make(cast, now)
    files = at_site(cast.shanghai)
    assert files["text"].startswith(b"\xef\xbb\xbf")
    assert files["chat"].count(b"\n") == files["chat"].count(b"\r\n") > 3


def test_the_code_of_a_poster_leads_to_a_page_that_answers(cast, message, now, client, settings):
    publish(cast.programme.services.create(name="Desk"), "en", cast.ines, now)
    make(cast, now)
    for site in (cast.barcelona, cast.shanghai):
        [(url, _place)] = codes_of(at_site(site)["poster"])
        assert url.startswith(settings.PUBLIC_URL)
        answer = client.get(url.removeprefix(settings.PUBLIC_URL))
        assert answer.status_code == 200
        assert site.name in answer.content.decode()


def test_what_is_not_approved_or_has_personal_links_is_in_no_kit(cast, now):
    make_message(cast, now, texts=TEXTS)
    survey = make_message(cast, now, texts=TEXTS)
    type(survey).objects.filter(pk=survey.pk).update(source="survey")
    survey.refresh_from_db()
    make(cast, now)
    assert not KitFile.objects.exists()


def test_a_wave_that_was_handed_over_has_no_kit(cast, message, now):
    make(cast, now)
    hand_over(cast.wave1, date(2026, 11, 23), now)
    make(cast, now + MINUTE)
    assert set(KitFile.objects.values_list("place__site__name", "state")) == {
        ("Barcelona", "retired"),
        ("Shanghai", "ready"),
    }
    kit.sweep(now + 2 * HOUR)
    assert not KitFile.objects.filter(place__site=cast.barcelona).exists()


def test_what_was_withdrawn_is_gone_at_once(cast, message, now):
    make(cast, now)
    assert len(board_of(cast, cast.rosa).there) == 6
    approvals.withdraw(message.approvals.get(), cast.claire, "No", now)
    assert board_of(cast, cast.rosa).there == []


def test_nothing_is_made_twice(cast, message, now):
    make(cast, now)
    before = set(KitVersion.objects.values_list("pk", flat=True))
    assert make(cast, now + HOUR) == 0
    kit.sweep(now + 3 * HOUR)
    assert set(KitVersion.objects.values_list("pk", flat=True)) == before


def test_a_moved_date_makes_new_files_and_keeps_the_old_until_then(cast, message, now):
    make(cast, now)
    old = at_site(cast.shanghai)
    move_wave(cast.wave2, date(2027, 2, 1), now)
    kit.note_wanted(cast.programme, wanted_files(texts_of_kits(cast.programme)), now)
    assert at_site(cast.shanghai) == old
    assert {item.is_renewed for item in board_of(cast, cast.mei, "china").there} == {True}
    make(cast, now + MINUTE)
    new = at_site(cast.shanghai)
    assert all(new[kind] != old[kind] for kind in KINDS)
    assert squeezed("2027年2月1日") in said(new["poster"])


def test_a_text_that_does_not_fit_is_refused_and_named_and_harms_no_other(cast, now):
    texts = {**TEXTS, "es": ("Un título demasiado largo " * 6, TEXTS["es"][1])}
    message = make_message(cast, now, texts=texts, **TO_GO_LIVE)
    approve(cast, message, now)
    make(cast, now)
    refused = KitFile.objects.filter(state="refused")
    assert {(one.kind, one.language, one.problem) for one in refused} == {("poster", "es", "title")}
    [item] = board_of(cast, cast.rosa).unmade
    assert (item.problem, item.file.language) == ("the subject is too long", "es")
    assert set(at_site(cast.barcelona)) == KINDS - {"poster"}


def test_what_no_longer_fits_leaves_what_was_there(cast, message, now):
    make(cast, now)
    old = at_site(cast.barcelona)["poster"]
    type(cast.barcelona).objects.filter(pk=cast.barcelona.pk).update(name="Bb " * 26)
    make(cast, now + MINUTE)
    assert at_site(cast.barcelona)["poster"] == old
    assert KitFile.objects.get(place__site=cast.barcelona, kind="poster").problem == "site"


def test_a_file_that_could_not_be_made_can_be_asked_for_again(cast, message, now):
    make(cast, now)
    file = KitFile.objects.filter(kind="chat").first()
    assert not kit.ask_again(file, now)
    kit.refuse(file, "failed")
    KitFile.objects.filter(pk=file.pk).update(state="refused", problem="failed")
    assert kit.ask_again(file, now)
    assert make(cast, now) == 1
    assert states() == {"ready"}


def test_what_a_dead_worker_had_in_hand_is_made_when_its_lease_ends(cast, message, now, settings):
    kit.note_wanted(cast.programme, wanted_files(texts_of_kits(cast.programme)), now)
    assert len(kit.claim(cast.programme, now)) == 12
    assert make(cast, now) == 0
    late = now + timedelta(seconds=settings.CLAIM_LEASE_SECONDS + 1)
    assert make(cast, late) == 12
    assert states() == {"ready"}


def test_a_worker_whose_lease_was_taken_keeps_nothing(cast, message, now, settings):
    kit.note_wanted(cast.programme, wanted_files(texts_of_kits(cast.programme)), now)
    slow = kit.claim(cast.programme, now)
    make(cast, now + timedelta(seconds=settings.CLAIM_LEASE_SECONDS + 1))
    made = set(KitVersion.objects.values_list("pk", "sha256"))
    kit.keep_version(slow[0], kit.Content(b"late"), "f", now)
    kit.refuse(slow[0], "title")
    assert set(KitVersion.objects.values_list("pk", "sha256")) == made
    assert states() == {"ready"}


def test_a_second_worker_leaves_files_to_the_one_that_is_at_it(cast, message, now):
    kit.note_wanted(cast.programme, wanted_files(texts_of_kits(cast.programme)), now)
    first = kit.claim(cast.programme, now)[:1]
    assert KitFile.objects.in_hand(now).exists()
    kit.run_pump(lambda: now)
    assert not KitVersion.objects.exists()
    assert {file.fence for file in first} == {KitFile.objects.get(pk=first[0].pk).fence}


@pytest.mark.embedded
def test_a_full_disk_leaves_the_old_kit_and_is_over_by_itself(cast, message, now):
    make(cast, now)
    old = at_site(cast.barcelona)
    move_wave(cast.wave1, date(2026, 12, 7), now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA page_count")
        [(pages,)] = cursor.fetchall()
        cursor.execute(f"PRAGMA max_page_count = {pages + 2}")
    try:
        kit.note_wanted(cast.programme, wanted_files(texts_of_kits(cast.programme)), now)
        kit.keep(cast.programme, lambda: now, now + MINUTE)
        assert at_site(cast.barcelona)["poster"] == old["poster"]
        poster = KitFile.objects.get(place__site=cast.barcelona, kind="poster")
        assert (poster.state, poster.problem) == ("waiting", "room")
        assert len(board_of(cast, cast.rosa).there) == 6
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    make(cast, now + 2 * MINUTE)
    assert states() == {"ready"}
    assert at_site(cast.barcelona)["poster"] != old["poster"]


def zipped(taken) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(bundle(taken.entries, COLUMNS))))


def test_a_bundle_that_has_begun_ends_as_it_began(cast, message, now):
    make(cast, now)
    taken = take(board_of(cast, cast.rosa), Choice("all"), cast.rosa, now)
    stream = iter(bundle(taken.entries, COLUMNS))
    begun = next(stream)
    move_wave(cast.wave1, date(2026, 12, 7), now)
    make(cast, now + MINUTE)
    kit.sweep(now + 30 * MINUTE)
    with zipfile.ZipFile(io.BytesIO(begun + b"".join(stream))) as found:
        for entry in taken.entries:
            assert hashlib.sha256(found.read(entry.name)).hexdigest() == entry.sha256


def test_a_download_is_written_down_with_the_hash_of_each_file(cast, message, now):
    make(cast, now)
    taken = take(board_of(cast, cast.rosa), Choice("all"), cast.rosa, now)
    download = KitDownload.objects.get()
    assert (download.user, download.region, download.wave) == (cast.rosa, cast.iberia, cast.wave1)
    assert download.extent == "all"
    assert download.files == {entry.name: entry.sha256 for entry in taken.entries}
    assert taken.name == "Iberia-Wave 1.zip"
    with zipped(taken) as found:
        assert set(found.namelist()) == {*download.files, "MANIFEST.csv"}
    folder = "01 The desk opens on ‹go-live date›/es/Barcelona-"
    endings = ("poster-A3.pdf", "flyer-A5.pdf", "mail.eml", "mail.html", "mail.txt", "chat.txt")
    assert set(download.files) == {folder + ending for ending in endings}


@pytest.mark.parametrize("title", ["CON", "../../etc", "a\u202eb/c\\d:e*?", "x" * 150, "..."])
def test_hostile_titles_make_harmless_names(cast, now, title):
    texts = {code: (title, body) for code, (_subject, body) in TEXTS.items()}
    approve(cast, make_message(cast, now, texts=texts, **TO_GO_LIVE), now)
    kit.note_wanted(cast.programme, wanted_files(texts_of_kits(cast.programme)), now)
    kit.work(kit.claim(cast.programme, now), _said(cast, "chat"), lambda: now)
    taken = take(board_of(cast, cast.rosa), Choice("all"), cast.rosa, now)
    [name] = [entry.name for entry in taken.entries]
    folder, language, file = name.split("/")
    assert (language, file) == ("es", "Barcelona-chat.txt")
    assert len(folder) <= 60
    assert not set('\\:*?"<>|\u202e') & set(name)
    assert not folder.endswith((".", " "))


def _said(cast, kind):
    texts = texts_of_kits(cast.programme)
    return {kit.key_of(one, kind): one for one in texts}


def test_what_came_after_the_last_download_is_new_until_it_is_taken(cast, message, now):
    make(cast, now)
    assert board_of(cast, cast.rosa).since is None
    assert board_of(cast, cast.rosa).new == []
    take(board_of(cast, cast.rosa), Choice("all"), cast.rosa, now + MINUTE)
    assert board_of(cast, cast.rosa).new == []
    approve(cast, make_message(cast, now, texts=TEXTS, **TO_GO_LIVE), now)
    make(cast, now + HOUR)
    board = board_of(cast, cast.rosa)
    assert len(board.new) == 6
    assert board.since == now + MINUTE
    one = Choice("file", file=board.new[0].file.pk)
    take(board, one, cast.rosa, now + 2 * HOUR)
    assert len(board_of(cast, cast.rosa).new) == 5
    take(board_of(cast, cast.rosa), Choice("new"), cast.rosa, now + 3 * HOUR)
    assert board_of(cast, cast.rosa).new == []
    assert board_of(cast, cast.ines).since is None


def test_one_language_of_what_is_new_does_not_hide_the_others(cast, message, now):
    factories.PersonFactory(site=cast.barcelona, language="en")
    make(cast, now)
    take(board_of(cast, cast.rosa), Choice("all"), cast.rosa, now)
    move_wave(cast.wave1, date(2026, 12, 7), now)
    make(cast, now + HOUR)
    spanish = board_of(cast, cast.rosa, language="es")
    take(spanish, Choice("new", language="es"), cast.rosa, now + 2 * HOUR)
    assert {item.file.language for item in board_of(cast, cast.rosa).new} == {"en"}


def test_nothing_is_handed_out_of_another_region(cast, message, now):
    make(cast, now)
    hidden = KitFile.objects.filter(place__site=cast.shanghai).first()
    board = board_of(cast, cast.rosa)
    with pytest.raises(RefusedError):
        take(board, Choice("file", file=hidden.pk), cast.rosa, now)
    assert not KitDownload.objects.exists()


def test_a_language_that_people_want_and_a_message_lacks_is_named_with_its_state(cast, now):
    factories.PersonFactory(site=cast.barcelona, language="fr")
    message = make_message(cast, now, texts=TEXTS, **TO_GO_LIVE)
    approve(cast, message, now)
    [part] = board_of(cast, cast.rosa).parts
    assert [(gap.language, gap.state, gap.reads) for gap in part.gaps] == [("fr", "missing", "en")]


@pytest.mark.parametrize("count", [1, 3])
def test_a_kit_takes_the_same_queries_for_one_message_and_for_three(
    cast, now, count, django_assert_num_queries
):
    for _each in range(count):
        approve(cast, make_message(cast, now, texts=TEXTS, **TO_GO_LIVE), now)
    kit.note_wanted(cast.programme, wanted_files(texts_of_kits(cast.programme)), now)
    scope = replace(scope_of(cast.rosa, cast.programme))
    where = where_of(cast.programme, scope, "iberia", "", date(2026, 11, 24))
    with django_assert_num_queries(7):
        board = kit_board(cast.programme, where.wave, where.region, where.own, scope)
    assert len(board.parts) == count
