"""What a decision leaves in the audit trail: who, what, before, after and why."""

from datetime import date

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.management import call_command

from programmes.models import Blackout, Move, Region, Wave
from programmes.services import plan
from programmes.services.blackout import remove_blackout, save_blackout
from programmes.services.move import move_to
from programmes.services.programme import change_brand, change_programme
from programmes.services.trail import recorded, write_change
from stakeholders.audiences.services.audience import Lines, freeze, save_audience
from stakeholders.audiences.services.saved import remove_audience
from stakeholders.importing.services.places import import_sites
from stakeholders.register.services.impact import remove_impact, save_impact
from tests.clock import NOW
from tests.factories import BlackoutFactory, ImpactFactory, SiteFactory

pytestmark = pytest.mark.django_db

ADDED, CHANGED, DELETED = 0, 1, 2
FIRST, LAST = date(2027, 3, 1), date(2027, 3, 3)
SITES = b"""site,country,region,time_zone,language,pilot
Barcelona,ES,Iberia,Europe/Madrid,es,yes
Porto,PT,Iberia,Europe/Lisbon,en,no
Shanghai,CN,China,Asia/Shanghai,zh-hans,no
"""


def told(row=None):
    """Return act, what was said and what changed, of all entries or those of a row."""
    entries = LogEntry.objects.get_for_object(row) if row else LogEntry.objects.all()
    return [(e.action, e.additional_data, e.changes_dict) for e in entries.order_by("pk")]


def test_a_wave_that_moves_tells_both_days_and_why(cast):
    move_to(cast.wave2, None, FIRST, cast.ines, NOW, "The plant stands still.")
    entry = LogEntry.objects.get()
    assert (entry.actor, entry.actor_email, entry.timestamp) == (cast.ines, cast.ines.email, NOW)
    why = "The plant stands still."
    said = {"programme": cast.programme.pk, "move": Move.objects.get().pk, "why": why}
    days = {"go_live_on": ["2027-01-18", "2027-03-01"]}
    assert told(cast.wave2) == [(CHANGED, said, days)]


def test_a_move_that_is_refused_leaves_nothing(cast):
    with pytest.raises(ValidationError):
        move_to(cast.wave2, None, date(2040, 1, 1), cast.ines, NOW)
    assert told() == []


def test_a_wave_tells_its_sites(cast):
    site = SiteFactory(name="Porto")
    cast.programme.sites.add(site)
    wave = plan.add_wave(cast.programme, "Wave 3", FIRST, NOW, [site], cast.ines)
    plan.change_wave(wave, "Wave Three", [], NOW, cast.ines)
    plan.change_wave(wave, "Wave Three", [], NOW, cast.ines)
    [(added, _said, first), (changed, _also, then)] = told(wave)
    assert (added, changed) == (ADDED, CHANGED)
    assert first["sites"] == ["", "Porto"]
    assert then == {"sites": ["Porto", ""], "name": ["Wave 3", "Wave Three"]}


def test_a_site_with_a_day_of_its_own_and_a_hand_over_are_told(cast):
    place = cast.wave1.wave_sites.get()
    move_to(cast.wave1, place.pk, FIRST, cast.ines, NOW)
    plan.hand_over(cast.wave1, LAST, NOW, cast.ines)
    of = {"programme": cast.programme.pk}
    assert [entry[2] for entry in told(place)] == [{"own_go_live_on": ["2026-11-09", "2027-03-01"]}]
    assert told(cast.wave1) == [(CHANGED, of, {"handed_over_on": ["", "2027-03-03"]})]


def test_a_blackout_is_told_from_its_first_day_to_its_end(cast):
    values = {"name": "Freeze", "first_on": FIRST, "last_on": LAST, "region": cast.iberia}
    blackout = save_blackout(Blackout(programme=cast.programme), values, NOW, cast.ines)
    save_blackout(blackout, {"last_on": FIRST, "region": None}, NOW, cast.claire)
    kept = Blackout.objects.get()
    remove_blackout(blackout, NOW, cast.ines)
    [added, changed, deleted] = told(kept)
    assert added[2]["region_id"] == ["", str(cast.iberia.pk)]
    assert changed[2] == {
        "last_on": ["2027-03-03", "2027-03-01"],
        "region_id": [str(cast.iberia.pk), ""],
    }
    assert (deleted[0], deleted[2]["name"]) == (DELETED, ["Freeze", ""])


def test_brand_and_budget_are_told(cast):
    before = cast.programme.accent
    colours = ("#0B6B4E", "#084F3A", "#DDF2E9")
    change_brand(cast.programme, *colours, now=NOW, by=cast.ines)
    names = ("name", "starts_on", "ends_on", "languages")
    values = {name: getattr(cast.programme, name) for name in names} | {"mails_a_week": 2}
    change_programme(cast.programme, values, "Why", cast.ines, NOW)
    [brand, budget] = told(cast.programme)
    assert brand[2]["accent"] == [before, "#0B6B4E"]
    assert budget[2] == {"mails_a_week": ["", "2"]}


def test_an_impact_tells_whom_it_touches(cast):
    impact = ImpactFactory(programme=cast.programme, sites=[cast.barcelona])
    values = {"severity": 1, "personas": [], "sites": [cast.shanghai]}
    save_impact(impact, values, cast.ines, NOW)
    remove_impact(impact, cast.ines, NOW)
    [changed, removed] = told(impact)
    assert changed[2]["sites"] == ["Barcelona", "Shanghai"]
    assert removed[0] == DELETED


def test_an_audience_tells_its_criteria(cast):
    saved = save_audience(cast.programme, "South", Lines(regions=[cast.iberia]), NOW, by=cast.ines)
    lines = Lines(regions=[cast.china], without={"site": [cast.shanghai]})
    save_audience(cast.programme, "South", lines, NOW, saved, cast.ines)
    freeze(saved, NOW, cast.ines)
    remove_audience(saved, NOW, cast.ines)
    [added, changed, frozen, removed] = told(saved)
    assert added[2]["regions"] == ["", "Iberia"]
    assert changed[2] == {"regions": ["Iberia", "China"], "left_out": ["", "Shanghai"]}
    assert frozen[2].keys() == {"frozen_at"}
    assert removed[2] == {"is_saved": ["True", "False"]}


def test_an_import_of_sites_tells_each_site_that_it_changed(cast):
    import_sites(SITES, now=NOW, by=cast.claire)
    entries = LogEntry.objects.order_by("pk")
    assert [(e.object_repr, e.action, e.actor) for e in entries] == [
        ("Barcelona", CHANGED, cast.claire),
        ("Porto", ADDED, cast.claire),
    ]
    assert entries[0].changes_dict == {"is_pilot": ["False", "True"]}
    assert entries[1].changes_dict["region_id"] == ["", str(Region.objects.get(name="Iberia").pk)]
    assert len({entry.cid for entry in entries}) == 1


def test_the_command_that_imports_sites_leaves_entries_of_nobody(cast, tmp_path):
    file = tmp_path / "sites.csv"
    file.write_bytes(SITES)
    call_command("import_sites", file)
    assert [e.actor for e in LogEntry.objects.all()] == [None, None]


def test_what_changes_nothing_leaves_nothing(cast):
    blackout = BlackoutFactory(programme=cast.programme)
    with recorded(blackout, cast.ines, NOW):
        blackout.save()
    write_change(blackout, {"a": "1"}, {"a": "1"}, cast.ines, NOW)
    assert told() == []


def test_what_no_column_holds_is_told_under_a_name_of_its_own(cast):
    write_change(cast.wave1, {"threshold": "80"}, {"threshold": "70"}, cast.ines, NOW, of=7)
    assert told() == [(CHANGED, {"programme": 7}, {"threshold": ["80", "70"]})]


def test_a_row_is_read_from_the_database_and_not_from_memory(cast):
    wave = Wave.objects.get(pk=cast.wave2.pk)
    wave.name = "Half typed"
    with recorded(wave, cast.ines, NOW):
        wave.save()
    assert told(wave)[0][2] == {"name": ["Wave 2", "Half typed"]}
