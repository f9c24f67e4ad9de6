import pytest

from programmes.design.languages import code_of

SPELLINGS = {
    "fr": "fr FR fr-FR fr_CA Français FRANCAIS french Französisch fra fre|Français (Canada)",
    "en": "en EN en-GB English Anglais Inglés 英语 eng|English (United States)|British English",
    "de": "de de_DE Deutsch German Allemand ger",
    "es": "es es-ES es-419 Español Espagnol spanish",
    "it": "it Italiano ITALIEN Italian",
    "pl": "pl Polski polonais",
    "pt-br": "pt-br pt_BR|Português (Brasil)|Portugais brésilien|Portuguese (Brazil)",
    "pt": "pt pt-PT Português Portuguese Portugais",
    "ru": "ru Русский Russe Russian",
    "zh-hans": "zh zh-CN zh_CN zh-Hans 中文 简体中文 Chinois Chinese zh-SG|Chinese (Simplified)",
    "zh-hant": "zh-TW zh-HK zh-Hant zh-Hant-TW 繁體中文|Chinese (Traditional)|Chinois traditionnel",
    "ja": "ja ja-JP 日本語 Japonais",
    "ko": "ko 한국어 Coréen",
    "ar": "ar العربية العَرَبِيَّة Arabe ar-AE",
    "cs": "cs cs-CZ Čeština Tchèque czech",
    "tr": "tr Türkçe TÜRKÇE Turc",
    "ro": "ro Română Roumain",
    "sv": "sv Svenska Suédois",
}
CASES = [
    (spelling, code)
    for code, text in SPELLINGS.items()
    for part in [text.split("|")]
    for spelling in [*part[0].split(), *part[1:]]
    if spelling not in ("Português", "(Brasil)")
] + [("Português", "pt"), ("Português (Brasil)", "pt-br")]


@pytest.mark.parametrize(("spelling", "code"), CASES)
def test_a_language_is_known_however_it_is_written(spelling, code):
    assert code_of(spelling) == code


@pytest.mark.parametrize("text", ["", "XX", "klingon", "N/A", "???", "-", "no idea", "langue"])
def test_what_is_no_language_is_unknown(text):
    assert code_of(text) is None
