import pytest
from django.core.management import CommandError, call_command

from programmes.models import Region, Site
from stakeholders.importing.refusal import ImportRefusedError
from stakeholders.services.places import import_sites
from tests.stakeholders.test_personnel import DATA

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
        ("Alger,DZ,Africa,Africa/Nowhere,fr,no", "Line 3: .*Africa/Nowhere"),
        ("Alger,XX,Africa,Africa/Algiers,fr,no", "Line 3: .*XX"),
        ("Alger,DZ,,Africa/Algiers,fr,no", "Line 3: .*region"),
        ("Alger,DZ,Africa,Africa/Algiers,klingon tongue,no", "Line 3: "),
    ],
)
def test_one_wrong_row_refuses_the_whole(db, now, row, answer):
    with pytest.raises(ImportRefusedError, match=answer):
        bring("Tunis,TN,Africa,Africa/Tunis,fr,no", row, now=now)
    assert not Site.objects.exists()
    assert not Region.objects.exists()


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
    with pytest.raises(ImportRefusedError, match="Write one of"):
        bring("Munich,DE,XX,Europe,Europe/Berlin,de,no", now=now, head=head)
    bring("Munich,DE,Europe,Europe/Berlin,de,no", now=now)
    assert Site.objects.get().subdivision == "BY"
    bring("Munich,AT,Europe,Europe/Vienna,de,no", now=now)
    assert Site.objects.get().subdivision == ""
