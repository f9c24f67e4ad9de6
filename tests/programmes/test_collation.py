"""Names in the order of the reader's alphabet, whatever script they are written in."""

import pytest
from django.utils import translation

from programmes.design.collation import name_key


def ordered(language, *names):
    with translation.override(language):
        pairs = [name if isinstance(name, tuple) else (name, "") for name in names]
        return [name for name, _latin in sorted(pairs, key=lambda pair: name_key(*pair))]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (
            "en",
            ["Île-de-Ré", "Illkirch", "İstanbul", "Izmir", "Łódź", "Lyon", "São Paulo", "Zürich"],
        ),
        ("fr", ["cote", "Côte", "coter", "Évry", "Evry-Grégy", "Ézanville"]),
        ("de", ["Aachen", "Arnsberg", "Ärzen", "Österreich", "Ostrau", "Zwickau"]),
        ("es", ["Nuevo", "Nzo", "Ñame", "Oviedo"]),
        ("fr", ["Ñame", "Nuevo", "Nzo"]),
        ("pl", ["Lublin", "Lwów", "Łódź", "Mława", "Zagórz", "Zzz", "Źródła", "Żary"]),
        ("ru", ["Елец", "Ижевск", "Ишим", "Йошкар-Ола", "Казань", "Lyon"]),
        ("ja", ["さいたま", "なごや", "Lyon"]),
        ("ar", ["الرياض", "دبي", "Lyon"]),
    ],
)
def test_names_stand_in_the_order_of_the_alphabet(language, names):
    assert ordered(language, *reversed(names)) == names


def test_a_name_in_another_script_stands_where_its_latin_name_does():
    names = [("上海", "Shanghai"), ("Seoul", ""), ("天津", "Tianjin"), ("Slough", ""), ("北京", "")]
    expected = ["Seoul", "上海", "Slough", "天津", "北京"]
    assert ordered("en", *names) == ordered("zh-hans", *names) == expected
    assert ordered("ru", ("Москва", "Moscow"), "Lyon", "Oslo") == ["Москва", "Lyon", "Oslo"]
    assert ordered("en", ("Москва", "Moscow"), "Lyon", "Oslo") == ["Lyon", "Москва", "Oslo"]


def test_case_alone_decides_last():
    assert ordered("en", "lyon b", "Lyon a", "LYON C") == ["Lyon a", "lyon b", "LYON C"]
