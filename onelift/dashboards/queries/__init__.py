"""Boards: one question each, answered by several floors and zipped."""
