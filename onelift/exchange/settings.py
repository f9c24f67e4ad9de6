"""The settings of drafts by a machine: off without an address, see docs/operating/settings.md."""

from onelift.configuration.environment import env

__all__ = ["TRANSLATION_KEY", "TRANSLATION_SERVICE", "TRANSLATION_URL"]

TRANSLATION_SERVICE: str = env.choice(
    "TRANSLATION_SERVICE", default="libretranslate", words=("libretranslate",)
)
# Of what translates, with its path.
TRANSLATION_URL: str = env("TRANSLATION_URL", default="")
TRANSLATION_KEY: str = env("TRANSLATION_KEY", default="")
