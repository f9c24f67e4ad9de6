"""What no browser would choose: numbers that are none, or that no column can hold."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.admin.tables import MOST_NEW
from stakeholders.models import Persona
from tests.admin.test_tables import LABELS, LOOKED_AT, TABLES, address
from tests.factories import BusinessLineFactory, ServiceFactory
from tests.selection import IS_THOROUGH

UNFIT = ["abc", str(2**63), "1.5", "\x00", "９９９９９９", "-1"]
# Of these each table meets two, and all where they are tried thoroughly.
SHARE = 1 if IS_THOROUGH else 3
# The calendar has none of these years, or nothing after them.
YEARS = ["abc", "0", "9999", str(2**31), str(2**62)]
# Where a request may name a row without a form.
PARAMETERS = ["o", "p", "e", "all", "_popup", "_to_field", "q", "id__exact", "pk__in"]


def unfit_for(label):
    return UNFIT[LABELS.index(label) % SHARE :: SHARE]


def fields_of(page):
    """Return the names of all fields on a form, and what its rows below need to be read."""
    forms, typed = [page.context["adminform"].form], {}
    for below in page.context["inline_admin_formsets"]:
        counted = below.formset.management_form
        typed |= {counted.add_prefix(name): counted[name].value() for name in counted.fields}
        typed[counted.add_prefix("TOTAL_FORMS")] = "1"
        prefix = below.formset.add_prefix(0)
        forms.append(below.formset.form(prefix=prefix))
    return [form.add_prefix(name) for form in forms for name in form.fields], typed


@pytest.mark.parametrize("label", LABELS)
def test_a_form_that_names_no_row_is_shown_again(cast, ada, label):
    page = ada.get(address(label, "add"))
    if page.status_code == 403:
        return
    names, typed = fields_of(page)
    for unfit in unfit_for(label):
        again = ada.post(address(label, "add"), {**typed, **dict.fromkeys(names, unfit)})
        assert again.status_code in (200, 302), (label, unfit)


@pytest.mark.parametrize("label", LABELS)
def test_an_address_that_names_no_row_leads_back(cast, ada, label):
    for unfit in unfit_for(label):
        for act in ("change", "delete", "history"):
            answer = ada.get(address(label, act, unfit))
            assert answer.status_code in (302, 403, 404), (label, act, unfit)
        sought = dict.fromkeys(PARAMETERS, unfit)
        for asked in (sought, *({name: unfit} for name in filters_of(label))):
            assert ada.get(address(label, "changelist"), asked).status_code in (200, 302, 400)


def filters_of(label):
    """Return the parameters by which a table is narrowed."""
    _model, table = TABLES[label]
    named = [one[0] if isinstance(one, tuple) else one for one in table.list_filter]
    paths = [name for name in named if isinstance(name, str)]
    return [f"{path}{way}" for path in paths for way in ("__id__exact", "__exact", "__isnull")]


WITH_DAYS = [label for label in LABELS if TABLES[label][1].date_hierarchy]


@pytest.mark.parametrize("label", WITH_DAYS)
def test_a_list_of_no_day_leads_back(cast, ada, label):
    column = TABLES[label][1].date_hierarchy
    year, month, day = (f"{column}__{part}" for part in ("year", "month", "day"))
    for value in YEARS:
        ends = {year: value, month: "12"}, {year: value, month: "12", day: "31"}
        parts = {year: "2026", month: value}, {year: "2026", month: "2", day: value}
        alone = ({name: value} for name in (year, month, day, f"{year}__gte"))
        for asked in (*ends, *parts, *alone):
            answer = ada.get(address(label, "changelist"), asked)
            assert answer.status_code in (200, 302, 400), asked


@pytest.mark.parametrize("field", ["sites", "regions", "business_lines", "services"])
def test_a_persona_is_added_with_a_relation(cast, save, field):
    rows = {
        "sites": cast.barcelona,
        "regions": cast.iberia,
        "business_lines": BusinessLineFactory(),
        "services": ServiceFactory(programme=cast.programme),
    }
    typed = {"programme": cast.programme.pk, "slug": "new", "name_en": "New"}
    assert save(Persona(), **typed, **{field: [rows[field].pk]}).status_code == 302
    assert list(getattr(Persona.objects.get(slug="new"), field).all()) == [rows[field]]


def test_an_export_with_a_filter_that_is_none_leads_to_that_of_all(cast, ada):
    page = address("programmes.Region", "export")
    for asked in ({"sort": "x"}, {"id__in": str(2**63)}, {"slug": "\x00"}):
        assert ada.get(page, asked).url == page, asked
    assert ada.get(page, {"slug": "iberia"}).status_code == 200


@pytest.mark.parametrize("label", [one for one in LABELS if TABLES[one][1].autocomplete_fields])
def test_a_search_in_a_form_finds_nothing_by_what_is_no_word(cast, ada, label):
    model, table = TABLES[label]
    asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
    for field in table.autocomplete_fields:
        for unfit in unfit_for(label):
            named = {**asked, "field_name": field}
            assert ada.get("/admin/autocomplete/", {**named, "term": unfit}).status_code == 200
            assert ada.get("/admin/autocomplete/", {**named, "page": unfit}).status_code == 404
            wrong = {**named, "field_name": unfit}
            assert ada.get("/admin/autocomplete/", wrong).status_code == 403


@pytest.mark.parametrize("label", LABELS)
def test_an_action_on_what_is_no_row_shows_the_list_again(cast, ada, label):
    for unfit in unfit_for(label):
        chosen = {"action": "delete_selected", "_selected_action": [unfit], "index": "0"}
        assert ada.post(address(label, "changelist"), chosen).status_code in (200, 302), unfit


WITH_ROWS_BELOW = [label for label in LABELS if TABLES[label][1].inlines and label not in LOOKED_AT]


@pytest.mark.parametrize("initial", ["0", "1000"])
@pytest.mark.parametrize("total", ["1000", "9" * 30])
@pytest.mark.parametrize("label", WITH_ROWS_BELOW)
def test_a_form_draws_no_more_rows_than_it_takes(cast, ada, label, total, initial):
    """To draw a thousand, or to ask for each by its key, took half a minute."""
    _names, typed = fields_of(ada.get(address(label, "add")))
    most = {"TOTAL_FORMS": total, "INITIAL_FORMS": initial}
    typed = {name: most.get(name.rpartition("-")[2], value) for name, value in typed.items()}
    with CaptureQueriesContext(connection) as queries:
        answer = ada.post(address(label, "add"), typed)
    assert answer.status_code == 200
    assert len(queries) < 200
    for below in answer.context["inline_admin_formsets"]:
        assert len(below.formset.forms) <= MOST_NEW
