"""Which version this is: the build, the doctor and the settings page read it here."""

VERSION = "0.2.0"
