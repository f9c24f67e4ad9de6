"""The page that a proxy shows while web is away, opened as a file by itself."""

import pytest

from tests.dashboards.test_maintenance_page import printed


@pytest.fixture
def maintenance(page, tmp_path):
    file = tmp_path / "maintenance.html"
    file.write_text(printed())
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_reads_well(maintenance, assert_accessible, assert_no_sideways_scroll, scheme, width):
    maintenance.emulate_media(color_scheme=scheme)
    maintenance.set_viewport_size({"width": width, "height": 800})
    assert_accessible(maintenance)
    assert_no_sideways_scroll(maintenance)


def test_its_style_is_let_through_by_its_own_policy(maintenance):
    size = "getComputedStyle(document.querySelector('h1 svg')).width"
    assert maintenance.evaluate(size) == "28px"
