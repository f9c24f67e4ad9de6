"""The emails about needs, each in its reader's language."""
