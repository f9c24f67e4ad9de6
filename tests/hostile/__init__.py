"""Thousands of hostile inputs against a portal that really runs; ``make hostile`` prints a table.

A server process of its own serves the demonstration from a database of its own: PostgreSQL where
``DATABASE_URL`` is set, else SQLite. The inputs follow from a seed and from what the pages offer.
"""
