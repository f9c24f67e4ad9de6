"""Asking for a decision, deciding, asking back, and telling those who wait."""
