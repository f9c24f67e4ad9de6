import re

import pytest
from django.core.exceptions import ValidationError

from programmes.design.contrast import contrast
from programmes.services.programme import check_colours
from tests import factories

pytestmark = pytest.mark.django_db


def accents(css):
    return [dict(re.findall(r"--ol-([a-z-]+): (#\w{6})", line)) for line in css.split("\n")[1:-2]]


def test_brand_reaches_everybody_and_may_be_cached(client):
    programme = factories.ProgrammeFactory(accent="#0B6875")
    response = client.get(f"/p/{programme.slug}/brand.css")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/css")
    assert "max-age" in response["Cache-Control"]
    assert "#0B6875" in response.content.decode()
    assert client.get("/p/no-such/brand.css").status_code == 404


@pytest.mark.parametrize("accent", ["#FFD400", "#000000", "#FFFFFF", "#C00040"])
def test_accents_can_be_read_in_both_themes_whatever_was_chosen(client, accent):
    programme = factories.ProgrammeFactory(accent=accent, accent_strong=accent, accent_soft=accent)
    light, dark = accents(client.get(f"/p/{programme.slug}/brand.css").content.decode())
    for values, surface, ink in ((light, "#FFFFFF", "#131929"), (dark, "#161B27", "#EDF0F7")):
        assert contrast(values["accent"], surface) >= 4.5
        assert contrast(values["accent-strong"], surface) >= 4.5
        assert contrast(values["accent"], values["accent-soft"]) >= 4.5
        assert contrast(values["on-accent"], values["accent"]) >= 4.5
        assert contrast(ink, values["accent-soft"]) >= 4.5


@pytest.mark.parametrize("colour", ["", "0", "blue", "#12345", "#GGGGGG", "٣٣٣٣٣٣٣"])
def test_what_is_no_colour_is_refused_in_a_sentence(colour):
    with pytest.raises(ValidationError) as refused:
        check_colours(colour, "#1E3099", colour)
    assert set(refused.value.message_dict) == {"accent", "accent_soft"}
