"""Commands that write texts into files, and read them back."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Texts as XLIFF and as workbooks."""

    name = "onelift.exchange"
