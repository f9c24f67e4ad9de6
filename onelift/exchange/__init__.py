"""Texts that leave for translators' own tools, and come back translated."""
