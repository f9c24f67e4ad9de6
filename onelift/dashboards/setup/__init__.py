"""The settings of a programme as one page."""
