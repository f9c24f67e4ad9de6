"""Reference data as files of the admin: a preview, then all or nothing; and out again."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from programmes.admin.formats import QuotedCSV
from programmes.models import BusinessLine, Region, Service, Site, Stream
from stakeholders.models import User
from tests.factories import ServiceFactory

SITES = "name,region,country,time_zone,language,weekend_days,is_pilot\n"
TABLES = ("region", "site", "businessline", "stream", "service")


@pytest.fixture
def admin(cast, as_user):
    return as_user(User.objects.create_superuser("admin@onelift.example", "correct horse"))


def preview(admin, table, text, kind=0):
    file = SimpleUploadedFile("file.csv", text if isinstance(text, bytes) else text.encode())
    address = reverse(f"admin:programmes_{table}_import")
    return admin.post(address, {"format": kind, "import_file": file})


def confirm(admin, table, answer, **other):
    form = answer.context["confirm_form"]
    address = reverse(f"admin:programmes_{table}_process_import")
    return admin.post(address, {name: form[name].value() or "" for name in form.fields} | other)


def exported(admin, table, kind=0):
    address = reverse(f"admin:programmes_{table}_export")
    form = admin.get(address).context["form"]
    columns = {name: "on" for name in form.fields if name.startswith(f"{table}resource_")}
    return admin.post(address, {"format": kind, "resource": 0, **columns}).content


def staff_who(as_user, *rights):
    user = User.objects.create_user("clerk@onelift.example", "correct horse", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return as_user(user)


@pytest.mark.parametrize("table", TABLES)
def test_staff_bring_in_and_take_out_no_more_than_they_may_write_and_see(cast, as_user, table):
    clerk = staff_who(as_user, f"add_{table}", "view_person")
    assert preview(clerk, table, SITES).status_code == 403
    address = reverse(f"admin:programmes_{table}_process_import")
    assert clerk.post(address, {"import_file_name": "x"}).status_code == 403
    for act in (clerk.get, clerk.post):
        assert act(reverse(f"admin:programmes_{table}_export")).status_code == 403


def test_staff_bring_in_what_they_may_add_and_change_and_take_out_what_they_see(cast, as_user):
    clerk = staff_who(as_user, *(f"{act}_region" for act in ("add", "change", "view")))
    answer = preview(clerk, "region", "name\nBenelux\n")
    assert confirm(clerk, "region", answer).status_code == 302
    assert Region.objects.filter(name="Benelux").exists()
    assert b"Benelux" in exported(clerk, "region")


@pytest.mark.parametrize("table", TABLES)
def test_the_pages_open(admin, cast, table):
    ServiceFactory(programme=cast.programme)
    assert admin.get(reverse(f"admin:programmes_{table}_import")).status_code == 200
    assert admin.get(reverse(f"admin:programmes_{table}_export")).status_code == 200


def test_sites_are_previewed_then_brought_in_and_stamped(admin, cast):
    before = Site.objects.get(name="Shanghai").changed_at
    text = SITES + (
        "Barcelona,Iberia,ES,Europe/Madrid,ca,67,1\nPorto,Iberia,PT,Europe/Lisbon,pt,67,0\n"
        "Shanghai,China,CN,Asia/Shanghai,zh-hans,67,0\n"
    )
    answer = preview(admin, "site", text)
    assert not answer.context["result"].has_validation_errors()
    assert "style=" not in answer.content.decode().split("import-preview")[1].split("</table>")[0]
    assert not Site.objects.filter(name="Porto").exists()
    assert confirm(admin, "site", answer).status_code == 302
    assert Site.objects.get(name="Porto").region == cast.iberia
    barcelona = Site.objects.get(name="Barcelona")
    assert (barcelona.language, barcelona.is_pilot) == ("ca", True)
    assert barcelona.changed_at - before > timedelta(days=1)
    assert Site.objects.get(name="Shanghai").changed_at == before


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Porto,Iberien,PT,Europe/Lisbon,pt,67,0", "There is no region “Iberien”. Add it first"),
        ("Porto,Iberia,PT,Lisbon,pt,67,0", "“Lisbon” is not a time zone. Enter one such as"),
        ("Porto,Iberia,Portugal,Europe/Lisbon,pt,67,0", "not a country code. Enter two letters"),
        ("Porto,,PT,Europe/Lisbon,pt,67,0", "This field cannot be null"),
    ],
)
def test_a_wrong_row_is_told_with_what_to_do_and_nothing_is_written(admin, row, words):
    good = "Madrid,Iberia,ES,Europe/Madrid,es,67,0\n"
    page = preview(admin, "site", SITES + good + row + "\n").content.decode()
    assert words in page
    assert "Confirm import" not in page
    assert not Site.objects.filter(name__in=["Porto", "Madrid"]).exists()


def test_a_new_region_gets_an_address_from_its_name(admin):
    answer = preview(admin, "region", "name\nNorthern Europe\n")
    assert answer.context["result"].has_errors() is False
    confirm(admin, "region", answer)
    assert Region.objects.get(name="Northern Europe").slug == "northern-europe"


def test_streams_and_services_belong_to_their_programme(admin, cast):
    text = "programme,name,purpose\none-it,Desk,One number\n"
    confirm(admin, "stream", preview(admin, "stream", text))
    stream = Stream.objects.get(programme=cast.programme, name="Desk")
    text = (
        "programme,stream,order,name_en,benefit_en,how_to_get_en\n"
        "one-it,Desk,1,Service desk,Fast,Call\n"
    )
    confirm(admin, "service", preview(admin, "service", text))
    assert Service.objects.get(name_en="Service desk").stream == stream
    page = preview(admin, "service", text.replace("Desk,1", "Dusk,1")).content.decode()
    assert "There is no stream “Dusk”" in page


NAMES = ["name", *(f"Region {n}" for n in range(5_001))]


def workbook_of(rows):
    book, out = Workbook(), io.BytesIO()
    for at, value in rows.items():
        book.active[at] = value
    book.save(out)
    return out.getvalue()


def in_cells(names):
    return workbook_of({f"A{n}": name for n, name in enumerate(names, 1)})


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        (0, "\n".join(NAMES), "The file has more than 5,000 rows. Split it"),
        (1, in_cells(NAMES), "The file has more than 5,000 rows. Split it"),
        (0, f"name\n{'x' * 1024 * 1024}", "The file is larger than 1 MB. Check that"),
        (0, f"name{',' * 50}more\nx\n", "Row 1 has more than 50 columns. Remove those"),
        (1, "name\nx\n", "damaged or cut off"),
        (0, in_cells(["name"]), "Ensure you have chosen the correct format"),
    ],
)
def test_a_file_that_is_too_large_or_none_is_refused_in_one_sentence(admin, kind, content, said):
    page = preview(admin, "region", content, kind)
    assert said in str(page.context["form"].errors["import_file"])
    assert "confirm_form" not in page.context
    assert not Region.objects.filter(name__startswith="Region ").exists()


def test_as_many_rows_as_are_allowed_are_read():
    text = "\n".join(["", *NAMES[:-1], ""])
    assert QuotedCSV().create_dataset(text)["name"] == NAMES[1:-1]


def test_one_far_cell_of_a_workbook_costs_nothing(admin):
    content = workbook_of({"A1": "name", "A2": "Benelux", "XFD1048576": "far"})
    page = preview(admin, "region", content, 1)
    # As a rectangle it would be 17 billion cells.
    assert confirm(admin, "region", page).status_code == 302
    assert Region.objects.filter(name="Benelux").exists()


def test_a_file_is_not_taken_in_another_format_than_was_previewed(admin):
    answer = preview(admin, "region", "name\nBenelux\n")
    page = confirm(admin, "region", answer, format="1")
    assert page.url == reverse("admin:programmes_region_import")
    assert "damaged or cut off" in admin.get(page.url).content.decode()
    assert not Region.objects.filter(name="Benelux").exists()


@pytest.mark.parametrize("name", ["=1+1", "+33 1", "-5", "@a", "'=x", "a;=1+1", "Legal"])
def test_what_leaves_is_no_formula_and_comes_back_as_it_was(admin, name):
    BusinessLine.objects.create(name=name)
    content = exported(admin, "businessline")
    assert content.startswith(b"\xef\xbb\xbf")
    ((_head,), (cell,)) = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert cell[:1] not in set("=+-@")
    assert b'"' + cell.encode() + b'"' in content
    sheet = load_workbook(io.BytesIO(exported(admin, "businessline", kind=1))).active
    assert [c.data_type for c in sheet["A"]] == ["s", "s"]
    answer = preview(admin, "businessline", content)
    assert answer.context["result"].totals["skip"] == 1
    assert BusinessLine.objects.get().name == name


@pytest.mark.parametrize("sign", ["\uffff", "\x0b"])
def test_a_workbook_leaves_out_what_it_cannot_hold(admin, sign):
    BusinessLine.objects.create(name=f"Le{sign}gal")
    sheet = load_workbook(io.BytesIO(exported(admin, "businessline", kind=1))).active
    assert "Legal" in {cell.value for row in sheet.iter_rows() for cell in row}
