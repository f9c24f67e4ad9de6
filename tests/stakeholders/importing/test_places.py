import io
import time
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import Workbook

from programmes.design.folding import folded
from programmes.models import Region, Site
from programmes.reading.refusal import ImportRefusedError, WrongRowsError
from stakeholders.importing.reading.headings import (
    PEOPLE,
    PEOPLE_NEEDED,
    SITES,
    SITES_NEEDED,
    heading_word,
)
from stakeholders.importing.services.places import import_sites
from tests.stakeholders.importing.test_personnel import DATA

HEAD = "site,country,region,time_zone,language,pilot"
ALGER = "Alger,DZ,Middle East & Africa,Africa/Algiers,fr,no"


def bring(*rows, now, head=HEAD):
    return import_sites("\n".join([head, *rows]).encode(), now=now)


def test_the_file_of_the_demonstration_comes_in_once(db, capsys):
    for _ in range(2):
        call_command("import_sites", str(DATA / "sites.csv"))
    assert "created: 0\nupdated: 0\nunchanged: 34" in capsys.readouterr().out
    assert Site.objects.count() == 34
    assert set(Site.objects.filter(is_pilot=True).values_list("name", flat=True)) == {
        "Boulogne",
        "Wrexham",
        "Cambridge",
        "Shanghai",
    }
    assert Region.objects.get(name="Middle East & Africa").slug == "middle-east-africa"
    weekends = dict(Site.objects.values_list("name", "weekend_days"))
    assert (weekends["Alger"], weekends["Dubai"], weekends["Tunis"]) == ("56", "67", "67")
    assert Site.objects.get(name="Taipei").language == "zh-hant"


def test_a_known_site_is_changed_where_the_file_differs_and_keeps_its_weekend(db, now):
    bring(ALGER, now=now)
    Site.objects.update(weekend_days="67")
    assert bring(ALGER.replace("no", "yes"), now=now).updated == 1
    site = Site.objects.get()
    assert (site.is_pilot, site.weekend_days, site.changed_at) == (True, "67", now)


@pytest.mark.parametrize("text", ["56", "Fri-Sat", "vendredi et samedi", "Friday and Saturday"])
def test_a_weekend_column_wins(db, now, text):
    bring(
        f"Boulogne;FR;France;Europe/Paris;fr;oui;{text}",
        now=now,
        head="Site;Pays;Région;Fuseau horaire;Langue;Pilote;Week-end",
    )
    assert Site.objects.get().weekend_days == "56"


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (
            "Alger,DZ,Africa,Africa/Nowhere,fr,no",
            "Row 3, “time_zone”: “Africa/Nowhere” is not a time",
        ),
        ("Alger,XX,Africa,Africa/Algiers,fr,no", "Row 3, “country”: “XX” is not a country code"),
        ("Alger,DZ,,Africa/Algiers,fr,no", "Row 3, “region”: Fill in this cell"),
        (",DZ,Africa,Africa/Algiers,fr,no", "Row 3, “site”: Fill in this cell"),
        (
            "Alger,DZ,Africa,Africa/Algiers,klingon tongue,no",
            "“klingon tongue” is not a language. En",
        ),
        (f"Alger,DZ,{'A' * 81},Africa/Algiers,fr,no", "Row 3, “region”: .* 80 "),
    ],
)
def test_one_wrong_row_refuses_the_whole(db, now, row, answer):
    with pytest.raises(ImportRefusedError, match=answer):
        bring("Tunis,TN,Africa,Africa/Tunis,fr,no", row, now=now)
    assert not Site.objects.exists()
    assert not Region.objects.exists()


def test_all_wrong_rows_are_told_in_the_order_of_the_file(db, now):
    head = "Nom du site;Pays;Région;Fuseau;Langue;Week-end"
    rows = [
        "Alger;XX;Afrique;Africa/Nowhere;fr;",
        "Tunis;TN;Afrique;Africa/Tunis;fr;Monday",
        "Dreux;FR;;Europe/Paris;;",
        "Oran;DZ;Afrique;Africa/Algiers;fr;vendredi et samedi",
    ]
    with pytest.raises(WrongRowsError) as refusal:
        bring(*rows, now=now, head=head)
    assert refusal.value.told == [
        "Row 2, “Pays”: “XX” is not a country code. Enter two letters such as FR. “Fuseau”: "
        "“Africa/Nowhere” is not a time zone. Enter one such as Europe/Paris.",
        "Row 3, “Week-end”: “Monday” is not a weekend. Enter days, such as Sat-Sun.",
        "Row 4, “Région”: Fill in this cell. “Langue”: Fill in this cell.",
    ]
    assert not refusal.value.others
    assert str(refusal.value).startswith("3 rows have errors. Nothing was imported.")


def test_beyond_twenty_wrong_rows_are_counted(db, now):
    rows = [f"S{n},XX,Africa,Africa/Algiers,fr,no" for n in range(22)]
    with pytest.raises(WrongRowsError) as refusal:
        bring(*rows, now=now)
    assert len(refusal.value.told) == 20
    assert refusal.value.told[-1].startswith("Row 21,")
    assert refusal.value.others == "And 2 more rows."


def test_two_columns_of_one_meaning_are_refused_by_their_headings(db, now):
    head = "site,country,region,time_zone,language,Site"
    with pytest.raises(ImportRefusedError, match="same meaning: “site”, “Site”"):
        bring("Alger,DZ,Africa,Africa/Algiers,fr,Oran", now=now, head=head)


@pytest.mark.parametrize(("language", "word"), [("en", "Time zone"), ("fr", "Fuseau horaire")])
def test_a_missing_column_has_the_name_that_it_would_be_known_by(db, now, language, word):
    with translation.override(language):
        with pytest.raises(ImportRefusedError) as refusal:
            bring("A,FR,R,fr", now=now, head="site,country,region,language")
        assert f": {word}. " in str(refusal.value)
        for known, needed in ((SITES, SITES_NEEDED), (PEOPLE, PEOPLE_NEEDED)):
            assert all(folded(heading_word(name)) in known[name] for name in needed)


def test_two_spellings_of_one_site_are_one(db, now):
    bring(ALGER, ALGER.replace("Alger", "ALGER"), now=now)
    assert Site.objects.get().name == "ALGER"


def sheet_of(rows, row):
    """Return a workbook with the headings and so many rows, made faster than by openpyxl."""
    book, out = Workbook(), io.BytesIO()
    book.active.append(HEAD.split(","))
    book.save(out)
    parts = zipfile.ZipFile(out)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            text = parts.read(name)
            if name.endswith("sheet1.xml"):
                text = text.replace(b"</sheetData>", row * rows + b"</sheetData>")
            archive.writestr(name, text)
    return out.getvalue()


CELLS = b'<row><c t="inlineStr"><is><t>A</t></is></c></row>'


@pytest.mark.parametrize(
    ("rows", "row", "answer"),
    [
        (1_200_000, CELLS, "unpacks to more than 10 MB. Save it as CSV"),
        (6_000, CELLS, "more than 5,000 rows. Split it into several files"),
        (1_200_000, b"<row/>", "more than 5,000 rows"),
        (3, b"<row>" + b"<c><v>1</v></c>" * 60 + b"</row>", "Row 2 has more than 50 columns"),
    ],
)
def test_a_workbook_is_refused_before_the_rest_of_it_is_read(db, now, rows, row, answer):
    content, began = sheet_of(rows, row), time.process_time()
    with pytest.raises(ImportRefusedError, match=answer):
        import_sites(content, now=now)
    assert time.process_time() - began < 2


def test_rows_of_text_are_counted_too(db, now):
    with pytest.raises(ImportRefusedError, match="more than 5,000 rows"):
        bring(*[ALGER] * 5_001, now=now)
    with pytest.raises(ImportRefusedError, match="larger than 1 MB"):
        bring("A" * 1024 * 1024, now=now)


def test_regions_of_other_scripts_have_addresses_of_their_own(db, now):
    bring("A,RU,Сибирь,Asia/Omsk,ru,no", "B,RU,Урал,Asia/Omsk,ru,no", now=now)
    assert set(Region.objects.values_list("slug", flat=True)) == {"region", "region-2"}


def test_a_missing_file_is_a_plain_error(db, tmp_path):
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("import_sites", str(tmp_path / "none.csv"))


@pytest.mark.parametrize("text", ["BY", "by", "DE-BY"])
def test_a_part_of_the_country_comes_with_the_file(db, now, text):
    head = "site,country,subdivision,region,time_zone,language,pilot"
    bring(f"Munich,DE,{text},Europe,Europe/Berlin,de,no", now=now, head=head)
    assert Site.objects.get().subdivision == "BY"
    with pytest.raises(ImportRefusedError, match="Enter one of"):
        bring("Munich,DE,XX,Europe,Europe/Berlin,de,no", now=now, head=head)
    bring("Munich,DE,Europe,Europe/Berlin,de,no", now=now)
    assert Site.objects.get().subdivision == "BY"
    bring("Munich,AT,Europe,Europe/Vienna,de,no", now=now)
    assert Site.objects.get().subdivision == ""


def test_a_latin_name_comes_with_the_file_and_stays_where_another_does_not_say(db, now):
    row = "上海;CN;Asia;Asia/Shanghai;zh-hans"
    head = "Site;Pays;Région;Fuseau horaire;Langue"
    bring(f"{row};Shanghai", now=now, head=f"{head};Nom latin")
    assert bring(row, now=now, head=head).unchanged == 1
    assert Site.objects.get().latin_name == "Shanghai"
