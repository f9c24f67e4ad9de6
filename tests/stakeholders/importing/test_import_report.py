"""What a programme sees of personnel files: its own people, as many as the lists behind."""

import pytest

from programmes.models import Site
from stakeholders.importing.models.importrun import ImportState
from stakeholders.importing.services.personnel import import_people
from stakeholders.models import ImportRun, Person, Role, User
from tests.factories import ProgrammeFactory, SiteFactory, WaveFactory
from tests.stakeholders.importing.import_pages import file_of, row

REPORTS = "/p/one-it/people/imports/"
PARTS = ("new", "arrived", "returned", "changed", "left", "departed")
LIST = 9


@pytest.fixture
def other(cast):
    """Return a second programme with a site of its own, which shares Barcelona."""
    made = ProgrammeFactory(slug="two", name="Two")
    lab = SiteFactory(name="Lab", region=cast.iberia)
    WaveFactory(programme=made, sites=[cast.barcelona, lab])
    return made


@pytest.fixture
def run(cast, other, now):
    """Return a file that does one of everything at each of three sites."""
    Person.objects.all().delete()
    sites = ("Barcelona", "Shanghai", "Lab")
    gone = [row(f"R{site}", site=site) for site in sites]
    known = [row(f"{kind}{site}", site=site) for kind in "KLC" for site in sites]
    movers = [
        row("M1", site="Barcelona"),
        row("M2", site="Lab"),
        row("M3", site="Shanghai"),
        row("M4", site="Barcelona"),
    ]
    for rows in ([*known, *movers, *gone], [*known, *movers]):
        import_people(file_of(*rows), "before.csv", now=now, confirm_leavers=True)
    new = [row(f"N{site}", site=site) for site in sites]
    changed = [row(f"C{site}", site=site, last=f"Now{site}") for site in sites]
    moved = [
        row("M1", site="Lab", last="Wanderer"),
        row("M2", site="Barcelona"),
        row("M3", site="Barcelona"),
        row("M4", site="Shanghai"),
    ]
    stay = [row(f"K{site}", site=site) for site in sites]
    bad = [row("B1", mail="", last="Rejected")]
    rows = [*new, *changed, *moved, *stay, *gone, *bad]
    import_people(file_of(*rows), "plans-to-close-lab.csv", now=now, confirm_leavers=True)
    return ImportRun.objects.order_by("pk").last()


def manager_of(programme):
    user = User.objects.create_user(f"boss@{programme.slug}.example")
    Role.objects.create(user=user, programme=programme, kind=Role.Kind.PROGRAMME_MANAGER)
    return user


def counts(client, run, slug="one-it"):
    report = client.get(f"/p/{slug}/people/imports/{run.pk}/").context["report"]
    return {part.value: n for part, n in report.parts}


def names(client, run, part, slug="one-it"):
    page = client.get(f"/p/{slug}/people/imports/{run.pk}/{part}/").context["page"]
    return sorted(entry.personnel_number for entry in page)


def test_a_report_counts_the_people_of_the_programme(cast, as_user, run):
    client = as_user(cast.ines)
    assert counts(client, run) == {
        "new": 2,
        "arrived": 1,
        "returned": 2,
        "changed": 4,
        "left": 2,
        "departed": 1,
    }
    assert names(client, run, "arrived") == ["M2"]
    assert names(client, run, "departed") == ["M1"]
    assert names(client, run, "changed") == ["CBarcelona", "CShanghai", "M3", "M4"]


def test_people_at_a_site_that_no_wave_goes_to_are_nobody_of_the_programme(cast, as_user, run):
    before = counts(as_user(cast.ines), run)
    cast.programme.sites.add(Site.objects.get(name="Lab"))
    client = as_user(cast.ines)
    assert counts(client, run) == before
    for part in PARTS:
        page = client.get(f"/p/one-it/people/imports/{run.pk}/{part}/")
        assert "Lab" not in {str(site) for site, _n in page.context.get("sites", [])}
        assert not [number for number in names(client, run, part) if number.endswith("Lab")]


def test_what_a_report_says_is_what_the_heads_show(cast, as_user, run):
    found = counts(as_user(cast.ines), run)
    grown = found["new"] + found["arrived"] + found["returned"] - found["left"] - found["departed"]
    now = Person.objects.active().filter(site__programmes=cast.programme).count()
    assert now == 9 + grown


def test_a_region_is_counted_within_the_programme(cast, as_user, run):
    client = as_user(cast.rosa)
    assert counts(client, run) == {
        "new": 1,
        "arrived": 2,
        "returned": 1,
        "changed": 1,
        "left": 1,
        "departed": 2,
    }
    assert names(client, run, "departed") == ["M1", "M4"]


def test_another_programme_sees_none_of_the_first_ones_people(cast, as_user, run, other):
    client = as_user(manager_of(other))
    assert names(client, run, "new", "two") == ["NBarcelona", "NLab"]
    text = client.get("/p/two/people/imports/").content.decode()
    for part in PARTS:
        text += client.get(f"/p/two/people/imports/{run.pk}/{part}/").content.decode()
    assert "Shanghai" not in text
    for path in ("", f"{run.pk}/", f"{run.pk}/new/"):
        assert client.get(f"{REPORTS}{path}").status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_every_number_opens_a_list_of_as_many(cast, as_user, run, part):
    for reader in (cast.ines, cast.rosa, cast.claire, cast.dora):
        client = as_user(reader)
        found = client.get(f"{REPORTS}{run.pk}/{part}/")
        assert found.context["total"] == counts(client, run)[part]
        assert f"{REPORTS}{run.pk}/{part}/" in client.get(REPORTS).content.decode()


def test_the_cio_reads_counts_by_site_and_no_names(cast, as_user, run):
    client = as_user(cast.claire)
    page = client.get(f"{REPORTS}{run.pk}/changed/")
    assert [(site.name, n) for site, n in page.context["sites"]] == [
        ("Barcelona", 2),
        ("Shanghai", 2),
    ]
    page = client.get(f"{REPORTS}{run.pk}/departed/")
    assert [(site.name, n) for site, n in page.context["sites"]] == [("Barcelona", 1)]
    for part in PARTS:
        text = client.get(f"{REPORTS}{run.pk}/{part}/").content.decode()
        assert "Garcia" not in text
        assert "Wanderer" not in text


def test_nothing_says_where_somebody_went_or_what_the_file_is_called(cast, as_user, run):
    client = as_user(cast.ines)
    text = client.get(REPORTS).content.decode() + client.get(f"{REPORTS}{run.pk}/").content.decode()
    for part in PARTS:
        text += client.get(f"{REPORTS}{run.pk}/{part}/").content.decode()
    assert "Wanderer" in text
    assert "Lab" not in text
    assert "plans-to-close" not in text
    assert "Rejected" not in text.replace("Rejected rows", "")


def test_the_first_file_of_a_command_is_counted_by_site(cast, as_user, run):
    first = ImportRun.objects.order_by("pk").first()
    client = as_user(cast.ines)
    assert counts(client, first)["new"] == 11
    page = client.get(f"{REPORTS}{first.pk}/new/")
    assert page.context["total"] == 11
    assert [site.name for site, _n in page.context["sites"]] == ["Barcelona", "Shanghai"]


@pytest.mark.parametrize("state", list(ImportState))
def test_what_is_not_taken_is_not_shown_and_what_runs_shows_its_state_alone(
    cast, as_user, run, state
):
    ImportRun.objects.filter(pk=run.pk).update(state=state)
    answer = as_user(cast.ines).get(f"{REPORTS}{run.pk}/")
    if state in (ImportState.CONFIRMED, ImportState.APPLYING):
        assert "A personnel file is being imported" in answer.content.decode()
        assert "ol-facts" not in answer.content.decode()
        total = as_user(cast.ines).get(f"{REPORTS}{run.pk}/new/").context["total"]
        assert total == 0
    else:
        assert answer.status_code == (200 if state == ImportState.APPLIED else 404)


@pytest.mark.parametrize("files", [1, 3])
def test_the_list_needs_the_same_queries(cast, as_user, now, files, django_assert_num_queries):
    Person.objects.all().delete()
    for n in range(files):
        rows = [row(f"P{each}", last=f"Name{n}") for each in range(5)]
        import_people(file_of(*rows), "people.csv", now=now)
    client = as_user(cast.ines)
    client.get(REPORTS)
    with django_assert_num_queries(LIST):
        client.get(REPORTS)


def test_the_list_says_how_old_the_people_are(cast, as_user, run):
    client = as_user(cast.ines)
    page = client.get(REPORTS).content.decode()
    assert "People data as of the file of Tue 24 Nov 2026" in page
    ImportRun.objects.all().delete()
    assert "No personnel file yet" in client.get(REPORTS).content.decode()


def test_a_manager_imports_nothing(cast, as_user, run):
    client = as_user(cast.ines)
    for path in ("", "new/", f"{run.pk}/", f"{run.pk}/effect/", f"{run.pk}/report.xlsx"):
        assert client.get(f"/imports/{path}").status_code == 403
    for act in ("read", "apply", "discard", "forget"):
        assert client.post(f"/imports/{run.pk}/{act}/").status_code == 403
    assert client.post("/imports/new/").status_code == 403


def test_only_who_moves_and_stays_comes_from_somewhere(run):
    came = run.entries.filter(came_from__isnull=False)
    assert sorted(came.values_list("personnel_number", flat=True)) == ["M1", "M2", "M3", "M4"]
